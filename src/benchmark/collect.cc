#include "benchmark/collect.h"

#include <unistd.h>

#include <algorithm>

#include <fmt/format.h>

#include "base/interrupt.h"
#include "base/progress.h"
#include "base/time.h"
#include "codec/json_writer.h"

namespace seawall::benchmark {
namespace {

// The order of the document; a member that no collector gave is left out.
constexpr std::string_view kOrder[] = {
    "host",   "docker",    "podman",       "containers", "images",   "networks", "volumes",
    "swarm",  "files",     "audit",        "units",      "kernel",   "mounts",   "users",
    "groups", "listening", "certificates", "updates",    "conflicts"};

using Members = std::vector<std::pair<std::string, std::string>>;

std::string document_of(const Members& members, const CollectOptions& options) {
  std::string out =
      fmt::format("{{\"version\":1,\"collectedAt\":\"{}\",\"euid\":{},\"tool\":", to_rfc3339(now()),
                  ::geteuid());
  append_json_string(out, options.tool_version);
  for (const std::string_view name : kOrder) {
    const auto member = std::find_if(members.begin(), members.end(),
                                     [&](const auto& one) { return one.first == name; });
    if (member == members.end()) continue;
    out += fmt::format(",\n\"{}\":", name);
    out += member->second;
  }
  return out + "}\n";
}

}  // namespace

Result<std::string> collect_host(const CollectOptions& options) {
  Progress progress("asking the container engines");
  EngineFacts engines = collect_engines(options);
  SEAWALL_CHECK(check_interrupted());
  progress.label("looking at the system");
  Members members = collect_system(options, engines);
  SEAWALL_CHECK(check_interrupted());
  std::move(engines.members.begin(), engines.members.end(), std::back_inserter(members));
  return document_of(members, options);
}

}  // namespace seawall::benchmark
