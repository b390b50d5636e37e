// A sink that keeps what an inspector gives, and one call that runs an inspector into it.
#pragma once

#include <algorithm>

#include "inspect/packages/packages.h"
#include "support/support.h"

namespace seawall::inspect {

class CollectingSink : public InspectorSink {
 public:
  void package(Package package) override { packages.push_back(std::move(package)); }
  void distribution(Distribution found) override { distributions.push_back(std::move(found)); }
  void finding(Finding found) override { findings.push_back(std::move(found)); }
  void owned_file(std::string_view path, std::string_view package) override {
    owned.emplace_back(path, package);
  }
  void note(std::string text) override { notes.push_back(std::move(text)); }
  void problem(Error error) override { problems.push_back(error.text()); }

  std::vector<Package> packages;
  std::vector<Distribution> distributions;
  std::vector<Finding> findings;
  std::vector<std::pair<std::string, std::string>> owned;  // path, package
  std::vector<std::string> problems, notes;

  const Package* find(std::string_view name) const {
    const auto at = std::find_if(packages.begin(), packages.end(),
                                 [&](const Package& package) { return package.name == name; });
    return at == packages.end() ? nullptr : &*at;
  }
};

inline CollectingSink inspect_text(void (*parse)(const FileInput&, InspectorSink&),
                                   std::string_view path, std::string_view content,
                                   const Limits& limits = {}) {
  CollectingSink sink;
  const MemoryAccess data(content);
  parse({path, content, limits, &data}, sink);
  return sink;
}

}  // namespace seawall::inspect
