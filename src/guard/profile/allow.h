// allow(): a denied benign action is let be from now on, and who did so is written down.
//
//   SEAWALL_CHECK(allow(profile, need, {.reason = "nightly backup", .who = "ann", .when = now()}));
//
// What stands in the way is changed: an entry is added to the list `allow`, one of exactly this is
// taken from `deny`. ERRORS: kUsage when it is allowed already, or no reason or no person is given;
// kUnsupported when a wider `deny` (a folder, a network) forbids it, which only a person's edit of
// the document may take away.
#pragma once

#include "base/result.h"
#include "guard/profile/need.h"
#include "guard/profile/profile.h"

namespace seawall::guard {

// `record.what` is filled in.
Status allow(Profile& profile, const Need& need, Allowance record);

}  // namespace seawall::guard
