// Any bytes as an engine's answer about a container, and as what the kernel tells of its process:
// the facts are JSON whatever stands in them, and no value of an environment variable is kept.
#include <cstdlib>

#include "benchmark/collectors/capabilities.h"
#include "benchmark/collectors/container_facts.h"
#include "benchmark/collectors/status_file.h"
#include "codec/json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall;
  using namespace seawall::benchmark;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const MountInfo& mount : parse_mount_info(bytes)) {
    if (mount.options.empty() || mount.propagation.empty()) std::abort();
  }
  if (const auto mask = status_mask(bytes, "CapEff"); mask && *mask != 0) {
    if (capability_names(*mask).empty()) std::abort();
  }
  Limits limits;
  limits.depth = 40;
  const auto document = parse_json(std::string(bytes), limits);
  if (!document.ok()) return 0;
  const HostFiles files("/nonexistent");
  ContainerContext context{files, "docker", {}, VolumeDevices(), {}, {}, {}};
  context.by_name.emplace(container_name(document->root()), &document->root());
  const ContainerFacts facts = container_facts(document->root(), context);
  const auto written = parse_json(facts.json);
  if (!written.ok() || !parse_json("[" + facts.conflicts + "]").ok()) std::abort();
  for (const char* member : {"name", "host", "joined", "mounts", "ports", "kernel", "rootUser"}) {
    if (!written->root()[member].exists()) std::abort();
  }
  for (const Node& name : written->root()["config"]["environment"].items()) {
    if (name.string().find('=') != std::string_view::npos) std::abort();
  }
  return 0;
}
