#include "benchmark/collectors/daemon_process.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include <fmt/format.h>

#include "base/strings.h"
#include "benchmark/collectors/status_file.h"

namespace seawall::benchmark {
namespace {

constexpr std::string_view kPidFile = "/run/docker.pid";
constexpr std::string_view kListening = "00010000";  // __SO_ACCEPTCON

// Who opened the socket that this connects to; 0 when the kernel does not say.
int peer_of(const std::string& socket) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (socket.size() >= sizeof address.sun_path) return 0;
  std::memcpy(address.sun_path, socket.data(), socket.size());
  const FileDescriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid() ||
      ::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    return 0;
  ucred peer = {};
  socklen_t size = sizeof peer;
  if (::getsockopt(fd.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return 0;
  return peer.pid;
}

std::string without_var(std::string path) {
  return path.starts_with("/var/run/") ? path.substr(4) : path;
}

// Inode of a socket that listens at the path, as text: "4711".
std::string listening_inode(const HostFiles& files, const std::string& socket) {
  const auto text = files.read("/proc/net/unix", 16u << 20);
  std::string inode;
  if (!text.ok()) return inode;
  for_each_line(*text, [&](std::string_view line, size_t) {
    std::vector<std::string_view> fields;
    for (const std::string_view field : split(line, ' ')) {
      if (!field.empty()) fields.push_back(field);
    }
    if (fields.size() == 8 && fields[3] == kListening &&
        without_var(std::string(fields[7])) == without_var(socket))
      inode = fields[6];
  });
  return inode;
}

bool holds(const HostFiles& files, int pid, const std::string& target) {
  const std::string folder = fmt::format("/proc/{}/fd", pid);
  const auto names = files.names(folder);
  if (!names.ok()) return false;
  return std::any_of(names->begin(), names->end(), [&](const std::string& name) {
    const auto link = files.link_target(folder + "/" + name);
    return link.ok() && *link == target;
  });
}

int holder_of(const HostFiles& files, const std::vector<HostProcess>& processes,
              const std::string& socket, std::string_view program) {
  const std::string inode = listening_inode(files, socket);
  if (inode.empty()) return 0;
  for (const HostProcess& process : processes) {
    if (program_name(process.executable) == program &&
        holds(files, process.pid, fmt::format("socket:[{}]", inode)))
      return process.pid;
  }
  return 0;
}

DaemonProcess describe(const HostFiles& files, const HostProcess& process, std::string found_by) {
  DaemonProcess daemon;
  daemon.pid = process.pid;
  daemon.executable = process.executable;
  daemon.arguments = process_arguments(files, process.pid);
  const std::string status = files.value(fmt::format("/proc/{}/status", process.pid));
  daemon.uid = status_ids(status, "Uid").value_or(0);
  daemon.found_by = std::move(found_by);
  return daemon;
}

}  // namespace

std::string_view program_name(std::string_view executable) {
  if (executable.ends_with(" (deleted)")) executable.remove_suffix(10);
  return executable.substr(executable.rfind('/') + 1);
}

std::vector<std::string> process_arguments(const HostFiles& files, int pid) {
  std::vector<std::string> words;
  const auto text = files.read(fmt::format("/proc/{}/cmdline", pid));
  if (!text.ok() || text->empty()) return words;
  std::string_view rest = *text;
  if (rest.ends_with('\0')) rest.remove_suffix(1);
  for (const std::string_view word : split(rest, '\0')) words.push_back(to_valid_utf8(word));
  words.erase(words.begin());
  return words;
}

Result<DaemonProcess> find_daemon(const HostFiles& files, const std::vector<HostProcess>& processes,
                                  const std::string& socket, std::string_view program) {
  const auto process_with = [&](int pid) -> const HostProcess* {
    const auto found = std::find_if(processes.begin(), processes.end(),
                                    [&](const HostProcess& one) { return one.pid == pid; });
    const bool is = found != processes.end() && program_name(found->executable) == program;
    return is ? &*found : nullptr;
  };
  const int peer = peer_of(socket);
  if (const HostProcess* process = process_with(peer))
    return describe(files, *process, "socket peer");
  if (const HostProcess* process = process_with(holder_of(files, processes, socket, program)))
    return describe(files, *process, "socket holder");
  const auto pid = parse_unsigned(files.value(std::string(kPidFile)));
  if (const HostProcess* process =
          pid ? process_with(static_cast<int>(*pid & 0x3fffffff)) : nullptr)
    return describe(files, *process, "pid file");
  if (::geteuid() != 0)
    return Error(Code::kPermission, fmt::format("the process of {} cannot be told", program));
  return Error(Code::kNotFound,
               fmt::format("no process of this host that is {} holds {}", program, socket));
}

}  // namespace seawall::benchmark
