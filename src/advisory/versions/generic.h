// Numbers and words, for what has no order of its own: pre-release words (alpha, beta, rc ...) sort
// before the end, other words after it (OpenSSL's 1.1.1 < 1.1.1g), numbers last.
#pragma once

#include <compare>
#include <string_view>

namespace seawall::advisory::versions {

std::strong_ordering compare_generic(std::string_view a, std::string_view b);
bool is_valid_generic(std::string_view version);

}  // namespace seawall::advisory::versions
