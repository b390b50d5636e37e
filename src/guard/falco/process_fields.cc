#include "guard/falco/field_tables.h"

#include <iterator>

namespace seawall::guard::falco {
namespace {

using enum FieldType;
using Argument = FieldArgument;

const Process& process_of(const Reading& reading) {
  return *reading.event.process;
}

void set_text(Value& value, std::string_view text) {
  if (!text.empty()) value.set(text);
}

// The words after the first, as Falco joins them.
void append_arguments(const Process& process, std::string& out) {
  for (size_t at = 1; at < process.arguments.size(); ++at) {
    if (at > 1) out += ' ';
    out += process.arguments[at];
  }
}

std::string_view exe_of(const Process& process) {
  return process.arguments.empty() ? std::string_view(process.executable)
                                   : std::string_view(process.arguments.front());
}

// What the kernel calls it and its arguments: "nginx -g daemon off;".
void append_command_line(const Process& process, std::string& out) {
  out += process.name;
  if (process.arguments.size() > 1) out += ' ';
  append_arguments(process, out);
}

void append_exe_line(const Process& process, std::string& out) {
  out += exe_of(process);
  if (process.arguments.size() > 1) out += ' ';
  append_arguments(process, out);
}

// One text of a process or of an ancestor.
enum class Part : uint8_t { kName, kExe, kPath, kLine, kExeLine, kArguments };
void set_part(const Process& process, Part part, Value& value) {
  switch (part) {
    // Rules ask "proc.name in (<NA>)" whether a name is known.
    case Part::kName:
      value.set(process.name.empty() ? "<NA>" : process.name);
      return;
    case Part::kExe:
      set_text(value, exe_of(process));
      return;
    case Part::kPath:
      set_text(value, process.executable);
      return;
    default:
      break;
  }
  value.buffer.clear();
  if (part == Part::kLine) append_command_line(process, value.buffer);
  if (part == Part::kExeLine) append_exe_line(process, value.buffer);
  if (part == Part::kArguments) append_arguments(process, value.buffer);
  value.set_buffer();
}

template <Part kPart>
void own(const Reading& reading, Value& value) {
  set_part(process_of(reading), kPart, value);
}
template <Part kPart>
void of_parent(const Reading& reading, Value& value) {
  if (const Process* parent = process_of(reading).parent.get()) set_part(*parent, kPart, value);
}

// proc.aname[2]; without an index every ancestor, the parent first.
template <Part kPart>
void of_ancestor(const Reading& reading, Value& value) {
  if (!reading.argument.empty()) {
    const Process* one = ancestor(process_of(reading), reading.number);
    if (one != nullptr) set_part(*one, kPart, value);
    return;
  }
  std::vector<std::string_view>& texts = value.texts;
  texts.clear();
  value.buffer.clear();
  std::vector<size_t> lengths;
  const Process* one = process_of(reading).parent.get();
  for (int at = 0; one != nullptr && at < kMaxAncestors; ++at, one = one->parent.get()) {
    if (kPart == Part::kName) texts.push_back(one->name);
    if (kPart == Part::kExe) texts.push_back(exe_of(*one));
    if (kPart == Part::kPath) texts.push_back(one->executable);
    if (kPart != Part::kLine) continue;
    const size_t before = value.buffer.size();
    append_command_line(*one, value.buffer);
    lengths.push_back(value.buffer.size() - before);
  }
  size_t from = 0;
  for (const size_t length : lengths) {
    texts.push_back(std::string_view(value.buffer).substr(from, length));
    from += length;
  }
  if (!texts.empty()) value.kind = Value::Kind::kTexts;
}

// proc.args[0] is the first word after the program; without an index all of them, joined.
void arguments(const Reading& reading, Value& value) {
  const Process& process = process_of(reading);
  if (reading.argument.empty()) return set_part(process, Part::kArguments, value);
  const size_t at = static_cast<size_t>(reading.number) + 1;
  if (at < process.arguments.size()) value.set(process.arguments[at]);
}

void argument_count(const Reading& reading, Value& value) {
  const size_t count = process_of(reading).arguments.size();
  value.set_number(count == 0 ? 0 : static_cast<int64_t>(count) - 1);
}
void argument_length(const Reading& reading, Value& value) {
  size_t length = 0;
  const auto& words = process_of(reading).arguments;
  for (size_t at = 1; at < words.size(); ++at) length += words[at].size();
  value.set_number(static_cast<int64_t>(length));
}

void set_environment(const Process& process, std::string_view name, Value& value) {
  value.buffer.clear();
  for (const std::string& one : process.environment) {
    if (!name.empty()) {
      if (one.size() > name.size() && one.starts_with(name) && one[name.size()] == '=') {
        value.set(std::string_view(one).substr(name.size() + 1));
        return;
      }
      continue;
    }
    if (!value.buffer.empty()) value.buffer += ' ';
    value.buffer += one;
  }
  if (name.empty() && !process.environment.empty()) value.set_buffer();
}
void environment(const Reading& reading, Value& value) {
  set_environment(process_of(reading), reading.argument, value);
}

void directory(const Reading& reading, Value& value) {
  const std::string& path = process_of(reading).directory;
  if (path.empty()) return;
  // Falco's cwd ends with a slash, and rules rely on it: proc.cwd startswith "/dev/shm/".
  value.buffer = path;
  if (path.back() != '/') value.buffer += '/';
  value.set_buffer();
}

template <auto kMember>
void number(const Reading& reading, Value& value) {
  value.set_number(static_cast<int64_t>(process_of(reading).*kMember));
}
template <auto kMember>
void parent_number(const Reading& reading, Value& value) {
  const Process* parent = process_of(reading).parent.get();
  if (parent != nullptr) value.set_number(static_cast<int64_t>(parent->*kMember));
}
template <auto kMember>
void known_number(const Reading& reading, Value& value) {
  if (process_of(reading).*kMember != 0) number<kMember>(reading, value);
}
void ancestor_pid(const Reading& reading, Value& value) {
  const Process* one = ancestor(process_of(reading), reading.number);
  if (one != nullptr) value.set_number(one->pid);
}

// The process itself or the ancestor that leads its session or process group.
template <auto kMember>
const Process* leader(const Reading& reading) {
  const int pid = process_of(reading).*kMember;
  const Process* one = &process_of(reading);
  for (int at = 0; one != nullptr && at < kMaxAncestors; ++at, one = one->parent.get()) {
    if (one->pid == pid) return one;
  }
  return nullptr;
}
template <auto kMember, Part kPart>
void of_leader(const Reading& reading, Value& value) {
  if (const Process* one = leader<kMember>(reading)) set_part(*one, kPart, value);
}
template <auto kMember>
void leads(const Reading& reading, Value& value) {
  value.set_bool(process_of(reading).*kMember == process_of(reading).pid);
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
    {"proc.name", kText, Argument::kNone, 2, own<Part::kName>},
    {"proc.pname", kText, Argument::kNone, 2, of_parent<Part::kName>},
    {"proc.aname", kTexts, Argument::kOptionalNumber, 4, of_ancestor<Part::kName>},
    {"proc.exe", kText, Argument::kNone, 2, own<Part::kExe>},
    {"proc.pexe", kText, Argument::kNone, 2, of_parent<Part::kExe>},
    {"proc.aexe", kTexts, Argument::kOptionalNumber, 4, of_ancestor<Part::kExe>},
    {"proc.exepath", kText, Argument::kNone, 2, own<Part::kPath>},
    {"proc.pexepath", kText, Argument::kNone, 2, of_parent<Part::kPath>},
    {"proc.aexepath", kTexts, Argument::kOptionalNumber, 4, of_ancestor<Part::kPath>},
    {"proc.args", kText, Argument::kOptionalNumber, 8, arguments},
    {"proc.aargs", kText, Argument::kNumber, 9, of_ancestor<Part::kArguments>},
    {"proc.cmdline", kText, Argument::kNone, 8, own<Part::kLine>},
    {"proc.pcmdline", kText, Argument::kNone, 8, of_parent<Part::kLine>},
    {"proc.acmdline", kTexts, Argument::kOptionalNumber, 12, of_ancestor<Part::kLine>},
    {"proc.exeline", kText, Argument::kNone, 8, own<Part::kExeLine>},
    {"proc.cmdnargs", kNumber, Argument::kNone, 1, argument_count},
    {"proc.cmdlenargs", kNumber, Argument::kNone, 3, argument_length},
    {"proc.env", kText, Argument::kOptionalKey, 20, environment},
    {"proc.aenv", kText, Argument::kOptionalKey, 20, nullptr},
    {"proc.cwd", kText, Argument::kNone, 3, directory},
    {"proc.loginshellid", kNumber, Argument::kNone, 1, nullptr},
    {"proc.tty", kNumber, Argument::kNone, 1, number<&P::terminal>},
    {"proc.pid", kNumber, Argument::kNone, 1, number<&P::pid>},
    {"proc.ppid", kNumber, Argument::kNone, 1, number<&P::parent_pid>},
    {"proc.apid", kNumber, Argument::kNumber, 2, ancestor_pid},
    {"proc.vpid", kNumber, Argument::kNone, 1, known_number<&P::inner_pid>},
    {"proc.pvpid", kNumber, Argument::kNone, 1, parent_number<&P::inner_pid>},
    {"proc.sid", kNumber, Argument::kNone, 1, number<&P::session>},
    {"proc.sname", kText, Argument::kNone, 4, of_leader<&P::session, Part::kName>},
    {"proc.sid.exe", kText, Argument::kNone, 4, of_leader<&P::session, Part::kExe>},
    {"proc.sid.exepath", kText, Argument::kNone, 4, of_leader<&P::session, Part::kPath>},
    {"proc.vpgid", kNumber, Argument::kNone, 1, number<&P::group>},
    {"proc.vpgid.name", kText, Argument::kNone, 4, of_leader<&P::group, Part::kName>},
    {"proc.vpgid.exe", kText, Argument::kNone, 4, of_leader<&P::group, Part::kExe>},
    {"proc.vpgid.exepath", kText, Argument::kNone, 4, of_leader<&P::group, Part::kPath>},
    {"proc.pgid", kNumber, Argument::kNone, 1, number<&P::group>},
    {"proc.pgid.name", kText, Argument::kNone, 4, of_leader<&P::group, Part::kName>},
    {"proc.pgid.exe", kText, Argument::kNone, 4, of_leader<&P::group, Part::kExe>},
    {"proc.pgid.exepath", kText, Argument::kNone, 4, of_leader<&P::group, Part::kPath>},
    {"proc.is_sid_leader", kBool, Argument::kNone, 1, leads<&P::session>},
    {"proc.is_vpgid_leader", kBool, Argument::kNone, 1, leads<&P::group>},
    {"proc.is_pgid_leader", kBool, Argument::kNone, 1, leads<&P::group>},
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
    {"thread.tid", kNumber, Argument::kNone, 1, number<&P::pid>},
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

std::span<const Field> process_fields() {
  return kFields;
}

}  // namespace seawall::guard::falco
