// What the guard is doing, for `seawall guard status` and for metrics: written to a file that is
// replaced whole, so that who reads needs no connection and no right but to read.
//
//   SEAWALL_CHECK(write_status(status, "/run/seawall"));
//   SEAWALL_TRY(const GuardStatus status, read_status("/run/seawall"));
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"

namespace seawall::guard {

struct GuardStatus {
  int64_t time = 0;  // seconds since 1970
  int pid = 0;
  std::string kernel;                           // "6.1.0-28-amd64"
  std::string exec, files, network, privilege;  // backends, in words
  std::string hooks_missing;
  std::string groups;  // "v2", "hybrid", "v1"
  bool kept = false;   // enforcement outlives the agent
  std::string canary;  // "denied", "went through: exec"; or why it could not try
  int64_t canary_time = 0;
  bool canary_holds = false;
  struct ContainerState {
    std::string id, name, image, profile;
    std::string mode;  // "learn", "observe", "enforce"; empty: no profile
    uint64_t lost = 0;
    bool late = false;  // bound after its control group was made
  };
  std::vector<ContainerState> containers;
  std::map<std::string, uint64_t> counters;  // "events", "lostRing", "denied.exec", ...
  std::vector<std::string> problems;

  bool is_stale(int64_t now) const;  // the guard has said nothing for too long
  size_t count(std::string_view mode) const;
  // The share of containers that are really enforced: bound, in time, and the canary held.
  double enforced_share() const;
};

std::string status_json(const GuardStatus& status);
Result<GuardStatus> status_from_json(std::string_view text);
// The lines of experience: backends, canary, containers.
std::string status_text(const GuardStatus& status, int64_t now);
// Prometheus text format 0.0.4.
std::string status_metrics(const GuardStatus& status);

Status write_status(const GuardStatus& status, const std::string& folder);
// What a guard says when it starts and ends: nothing is known.
void remove_status(const std::string& folder);
// ERRORS: kNotFound when no guard ever ran here.
Result<GuardStatus> read_status(const std::string& folder);

}  // namespace seawall::guard
