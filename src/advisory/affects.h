// Is a version affected? The one place where ranges meet version orders.
//
//   affects(VersionScheme::kDpkg, {{"", "2.5.0-1+deb12u1", ""}}, {}, "2.5.0-1") == true
//
// Source: OSV schema 1.6, "Evaluation": a version is affected when a range holds it or the list of
// versions names it; an entry with neither speaks of all versions.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "advisory/record.h"
#include "advisory/version.h"

namespace seawall::advisory {

// [introduced, fixed), or [introduced, last_affected] when nothing is fixed; "" and "0" introduced
// mean the first version there is, whatever the scheme thinks of "0".
bool holds(VersionScheme scheme, const Range& range, std::string_view version);
bool affects(VersionScheme scheme, std::span<const Range> ranges,
             std::span<const std::string_view> versions, std::string_view version);
// For people: ">=1.2.0, <1.2.9 || <=0.9"; "all versions" when there is no bound.
std::string to_text(std::span<const Range> ranges, std::span<const std::string_view> versions);

}  // namespace seawall::advisory
