#include <sys/sysmacros.h>

#include "guard/falco/field_tables.h"

namespace seawall::guard::falco {
namespace {

using enum FieldType;
using Argument = FieldArgument;

const FileSubject& file_of(const Reading& reading) {
  return reading.event.file;
}
bool internet(const FileSubject& file) {
  return file.kind == FileKind::kIpv4 || file.kind == FileKind::kIpv6;
}
void set_text(Value& value, std::string_view text) {
  if (!text.empty()) value.set(text);
}

// An open that failed was about a file all the same.
FileKind kind_of(const Event& event) {
  if (event.type == EventType::kOpen && event.file.kind == FileKind::kNone) {
    return FileKind::kRegular;
  }
  return event.file.kind;
}
bool has_path(const Event& event) {
  switch (kind_of(event)) {
    case FileKind::kRegular:
    case FileKind::kFolder:
    case FileKind::kDevice:
    case FileKind::kPipe:
    case FileKind::kOther:
    case FileKind::kNone:
      return true;
    default:
      return false;
  }
}

void file_number(const Reading& reading, Value& value) {
  const Event& event = reading.event;
  if (event.type == EventType::kOpen) {
    if (event.failed()) return value.set_number(-1);
    return value.set_number(event.file.number >= 0 ? event.file.number : event.result);
  }
  if (event.file.number >= 0) value.set_number(event.file.number);
}

struct KindNames {
  std::string_view type, character;
};
KindNames names_of(FileKind kind) {
  switch (kind) {
    case FileKind::kRegular:
    case FileKind::kDevice:
      return {"file", "f"};
    case FileKind::kFolder:
      return {"directory", "d"};
    case FileKind::kPipe:
      return {"pipe", "p"};
    case FileKind::kIpv4:
      return {"ipv4", "4"};
    case FileKind::kIpv6:
      return {"ipv6", "6"};
    case FileKind::kUnix:
      return {"unix", "u"};
    case FileKind::kNetlink:
      return {"netlink", "n"};
    case FileKind::kMemory:
      return {"memfd", "m"};
    case FileKind::kEvent:
      return {"event", "e"};
    case FileKind::kPacket:
    case FileKind::kOther:
      return {"unknown", "o"};
    case FileKind::kNone:
      break;
  }
  return {};
}
void type(const Reading& reading, Value& value) {
  set_text(value, names_of(kind_of(reading.event)).type);
}
void type_character(const Reading& reading, Value& value) {
  set_text(value, names_of(kind_of(reading.event)).character);
}

void append_end(const Address& address, std::string& out) {
  out += address_text(address) + ':' + std::to_string(address.port);
}
const Address& server(const FileSubject& file) {
  return file.is_server ? file.local : file.remote;
}
const Address& client(const FileSubject& file) {
  return file.is_server ? file.remote : file.local;
}

// A path, or of a connection "10.0.0.5:43210->10.0.0.9:443", the client first.
void name(const Reading& reading, Value& value) {
  const FileSubject& file = file_of(reading);
  if (!internet(file) || (!file.local.set && !file.remote.set)) return set_text(value, file.name);
  value.buffer.clear();
  if (client(file).set) append_end(client(file), value.buffer);
  if (client(file).set && server(file).set) value.buffer += "->";
  if (server(file).set) append_end(server(file), value.buffer);
  value.set_buffer();
}
void raw_name(const Reading& reading, Value& value) {
  const FileSubject& file = file_of(reading);
  set_text(value, file.raw_name.empty() ? file.name : file.raw_name);
}
void folder(const Reading& reading, Value& value) {
  const std::string_view path = file_of(reading).name;
  const size_t slash = path.rfind('/');
  if (!has_path(reading.event) || slash == std::string_view::npos) return;
  value.set(slash == 0 ? path.substr(0, 1) : path.substr(0, slash));
}
void file_name(const Reading& reading, Value& value) {
  const std::string_view path = file_of(reading).name;
  if (!has_path(reading.event) || path.empty()) return;
  value.set(path.substr(path.rfind('/') + 1));
}

using End = const Address& (*)(const FileSubject&);
const Address& local(const FileSubject& file) {
  return file.local;
}
const Address& remote(const FileSubject& file) {
  return file.remote;
}

template <End kEnd>
void address(const Reading& reading, Value& value) {
  const FileSubject& file = file_of(reading);
  if (!internet(file) || !kEnd(file).set) return;
  value.kind = Value::Kind::kAddresses;
  value.count = 1;
  value.addresses[0] = &kEnd(file);
}
// Both ends; rules that ask for one of them mean either.
void both_addresses(const Reading& reading, Value& value) {
  const FileSubject& file = file_of(reading);
  value.count = 0;
  if (!internet(file)) return;
  if (file.remote.set) value.addresses[value.count++] = &file.remote;
  if (file.local.set) value.addresses[value.count++] = &file.local;
  if (value.count != 0) value.kind = Value::Kind::kAddresses;
}
template <End kEnd>
void port(const Reading& reading, Value& value) {
  const FileSubject& file = file_of(reading);
  if (internet(file) && kEnd(file).set) value.set_number(kEnd(file).port);
}
void both_ports(const Reading& reading, Value& value) {
  const FileSubject& file = file_of(reading);
  value.count = 0;
  if (!internet(file)) return;
  if (file.remote.set) value.numbers[value.count++] = file.remote.port;
  if (file.local.set) value.numbers[value.count++] = file.local.port;
  if (value.count != 0) value.kind = Value::Kind::kNumbers;
}
void remote_name(const Reading& reading, Value& value) {
  set_text(value, file_of(reading).remote_name);
}
void server_name(const Reading& reading, Value& value) {
  if (!file_of(reading).is_server) set_text(value, file_of(reading).remote_name);
}
void client_name(const Reading& reading, Value& value) {
  if (file_of(reading).is_server) set_text(value, file_of(reading).remote_name);
}

void protocol(const Reading& reading, Value& value) {
  const FileSubject& file = file_of(reading);
  if (internet(file)) set_text(value, file.protocol);
}
void family(const Reading& reading, Value& value) {
  if (internet(file_of(reading))) value.set("ip");
  if (file_of(reading).kind == FileKind::kUnix) value.set("unix");
}
void is_server(const Reading& reading, Value& value) {
  value.set_bool(file_of(reading).is_server);
}
void connected(const Reading& reading, Value& value) {
  value.set_bool(file_of(reading).connected);
}
// A datagram that names its receiver gives the socket's name a new end.
void name_changed(const Reading& reading, Value& value) {
  const FileSubject& file = file_of(reading);
  value.set_bool(reading.event.type == EventType::kSend && !file.connected && file.remote.set);
}
void inode(const Reading& reading, Value& value) {
  if (file_of(reading).inode != 0) value.set_number(static_cast<int64_t>(file_of(reading).inode));
}
void device(const Reading& reading, Value& value) {
  if (file_of(reading).device != 0) value.set_number(file_of(reading).device);
}
void device_major(const Reading& reading, Value& value) {
  if (file_of(reading).device != 0) value.set_number(major(file_of(reading).device));
}
void device_minor(const Reading& reading, Value& value) {
  if (file_of(reading).device != 0) value.set_number(minor(file_of(reading).device));
}

void path(const Reading& reading, Value& value) {
  if (has_path(reading.event)) set_text(value, file_of(reading).name);
}
void raw_path(const Reading& reading, Value& value) {
  if (has_path(reading.event)) raw_name(reading, value);
}
void argument_path(const Reading& reading, Value& value,
                   std::initializer_list<std::string_view> names) {
  for (const std::string_view one : names) {
    if (const guard::Argument* found = reading.event.argument(one)) {
      return set_text(value, found->text);
    }
  }
}
void source_path(const Reading& reading, Value& value) {
  const bool symlink = reading.event.type == EventType::kSymlink;
  argument_path(reading, value, {symlink ? "target" : "oldpath"});
}
void target_path(const Reading& reading, Value& value) {
  const bool symlink = reading.event.type == EventType::kSymlink;
  argument_path(reading, value, {symlink ? "linkpath" : "newpath"});
}

constexpr Field kFields[] = {
    {"fd.num", kNumber, Argument::kNone, 1, file_number},
    {"fd.type", kText, Argument::kNone, 1, type},
    {"fd.typechar", kText, Argument::kNone, 1, type_character},
    {"fd.name", kText, Argument::kNone, 3, name},
    {"fd.nameraw", kText, Argument::kNone, 3, raw_name},
    {"fd.directory", kText, Argument::kNone, 3, folder},
    {"fd.filename", kText, Argument::kNone, 3, file_name},
    {"fd.ip", kAddress, Argument::kNone, 2, both_addresses},
    {"fd.cip", kAddress, Argument::kNone, 2, address<client>},
    {"fd.sip", kAddress, Argument::kNone, 2, address<server>},
    {"fd.lip", kAddress, Argument::kNone, 2, address<local>},
    {"fd.rip", kAddress, Argument::kNone, 2, address<remote>},
    {"fd.net", kAddress, Argument::kNone, 2, both_addresses},
    {"fd.cnet", kAddress, Argument::kNone, 2, address<client>},
    {"fd.snet", kAddress, Argument::kNone, 2, address<server>},
    {"fd.lnet", kAddress, Argument::kNone, 2, address<local>},
    {"fd.rnet", kAddress, Argument::kNone, 2, address<remote>},
    {"fd.port", kNumber, Argument::kNone, 1, both_ports},
    {"fd.cport", kNumber, Argument::kNone, 1, port<client>},
    {"fd.sport", kNumber, Argument::kNone, 1, port<server>},
    {"fd.lport", kNumber, Argument::kNone, 1, port<local>},
    {"fd.rport", kNumber, Argument::kNone, 1, port<remote>},
    {"fd.cip.name", kText, Argument::kNone, 2, client_name},
    {"fd.sip.name", kText, Argument::kNone, 2, server_name},
    {"fd.lip.name", kText, Argument::kNone, 2, nullptr},
    {"fd.rip.name", kText, Argument::kNone, 2, remote_name},
    {"fd.l4proto", kText, Argument::kNone, 1, protocol},
    {"fd.sockfamily", kText, Argument::kNone, 1, family},
    {"fd.proto", kText, Argument::kNone, 1, nullptr},
    {"fd.cproto", kText, Argument::kNone, 1, nullptr},
    {"fd.sproto", kText, Argument::kNone, 1, nullptr},
    {"fd.lproto", kText, Argument::kNone, 1, nullptr},
    {"fd.rproto", kText, Argument::kNone, 1, nullptr},
    {"fd.is_server", kBool, Argument::kNone, 1, is_server},
    {"fd.connected", kBool, Argument::kNone, 1, connected},
    {"fd.name_changed", kBool, Argument::kNone, 1, name_changed},
    {"fd.uid", kText, Argument::kNone, 1, nullptr},
    {"fd.containername", kText, Argument::kNone, 1, nullptr},
    {"fd.containerdirectory", kText, Argument::kNone, 1, nullptr},
    {"fd.dev", kNumber, Argument::kNone, 1, device},
    {"fd.dev.major", kNumber, Argument::kNone, 1, device_major},
    {"fd.dev.minor", kNumber, Argument::kNone, 1, device_minor},
    {"fd.ino", kNumber, Argument::kNone, 1, inode},
    {"fd.types", kTexts, Argument::kOptionalNumber, 1, nullptr},
    {"fd.is_upper_layer", kBool, Argument::kNone, 1, nullptr},
    {"fd.is_lower_layer", kBool, Argument::kNone, 1, nullptr},
    {"fs.path.name", kText, Argument::kNone, 3, path},
    {"fs.path.nameraw", kText, Argument::kNone, 3, raw_path},
    {"fs.path.source", kText, Argument::kNone, 3, source_path},
    {"fs.path.sourceraw", kText, Argument::kNone, 3, source_path},
    {"fs.path.target", kText, Argument::kNone, 3, target_path},
    {"fs.path.targetraw", kText, Argument::kNone, 3, target_path},
};

}  // namespace

std::span<const Field> file_fields() {
  return kFields;
}

}  // namespace seawall::guard::falco
