// The collectors of the system, one a member of the facts (docs/formats/host-facts.md). Each gives
// the JSON of its member; what cannot be looked at is {"$error": ...} in its place. THREADS: safe.
#pragma once

#include <string>
#include <vector>

#include "benchmark/collect.h"
#include "benchmark/collectors/host_files.h"

namespace seawall::benchmark {

struct HostProcess {
  int pid = 0;
  std::string name;  // /proc/PID/comm
  std::string
      executable;  // empty when there is none (kernel threads, ended processes) or it is hidden
  bool hidden = false;  // the right to see its executable is missing
};
// At most 100,000 processes.
std::vector<HostProcess> host_processes(const HostFiles& files);

struct SystemContext {
  const CollectOptions& options;
  const EngineFacts& engines;
  HostFiles files;
  std::vector<HostProcess> processes;
};

std::string host_facts(const SystemContext& context);
std::string file_facts(const SystemContext& context);
std::string audit_facts(const SystemContext& context);
std::string unit_facts(const SystemContext& context);
std::string kernel_facts(const SystemContext& context);
std::string mount_facts(const SystemContext& context);
std::string user_facts(const SystemContext& context);
std::string group_facts(const SystemContext& context);
std::string listening_facts(const SystemContext& context);
std::string certificate_facts(const SystemContext& context);
std::string update_facts(const SystemContext& context);

}  // namespace seawall::benchmark
