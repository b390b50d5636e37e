// A profile in a dozen lines for people: what it allows, where it comes from, what is between it
// and the next mode.
#pragma once

#include <string>

#include "base/time.h"
#include "guard/profile/profile.h"
#include "guard/profile/promotion.h"

namespace seawall::guard {

std::string summary_of(const Profile& profile, UnixSeconds now, const PromotionCriteria& criteria);
// "learn", "observe", "enforce" and "incomplete" where something was lost: of a list of profiles.
std::string summary_line(const Profile& profile);

}  // namespace seawall::guard
