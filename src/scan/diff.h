// What changed between two scans.
//
// Packages are the same when type, name and architecture are; where several versions of one are
// installed, those on both sides cancel out and the rest are paired in version order. Findings are
// the same when their fingerprints are, so that an upgrade, another layer or a newer database do
// not rename them.
#pragma once

#include "model/report_diff.h"
#include "policy/policy_choice.h"

namespace seawall::scan {

// REQUIRES: both reports outlive the result. COST: n log n.
Result<ReportDiff> diff(const ScanReport& before, const ScanReport& after,
                        const policy::PolicyChoice& policy);

// 2 when a part of either could not be examined, 1 when what was introduced is denied, 3 when
// either cannot say, else 0.
int exit_code_of(const ReportDiff& diff);

}  // namespace seawall::scan
