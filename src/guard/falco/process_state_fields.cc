// What a process is beside its names: times, its executable's file, capabilities, resources.
#include <iterator>

#include "guard/falco/field_tables.h"

namespace seawall::guard::falco {
namespace {

using enum FieldType;
using Argument = FieldArgument;

const Process& process_of(const Reading& reading) {
  return *reading.event.process;
}

void duration(const Reading& reading, Value& value) {
  const int64_t started = process_of(reading).started;
  if (started != 0) value.set_number(reading.event.time - started);
}
void parent_duration(const Reading& reading, Value& value) {
  const Process* parent = process_of(reading).parent.get();
  if (parent != nullptr && parent->started != 0) {
    value.set_number(reading.event.time - parent->started);
  }
}
void changed_before_start(const Reading& reading, Value& value) {
  const Process& process = process_of(reading);
  if (process.file_changed != 0 && process.started != 0) {
    value.set_number(process.started - process.file_changed);
  }
}

// A file of the image whose owner alone was changed lies in the upper layer too, but holds what the
// image shipped: to Falco it is new, here it is not.
void upper_layer(const Reading& reading, Value& value) {
  const FileOrigin origin = process_of(reading).origin;
  value.set_bool(origin == FileOrigin::kModified || origin == FileOrigin::kNew);
}
void lower_layer(const Reading& reading, Value& value) {
  const FileOrigin origin = process_of(reading).origin;
  value.set_bool(origin == FileOrigin::kImage || origin == FileOrigin::kTouched);
}
void from_memory(const Reading& reading, Value& value) {
  value.set_bool(process_of(reading).origin == FileOrigin::kMemory);
}
void is_main_thread(const Reading&, Value& value) {
  value.set_bool(true);
}

// capability.h of Linux 6.12, by number.
constexpr std::string_view kCapabilities[] = {"CAP_CHOWN",
                                              "CAP_DAC_OVERRIDE",
                                              "CAP_DAC_READ_SEARCH",
                                              "CAP_FOWNER",
                                              "CAP_FSETID",
                                              "CAP_KILL",
                                              "CAP_SETGID",
                                              "CAP_SETUID",
                                              "CAP_SETPCAP",
                                              "CAP_LINUX_IMMUTABLE",
                                              "CAP_NET_BIND_SERVICE",
                                              "CAP_NET_BROADCAST",
                                              "CAP_NET_ADMIN",
                                              "CAP_NET_RAW",
                                              "CAP_IPC_LOCK",
                                              "CAP_IPC_OWNER",
                                              "CAP_SYS_MODULE",
                                              "CAP_SYS_RAWIO",
                                              "CAP_SYS_CHROOT",
                                              "CAP_SYS_PTRACE",
                                              "CAP_SYS_PACCT",
                                              "CAP_SYS_ADMIN",
                                              "CAP_SYS_BOOT",
                                              "CAP_SYS_NICE",
                                              "CAP_SYS_RESOURCE",
                                              "CAP_SYS_TIME",
                                              "CAP_SYS_TTY_CONFIG",
                                              "CAP_MKNOD",
                                              "CAP_LEASE",
                                              "CAP_AUDIT_WRITE",
                                              "CAP_AUDIT_CONTROL",
                                              "CAP_SETFCAP",
                                              "CAP_MAC_OVERRIDE",
                                              "CAP_MAC_ADMIN",
                                              "CAP_SYSLOG",
                                              "CAP_WAKE_ALARM",
                                              "CAP_BLOCK_SUSPEND",
                                              "CAP_AUDIT_READ",
                                              "CAP_PERFMON",
                                              "CAP_BPF",
                                              "CAP_CHECKPOINT_RESTORE"};

template <auto kMember>
void capabilities(const Reading& reading, Value& value) {
  value.buffer.clear();
  for (size_t bit = 0; bit < std::size(kCapabilities); ++bit) {
    if ((process_of(reading).*kMember >> bit & 1) == 0) continue;
    if (!value.buffer.empty()) value.buffer += ' ';
    value.buffer += kCapabilities[bit];
  }
  value.set_buffer();
}

using P = Process;
constexpr Field kFields[] = {
    {"proc.duration", kNumber, Argument::kNone, 1, duration},
    {"proc.ppid.duration", kNumber, Argument::kNone, 1, parent_duration},
    {"proc.pid.ts", kNumber, Argument::kNone, 1, known_number<&P::started>},
    {"proc.ppid.ts", kNumber, Argument::kNone, 1, parent_number<&P::started>},
    {"proc.is_exe_writable", kBool, Argument::kNone, 1, nullptr},
    {"proc.is_exe_upper_layer", kBool, Argument::kNone, 1, upper_layer},
    {"proc.is_exe_lower_layer", kBool, Argument::kNone, 1, lower_layer},
    {"proc.is_exe_from_memfd", kBool, Argument::kNone, 1, from_memory},
    {"proc.exe_ino", kNumber, Argument::kNone, 1, known_number<&P::inode>},
    {"proc.exe_ino.ctime", kNumber, Argument::kNone, 1, known_number<&P::file_changed>},
    {"proc.exe_ino.mtime", kNumber, Argument::kNone, 1, known_number<&P::file_modified>},
    {"proc.exe_ino.ctime_duration_proc_start", kNumber, Argument::kNone, 1, changed_before_start},
    {"proc.exe_ino.ctime_duration_pidns_start", kNumber, Argument::kNone, 1, nullptr},
    {"proc.pidns_init_start_ts", kNumber, Argument::kNone, 1, nullptr},
    {"proc.fdopencount", kNumber, Argument::kNone, 1, nullptr},
    {"proc.fdlimit", kNumber, Argument::kNone, 1, nullptr},
    {"proc.fdusage", kNumber, Argument::kNone, 1, nullptr},
    {"proc.vmsize", kNumber, Argument::kNone, 1, nullptr},
    {"proc.vmrss", kNumber, Argument::kNone, 1, nullptr},
    {"proc.vmswap", kNumber, Argument::kNone, 1, nullptr},
    {"proc.nthreads", kNumber, Argument::kNone, 1, nullptr},
    {"proc.nchilds", kNumber, Argument::kNone, 1, nullptr},
    {"proc.stdin.type", kText, Argument::kNone, 1, nullptr},
    {"proc.stdout.type", kText, Argument::kNone, 1, nullptr},
    {"proc.stderr.type", kText, Argument::kNone, 1, nullptr},
    {"proc.stdin.name", kText, Argument::kNone, 1, nullptr},
    {"proc.stdout.name", kText, Argument::kNone, 1, nullptr},
    {"proc.stderr.name", kText, Argument::kNone, 1, nullptr},
    {"thread.cap_effective", kText, Argument::kNone, 6, capabilities<&P::capabilities>},
    {"thread.cap_permitted", kText, Argument::kNone, 6, capabilities<&P::permitted_capabilities>},
    {"thread.cap_inheritable", kText, Argument::kNone, 6, nullptr},
    {"thread.tid", kNumber, Argument::kNone, 1, process_number<&P::pid>},
    {"thread.vtid", kNumber, Argument::kNone, 1, known_number<&P::inner_pid>},
    {"thread.ismain", kBool, Argument::kNone, 1, is_main_thread},
    {"thread.pfmajor", kNumber, Argument::kNone, 1, nullptr},
    {"thread.pfminor", kNumber, Argument::kNone, 1, nullptr},
    {"thread.nametid", kText, Argument::kNone, 1, nullptr},
    {"thread.exectime", kNumber, Argument::kNone, 1, nullptr},
    {"thread.totexectime", kNumber, Argument::kNone, 1, nullptr},
    {"thread.cgroups", kText, Argument::kNone, 1, nullptr},
    {"thread.cgroup", kText, Argument::kKey, 1, nullptr},
    {"thread.cpu", kNumber, Argument::kNone, 1, nullptr},
    {"thread.cpu.user", kNumber, Argument::kNone, 1, nullptr},
    {"thread.cpu.system", kNumber, Argument::kNone, 1, nullptr},
    {"thread.vmsize", kNumber, Argument::kNone, 1, nullptr},
    {"thread.vmrss", kNumber, Argument::kNone, 1, nullptr},
};

}  // namespace

std::span<const Field> process_state_fields() {
  return kFields;
}

}  // namespace seawall::guard::falco
