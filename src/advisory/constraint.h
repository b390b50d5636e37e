// Requirement strings of package managers (">= 1.0, < 1.2", "~> 7.0.8, >= 7.0.8.5") to ranges.
//
//   SEAWALL_TRY(auto ranges, ranges_of(VersionScheme::kPackagist, {{">=1.0", "<1.2"}}));
//   SEAWALL_TRY(auto ranges, ranges_outside(VersionScheme::kRubygems, {{"< 3.0.0"},
//   {">= 7.2.1"}}));
//
// A requirement is a list of parts that must all hold; several requirements are alternatives. Parts
// are =, <, <=, >, >= and RubyGems' ~>, also several in one string with commas between.
// Range has no open lower end. "> 1.2" becomes the range from "1.2.0.1" on: above 1.2 and below
// what anybody publishes next. "~> 2.1" ends at "3.a", RubyGems' own way to write "3 with all its
// prereleases".
// LIMITS: 256 requirements. ERRORS: kMalformed with the part that is none.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "advisory/record.h"
#include "advisory/version.h"
#include "base/result.h"

namespace seawall::advisory {

// One requirement: all parts must hold.
using Requirement = std::vector<std::string_view>;

// The versions that meet any requirement, one range for each; those that nothing can meet are left
// out.
Result<std::vector<Range>> ranges_of(VersionScheme scheme,
                                     const std::vector<Requirement>& requirements);
// The versions that meet none, in rising order: how an advisory that lists what is safe is read.
// Without requirements that is every version.
Result<std::vector<Range>> ranges_outside(VersionScheme scheme,
                                          const std::vector<Requirement>& requirements);

}  // namespace seawall::advisory
