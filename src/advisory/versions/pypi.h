// Python versions. Source: PEP 440 (now the PyPA "Version specifiers" specification).
//
// What is no such version sorts before all that are, in the order setuptools gave to legacy
// versions.
#pragma once

#include <compare>
#include <string_view>

namespace seawall::advisory::versions {

std::strong_ordering compare_pypi(std::string_view a, std::string_view b);
bool is_valid_pypi(std::string_view version);

}  // namespace seawall::advisory::versions
