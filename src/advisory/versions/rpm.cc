#include "advisory/versions/rpm.h"

#include <cstdint>

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

bool is_segment(char c) {
  return is_digit(c) || is_alpha(c);
}

// What stands next, in the order rpm gives to it: 1.0~rc1 < 1.0 < 1.0^git1 < 1.0a < 1.0.1.
enum class Next : uint8_t { kTilde, kEnd, kCaret, kLetters, kDigits };

Next next_of(std::string_view text) {
  if (text.empty()) return Next::kEnd;
  if (text[0] == '~') return Next::kTilde;
  if (text[0] == '^') return Next::kCaret;
  return is_digit(text[0]) ? Next::kDigits : Next::kLetters;
}

std::strong_ordering compare_part(std::string_view a, std::string_view b) {
  const auto is_separator = [](char c) { return !is_segment(c) && c != '~' && c != '^'; };
  while (true) {
    take_while(a, is_separator);
    take_while(b, is_separator);
    const Next next = next_of(a);
    if (const auto order = next <=> next_of(b); order != 0) return order;
    std::strong_ordering order = std::strong_ordering::equal;
    switch (next) {
      case Next::kEnd:
        return order;
      case Next::kTilde:
      case Next::kCaret:
        a.remove_prefix(1);
        b.remove_prefix(1);
        break;
      case Next::kLetters:
        order = take_while(a, is_alpha).compare(take_while(b, is_alpha)) <=> 0;
        break;
      case Next::kDigits:
        order = compare_numbers(take_digits(a), take_digits(b));
        break;
    }
    if (order != 0) return order;
  }
}

}  // namespace

std::strong_ordering compare_rpm(std::string_view a, std::string_view b) {
  const Parts left = parse(a), right = parse(b);
  if (const auto order = compare_numbers(left.epoch, right.epoch); order != 0) return order;
  if (const auto order = compare_part(left.version, right.version); order != 0) return order;
  if (left.has_release != right.has_release) return left.has_release <=> right.has_release;
  return compare_part(left.release, right.release);
}

bool is_valid_rpm(std::string_view version) {
  const Parts parts = parse(version);
  if (parts.version.empty() || (parts.has_release && parts.release.empty())) return false;
  const auto allowed = [](std::string_view text) {
    for (const char c : text) {
      if (!is_segment(c) && std::string_view("._+~^").find(c) == std::string_view::npos) {
        return false;
      }
    }
    return true;
  };
  return allowed(parts.version) && allowed(parts.release);
}

}  // namespace seawall::advisory::versions
