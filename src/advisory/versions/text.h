// What every version order is made of: runs of digits compared without being converted, so that no
// length overflows, and small lists that live on the stack.
#pragma once

#include <compare>
#include <cstddef>
#include <new>
#include <string_view>
#include <type_traits>
#include <vector>

namespace seawall::advisory::versions {

inline bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
inline bool is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
inline char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
inline bool all_digits(std::string_view text) {
  for (const char c : text) {
    if (!is_digit(c)) return false;
  }
  return !text.empty();
}

// Takes the leading characters that `wanted` holds for.
template <typename F>
std::string_view take_while(std::string_view& text, F wanted) {
  size_t length = 0;
  while (length < text.size() && wanted(text[length])) ++length;
  const std::string_view taken = text.substr(0, length);
  text.remove_prefix(length);
  return taken;
}
inline std::string_view take_digits(std::string_view& text) {
  return take_while(text, is_digit);
}
inline bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

inline std::string_view without_zeros(std::string_view digits) {
  size_t zeros = 0;
  while (zeros < digits.size() && digits[zeros] == '0') ++zeros;
  return digits.substr(zeros);
}
// The values of two runs of digits; an empty one is 0.
inline std::strong_ordering compare_numbers(std::string_view a, std::string_view b) {
  a = without_zeros(a);
  b = without_zeros(b);
  if (a.size() != b.size()) return a.size() <=> b.size();
  return a.compare(b) <=> 0;
}

// Bytes, ASCII letters folded.
inline std::strong_ordering compare_folded(std::string_view a, std::string_view b) {
  for (size_t i = 0; i < a.size() && i < b.size(); ++i) {
    const auto left = static_cast<unsigned char>(lower(a[i]));
    const auto right = static_cast<unsigned char>(lower(b[i]));
    if (left != right) return left <=> right;
  }
  return a.size() <=> b.size();
}
inline bool starts_with_folded(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && compare_folded(text.substr(0, prefix.size()), prefix) == 0;
}

inline std::strong_ordering reversed(std::strong_ordering order) {
  return 0 <=> order;
}

// A list of at most N items without allocation, of more with one. The room for them is not
// initialised: that would cost more than most comparisons.
template <typename T, size_t N>
class SmallList {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  SmallList() {}
  void push_back(const T& item) {
    if (size_ < N) {
      ::new (static_cast<void*>(room_ + size_ * sizeof(T))) T(item);
    } else {
      if (size_ == N) more_.assign(data(), data() + N);
      more_.push_back(item);
    }
    ++size_;
  }
  void pop_back() {
    --size_;
    if (more_.empty()) return;
    more_.pop_back();
    if (size_ == N) more_.clear();
  }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T& operator[](size_t i) { return data()[i]; }
  const T& operator[](size_t i) const { return const_cast<SmallList*>(this)->data()[i]; }
  T& back() { return data()[size_ - 1]; }

 private:
  T* data() { return more_.empty() ? std::launder(reinterpret_cast<T*>(room_)) : more_.data(); }

  alignas(T) std::byte room_[N * sizeof(T)];
  std::vector<T> more_;
  size_t size_ = 0;
};

}  // namespace seawall::advisory::versions
