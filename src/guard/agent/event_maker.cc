#include "guard/agent/event_maker.h"

#include <arpa/inet.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <iterator>

#include "base/strings.h"
#include "guard/kernel/calls.h"

namespace seawall::guard {
namespace {

// IPv4 addresses stand in the last four bytes of an event's, behind ::ffff:.
Address address_of(uint16_t family, const uint8_t* bytes, uint16_t port) {
  Address address;
  address.port = port;
  if (family == AF_INET) {
    address.bytes[10] = address.bytes[11] = 0xff;
    std::copy(bytes, bytes + 4, address.bytes + 12);
  } else {
    std::copy(bytes, bytes + 16, address.bytes);
  }
  address.set = port != 0 || std::any_of(bytes, bytes + 16, [](uint8_t b) { return b != 0; });
  return address;
}

FileKind kind_of(const wire::sw_call& call) {
  if (call.family == AF_INET) return FileKind::kIpv4;
  if (call.family == AF_INET6) return FileKind::kIpv6;
  if (call.family == AF_UNIX) return FileKind::kUnix;
  if (call.family == AF_NETLINK) return FileKind::kNetlink;
  if (call.family == AF_PACKET) return FileKind::kPacket;
  if (S_ISREG(call.file_kind)) return FileKind::kRegular;
  if (S_ISDIR(call.file_kind)) return FileKind::kFolder;
  if (S_ISCHR(call.file_kind) || S_ISBLK(call.file_kind)) return FileKind::kDevice;
  if (S_ISFIFO(call.file_kind)) return FileKind::kPipe;
  return call.file_kind == 0 ? FileKind::kNone : FileKind::kOther;
}

std::string protocol_of(uint16_t family, uint16_t type, uint16_t protocol) {
  if (family != AF_INET && family != AF_INET6) return {};
  if (protocol == IPPROTO_TCP) return "tcp";
  if (protocol == IPPROTO_UDP) return "udp";
  if (protocol == IPPROTO_ICMP) return "icmp";
  return type == SOCK_RAW ? "raw" : std::string();
}

}  // namespace

std::string_view denied_word(uint32_t what) {
  const auto words = denied_words();
  return what < words.size() ? words[what] : std::string_view();
}

EventMaker::EventMaker(ContainerDirectory& directory)
    : directory_(directory),
      processes_([this](uint64_t group) { return directory_.of_group(group); }) {}

Event EventMaker::start(const wire::sw_record& record, EventType type, std::string_view call) {
  Event event;
  event.number = ++number_;
  event.time = time_of_day(record.time);
  event.type = type;
  event.call = call;
  event.result = record.result;
  return event;
}

std::optional<Event> EventMaker::make(const Record& record) {
  if (const auto* group = std::get_if<GroupRecord>(&record)) {
    if (group->fixed.record.result != 0) {
      directory_.came(group->fixed.record.group, group->name);
    } else {
      directory_.went(group->fixed.record.group);
    }
    return std::nullopt;
  }
  if (const auto* exec = std::get_if<ExecRecord>(&record)) {
    Event event = start(exec->fixed.record, EventType::kExec, "execve");
    event.process = processes_.exec(*exec);
    event.file.kind = FileKind::kRegular;
    event.file.name = event.process->executable;
    event.file.raw_name = to_valid_utf8(exec->filename);
    event.file.inode = exec->fixed.inode;
    event.file.device = exec->fixed.device;
    return event;
  }
  if (const auto* fork = std::get_if<ForkRecord>(&record)) {
    Event event = start(fork->fixed.record, EventType::kFork, "clone");
    event.process = processes_.fork(*fork);
    return event;
  }
  if (const auto* exit = std::get_if<ExitRecord>(&record)) {
    Event event = start(exit->fixed, EventType::kExit, "procexit");
    event.process = processes_.exit(*exit);
    if (!event.process) return std::nullopt;
    return event;
  }
  if (const auto* denied = std::get_if<DeniedRecord>(&record)) {
    const wire::sw_denied& fixed = denied->fixed;
    Event event = start(fixed.record, EventType::kDenied, denied_word(fixed.what));
    event.process = processes_.find(static_cast<int>(fixed.record.pid));
    event.refused_by = fixed.enforced != 0 ? "guard" : "";
    event.result = fixed.enforced != 0 ? -EPERM : 0;
    event.file.name = to_valid_utf8(denied->path);
    event.file.kind = fixed.family == AF_INET    ? FileKind::kIpv4
                      : fixed.family == AF_INET6 ? FileKind::kIpv6
                      : fixed.family == AF_UNIX  ? FileKind::kUnix
                      : denied->path.empty()     ? FileKind::kNone
                                                 : FileKind::kRegular;
    event.file.remote = address_of(fixed.family, fixed.remote, fixed.port);
    event.file.protocol = protocol_of(fixed.family, 0, static_cast<uint16_t>(fixed.argument));
    event.arguments.push_back({"what", std::string(denied_word(fixed.what)), fixed.what});
    event.arguments.push_back({"value", {}, static_cast<int64_t>(fixed.argument)});
    event.arguments.push_back({"origin",
                               std::string(to_string(static_cast<FileOrigin>(fixed.origin % 7))),
                               fixed.origin});
    return event;
  }
  const auto& call = std::get<CallRecord>(record);
  const SystemCall* known = system_call(call.fixed.record.call);
  if (known == nullptr) return std::nullopt;
  Event event = start(call.fixed.record, known->type, known->name);
  event.process = processes_.find(static_cast<int>(call.fixed.record.pid));
  event.file.kind = kind_of(call.fixed);
  event.file.number = known->gives_descriptor ? static_cast<int>(call.fixed.record.result)
                                              : static_cast<int>(call.fixed.arguments[0]);
  event.file.name = to_valid_utf8(call.path);
  event.file.raw_name = to_valid_utf8(call.raw);
  if (event.file.kind == FileKind::kUnix && event.file.name.empty())
    event.file.name = event.file.raw_name;
  event.file.inode = call.fixed.inode;
  event.file.device = call.fixed.device;
  event.file.protocol = protocol_of(call.fixed.family, call.fixed.socket_type, call.fixed.protocol);
  event.file.local = address_of(call.fixed.family, call.fixed.local, call.fixed.local_port);
  event.file.remote = address_of(call.fixed.family, call.fixed.remote, call.fixed.remote_port);
  event.file.is_server = known->type == EventType::kAccept || known->type == EventType::kListen;
  event.file.connected = event.file.remote.set && !event.failed();
  add_arguments(*known, call.fixed.arguments, to_valid_utf8(call.second), event);
  return event;
}

}  // namespace seawall::guard
