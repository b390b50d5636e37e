#include "advisory/versions/maven.h"

#include <cstdint>
#include <iterator>

#include "advisory/versions/text.h"

namespace seawall::advisory::versions {
namespace {

// Maven reads a version as a list whose last element may be a list, and so on: 1.0-rc.2 is
// [1, 0, [rc, 2]]. As only last elements nest, the whole is kept flat, and the first item of each
// inner list says that a list opens there.
enum class Kind : uint8_t { kNumber, kWord, kWordNumber };

struct Item {
  Kind kind = Kind::kNumber;
  bool opens = false;       // a list begins with this item, inside the one before
  std::string_view word;    // of kWord and kWordNumber
  std::string_view number;  // of kNumber and kWordNumber, without leading zeros
};

using Items = SmallList<Item, 48>;

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Items run() {
    for (at_ = 0; at_ < text_.size(); ++at_) step(text_[at_]);
    if (text_.size() > begin_) {
      if (!in_digits_ && in_list_ > 0) open();
      add(text_.size());
    }
    return normalized();
  }

 private:
  void step(char c) {
    if (c == '.') {
      finish();
      return;
    }
    if (c == '-') {
      // X-1 is X1.
      if (at_ != begin_ && !in_digits_ && at_ + 1 < text_.size() && is_digit(text_[at_ + 1])) {
        joined_ = true;
        return;
      }
      finish();
      if (in_list_ > 0) open();
      return;
    }
    if (is_digit(c)) {
      if (!in_digits_ && at_ > begin_) {
        joined_ = true;
        if (in_list_ > 0) open();
      }
      in_digits_ = true;
      return;
    }
    if (in_digits_ && at_ > begin_) {
      add(at_);
      begin_ = at_;
      open();
      joined_ = false;
    }
    in_digits_ = false;
  }

  // What a separator at `at_` ends; nothing counts as 0.
  void finish() {
    if (at_ == begin_) {
      push({Kind::kNumber, false, {}, {}});
    } else {
      add(at_);
    }
    joined_ = false;
    begin_ = at_ + 1;
  }

  void open() {
    opens_ = true;
    in_list_ = 0;
  }

  void push(Item item) {
    item.opens = opens_;
    opens_ = false;
    ++in_list_;
    raw_.push_back(item);
  }

  void add(size_t end) {
    std::string_view text = text_.substr(begin_, end - begin_);
    if (joined_) {
      std::string_view word = take_while(text, [](char c) { return !is_digit(c); });
      if (word.ends_with('-')) word.remove_suffix(1);
      push({Kind::kWordNumber, false, word, without_zeros(text)});
    } else if (in_digits_) {
      push({Kind::kNumber, false, {}, without_zeros(text)});
    } else {
      push({Kind::kWord, false, text, {}});
    }
  }

  // From the inside out: zeros fall away at the end of a list and before words.
  Items normalized() {
    Items back;          // last item first
    bool child = false;  // back's last item opens a list inside the current one
    for (size_t i = raw_.size(); i > 0; --i) {
      const Item& item = raw_[i - 1];
      const bool zero = item.kind == Kind::kNumber && item.number.empty();
      bool drop = false;
      if (zero) {
        drop = back.empty() || (!child && back.back().kind == Kind::kWord) ||
               (child && back.back().kind != Kind::kNumber);
      }
      if (!drop) {
        if (!back.empty()) back.back().opens = child;
        back.push_back(item);
        child = false;
      }
      // A list of which only its inner list is left is that list.
      if (item.opens) child = true;
    }
    Items items;
    for (size_t i = back.size(); i > 0; --i) items.push_back(back[i - 1]);
    if (!items.empty()) items[0].opens = false;
    return items;
  }

  std::string_view text_;
  Items raw_;
  size_t at_ = 0, begin_ = 0;
  size_t in_list_ = 0;  // items of the current list
  bool in_digits_ = false, joined_ = false, opens_ = false;
};

// alpha < beta < milestone < rc = cr < snapshot < "" = ga = final = release < sp < any other word.
constexpr int kRelease = 5, kOther = 7;

int rank_of(std::string_view word, bool numbered) {
  struct Known {
    std::string_view word;
    int rank;
  };
  constexpr Known kKnown[] = {
      {"alpha", 0},        {"beta", 1},           {"milestone", 2}, {"rc", 3},
      {"cr", 3},           {"snapshot", 4},       {"", kRelease},   {"ga", kRelease},
      {"final", kRelease}, {"release", kRelease}, {"sp", 6}};
  if (numbered && word.size() == 1) {
    const char c = lower(word[0]);
    if (c == 'a') return 0;
    if (c == 'b') return 1;
    if (c == 'm') return 2;
  }
  for (const Known& known : kKnown) {
    if (compare_folded(word, known.word) == 0) return known.rank;
  }
  return kOther;
}

int rank_of(const Item& item) {
  return rank_of(item.word, item.kind == Kind::kWordNumber);
}

std::strong_ordering compare_words(const Item& a, const Item& b) {
  const int left = rank_of(a), right = rank_of(b);
  if (left != right) return left <=> right;
  return left == kOther ? compare_folded(a.word, b.word) : std::strong_ordering::equal;
}

// Against nothing, which stands for the release itself.
std::strong_ordering compare_end(const Item& item) {
  if (item.kind != Kind::kNumber) {
    const auto order = rank_of(item) <=> kRelease;
    if (order != 0) return order;
  }
  return !item.number.empty() <=> false;
}

std::strong_ordering compare_rest(const Items& items, size_t from) {
  for (size_t i = from; i < items.size(); ++i) {
    if (const auto order = compare_end(items[i]); order != 0) return order;
  }
  return std::strong_ordering::equal;
}

std::strong_ordering compare_items(const Item& a, const Item& b) {
  const bool left_number = a.kind == Kind::kNumber, right_number = b.kind == Kind::kNumber;
  if (left_number != right_number) return left_number <=> right_number;
  if (left_number) return compare_numbers(a.number, b.number);
  if (const auto order = compare_words(a, b); order != 0) return order;
  if (a.kind == b.kind) return compare_numbers(a.number, b.number);
  // X1 > X; but of the release's own words, ga0 = ga.
  const bool left_numbered = a.kind == Kind::kWordNumber;
  const auto order =
      rank_of(a) == kRelease ? compare_end(left_numbered ? a : b) : std::strong_ordering::greater;
  return left_numbered ? order : reversed(order);
}

// A list, with its first item at items[at], against an item that is none.
std::strong_ordering compare_list_with(const Items& items, size_t at, const Item& other) {
  if (other.kind == Kind::kNumber) return std::strong_ordering::less;  // 1-1 < 1.0.x
  const auto order = compare_items(items[at], other);
  return order != 0 ? order : compare_rest(items, at + 1);
}

std::strong_ordering compare_lists(const Items& a, const Items& b) {
  size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    const bool left_list = i < a.size() && a[i].opens, right_list = j < b.size() && b[j].opens;
    if (i == a.size()) return reversed(compare_rest(b, j));
    if (j == b.size()) return compare_rest(a, i);
    std::strong_ordering order = std::strong_ordering::equal;
    if (left_list != right_list) {
      order = left_list ? compare_list_with(a, i, b[j]) : reversed(compare_list_with(b, j, a[i]));
      // The list is the last of its side.
      (left_list ? i : j) = left_list ? a.size() : b.size();
      ++(left_list ? j : i);
    } else {
      order = compare_items(a[i++], b[j++]);
    }
    if (order != 0) return order;
  }
  return std::strong_ordering::equal;
}

}  // namespace

std::strong_ordering compare_maven(std::string_view a, std::string_view b) {
  return compare_lists(Reader(a).run(), Reader(b).run());
}

bool is_valid_maven(std::string_view version) {
  return !version.empty() && version.size() <= 256;
}

}  // namespace seawall::advisory::versions
