#include "benchmark/collectors/os_facts.h"

#include <optional>

#include "inspect/packages/os_release.h"
#include "inspect/packages/packages.h"

namespace seawall::benchmark {
namespace {

class DistributionSink : public inspect::InspectorSink {
 public:
  void package(Package) override {}
  void distribution(Distribution distribution) override { found = std::move(distribution); }
  void finding(Finding) override {}
  void owned_file(std::string_view, std::string_view) override {}
  void problem(Error) override {}
  void note(std::string) override {}
  std::optional<Distribution> found;
};

}  // namespace

Distribution distribution_of(const HostFiles& files) {
  const Limits limits;
  std::vector<std::pair<std::string, Distribution>> found;
  for (const std::string path :
       {"etc/os-release", "usr/lib/os-release", "etc/alpine-release", "etc/redhat-release",
        "etc/system-release", "etc/SuSE-release", "etc/lsb-release", "etc/debian_version"}) {
    const auto text = files.read("/" + path);
    if (!text.ok()) continue;
    DistributionSink sink;
    inspect::parse_os_release({path, *text, limits}, sink);
    if (sink.found) found.emplace_back(path, std::move(*sink.found));
  }
  return inspect::merge_distributions(std::move(found));
}

}  // namespace seawall::benchmark
