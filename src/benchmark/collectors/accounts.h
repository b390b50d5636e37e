// Accounts of a host, from passwd, group and shadow. Source: passwd(5), group(5), shadow(5).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "benchmark/collectors/host_files.h"

namespace seawall::benchmark {

struct HostUser {
  std::string name, home, shell;
  uint32_t uid = 0, gid = 0;
  // passwd itself holds a password that can be typed, or says that none is needed; shadow is not
  // asked then.
  bool own_password = false;
};
struct HostGroup {
  std::string name;
  uint32_t gid = 0;
  std::vector<std::string> members;  // those that have it as their own group too, sorted
};

// Damaged lines are left out. LIMITS: HostFiles::kMostBytes of each file.
struct Accounts {
  std::vector<HostUser> users;
  std::vector<HostGroup> groups;
  Status status;  // of reading them
  // The name of a number; empty when nobody has it.
  std::string user_name(uint32_t uid) const;
  std::string group_name(uint32_t gid) const;
};
Accounts read_accounts(const HostFiles& files);

}  // namespace seawall::benchmark
