#include "inspect/secrets/text_window.h"

#include <algorithm>

namespace seawall::inspect {
namespace {

void append_utf8(std::string& out, uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (code & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | code >> 18);
    out += static_cast<char>(0x80 | (code >> 12 & 0x3f));
    out += static_cast<char>(0x80 | (code >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (code & 0x3f));
  }
}

}  // namespace

Result<bool> TextWindow::next() {
  if (at_end_ && end_ == offset_ + text_.size()) return false;
  begin_ = end_;
  const uint64_t keep = begin_ > offset_ + kContext ? begin_ - kContext : offset_;
  const auto drop = static_cast<size_t>(keep - offset_);
  line_ += static_cast<uint64_t>(
      std::count(text_.begin(), text_.begin() + static_cast<ptrdiff_t>(drop), '\n'));
  text_.erase(0, drop);
  offset_ = keep;
  SEAWALL_CHECK(fill());
  const uint64_t text_end = offset_ + text_.size();
  end_ = at_end_ ? text_end : text_end - kOverlap;
  return begin_ < text_end;
}

Status TextWindow::fill() {
  while (!at_end_ && text_.size() < kWindow + kContext) {
    const size_t want = kWindow + kContext - text_.size();
    const bool direct = encoding_ == Encoding::kBytes;
    std::string& target = direct ? text_ : raw_;
    const size_t before = direct ? text_.size() : 0;
    target.resize(before + std::max<size_t>(want, 4));
    size_t have = before;
    while (have < target.size()) {
      SEAWALL_TRY(const size_t got, data_.read_at(read_, std::span(target).subspan(have)));
      if (got == 0) {
        at_end_ = true;
        break;
      }
      have += got;
      read_ += got;
    }
    target.resize(have);
    if (direct) continue;
    std::string_view bytes = raw_;
    if (encoding_ == Encoding::kUnknown) {
      encoding_ = bytes.starts_with("\xff\xfe")   ? Encoding::kUtf16Little
                  : bytes.starts_with("\xfe\xff") ? Encoding::kUtf16Big
                                                  : Encoding::kBytes;
      if (encoding_ != Encoding::kBytes) bytes.remove_prefix(2);
    }
    if (encoding_ == Encoding::kBytes) {
      text_ += bytes;
    } else {
      if (bytes.size() % 2 != 0 && !at_end_) {  // the odd byte is read again with its other half
        bytes.remove_suffix(1);
        --read_;
      }
      append_utf16(bytes);
    }
  }
  return {};
}

void TextWindow::append_utf16(std::string_view bytes) {
  const size_t low = encoding_ == Encoding::kUtf16Little ? 0 : 1;
  for (size_t i = 0; i + 2 <= bytes.size(); i += 2) {
    const uint32_t unit = static_cast<unsigned char>(bytes[i + low]) |
                          static_cast<uint32_t>(static_cast<unsigned char>(bytes[i + 1 - low]))
                              << 8;
    if (unit >= 0xdc00 && unit < 0xe000 && high_surrogate_ != 0) {
      append_utf8(text_, 0x10000 + ((high_surrogate_ - 0xd800) << 10) + (unit - 0xdc00));
      high_surrogate_ = 0;
      continue;
    }
    if (high_surrogate_ != 0) append_utf8(text_, 0xfffd);
    high_surrogate_ = 0;
    if (unit >= 0xd800 && unit < 0xdc00) {
      high_surrogate_ = unit;
    } else {
      append_utf8(text_, unit >= 0xdc00 && unit < 0xe000 ? 0xfffd : unit);
    }
  }
}

}  // namespace seawall::inspect
