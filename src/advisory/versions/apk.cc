#include "advisory/versions/apk.h"

#include <cstdint>
#include <iterator>

#include "advisory/versions/text.h"

namespace seawall::advisory::versions {
namespace {

// In the order that decides when two versions are equal up to a point and go on with different
// kinds: 1.0_rc1 < 1.0 < 1.0-r1 < 1.0_p1 < 1.0a < 1.0.1. What apk cannot read ends a version, just
// below its proper end. Digits after a letter and numbers without digits are read, as apk 2 did and
// its repositories still have them (5.7.1p1), but make a version invalid, as in apk 3.
enum class Kind : uint8_t {
  kPreSuffix,
  kInvalid,
  kEnd,
  kRevision,
  kHash,
  kSuffixNumber,
  kSuffix,
  kNoDigits,  // between two dots
  kLetter,
  kDigits,
  kFirstDigits
};

struct Token {
  Kind kind;
  int suffix = 0;
  std::string_view value;
};

// Sorted by age; "" stands for no suffix at all.
constexpr std::string_view kSuffixes[] = {"alpha", "beta", "pre", "rc", "",
                                          "cvs",   "svn",  "git", "hg", "p"};
constexpr int kNoSuffix = 4;

int suffix_of(std::string_view word) {
  if (word.empty()) return -1;
  for (size_t i = 0; i < std::size(kSuffixes); ++i) {
    if (kSuffixes[i] == word) return static_cast<int>(i);
  }
  return -1;
}

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : rest_(text) {}

  Token next() {
    const Token token = read();
    last_ = token.kind == Kind::kPreSuffix  ? Kind::kSuffix
            : token.kind == Kind::kNoDigits ? Kind::kDigits
                                            : token.kind;
    started_ = true;
    return token;
  }

  // Of what has been read so far.
  bool valid() const { return valid_; }

 private:
  Token digits(Kind kind, std::string_view value) {
    valid_ = valid_ && !value.empty();
    if (value.empty() && kind == Kind::kDigits) kind = Kind::kNoDigits;
    return {kind, 0, value};
  }

  Token read() {
    if (!started_) return digits(Kind::kFirstDigits, take_digits(rest_));
    if (rest_.empty()) return {Kind::kEnd, 0, {}};
    const char c = rest_[0];
    const bool in_digits = last_ >= Kind::kDigits;
    if (is_lower(c) && in_digits) {
      const std::string_view letter = rest_.substr(0, 1);
      rest_.remove_prefix(1);
      return {Kind::kLetter, 0, letter};
    }
    if (c == '.' && in_digits) {
      rest_.remove_prefix(1);
      return digits(Kind::kDigits, take_digits(rest_));
    }
    if (is_digit(c) && last_ == Kind::kSuffix) {
      return digits(Kind::kSuffixNumber, take_digits(rest_));
    }
    if (is_digit(c) && last_ == Kind::kLetter) {
      valid_ = false;
      return digits(Kind::kDigits, take_digits(rest_));
    }
    if (c == '_' && last_ >= Kind::kSuffixNumber) return suffix();
    if (c == '~' && last_ > Kind::kHash) {
      rest_.remove_prefix(1);
      const auto is_hex = [](char h) { return is_digit(h) || (h >= 'a' && h <= 'f'); };
      const std::string_view hash = take_while(rest_, is_hex);
      return {hash.empty() ? Kind::kInvalid : Kind::kHash, 0, hash};
    }
    if (rest_.starts_with("-r") && last_ > Kind::kRevision) {
      if (rest_.size() > 2 && is_alpha(rest_[2])) return {Kind::kInvalid, 0, {}};
      rest_.remove_prefix(2);
      return digits(Kind::kRevision, take_digits(rest_));
    }
    return {Kind::kInvalid, 0, {}};
  }

  Token suffix() {
    rest_.remove_prefix(1);
    const std::string_view word = take_while(rest_, is_lower);
    const int age = suffix_of(word);
    if (age < 0) return {Kind::kInvalid, 0, {}};
    return {age < kNoSuffix ? Kind::kPreSuffix : Kind::kSuffix, age, word};
  }

  std::string_view rest_;
  bool valid_ = true;
  Kind last_ = Kind::kFirstDigits;
  bool started_ = false;
};

bool is_fraction(std::string_view digits) {
  return digits.empty() || digits[0] == '0';
}

std::strong_ordering compare_values(const Token& a, const Token& b) {
  switch (a.kind) {
    case Kind::kPreSuffix:
    case Kind::kSuffix:
      return a.suffix <=> b.suffix;
    case Kind::kDigits:
      // A leading zero makes a fraction of it, compared as text: 8.2.0015 < 8.2.002.
      if (is_fraction(a.value) || is_fraction(b.value)) return a.value.compare(b.value) <=> 0;
      return compare_numbers(a.value, b.value);
    case Kind::kHash:
    case Kind::kLetter:
      return a.value.compare(b.value) <=> 0;
    default:
      return compare_numbers(a.value, b.value);
  }
}

}  // namespace

std::strong_ordering compare_apk(std::string_view a, std::string_view b) {
  Lexer left(a), right(b);
  while (true) {
    const Token l = left.next(), r = right.next();
    if (l.kind != r.kind) return l.kind <=> r.kind;
    if (l.kind == Kind::kEnd || l.kind == Kind::kInvalid) return std::strong_ordering::equal;
    if (const auto order = compare_values(l, r); order != 0) return order;
  }
}

bool is_valid_apk(std::string_view version) {
  Lexer lexer(version);
  while (true) {
    const Kind kind = lexer.next().kind;
    if (kind == Kind::kEnd) return lexer.valid();
    if (kind == Kind::kInvalid) return false;
  }
}

}  // namespace seawall::advisory::versions
