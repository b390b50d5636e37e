// What changed on a host between two reports.
//
//   const HostDiff diff = compare_hosts(before, after);
//   text = render_host_diff(diff, "table", options);
//
// Controls are the same by id, things by name. What an exception sets aside counts as it would
// without failing. COST: n log n. THREADS: safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/host/host_formats.h"

namespace seawall::report {

struct HostChange {
  enum class Kind { kNewlyFails, kFixed, kNoLongerKnown, kOther };
  Kind kind = Kind::kOther;
  const ControlResult* control = nullptr;  // of the later report, else of the earlier one
  std::string subject;                     // empty: the control as a whole
  std::string before, after;               // verdicts; "absent", "set aside"
};

struct HostDiff {
  // REQUIRES: both reports outlive it.
  const HostReport* before = nullptr;
  const HostReport* after = nullptr;
  std::vector<HostChange> changes;  // what newly fails first
};

HostDiff compare_hosts(const HostReport& before, const HostReport& after);
// 2 when something could be judged before and no longer can, 1 when something newly fails, else 0.
int exit_code_of(const HostDiff& diff);
// `format`: table, markdown, json.
std::string render_host_diff(const HostDiff& diff, std::string_view format,
                             const HostRenderOptions& options);

}  // namespace seawall::report
