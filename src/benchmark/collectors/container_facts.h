// One container: what its engine was told, and what the kernel made of it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "benchmark/collectors/container_kernel.h"
#include "codec/node.h"

namespace seawall::benchmark {

// Folders of the host that named volumes bind, by the volume's name: {"data": "/etc"}.
using VolumeDevices = std::map<std::string, std::string, std::less<>>;

// What all containers of an engine share while they are described.
struct ContainerContext {
  const HostFiles& files;
  std::string engine;                      // "docker", "podman"
  std::vector<std::string> known_sockets;  // besides the usual ones
  Result<VolumeDevices> volume_devices;
  Namespaces of_host;
  CgroupMembers in_cgroup;
  // By id and by name: the engine's answers for all of them, to follow joined namespaces.
  std::map<std::string, const Node*, std::less<>> by_name;
};

struct ContainerFacts {
  std::string json;
  std::string conflicts;     // members of a list of conflicts, with commas between; may be empty
  bool process_seen = true;  // false: its process is not there
};

// `inspected`: the answer of GET /containers/ID/json.
ContainerFacts container_facts(const Node& inspected, const ContainerContext& context);
// "web" of "/web"; the start of the id without a name.
std::string container_name(const Node& inspected);
// Whether an image's or container's user ("", "0", "root:0", "00") is root by name or number.
bool is_root_user(std::string_view user);

}  // namespace seawall::benchmark
