// The built-in default policy: deny what is known to be exploited, and what is critical and can be
// fixed.
// `--fail-on` adds a severity; `--fail-on none` allows everything. Documented in docs/policy.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/finding.h"

namespace seawall::policy {

struct DefaultPolicy {
  bool builtin_rules = true;              // known-exploited, critical-with-fix
  Severity fail_on = Severity::kUnknown;  // deny this severity and worse; kUnknown: no such rule
  bool only_fixable = false;              // fail_on concerns only what has a fix
};

// "critical", "high", "medium", "low", "negligible", each also as "high-fixable"; "none";
// "default". ERRORS: kUsage listing the words.
Result<DefaultPolicy> parse_fail_on(std::string_view word);

// Rules that spoke, in a fixed order, each with its findings' indexes ascending.
Decision decide(const DefaultPolicy& policy, const std::vector<Finding>& findings);

}  // namespace seawall::policy
