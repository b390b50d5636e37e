// The plan: what to upgrade first.
//
// Findings are grouped by what one upgrade replaces: a source package (its binary packages move
// together) in one installed version. The group's target is the lowest version that closes all of
// it that can be closed: the highest of its findings' fixed versions. Each finding belongs to one
// group only, so taking the groups in the order "most denials, then most findings" gives, after any
// number of steps, the fewest upgrades that close the most.
//
//   report.actions = plan_actions(report);
//
// Packages of the distribution that the base image brought are one group: its newest release has
// their fixes, and it is one line of the Dockerfile.
//
// Findings without a fixed version are in no action, except malicious packages: those are to be
// removed. COST: n log n in the findings. The result depends on nothing but the report.
#pragma once

#include <vector>

#include "model/scan_report.h"

namespace seawall::scan {

std::vector<Action> plan_actions(const ScanReport& report);

}  // namespace seawall::scan
