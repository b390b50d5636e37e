// Version vectors: text that states how versions compare, checked line by line. The core of
// `seawall db compare`.
//
//   # comment                      1.0~rc1 < 1.0
//   1.0-1 = 1.0-01                 2.0 > 1.9
//
// COST: one comparison a line. Versions hold no spaces; blank lines and lines that begin with "#"
// or
// "//" are skipped. ERRORS: kMalformed with the line's number for any other line that is not
// `A < B`, `A = B` or `A > B`; the first such line ends the check.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "advisory/version.h"
#include "base/result.h"

namespace seawall::advisory {

// One statement that does not hold.
struct VectorFailure {
  size_t line = 0;  // 1-based
  std::string left, right;
  char stated = '=', found = '=';
};
// "line 7: 1.0 < 0.9 does not hold: 1.0 > 0.9"
std::string to_string(const VectorFailure& failure);

struct VectorReport {
  size_t checked = 0;
  std::vector<VectorFailure> failures;  // in the order of the lines
};

Result<VectorReport> check_vectors(VersionScheme scheme, std::string_view text);

}  // namespace seawall::advisory
