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
      value.set(process.name.empty() ? std::string_view("<NA>") : process.name);
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
    {"proc.tty", kNumber, Argument::kNone, 1, process_number<&P::terminal>},
    {"proc.pid", kNumber, Argument::kNone, 1, process_number<&P::pid>},
    {"proc.ppid", kNumber, Argument::kNone, 1, process_number<&P::parent_pid>},
    {"proc.apid", kNumber, Argument::kNumber, 2, ancestor_pid},
    {"proc.vpid", kNumber, Argument::kNone, 1, known_number<&P::inner_pid>},
    {"proc.pvpid", kNumber, Argument::kNone, 1, parent_number<&P::inner_pid>},
    {"proc.sid", kNumber, Argument::kNone, 1, process_number<&P::session>},
    {"proc.sname", kText, Argument::kNone, 4, of_leader<&P::session, Part::kName>},
    {"proc.sid.exe", kText, Argument::kNone, 4, of_leader<&P::session, Part::kExe>},
    {"proc.sid.exepath", kText, Argument::kNone, 4, of_leader<&P::session, Part::kPath>},
    {"proc.vpgid", kNumber, Argument::kNone, 1, process_number<&P::group>},
    {"proc.vpgid.name", kText, Argument::kNone, 4, of_leader<&P::group, Part::kName>},
    {"proc.vpgid.exe", kText, Argument::kNone, 4, of_leader<&P::group, Part::kExe>},
    {"proc.vpgid.exepath", kText, Argument::kNone, 4, of_leader<&P::group, Part::kPath>},
    {"proc.pgid", kNumber, Argument::kNone, 1, process_number<&P::group>},
    {"proc.pgid.name", kText, Argument::kNone, 4, of_leader<&P::group, Part::kName>},
    {"proc.pgid.exe", kText, Argument::kNone, 4, of_leader<&P::group, Part::kExe>},
    {"proc.pgid.exepath", kText, Argument::kNone, 4, of_leader<&P::group, Part::kPath>},
    {"proc.is_sid_leader", kBool, Argument::kNone, 1, leads<&P::session>},
    {"proc.is_vpgid_leader", kBool, Argument::kNone, 1, leads<&P::group>},
    {"proc.is_pgid_leader", kBool, Argument::kNone, 1, leads<&P::group>},
};

}  // namespace

std::span<const Field> process_fields() {
  return kFields;
}

}  // namespace seawall::guard::falco
