#include "guard/falco/wildcard.h"

#include <cstddef>

namespace seawall::guard::falco {
namespace {

unsigned char folded(char c, bool ignore_case) {
  return static_cast<unsigned char>(ignore_case && c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

// Whether `c` is of the set that begins after the '[' at `at`; `at` moves past its ']'. A set
// without an end is a plain '['.
bool in_set(std::string_view pattern, size_t& at, char c, bool ignore_case) {
  size_t i = at + 1;
  const bool negated = i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^');
  if (negated) ++i;
  const unsigned char wanted = folded(c, ignore_case);
  bool found = false;
  for (bool first = true; i < pattern.size() && (first || pattern[i] != ']'); first = false) {
    if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
    const unsigned char low = folded(pattern[i++], ignore_case);
    unsigned char high = low;
    if (i + 1 < pattern.size() && pattern[i] == '-' && pattern[i + 1] != ']') {
      if (pattern[i + 1] == '\\' && i + 2 < pattern.size()) ++i;
      high = folded(pattern[i + 1], ignore_case);
      i += 2;
    }
    found = found || (low <= wanted && wanted <= high);
  }
  if (i >= pattern.size()) return ++at, c == '[';
  at = i + 1;
  return found != negated;
}

// Whether the part of the pattern at `at`, which is not '*', takes `c`; `at` moves past it.
bool takes(std::string_view pattern, size_t& at, char c, bool ignore_case) {
  const char p = pattern[at];
  if (p == '?') return ++at, true;
  if (p == '[') return in_set(pattern, at, c, ignore_case);
  if (p == '\\' && at + 1 < pattern.size()) ++at;
  return folded(pattern[at++], ignore_case) == folded(c, ignore_case);
}

}  // namespace

// When the text does not go on as the pattern does, the last '*' takes one byte more.
bool wildcard_match(std::string_view pattern, std::string_view text, bool ignore_case) {
  constexpr size_t kNone = static_cast<size_t>(-1);
  size_t p = 0, t = 0, star = kNone, taken = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = ++p;
      taken = t;
      continue;
    }
    if (p < pattern.size() && takes(pattern, p, text[t], ignore_case)) {
      ++t;
      continue;
    }
    if (star == kNone) return false;
    p = star;
    t = ++taken;
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace seawall::guard::falco
