#include "advisory/versions/golang.h"

#include "advisory/versions/semver_order.h"
#include "advisory/versions/text.h"

namespace seawall::advisory::versions {
namespace {

struct Version {
  bool valid = false;
  bool toolchain = false;
  Semver semver;
};

bool has_valid_identifiers(std::string_view text, bool zeros_allowed) {
  while (true) {
    const size_t dot = text.find('.');
    const std::string_view identifier = text.substr(0, dot);
    if (identifier.empty()) return false;
    for (const char c : identifier) {
      if (!is_digit(c) && !is_alpha(c) && c != '-') return false;
    }
    if (!zeros_allowed && identifier.size() > 1 && identifier[0] == '0' && all_digits(identifier)) {
      return false;
    }
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

// One to three numbers without leading zeros; returns how many, 0 when it is anything else.
int count_numbers(std::string_view numbers) {
  for (int count = 1; count <= 3; ++count) {
    const std::string_view number = take_digits(numbers);
    if (number.empty() || (number.size() > 1 && number[0] == '0')) return 0;
    if (numbers.empty()) return count;
    if (!take(numbers, '.')) return 0;
  }
  return 0;
}

Version parse(std::string_view text) {
  text = text.substr(0, text.find(' '));
  Version version;
  if (text.starts_with("go") && text.size() > 2 && is_digit(text[2])) {
    version.toolchain = true;
    text.remove_prefix(2);
    // "go1.22.1-vendor" names who built it.
    text = text.substr(0, text.find('-'));
  }
  version.semver = read_semver(text);
  const Semver& semver = version.semver;
  const int numbers = count_numbers(semver.numbers);
  if (version.toolchain) {
    version.valid = numbers > 0;
    return version;
  }
  version.valid = numbers > 0;
  const bool plain = semver.prerelease.empty() && !semver.has_build;
  if (!plain && numbers != 3) version.valid = false;
  // Without numbers the pre-release may be the whole text, with nothing before it.
  if (version.valid && !semver.prerelease.empty()) {
    const char before = *(semver.prerelease.data() - 1);
    if (before != '-' || !has_valid_identifiers(semver.prerelease, false)) version.valid = false;
  }
  if (semver.has_build && !has_valid_identifiers(semver.build, true)) version.valid = false;
  return version;
}

// A pre-release read identifier by identifier; the toolchain's "rc2" is the two of "rc.2".
std::string_view next_identifier(std::string_view& rest, bool toolchain) {
  if (toolchain) {
    return rest.empty() || is_digit(rest[0])
               ? take_digits(rest)
               : take_while(rest, [](char c) { return !is_digit(c); });
  }
  const std::string_view identifier = rest.substr(0, rest.find('.'));
  rest.remove_prefix(identifier.size());
  take(rest, '.');
  return identifier;
}

std::strong_ordering compare_prereleases(const Version& a, const Version& b) {
  std::string_view left = a.semver.prerelease, right = b.semver.prerelease;
  if (left.empty() != right.empty()) return left.empty() <=> right.empty();
  while (!left.empty() && !right.empty()) {
    const auto order = compare_identifiers(next_identifier(left, a.toolchain),
                                           next_identifier(right, b.toolchain), false);
    if (order != 0) return order;
  }
  return !left.empty() <=> !right.empty();
}

}  // namespace

std::strong_ordering compare_golang(std::string_view a, std::string_view b) {
  const Version left = parse(a), right = parse(b);
  if (left.valid != right.valid) return left.valid <=> right.valid;
  Semver left_numbers = left.semver, right_numbers = right.semver;
  left_numbers.prerelease = right_numbers.prerelease = {};
  const auto order = compare_semver_parts(left_numbers, right_numbers, {});
  return order != 0 ? order : compare_prereleases(left, right);
}

bool is_valid_golang(std::string_view version) {
  return parse(version).valid;
}

}  // namespace seawall::advisory::versions
