// What the inspectors' fuzz targets share: a sink that holds every package to what the rest of
// Seawall relies on, and limits small enough to be reached.
#pragma once

#include <cstdint>
#include <cstdlib>

#include "base/strings.h"
#include "inspect/packages/packages.h"

namespace seawall::inspect {

class CheckingSink : public InspectorSink {
 public:
  void package(Package package) override {
    const std::string* texts[] = {&package.name,   &package.version,       &package.architecture,
                                  &package.vendor, &package.license,       &package.source_name,
                                  &package.module, &package.source_version};
    if (package.name.empty() || package.version.empty()) std::abort();
    for (const std::string* text : texts) {
      if (!is_valid_utf8(*text)) std::abort();
    }
  }
  void distribution(Distribution distribution) override {
    if (!distribution.known() || !is_valid_utf8(distribution.pretty_name)) std::abort();
  }
  void finding(Finding finding) override {
    if (finding.rule_id.empty() || !is_valid_utf8(finding.evidence)) std::abort();
  }
  void owned_file(std::string_view path, std::string_view package) override {
    if (path.empty() || package.empty()) std::abort();
  }
  void note(std::string text) override {
    if (text.empty() || !is_valid_utf8(text)) std::abort();
  }
  void problem(Error error) override {
    if (error.text().empty() || ++problems_ > 1000) std::abort();
  }

 private:
  int problems_ = 0;
};

inline int fuzz_inspector(void (*parse)(const FileInput&, InspectorSink&), std::string_view path,
                          const uint8_t* data, size_t size) {
  Limits limits;
  limits.string_bytes = 4096;
  CheckingSink sink;
  const std::string_view content(reinterpret_cast<const char*>(data), size);
  const MemoryAccess access(content);
  parse({path, content, limits, &access}, sink);
  return 0;
}

}  // namespace seawall::inspect
