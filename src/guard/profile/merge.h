// Merge: the profiles of replicas of one image as one. Whatever one of them did is allowed; denied
// is what none did; losses, events and containers are added.
//
//   SEAWALL_TRY(const Profile profile, merge(of_replicas));
//
// The order of the profiles changes nothing, and merging in steps gives the same. What one of them
// does not restrict (no list) the outcome does not restrict. The mode is the least strict one.
// ERRORS: kMismatch for profiles of different images; kUsage for none.
#pragma once

#include <vector>

#include "base/result.h"
#include "guard/profile/profile.h"

namespace seawall::guard {

Result<Profile> merge(std::vector<Profile> profiles);

}  // namespace seawall::guard
