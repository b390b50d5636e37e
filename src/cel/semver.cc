#include "cel/semver.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/strings.h"
#include "cel/go_quote.h"

namespace seawall::cel {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_numeric(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_digit);
}
bool is_identifier(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  });
}
bool has_leading_zero(std::string_view text) {
  return text.size() > 1 && text[0] == '0';
}

Result<uint64_t> number(std::string_view text) {
  if (const auto value = parse_unsigned(text)) return *value;
  return malformed(fmt::format("strconv.ParseUint: parsing {}: {}", go_quote(text),
                               text.empty() ? "invalid syntax" : "value out of range"));
}

Result<uint64_t> part(std::string_view text, std::string_view name, std::string_view title) {
  if (!is_numeric(text)) {
    return malformed(
        fmt::format("Invalid character(s) found in {} number {}", name, go_quote(text)));
  }
  if (has_leading_zero(text)) {
    return malformed(
        fmt::format("{} number must not contain leading zeroes {}", title, go_quote(text)));
  }
  return number(text);
}

Status check_prerelease(std::string_view text) {
  for (const std::string_view identifier : split(text, '.')) {
    if (identifier.empty()) return malformed("Prerelease is empty");
    if (!is_numeric(identifier)) {
      if (is_identifier(identifier)) continue;
      return malformed("Invalid character(s) found in prerelease " + go_quote(identifier));
    }
    if (has_leading_zero(identifier)) {
      return malformed("Numeric PreRelease version must not contain leading zeroes " +
                       go_quote(identifier));
    }
    SEAWALL_CHECK(number(identifier));
  }
  return {};
}

Status check_build(std::string_view text) {
  for (const std::string_view identifier : split(text, '.')) {
    if (identifier.empty()) return malformed("Build meta data is empty");
    if (!is_identifier(identifier)) {
      return malformed("Invalid character(s) found in build meta data " + go_quote(identifier));
    }
  }
  return {};
}

int order(uint64_t left, uint64_t right) {
  return left < right ? -1 : left > right ? 1 : 0;
}

// Numbers before words.
int compare_identifiers(std::string_view left, std::string_view right) {
  const bool left_number = is_numeric(left), right_number = is_numeric(right);
  if (left_number != right_number) return left_number ? -1 : 1;
  if (left_number) return order(*parse_unsigned(left), *parse_unsigned(right));
  return left < right ? -1 : left > right ? 1 : 0;
}

// The first three parts at dots; the third has the rest.
std::vector<std::string_view> three_parts(std::string_view text) {
  std::vector<std::string_view> parts;
  while (parts.size() < 2 && text.find('.') != std::string_view::npos) {
    parts.push_back(text.substr(0, text.find('.')));
    text.remove_prefix(text.find('.') + 1);
  }
  parts.push_back(text);
  return parts;
}

}  // namespace

Result<Semver> Semver::parse(std::string_view text) {
  if (text.empty()) return malformed("Version string empty");
  const auto parts = three_parts(text);
  if (parts.size() != 3) return malformed("No Major.Minor.Patch elements found");
  Semver made;
  SEAWALL_TRY(made.major, part(parts[0], "major", "Major"));
  SEAWALL_TRY(made.minor, part(parts[1], "minor", "Minor"));
  std::string_view rest = parts[2];
  std::optional<std::string_view> prerelease, build;
  if (const size_t plus = rest.find('+'); plus != std::string_view::npos) {
    build = rest.substr(plus + 1);
    rest = rest.substr(0, plus);
  }
  if (const size_t minus = rest.find('-'); minus != std::string_view::npos) {
    prerelease = rest.substr(minus + 1);
    rest = rest.substr(0, minus);
  }
  SEAWALL_TRY(made.patch, part(rest, "patch", "Patch"));
  if (prerelease) {
    SEAWALL_CHECK(check_prerelease(*prerelease));
    made.prerelease = *prerelease;
  }
  if (build) {
    SEAWALL_CHECK(check_build(*build));
    made.build = *build;
  }
  return made;
}

Result<std::string> Semver::normalize(std::string_view text) {
  if (text.starts_with("v")) text.remove_prefix(1);
  std::vector<std::string> parts;
  for (const std::string_view part : three_parts(text)) {
    std::string bare(part);
    if (bare.size() > 1) {
      bare.erase(0, std::min(bare.find_first_not_of('0'), bare.size()));
      if (bare.empty() || !is_digit(bare[0])) bare.insert(0, 1, '0');
    }
    parts.push_back(std::move(bare));
  }
  if (parts.size() < 3 && parts.back().find_first_of("+-") != std::string::npos) {
    return malformed("short version cannot contain PreRelease/Build meta data");
  }
  parts.resize(3, "0");
  return join(parts, ".");
}

std::string Semver::text() const {
  std::string text = fmt::format("{}.{}.{}", major, minor, patch);
  if (!prerelease.empty()) (text += '-') += prerelease;
  if (!build.empty()) (text += '+') += build;
  return text;
}

int Semver::compare(const Semver& other) const {
  if (major != other.major) return order(major, other.major);
  if (minor != other.minor) return order(minor, other.minor);
  if (patch != other.patch) return order(patch, other.patch);
  if (prerelease.empty() || other.prerelease.empty()) {
    return static_cast<int>(prerelease.empty()) - static_cast<int>(other.prerelease.empty());
  }
  const auto left = split(prerelease, '.'), right = split(other.prerelease, '.');
  for (size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    if (const int by_part = compare_identifiers(left[i], right[i]); by_part != 0) return by_part;
  }
  return order(left.size(), right.size());
}

}  // namespace seawall::cel
