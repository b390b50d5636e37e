// Arch Linux versions: [epoch:]version[-pkgrel]. Source: pacman's vercmp(8).
//
// pacman takes a missing pkgrel for equal to any; here it sorts before all, because 1-1 = 1 = 1-2
// would not be an order. Separators at the end, which makepkg never writes, count as one.
#pragma once

#include <compare>
#include <string_view>

namespace seawall::advisory::versions {

std::strong_ordering compare_pacman(std::string_view a, std::string_view b);
// vercmp's own answer: a release that only one of them has is left out. No order: nothing may be
// sorted by it.
std::strong_ordering vercmp_pacman(std::string_view a, std::string_view b);
bool is_valid_pacman(std::string_view version);

}  // namespace seawall::advisory::versions
