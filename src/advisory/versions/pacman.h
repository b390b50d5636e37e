// Arch Linux versions: [epoch:]version[-pkgrel]. Source: pacman's vercmp(8).
//
// pacman takes a missing pkgrel for equal to any; here it sorts before all, because 1-1 = 1 = 1-2
// would not be an order. Separators at the end, which makepkg never writes, count as one.
#pragma once

#include <compare>
#include <string_view>

namespace seawall::advisory::versions {

std::strong_ordering compare_pacman(std::string_view a, std::string_view b);
bool is_valid_pacman(std::string_view version);

}  // namespace seawall::advisory::versions
