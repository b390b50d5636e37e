// Alpine versions: digit{.digit}[letter]{_suffix[number]}[~hash][-rN]. Source: apk-tools,
// doc/apk-package.5, "pkgver".
#pragma once

#include <compare>
#include <string_view>

namespace seawall::advisory::versions {

std::strong_ordering compare_apk(std::string_view a, std::string_view b);
bool is_valid_apk(std::string_view version);

}  // namespace seawall::advisory::versions
