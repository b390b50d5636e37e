// How this host's control groups tell containers apart, and where the host's root is: what the
// kernel part has to know before it loads.
//
// The unified hierarchy (version 2) counts where it is the only one. Where version 1 is there, too
// (hybrid) or alone, the groups of its "pids" controller count: every runtime makes those, and on a
// purely old host the unified hierarchy has one group for everybody.
//
//   SEAWALL_TRY(const GroupLayout layout, group_layout());
#pragma once

#include <string>

#include "base/result.h"
#include "guard/kernel/wire.h"

namespace seawall::guard {

struct GroupLayout {
  std::string name;          // "v2", "hybrid", "v1"
  std::string root;          // where the hierarchy that counts is mounted
  std::string unified_root;  // where the unified one is; empty: nowhere
  wire::sw_layout kernel;

  // The id that the kernel part knows a group by: of a folder below `root`.
  Result<uint64_t> group_id(const std::string& folder) const;
};

// ERRORS: kUnsupported without control groups; kPermission, kIo from /proc.
Result<GroupLayout> group_layout();

}  // namespace seawall::guard
