// Go module and toolchain versions. Source: golang.org/x/mod/semver, "Module version numbering".
//
// The "v" may be missing; "go1.21rc2" of a toolchain is v1.21.0-rc.2 as in the Go vulnerability
// database, and what follows a space ("X:boringcrypto") or "+incompatible" does not count.
// What is no version at all sorts before what is one.
#pragma once

#include <compare>
#include <string_view>

namespace seawall::advisory::versions {

std::strong_ordering compare_golang(std::string_view a, std::string_view b);
bool is_valid_golang(std::string_view version);

}  // namespace seawall::advisory::versions
