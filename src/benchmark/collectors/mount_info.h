// The lines of /proc/PID/mountinfo. LIMITS: the first kMostMounts; damaged lines are left out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace seawall::benchmark {

inline constexpr size_t kMostMounts = 50'000;

struct MountInfo {
  std::string device;  // "8:1"
  std::string root;    // what of the file system is mounted: "/", "/var/lib/x"
  std::string target, type, source;
  std::vector<std::string> options;  // of the mount, not of the file system
  std::string propagation;           // "private", "shared", "slave", "unbindable"
};

std::vector<MountInfo> parse_mount_info(std::string_view text);

}  // namespace seawall::benchmark
