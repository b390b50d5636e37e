// Which policy decides: a document, presets, a severity, or the built-in baseline.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/finding.h"
#include "policy/policy.h"

namespace seawall::policy {

struct PolicyChoice {
  std::string file;                       // a policy document; empty: none
  std::vector<std::string> presets;       // besides it
  bool builtin_rules = true;              // the preset baseline, where neither of those is given
  Severity fail_on = Severity::kUnknown;  // deny this severity and worse; kUnknown: no such rule
  bool only_fixable = false;              // fail_on concerns only what has a fix
};

// "critical", "high", "medium", "low", "negligible", each also as "high-fixable"; "none";
// "default". ERRORS: kUsage listing the words.
Result<PolicyChoice> parse_fail_on(std::string_view word);

// ERRORS: those of read_policy() and of reading the file; kUsage for an unknown preset.
Result<Policy> load_policy(const PolicyChoice& choice, UnixSeconds today);

}  // namespace seawall::policy
