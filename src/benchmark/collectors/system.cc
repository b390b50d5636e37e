#include "benchmark/collectors/system.h"

#include "base/strings.h"
#include "base/thread_pool.h"

namespace seawall::benchmark {

std::vector<HostProcess> host_processes(const HostFiles& files) {
  std::vector<HostProcess> processes;
  const auto names = files.names("/proc");
  if (!names.ok()) return processes;
  for (const std::string& name : *names) {
    const auto pid = parse_unsigned(name);
    if (!pid || *pid > 1u << 30) continue;
    HostProcess process;
    process.pid = static_cast<int>(*pid);
    process.name = to_valid_utf8(files.value("/proc/" + name + "/comm"));
    const auto target = files.link_target("/proc/" + name + "/exe");
    if (target.ok()) process.executable = to_valid_utf8(*target);
    process.hidden = !target.ok() && target.error().code() == Code::kPermission;
    processes.push_back(std::move(process));
  }
  return processes;
}

std::vector<std::pair<std::string, std::string>> collect_system(const CollectOptions& options,
                                                                const EngineFacts& engines) {
  SystemContext context{options, engines, HostFiles(options.root), {}};
  context.processes = host_processes(context.files);
  constexpr std::pair<std::string_view, std::string (*)(const SystemContext&)> kMembers[] = {
      {"host", host_facts},           {"files", file_facts},
      {"audit", audit_facts},         {"units", unit_facts},
      {"kernel", kernel_facts},       {"mounts", mount_facts},
      {"users", user_facts},          {"groups", group_facts},
      {"listening", listening_facts}, {"certificates", certificate_facts},
      {"updates", update_facts}};
  std::vector<std::pair<std::string, std::string>> members(std::size(kMembers));
  const unsigned jobs = options.jobs == 0 ? default_jobs() : options.jobs;
  parallel_for(members.size(), jobs, [&](size_t i) {
    members[i] = {std::string(kMembers[i].first), kMembers[i].second(context)};
  });
  return members;
}

}  // namespace seawall::benchmark
