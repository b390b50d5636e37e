// Comments that set findings of rules aside:
//
//   # seawall ignore=SW-C0001,5.14 the reason
//   # seawall global ignore=SW-C0044 the reason
//
// A comment speaks of the key it stands beside, or of the one in the next line, and of all that is
// below that key, by indentation. LIMITS: kMostIgnores a file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rules/rule.h"

namespace seawall::inspect {

// Whether the id, whatever its case, names the rule or one of its aliases ("cis-docker-1.8.0/5.5"
// or "5.5"); "all" names every rule.
bool names_rule(std::string_view id, const rules::Rule& rule);

struct IgnoreComment {
  std::vector<std::string> ids;
  std::string reason;
  uint32_t first = 0, last = 0;  // the lines it covers
};

class IgnoreComments {
 public:
  static constexpr size_t kMostIgnores = 1000;

  explicit IgnoreComments(std::string_view text);
  // The comment that sets the rule aside at the line; null when there is none.
  const IgnoreComment* find(const rules::Rule& rule, uint32_t line) const;
  bool overflow() const { return overflow_; }  // there are more than kMostIgnores

 private:
  std::vector<IgnoreComment> comments_;
  bool overflow_ = false;
};

}  // namespace seawall::inspect
