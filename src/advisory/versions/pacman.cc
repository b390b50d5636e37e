#include "advisory/versions/pacman.h"

#include "advisory/versions/text.h"

namespace seawall::advisory::versions {
namespace {

struct Parts {
  std::string_view epoch, version, release;
  bool has_release = false;
};

Parts parse(std::string_view text) {
  Parts parts;
  std::string_view rest = text;
  parts.epoch = take_digits(rest);
  if (take(rest, ':')) {
    text = rest;
  } else {
    parts.epoch = {};
  }
  const size_t dash = text.rfind('-');
  parts.has_release = dash != std::string_view::npos;
  parts.version = text.substr(0, dash);
  if (parts.has_release) parts.release = text.substr(dash + 1);
  return parts;
}

bool is_separator(char c) {
  return !is_digit(c) && !is_alpha(c);
}

// One step of a version: its separators and what kind of segment follows. The pairs are ordered:
// 1.0a < 1.0 < 1.0. < 1.0.a < 1.0.1 < 1.0..a, where more separators are newer.
struct Step {
  size_t separators = 0;
  // 0 letters without separator before them, 1 the end, 2 separators and the end, 3 anything else
  int group = 0;
  bool digits = false;
};

Step next_of(std::string_view& text) {
  Step step;
  step.separators = take_while(text, is_separator).size();
  if (text.empty()) {
    step.group = step.separators == 0 ? 1 : 2;
    step.separators = 0;
    return step;
  }
  step.digits = is_digit(text[0]);
  step.group = step.separators == 0 && !step.digits ? 0 : 3;
  return step;
}

std::strong_ordering compare_part(std::string_view a, std::string_view b) {
  while (true) {
    const Step left = next_of(a), right = next_of(b);
    if (left.group != right.group) return left.group <=> right.group;
    if (left.separators != right.separators) return left.separators <=> right.separators;
    if (left.digits != right.digits) return left.digits <=> right.digits;
    if (left.group == 1 || left.group == 2) return std::strong_ordering::equal;
    const auto order = left.digits ? compare_numbers(take_digits(a), take_digits(b))
                                   : take_while(a, is_alpha).compare(take_while(b, is_alpha)) <=> 0;
    if (order != 0) return order;
  }
}

}  // namespace

std::strong_ordering compare_pacman(std::string_view a, std::string_view b) {
  const Parts left = parse(a), right = parse(b);
  if (const auto order = compare_numbers(left.epoch, right.epoch); order != 0) return order;
  if (const auto order = compare_part(left.version, right.version); order != 0) return order;
  if (left.has_release != right.has_release) return left.has_release <=> right.has_release;
  return compare_part(left.release, right.release);
}

std::strong_ordering vercmp_pacman(std::string_view a, std::string_view b) {
  if (parse(a).has_release != parse(b).has_release) {
    std::string_view& longer = parse(a).has_release ? a : b;
    longer = longer.substr(0, longer.rfind('-'));
  }
  return compare_pacman(a, b);
}

bool is_valid_pacman(std::string_view version) {
  const Parts parts = parse(version);
  if (parts.version.empty() || (parts.has_release && parts.release.empty())) return false;
  // PKGBUILD(5): no colons, slashes, hyphens or whitespace in pkgver; pkgrel is a number.
  for (const char c : parts.version) {
    if (static_cast<unsigned char>(c) <= ' ' || c == ':' || c == '/' || c == '-') return false;
  }
  for (const char c : parts.release) {
    if (!is_digit(c) && c != '.') return false;
  }
  return true;
}

}  // namespace seawall::advisory::versions
