// Sockets that wait for peers, as /proc/PID/net lists them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace seawall::benchmark {

struct ListeningSocket {
  std::string protocol, address;  // "tcp6", "::"
  uint16_t port = 0;
  uint64_t inode = 0;
};

// `protocol`: tcp, tcp6, udp or udp6. Damaged lines are left out.
std::vector<ListeningSocket> parse_listening(std::string_view protocol, std::string_view text);

}  // namespace seawall::benchmark
