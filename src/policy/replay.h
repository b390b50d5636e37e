// Replay: what a policy would have decided of what was decided before, and exactly what would
// change.
//
//   SEAWALL_TRY(const ReplayResult result, replay(policy, "decisions/", {.since = now() - 30 *
//   day}));
//
// Each record is judged with its own facts at its own time, so that the same records and the same
// policy give the same answer on any day. COST: about 20,000 records of 4 KB a second and core.
// LIMITS: those of records. ERRORS: kNotFound, kIo; a line that is no record is a problem.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/scan_report.h"
#include "policy/policy.h"

namespace seawall::policy {

struct ReplayOptions {
  UnixSeconds since = 0;  // leave out what is older
  unsigned jobs = 1;
};

// Decisions of one subject that change in one way.
struct ReplayChange {
  std::string subject;  // "prod-shop Deployment/worker", "registry.example/shop/api:1.4.2"
  Verdict before = Verdict::kAllow, after = Verdict::kAllow;
  std::vector<std::string> rules;  // that deny now and did not, or did and do not
  uint64_t count = 0;
  UnixSeconds last = 0;
  std::string last_id;
};

struct ReplayResult {
  uint64_t records = 0, same = 0, newly_denied = 0, newly_allowed = 0, otherwise_changed = 0;
  uint64_t left_out = 0;              // older than `since`
  std::vector<ReplayChange> changes;  // newly denied first, then most frequent
  std::vector<Problem> problems;
};

Result<ReplayResult> replay(const Policy& policy, const std::string& path,
                            const ReplayOptions& options);
std::string render_replay(const ReplayResult& result, UnixSeconds now);  // for people
std::string replay_json(const ReplayResult& result);

}  // namespace seawall::policy
