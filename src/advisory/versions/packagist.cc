#include "advisory/versions/packagist.h"

#include <cstdint>

#include "advisory/versions/text.h"

namespace seawall::advisory::versions {
namespace {

// PHP's order of what a part may be. Words are known by how they begin; those it does not know sort
// before "dev" and are all alike.
enum class Form : uint8_t { kUnknown, kDev, kAlpha, kBeta, kRc, kEnd, kNumber, kPatch };

struct Part {
  Form form = Form::kEnd;
  std::string_view digits;
};

Form form_of(std::string_view word) {
  if (word.starts_with("dev")) return Form::kDev;
  switch (word[0]) {
    case 'a':
      return Form::kAlpha;
    case 'b':
      return Form::kBeta;
    case 'p':
      return Form::kPatch;
    case '#':
      return Form::kEnd;
    default:
      return word.starts_with("rc") || word.starts_with("RC") ? Form::kRc : Form::kUnknown;
  }
}

bool is_separator(char c) {
  return c == '.' || c == '-' || c == '_' || c == '+';
}

Part take_part(std::string_view& text) {
  take_while(text, is_separator);
  if (text.empty()) return {};
  if (is_digit(text[0])) return {Form::kNumber, take_digits(text)};
  return {form_of(take_while(text, [](char c) { return !is_digit(c) && !is_separator(c); })), {}};
}

std::string_view without_v(std::string_view text) {
  if (!text.empty() && lower(text[0]) == 'v') text.remove_prefix(1);
  return text;
}

}  // namespace

std::strong_ordering compare_packagist(std::string_view a, std::string_view b) {
  a = without_v(a);
  b = without_v(b);
  // version_compare finds nothing older than the empty string.
  if (a.empty() || b.empty()) return !a.empty() <=> !b.empty();
  while (!a.empty() || !b.empty()) {
    const Part left = take_part(a), right = take_part(b);
    if (left.form != right.form) return left.form <=> right.form;
    if (const auto order = compare_numbers(left.digits, right.digits); order != 0) return order;
  }
  return std::strong_ordering::equal;
}

bool is_valid_packagist(std::string_view version) {
  if (starts_with_folded(version, "dev-")) return version.size() > 4;
  version = without_v(version);
  if (version.empty() || !is_digit(version[0])) return false;
  for (const char c : version) {
    if (!is_digit(c) && !is_alpha(c) && !is_separator(c) && c != '*') return false;
  }
  return !is_separator(version.back());
}

}  // namespace seawall::advisory::versions
