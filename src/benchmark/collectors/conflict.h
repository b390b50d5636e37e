// Two sources that disagree: a finding of its own.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace seawall::benchmark {

struct Conflict {
  std::string what;                                         // "seccomp"
  std::vector<std::pair<std::string, std::string>> values;  // value, source
};

// A member of the facts' `conflicts`.
std::string conflict_json(const std::string& subject, const Conflict& conflict);

}  // namespace seawall::benchmark
