#include "advisory/versions/pypi.h"

#include "advisory/versions/text.h"
#include "base/strings.h"

namespace seawall::advisory::versions {
namespace {

// Of each kind of release what decides its order; views into the version.
struct Version {
  std::string_view epoch, release;
  int pre = 0;  // 1 alpha, 2 beta, 3 release candidate
  bool post = false, dev = false;
  std::string_view pre_number, post_number, dev_number;
  std::string_view local;  // empty when there is none
};

bool is_separator(char c) {
  return c == '.' || c == '-' || c == '_';
}

struct Word {
  std::string_view text;
  int pre;
};
// The longer of two that begin alike come first.
constexpr Word kPreWords[] = {{"alpha", 1},   {"a", 1},   {"beta", 2}, {"b", 2},
                              {"preview", 3}, {"pre", 3}, {"c", 3},    {"rc", 3}};
constexpr std::string_view kPostWords[] = {"post", "rev", "r"};

// "[-_.]?WORD[-_.]?[0-9]*" at the start of `text`, which is left alone when it is not there.
bool take_tagged(std::string_view& text, std::string_view word, std::string_view& number) {
  std::string_view rest = text;
  if (!rest.empty() && is_separator(rest[0])) rest.remove_prefix(1);
  if (rest.empty() || lower(rest[0]) != word[0]) return false;
  if (!starts_with_folded(rest, word)) return false;
  rest.remove_prefix(word.size());
  std::string_view after = rest;
  if (!after.empty() && is_separator(after[0])) after.remove_prefix(1);
  number = take_digits(after);
  // Without a number the separator belongs to what follows ("1.0a.dev1").
  text = number.empty() && !after.empty() ? rest : after;
  return true;
}

void take_pre(std::string_view& text, Version& version) {
  for (const Word& word : kPreWords) {
    std::string_view rest = text;
    if (!take_tagged(rest, word.text, version.pre_number)) continue;
    version.pre = word.pre;
    text = rest;
    return;
  }
}

void take_post(std::string_view& text, Version& version) {
  if (text.size() > 1 && text[0] == '-' && is_digit(text[1])) {
    text.remove_prefix(1);
    version.post_number = take_digits(text);
    version.post = true;
    return;
  }
  for (const std::string_view word : kPostWords) {
    if (take_tagged(text, word, version.post_number)) {
      version.post = true;
      return;
    }
  }
}

bool take_local(std::string_view& text, Version& version) {
  if (!take(text, '+')) return true;
  version.local = text;
  do {
    if (take_while(text, [](char c) { return is_digit(c) || is_alpha(c); }).empty()) return false;
    if (text.empty()) return true;
    if (!is_separator(text[0])) return false;
    text.remove_prefix(1);
  } while (true);
}

// PEP 440, appendix B, without the regular expression.
bool parse(std::string_view text, Version& version) {
  text = trim(text);
  if (!text.empty() && lower(text[0]) == 'v') text.remove_prefix(1);
  const std::string_view first = take_digits(text);
  if (first.empty()) return false;
  const char* begin = first.data();
  if (take(text, '!')) {
    version.epoch = first;
    begin = text.data();
    if (take_digits(text).empty()) return false;
  }
  while (text.size() > 1 && text[0] == '.' && is_digit(text[1])) {
    text.remove_prefix(1);
    take_digits(text);
  }
  version.release = {begin, static_cast<size_t>(text.data() - begin)};
  take_pre(text, version);
  take_post(text, version);
  version.dev = take_tagged(text, "dev", version.dev_number);
  return take_local(text, version) && text.empty();
}

std::strong_ordering compare_releases(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    const auto order = compare_numbers(take_digits(a), take_digits(b));
    if (order != 0) return order;
    take(a, '.');
    take(b, '.');
  }
  return std::strong_ordering::equal;
}

// Words before numbers, fewer segments before more, none at all before any.
std::strong_ordering compare_locals(std::string_view a, std::string_view b) {
  const auto is_word = [](char c) { return is_digit(c) || is_alpha(c); };
  while (!a.empty() && !b.empty()) {
    const std::string_view left = take_while(a, is_word), right = take_while(b, is_word);
    const bool left_number = all_digits(left), right_number = all_digits(right);
    if (left_number != right_number) return left_number <=> right_number;
    const auto order = left_number ? compare_numbers(left, right) : compare_folded(left, right);
    if (order != 0) return order;
    if (!a.empty()) a.remove_prefix(1);
    if (!b.empty()) b.remove_prefix(1);
  }
  return !a.empty() <=> !b.empty();
}

// 1.0.dev1 sorts before 1.0a1, and 1.0 after all its pre-releases.
int pre_rank(const Version& version) {
  if (version.pre != 0) return version.pre;
  return !version.post && version.dev ? 0 : 4;
}

std::strong_ordering compare_valid(const Version& a, const Version& b) {
  if (const auto order = compare_numbers(a.epoch, b.epoch); order != 0) return order;
  if (const auto order = compare_releases(a.release, b.release); order != 0) return order;
  if (const auto order = pre_rank(a) <=> pre_rank(b); order != 0) return order;
  if (const auto order = compare_numbers(a.pre_number, b.pre_number); order != 0) return order;
  if (a.post != b.post) return a.post <=> b.post;
  if (const auto order = compare_numbers(a.post_number, b.post_number); order != 0) return order;
  if (a.dev != b.dev) return b.dev <=> a.dev;
  if (const auto order = compare_numbers(a.dev_number, b.dev_number); order != 0) return order;
  return compare_locals(a.local, b.local);
}

// Part of a legacy version. Words sort before the end, which is "*final", or after it; a dash is
// "*final-", and numbers are last. Numbers are compared by value, not as eight padded digits.
struct LegacyPart {
  bool number = false;
  std::string_view text;
};

using LegacyParts = SmallList<LegacyPart, 64>;

std::string_view legacy_word(std::string_view word) {
  if (word == "-") return "final-";
  for (const std::string_view alias : {"pre", "preview", "rc"}) {
    if (compare_folded(word, alias) == 0) return "c";
  }
  return compare_folded(word, "dev") == 0 ? "@" : word;
}

void add_legacy(LegacyParts& parts, std::string_view word) {
  if (compare_folded(word, "final") < 0) {
    while (!parts.empty() && !parts.back().number && parts.back().text == "final-") {
      parts.pop_back();
    }
  }
  while (!parts.empty() && parts.back().number && without_zeros(parts.back().text).empty()) {
    parts.pop_back();
  }
  parts.push_back({false, word});
}

LegacyParts legacy_parts(std::string_view text) {
  LegacyParts parts;
  while (!text.empty()) {
    if (take(text, '.')) continue;
    if (is_digit(text[0])) {
      parts.push_back({true, take_digits(text)});
      continue;
    }
    std::string_view word = text[0] == '-' ? text.substr(0, 1) : std::string_view();
    if (word.empty()) {
      word = take_while(text, [](char c) { return !is_digit(c) && c != '.' && c != '-'; });
    } else {
      text.remove_prefix(1);
    }
    add_legacy(parts, legacy_word(word));
  }
  add_legacy(parts, "final");
  return parts;
}

std::strong_ordering compare_legacy(std::string_view a, std::string_view b) {
  const LegacyParts left = legacy_parts(trim(a)), right = legacy_parts(trim(b));
  for (size_t i = 0; i < left.size() && i < right.size(); ++i) {
    if (left[i].number != right[i].number) return left[i].number <=> right[i].number;
    const auto order = left[i].number ? compare_numbers(left[i].text, right[i].text)
                                      : compare_folded(left[i].text, right[i].text);
    if (order != 0) return order;
  }
  return left.size() <=> right.size();
}

}  // namespace

std::strong_ordering compare_pypi(std::string_view a, std::string_view b) {
  Version left, right;
  const bool left_valid = parse(a, left), right_valid = parse(b, right);
  if (left_valid != right_valid) return left_valid <=> right_valid;
  return left_valid ? compare_valid(left, right) : compare_legacy(a, b);
}

bool is_valid_pypi(std::string_view version) {
  Version parsed;
  return parse(version, parsed);
}

}  // namespace seawall::advisory::versions
