// Lines of /proc/PID/status. Source: proc_pid_status(5).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace seawall::benchmark {

// "Seccomp:\t2" has "2" for "Seccomp"; empty when there is no such line.
std::string_view status_value(std::string_view status, std::string_view name);
// The effective one of four numbers: "Uid:\t0\t0\t0\t0".
std::optional<uint32_t> status_ids(std::string_view status, std::string_view name);
// "CapEff:\t00000000a80425fb".
std::optional<uint64_t> status_mask(std::string_view status, std::string_view name);

}  // namespace seawall::benchmark
