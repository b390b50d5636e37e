// Semantic versions and the ecosystems whose order is theirs with small changes.
// Source: semver.org 2.0.0, section 11; node-semver (loose), NuGet.Versioning, pub_semver.
//
// One reader takes them all: an optional "v", any number of numbers (missing ones are 0), a
// pre-release that may lack its "-", and build metadata.
#pragma once

#include <compare>
#include <string_view>

namespace seawall::advisory::versions {

std::strong_ordering compare_semver(std::string_view a, std::string_view b);
bool is_valid_semver(std::string_view version);
std::strong_ordering compare_npm(std::string_view a, std::string_view b);
bool is_valid_npm(std::string_view version);
std::strong_ordering compare_crates(std::string_view a, std::string_view b);
bool is_valid_crates(std::string_view version);
std::strong_ordering compare_hex(std::string_view a, std::string_view b);
bool is_valid_hex(std::string_view version);
std::strong_ordering compare_nuget(std::string_view a, std::string_view b);
bool is_valid_nuget(std::string_view version);
std::strong_ordering compare_pub(std::string_view a, std::string_view b);
bool is_valid_pub(std::string_view version);

}  // namespace seawall::advisory::versions
