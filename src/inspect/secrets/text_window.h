// TextWindow: a file's text as UTF-8, a window at a time, with what stands before it kept for
// context. UTF-16 with a byte order mark is transcoded as it comes; lone surrogates become U+FFFD.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace seawall::inspect {

class TextWindow {
 public:
  static constexpr size_t kWindow = 256u << 10;  // bytes of text looked at together
  static constexpr size_t kOverlap = 16u << 10;  // of them looked at again with the next window
  static constexpr size_t kContext = 4u << 10;   // kept before what is new

  explicit TextWindow(const RandomAccess& data) : data_(data) {}
  // Moves to the next window; false at the end. ERRORS: those of the source.
  Result<bool> next();
  std::string_view text() const { return text_; }
  uint64_t offset() const { return offset_; }  // of text() in the whole text
  uint64_t line() const { return line_; }      // the line of its first byte, from 1
  // What begins in [begin, end) of the whole text belongs to this window, what begins later to the
  // next one.
  uint64_t begin() const { return begin_; }
  uint64_t end() const { return end_; }

 private:
  enum class Encoding : uint8_t { kUnknown, kBytes, kUtf16Little, kUtf16Big };
  Status fill();
  void append_utf16(std::string_view bytes);

  const RandomAccess& data_;
  Encoding encoding_ = Encoding::kUnknown;
  uint64_t read_ = 0;  // bytes of the source so far
  uint32_t high_surrogate_ = 0;
  bool at_end_ = false;
  std::string text_, raw_;
  uint64_t offset_ = 0, line_ = 1, begin_ = 0, end_ = 0;
};

}  // namespace seawall::inspect
