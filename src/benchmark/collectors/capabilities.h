// Names of the kernel's capabilities, and what engines give a container. Source: linux/capability.h
// of Linux 6.12; moby 27 oci/caps, containers/common 0.60 (DefaultCapabilities).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace seawall::benchmark {

// Of a bit mask as /proc/PID/status has it; "CAP_41" for bits without a name here.
std::vector<std::string> capability_names(uint64_t mask);
// "net_raw", "CAP_NET_RAW" and "NET_RAW" are CAP_NET_RAW; "ALL" stays "ALL".
std::string capability_name(std::string_view word);
// Its bit in a mask; none for names without one.
std::optional<int> capability_number(std::string_view word);
// Those that a container has by what was asked for: the engine's own set, added, dropped, ALL.
std::vector<std::string> effective_capabilities(std::string_view engine, bool privileged,
                                                const std::vector<std::string>& added,
                                                const std::vector<std::string>& dropped);

}  // namespace seawall::benchmark
