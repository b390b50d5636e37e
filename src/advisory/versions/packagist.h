// Composer versions: PHP's version_compare after a leading "v" is taken off, branches ("dev-...")
// before all numbers. Source: PHP manual, version_compare; composer/semver.
//
// PHP finds "#" equal to any number and to the end; here it equals the end only, so that the order
// is one.
#pragma once

#include <compare>
#include <string_view>

namespace seawall::advisory::versions {

std::strong_ordering compare_packagist(std::string_view a, std::string_view b);
bool is_valid_packagist(std::string_view version);

}  // namespace seawall::advisory::versions
