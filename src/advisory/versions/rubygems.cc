#include "advisory/versions/rubygems.h"

#include "advisory/versions/text.h"
#include "base/strings.h"

namespace seawall::advisory::versions {
namespace {

// Walks the segments of a version: runs of digits and runs of letters. "-" is read as ".pre.", and
// the zeros before the first letters that follow some are left out: 1.0.0.rc1 is 1.rc1.
class Segments {
 public:
  explicit Segments(std::string_view text) : text_(text) { find_zeros(); }

  // The next one; empty at the end.
  std::string_view next() {
    while (at_ < text_.size()) {
      if (at_ == zeros_begin_) {
        at_ = zeros_end_;
        continue;
      }
      const char c = text_[at_];
      if (c == '-') {
        ++at_;
        return "pre";
      }
      const size_t begin = at_;
      while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
      if (at_ > begin) return text_.substr(begin, at_ - begin);
      while (at_ < text_.size() && is_alpha(text_[at_])) ++at_;
      if (at_ > begin) return text_.substr(begin, at_ - begin);
      ++at_;
    }
    return {};
  }

 private:
  // A run of zeros and dots from a dot or the start up to a letter (or "-", which begins "pre").
  void find_zeros() {
    const auto is_zero = [](char c) { return c == '0' || c == '.'; };
    for (size_t i = 0; i < text_.size();) {
      const bool anchored = i == 0 || text_[i - 1] == '.' || text_[i - 1] == '-';
      if (!anchored || !is_zero(text_[i])) {
        ++i;
        continue;
      }
      size_t end = i;
      while (end < text_.size() && is_zero(text_[end])) ++end;
      if (end < text_.size() && (is_alpha(text_[end]) || text_[end] == '-')) {
        zeros_begin_ = i;
        zeros_end_ = end;
        return;
      }
      i = end;
    }
  }

  std::string_view text_;
  size_t at_ = 0, zeros_begin_ = std::string_view::npos, zeros_end_ = 0;
};

}  // namespace

std::strong_ordering compare_rubygems(std::string_view a, std::string_view b) {
  Segments left(trim(a)), right(trim(b));
  while (true) {
    const std::string_view l = left.next(), r = right.next();
    if (l.empty() && r.empty()) return std::strong_ordering::equal;
    // Where one has ended it goes on with zeros.
    const bool left_word = !l.empty() && is_alpha(l[0]), right_word = !r.empty() && is_alpha(r[0]);
    if (left_word != right_word) return right_word <=> left_word;
    const auto order = left_word ? l.compare(r) <=> 0 : compare_numbers(l, r);
    if (order != 0) return order;
  }
}

bool is_valid_rubygems(std::string_view version) {
  version = trim(version);
  if (version.empty()) return true;  // Gem::Version reads it as "0"
  if (take_digits(version).empty()) return false;
  bool dashed = false;
  const auto is_word = [&](char c) { return is_digit(c) || is_alpha(c) || (dashed && c == '-'); };
  while (!version.empty()) {
    if (version[0] == '-') {
      dashed = true;
    } else if (version[0] != '.') {
      return false;
    }
    version.remove_prefix(1);
    if (take_while(version, is_word).empty()) return false;
  }
  return true;
}

}  // namespace seawall::advisory::versions
