// Corrections of a Dockerfile, where there is one right way and it changes nothing else.
//
// A correction is taken only when the corrected text, read again, no longer breaks the rule there
// and breaks no other rule more often than before.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "inspect/dockerfile/lint.h"

namespace seawall::inspect {

inline constexpr size_t kMostFixes = 500;

struct DockerFixed {
  std::string rule_id;
  uint32_t line = 0;  // where about, in the text as it was when the correction was made
};

struct DockerFix {
  std::string text;                // corrected; the same as given when nothing was
  std::vector<DockerFixed> fixed;  // in order
};

// A text that is no valid UTF-8 or has problems of its own is left alone. LIMITS: kMostFixes.
DockerFix fix_dockerfile(std::string_view text, const std::vector<DockerRule>& rules,
                         const DockerLintOptions& options = {}, const Limits& limits = {});

}  // namespace seawall::inspect
