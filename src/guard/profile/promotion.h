// Promotion: when a profile may go from learn to observe and from observe to enforce.
//
//   const Promotion promotion = promotion_of(profile, now(), {});
//   if (promotion.reasons.empty()) profile.mode = *promotion.next;
//
// To observe: complete (nothing lost), at least `containers` replicas, learned for at least
// `learn_seconds`, at least one first command seen, nothing flagged while it learned. To enforce:
// the same, and observed for `observe_seconds` without a denial. A profile that was written by hand
// (no events) needs the observation alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "guard/profile/profile.h"

namespace seawall::guard {

struct PromotionCriteria {
  int64_t learn_seconds = 24 * 3600;
  uint64_t containers = 2;
  int64_t observe_seconds = 72 * 3600;
};

struct Promotion {
  std::optional<Mode> next;          // none: it enforces already
  std::vector<std::string> reasons;  // why not yet; empty: it may
};

Promotion promotion_of(const Profile& profile, UnixSeconds now, const PromotionCriteria& criteria);
// REQUIRES: promotion_of() gave no reason. Counting of denials starts anew.
void promote(Profile& profile, Mode next, UnixSeconds now);

}  // namespace seawall::guard
