// RubyGems versions. Source: Gem::Version ("-" stands for ".pre.", letters are pre-releases).
#pragma once

#include <compare>
#include <string_view>

namespace seawall::advisory::versions {

std::strong_ordering compare_rubygems(std::string_view a, std::string_view b);
bool is_valid_rubygems(std::string_view version);

}  // namespace seawall::advisory::versions
