#include "guard/profile/need.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "base/strings.h"
#include "benchmark/collectors/capabilities.h"
#include "guard/event/calls.h"
#include "guard/profile/peer.h"

namespace seawall::guard {
namespace {

constexpr std::string_view kEngineSockets[] = {"docker.sock", "podman.sock", "containerd.sock",
                                               "crio.sock", "cri-dockerd.sock"};
constexpr uint64_t kNewNamespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
                                    CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
// Whole disks and partitions, by their names in /dev.
constexpr std::string_view kBlockDevices[] = {"sd", "vd",      "xvd", "nvme", "dm-",
                                              "md", "mapper/", "sr",  "nbd",  "mmcblk"};
constexpr std::string_view kSettingFiles[] = {"release_agent", "uevent_helper"};

// What a refused event was about: its type says only that it was refused.
EventType type_of(const Event& event) {
  if (event.type != EventType::kDenied) return event.type;
  const Call* call = find_call(event.call);
  return call == nullptr ? EventType::kOther : call->type;
}

int64_t number_of(const Event& event, std::string_view name) {
  const Argument* argument = event.argument(name);
  return argument == nullptr ? 0 : argument->number;
}

bool is_setting(std::string_view path) {
  if (path.starts_with("/proc/sys/") || path == "/proc/sysrq-trigger") return true;
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return std::find(std::begin(kSettingFiles), std::end(kSettingFiles), name) !=
         std::end(kSettingFiles);
}

bool is_block_device(std::string_view path) {
  if (!path.starts_with("/dev/")) return false;
  return std::any_of(std::begin(kBlockDevices), std::end(kBlockDevices),
                     [&](std::string_view name) { return path.substr(5).starts_with(name); });
}

class Needs {
 public:
  explicit Needs(const Event& event) : event_(event) {}

  std::vector<Need> find() {
    if (event_.failed() && event_.type != EventType::kDenied && event_.refused_by.empty() &&
        event_.result != -EINPROGRESS)
      return {};
    by_type(type_of(event_));
    return std::move(needs_);
  }

 private:
  Need& add(NeedKind kind) { return needs_.emplace_back(Need{.kind = kind}); }
  void privilege(Privilege one) { add(NeedKind::kPrivilege).privilege = one; }

  void file(std::string_view path, Access access) {
    if (!path.starts_with('/') || (!access.read && !access.write)) return;
    Need& need = add(NeedKind::kFile);
    need.path = path;
    need.access = access;
  }
  void write_argument(std::string_view name) {
    if (const Argument* one = event_.argument(name)) file(one->text, {.write = true});
  }

  void execute() {
    const Process& process = *event_.process;
    Need& need = add(NeedKind::kExecute);
    need.path = event_.file.name.empty() ? process.executable : event_.file.name;
    need.called_as = event_.file.raw_name;
    if (need.called_as.empty() && !process.arguments.empty()) need.called_as = process.arguments[0];
    need.origin = process.origin;
    if (!need.path.starts_with('/')) need.origin = FileOrigin::kMemory;
  }

  void open() {
    const int64_t flags = number_of(event_, "flags");
    Access access{(flags & O_ACCMODE) != O_WRONLY, (flags & O_ACCMODE) != O_RDONLY};
    if (event_.call == "creat") access = {false, true};
    if ((flags & O_TRUNC) != 0) access.write = true;
    file(event_.file.name, access);
    if (event_.file.kind == FileKind::kDevice && is_block_device(event_.file.name))
      privilege(Privilege::kDevices);
    if (access.write && is_setting(event_.file.name)) privilege(Privilege::kKernelSettings);
  }

  void reach(NeedKind kind, const Address& address) {
    const FileSubject& socket = event_.file;
    if (socket.kind == FileKind::kUnix) {
      if (kind == NeedKind::kConnect && socket.name.starts_with('/'))
        add(NeedKind::kUnix).path = socket.name;
      return;
    }
    const bool internet = socket.kind == FileKind::kIpv4 || socket.kind == FileKind::kIpv6;
    if (!internet || !address.set || address.port == 0) return;
    Need& need = add(kind);
    need.address = address;
    need.peer.cidr = network_text(address);
    need.peer.protocol =
        socket.protocol == "tcp" || socket.protocol == "udp" ? socket.protocol : "";
    need.peer.first_port = need.peer.last_port = address.port;
  }

  void socket() {
    const Argument* domain = event_.argument("domain");
    const int64_t type = number_of(event_, "type") & 0xf;
    const bool packet =
        event_.file.kind == FileKind::kPacket || (domain != nullptr && domain->number == AF_PACKET);
    const bool internet =
        domain != nullptr && (domain->number == AF_INET || domain->number == AF_INET6);
    if (packet || event_.file.protocol == "raw" || (internet && type == SOCK_RAW))
      add(NeedKind::kRaw);
  }

  void node() {
    file(event_.file.name, {.write = true});
    const auto mode = static_cast<mode_t>(number_of(event_, "mode"));
    if (S_ISBLK(mode) || S_ISCHR(mode)) privilege(Privilege::kDevices);
  }

  void by_type(EventType type) {
    switch (type) {
      case EventType::kExec:
        return execute();
      case EventType::kOpen:
        return open();
      case EventType::kConnect:
      case EventType::kSend:
        return reach(NeedKind::kConnect, event_.file.remote);
      case EventType::kBind:
      case EventType::kListen:
        return reach(NeedKind::kListen, event_.file.local);
      case EventType::kSocket:
        return socket();
      case EventType::kLink:
      case EventType::kRename:
        write_argument("oldpath");
        return write_argument("newpath");
      case EventType::kSymlink:
        return write_argument("linkpath");
      case EventType::kUnlink:
      case EventType::kMakeFolder:
      case EventType::kMode:
      case EventType::kOwner:
        return file(event_.file.name, {.write = true});
      case EventType::kMakeNode:
        return node();
      case EventType::kFork:
        if ((static_cast<uint64_t>(number_of(event_, "flags")) & kNewNamespaces) != 0)
          privilege(Privilege::kNamespaces);
        return;
      case EventType::kNamespace:
        return privilege(Privilege::kNamespaces);
      case EventType::kTrace:
        return privilege(Privilege::kTrace);
      case EventType::kModule:
        return privilege(Privilege::kModules);
      case EventType::kMount:
        return privilege(Privilege::kMount);
      case EventType::kBpf:
        return privilege(Privilege::kBpf);
      case EventType::kPerf:
        return privilege(Privilege::kPerf);
      default:
        return;
    }
  }

  const Event& event_;
  std::vector<Need> needs_;
};

}  // namespace

std::vector<Need> needs_of(const Event& event) {
  return Needs(event).find();
}

bool is_engine_socket(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return std::find(std::begin(kEngineSockets), std::end(kEngineSockets), name) !=
         std::end(kEngineSockets);
}

std::optional<std::string> parse_capability(std::string_view word) {
  static const std::vector<std::string> all = benchmark::capability_names((1ull << 41) - 1);
  const std::string name = benchmark::capability_name(word);
  if (std::find(all.begin(), all.end(), name) == all.end()) return std::nullopt;
  return name.substr(4);
}

bool is_call_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace seawall::guard
