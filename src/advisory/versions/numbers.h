// Versions that are lists of numbers: R's package_version ("1.0-2") and Haskell's Data.Version.
// Source: R manual, numeric_version; Haskell PVP. A list sorts after its own prefix: 1.0 < 1.0.0.
#pragma once

#include <compare>
#include <string_view>

namespace seawall::advisory::versions {

std::strong_ordering compare_cran(std::string_view a, std::string_view b);
bool is_valid_cran(std::string_view version);
std::strong_ordering compare_hackage(std::string_view a, std::string_view b);
bool is_valid_hackage(std::string_view version);

}  // namespace seawall::advisory::versions
