// The one reader and comparer of semantic versions; see semver.h for who uses it.
#pragma once

#include <compare>
#include <string_view>

namespace seawall::advisory::versions {

struct SemverOptions {
  bool fold_case = false;      // NuGet: pre-releases differ in more than case
  bool compare_build = false;  // pub: 1.0.0 < 1.0.0+1 < 1.0.0+2
};

struct Semver {
  std::string_view numbers;     // "1.2.3", as written
  std::string_view prerelease;  // "rc.1"; empty when there is none
  std::string_view build;
  bool has_build = false;
};

Semver read_semver(std::string_view text);
std::strong_ordering compare_semver_parts(const Semver& a, const Semver& b,
                                          const SemverOptions& options);
// Dotted identifiers: numbers by value and before words, words by their bytes, fewer before more.
std::strong_ordering compare_identifiers(std::string_view a, std::string_view b, bool fold_case);

}  // namespace seawall::advisory::versions
