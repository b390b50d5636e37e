// DaemonProcess: the process that really answers on an engine's socket.
//
// Asked is the kernel: the peer of a connection (SO_PEERCRED); when that is not the daemon (systemd
// opened the socket for it), who holds the socket; then the pid file. A process that only calls
// itself dockerd is none of these. Source: unix(7), proc_pid_fd(5).
#pragma once

#include <string>
#include <vector>

#include "benchmark/collectors/system.h"

namespace seawall::benchmark {

struct DaemonProcess {
  int pid = 0;  // 0: not found
  std::string executable;
  std::vector<std::string> arguments;  // without the program's name
  uint32_t uid = 0;
  std::string found_by;  // "socket peer", "socket holder", "pid file"
};

// `program`: what its executable is called, "dockerd". ERRORS: kPermission when processes may not
// be looked at, kNotFound.
Result<DaemonProcess> find_daemon(const HostFiles& files, const std::vector<HostProcess>& processes,
                                  const std::string& socket, std::string_view program);
std::vector<std::string> process_arguments(const HostFiles& files, int pid);
// The last part of an executable's path, without " (deleted)".
std::string_view program_name(std::string_view executable);

}  // namespace seawall::benchmark
