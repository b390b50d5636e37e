// RPM versions: [epoch:]version[-release]. Source: rpm-version(7), rpm tests/rpmvercmp.at.
//
// A missing epoch is 0. A missing release sorts before every release, as in rpm's own ordering of
// EVRs; taking it for equal to all of them would not be an order (1-1 = 1 = 1-2).
#pragma once

#include <compare>
#include <string_view>

namespace seawall::advisory::versions {

std::strong_ordering compare_rpm(std::string_view a, std::string_view b);
bool is_valid_rpm(std::string_view version);

}  // namespace seawall::advisory::versions
