#include "advisory/versions/generic.h"

#include <cstdint>

#include "advisory/versions/text.h"

namespace seawall::advisory::versions {
namespace {

enum class Form : uint8_t { kTilde, kDev, kAlpha, kBeta, kPre, kRc, kEnd, kWord, kNumber };

struct Part {
  Form form = Form::kEnd;
  std::string_view text;
};

Form form_of(std::string_view word) {
  struct Known {
    std::string_view word;
    Form form;
  };
  constexpr Known kKnown[] = {
      {"dev", Form::kDev}, {"snapshot", Form::kDev}, {"alpha", Form::kAlpha}, {"beta", Form::kBeta},
      {"pre", Form::kPre}, {"preview", Form::kPre},  {"rc", Form::kRc}};
  for (const Known& known : kKnown) {
    if (compare_folded(word, known.word) == 0) return known.form;
  }
  return Form::kWord;
}

Part take_part(std::string_view& text) {
  take_while(text, [](char c) { return !is_digit(c) && !is_alpha(c) && c != '~'; });
  if (text.empty()) return {};
  if (take(text, '~')) return {Form::kTilde, {}};
  if (is_digit(text[0])) return {Form::kNumber, take_digits(text)};
  const std::string_view word = take_while(text, is_alpha);
  return {form_of(word), word};
}

}  // namespace

std::strong_ordering compare_generic(std::string_view a, std::string_view b) {
  if (a.starts_with('v')) a.remove_prefix(1);
  if (b.starts_with('v')) b.remove_prefix(1);
  while (!a.empty() || !b.empty()) {
    const Part left = take_part(a), right = take_part(b);
    if (left.form != right.form) return left.form <=> right.form;
    std::strong_ordering order = std::strong_ordering::equal;
    if (left.form == Form::kNumber) order = compare_numbers(left.text, right.text);
    if (left.form == Form::kWord) order = compare_folded(left.text, right.text);
    if (order != 0) return order;
  }
  return std::strong_ordering::equal;
}

bool is_valid_generic(std::string_view version) {
  return !version.empty();
}

}  // namespace seawall::advisory::versions
