// Debian versions: [epoch:]upstream[-revision]. Source: deb-version(7), dpkg lib/dpkg/version.c.
#pragma once

#include <compare>
#include <string_view>

namespace seawall::advisory::versions {

std::strong_ordering compare_dpkg(std::string_view a, std::string_view b);
bool is_valid_dpkg(std::string_view version);

}  // namespace seawall::advisory::versions
