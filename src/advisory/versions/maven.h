// Maven versions. Source: "Version Order Specification" of the POM reference and the behaviour of
// maven-artifact's ComparableVersion.
#pragma once

#include <compare>
#include <string_view>

namespace seawall::advisory::versions {

std::strong_ordering compare_maven(std::string_view a, std::string_view b);
bool is_valid_maven(std::string_view version);

}  // namespace seawall::advisory::versions
