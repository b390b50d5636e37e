#include "advisory/versions/semver.h"

#include "advisory/versions/semver_order.h"
#include "advisory/versions/text.h"
#include "base/strings.h"

namespace seawall::advisory::versions {
namespace {

std::string_view take_identifier(std::string_view& text) {
  const std::string_view identifier = text.substr(0, text.find('.'));
  text.remove_prefix(identifier.size());
  take(text, '.');
  return identifier;
}

bool is_identifier_list(std::string_view text, bool zeros_allowed) {
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

// How an ecosystem's own tool bends the grammar of semver.org.
struct Grammar {
  int least = 3, most = 3;     // numbers
  bool leading_zeros = false;  // "01.2.3"
  bool bare_words = false;     // "1.2.3beta"
};

bool matches(std::string_view text, const Grammar& grammar) {
  for (int count = 1;; ++count) {
    const std::string_view number = take_digits(text);
    if (number.empty()) return false;
    if (!grammar.leading_zeros && number.size() > 1 && number[0] == '0') return false;
    if (count >= grammar.least && !text.starts_with('.')) break;
    if (count == grammar.most || !take(text, '.')) return false;
  }
  const size_t plus = text.find('+');
  if (plus != std::string_view::npos) {
    if (!is_identifier_list(text.substr(plus + 1), true)) return false;
    text = text.substr(0, plus);
  }
  if (text.empty()) return true;
  if (!take(text, '-') && !grammar.bare_words) return false;
  return is_identifier_list(text, grammar.leading_zeros);
}

// node-semver's loose mode takes spaces, "=" and "v" in front.
std::string_view without_npm_prefix(std::string_view text) {
  text = trim(text);
  while (!text.empty() && (text[0] == '=' || text[0] == 'v' || text[0] == ' ')) {
    text.remove_prefix(1);
  }
  return text;
}

}  // namespace

Semver read_semver(std::string_view text) {
  if (text.starts_with('v') || text.starts_with('V')) text.remove_prefix(1);
  Semver version;
  size_t length = 0;
  while (length < text.size() && (is_digit(text[length]) || text[length] == '.')) ++length;
  version.numbers = text.substr(0, length);
  text.remove_prefix(length);
  const size_t plus = text.find('+');
  if (plus != std::string_view::npos) {
    version.has_build = true;
    version.build = text.substr(plus + 1);
    text = text.substr(0, plus);
  }
  if (text.size() > 1) take(text, '-');
  version.prerelease = text;
  return version;
}

std::strong_ordering compare_identifiers(std::string_view a, std::string_view b, bool fold_case) {
  while (!a.empty() && !b.empty()) {
    const std::string_view left = take_identifier(a), right = take_identifier(b);
    const bool left_number = all_digits(left), right_number = all_digits(right);
    if (left_number != right_number) return right_number <=> left_number;
    const auto order = left_number ? compare_numbers(left, right)
                       : fold_case ? compare_folded(left, right)
                                   : left.compare(right) <=> 0;
    if (order != 0) return order;
  }
  return !a.empty() <=> !b.empty();
}

std::strong_ordering compare_semver_parts(const Semver& a, const Semver& b,
                                          const SemverOptions& options) {
  std::string_view left = a.numbers, right = b.numbers;
  while (!left.empty() || !right.empty()) {
    const auto order = compare_numbers(take_identifier(left), take_identifier(right));
    if (order != 0) return order;
  }
  if (a.prerelease.empty() != b.prerelease.empty()) {
    return a.prerelease.empty() <=> b.prerelease.empty();
  }
  const auto order = compare_identifiers(a.prerelease, b.prerelease, options.fold_case);
  if (order != 0 || !options.compare_build) return order;
  if (a.has_build != b.has_build) return a.has_build <=> b.has_build;
  return compare_identifiers(a.build, b.build, false);
}

std::strong_ordering compare_semver(std::string_view a, std::string_view b) {
  return compare_semver_parts(read_semver(a), read_semver(b), {});
}
bool is_valid_semver(std::string_view version) {
  return matches(version, {});
}

std::strong_ordering compare_npm(std::string_view a, std::string_view b) {
  return compare_semver(without_npm_prefix(a), without_npm_prefix(b));
}
bool is_valid_npm(std::string_view version) {
  return version.size() <= 256 &&
         matches(without_npm_prefix(version), {3, 3, true, /*bare_words=*/true});
}

std::strong_ordering compare_crates(std::string_view a, std::string_view b) {
  return compare_semver(a, b);
}
bool is_valid_crates(std::string_view version) {
  return matches(version, {});
}

std::strong_ordering compare_hex(std::string_view a, std::string_view b) {
  return compare_semver(a, b);
}
bool is_valid_hex(std::string_view version) {
  return matches(version, {});
}

std::strong_ordering compare_nuget(std::string_view a, std::string_view b) {
  return compare_semver_parts(read_semver(trim(a)), read_semver(trim(b)), {.fold_case = true});
}
bool is_valid_nuget(std::string_view version) {
  return matches(trim(version), {1, 4, true, false});
}

std::strong_ordering compare_pub(std::string_view a, std::string_view b) {
  return compare_semver_parts(read_semver(a), read_semver(b), {.compare_build = true});
}
bool is_valid_pub(std::string_view version) {
  return matches(version, {3, 3, true, false});
}

}  // namespace seawall::advisory::versions
