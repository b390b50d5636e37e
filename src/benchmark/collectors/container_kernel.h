// What the kernel says of a container's first process, whatever its engine believes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "benchmark/collectors/mount_info.h"
#include "benchmark/collectors/system.h"

namespace seawall::benchmark {

// Numbers of the namespaces of a process: {"pid": "pid:[4026531836]"}; those that may not be seen
// are missing.
using Namespaces = std::map<std::string, std::string>;
Namespaces namespaces_of(const HostFiles& files, int pid);
// Those of the host itself: of its first process, or where that may not be seen of this one, if it
// runs where the kernel began.
Namespaces host_namespaces(const HostFiles& files);

struct ContainerKernel {
  std::string json;         // the member `kernel`
  bool known = false;       // the process could be looked at
  bool root = false;        // it is uid 0 inside
  bool privileged = false;  // no filter, no profile, all capabilities
  bool no_new_privileges = false;
  std::string seccomp;                    // "disabled", "strict", "filter"
  std::vector<std::string> capabilities;  // effective
  Namespaces namespaces;
};

// `in_cgroup`: which processes each control group holds, of host_cgroups().
using CgroupMembers = std::map<std::string, std::vector<const HostProcess*>>;
CgroupMembers host_cgroups(const HostFiles& files, const std::vector<HostProcess>& processes);

// `id`: of the container. A process in a control group of another name is not the container's: the
// engine counts processes elsewhere, in a virtual machine or another container.
ContainerKernel container_kernel(const HostFiles& files, int pid, std::string_view id,
                                 const Namespaces& of_host, const CgroupMembers& in_cgroup);

}  // namespace seawall::benchmark
