#include "guard/kernel/backends.h"

#include <fmt/format.h>

#include "guard/kernel/bpf_calls.h"
#include "guard/kernel/kernel_object.h"

namespace seawall::guard {

std::string_view to_string(Backend backend) {
  switch (backend) {
    case Backend::kNone:
      return "not enforced";
    case Backend::kHook:
      return "BPF LSM";
    case Backend::kKill:
      return "tracepoint and signal";
    case Backend::kGroupProgram:
      return "cgroup BPF";
  }
  return {};
}

Trials try_kernel() {
  Trials trials;
  trials.tracepoints = try_program(ProgramKind::kTracepoint);
  trials.hooks = try_program(ProgramKind::kHook);
  if (trials.hooks.ok()) trials.hooks = try_hook();
  trials.group_programs = try_program(ProgramKind::kGroupSocket);
  return trials;
}

Result<Backends> choose_backends(const Trials& trials) {
  if (!trials.tracepoints.ok()) return trials.tracepoints.error();
  Backends chosen;
  if (trials.hooks.ok()) {
    chosen.exec = chosen.files = chosen.network = chosen.privilege = Backend::kHook;
    return chosen;
  }
  chosen.hooks_missing = trials.hooks.error().message();
  chosen.exec = Backend::kKill;
  if (trials.group_programs.ok()) chosen.network = Backend::kGroupProgram;
  return chosen;
}

std::string Backends::line() const {
  return fmt::format("exec: {}   files: {}   network: {}   privilege: {}", to_string(exec),
                     to_string(files), to_string(network), to_string(privilege));
}

void Backends::write(JsonWriter& json) const {
  json.begin_object();
  json.key("exec").string(to_string(exec));
  json.key("files").string(to_string(files));
  json.key("network").string(to_string(network));
  json.key("privilege").string(to_string(privilege));
  json.optional("hooksMissing", hooks_missing);
  json.end_object();
}

std::vector<std::string> programs_of(const Backends& backends) {
  std::vector<std::string> names = {"sw_on_group", "sw_on_group_gone", "sw_on_fork", "sw_on_exec",
                                    "sw_on_exit"};
  const auto programs = KernelObject::programs(kernel_object());
  if (!programs.ok()) return names;
  for (const auto& [name, section] : *programs) {
    const bool hook = section.starts_with("lsm/") && backends.exec == Backend::kHook;
    const bool group = section.starts_with("cgroup/") && backends.network == Backend::kGroupProgram;
    if (hook || group) names.push_back(name);
  }
  return names;
}

}  // namespace seawall::guard
