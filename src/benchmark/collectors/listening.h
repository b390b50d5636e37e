// Sockets that wait for peers, as /proc/PID/net lists them.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "benchmark/collectors/host_files.h"

namespace seawall::benchmark {

struct ListeningSocket {
  std::string protocol, address;  // "tcp6", "::"
  uint16_t port = 0;
  uint64_t inode = 0;
};

// Those of `folder` ("/proc/self/net"), which only has files for IPv6 where the kernel does.
// ERRORS: a file that is missing otherwise or cannot be read.
Result<std::vector<ListeningSocket>> listening_sockets(
    const HostFiles& files, const std::string& folder,
    std::initializer_list<std::string_view> protocols);
// `protocol`: tcp, tcp6, udp or udp6. Damaged lines are left out.
std::vector<ListeningSocket> parse_listening(std::string_view protocol, std::string_view text);

}  // namespace seawall::benchmark
