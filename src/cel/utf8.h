// UTF-8 by characters (code points), for strings that are known to be valid.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace seawall::cel {

// Bytes of the character that begins with `lead`; 1 for a byte that begins none.
constexpr size_t character_bytes(unsigned char lead) {
  return lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

// The character at `at`, which moves behind it. Damaged text gives U+FFFD and moves one byte.
// REQUIRES: at < text.size().
constexpr char32_t next_character(std::string_view text, size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const size_t size = character_bytes(lead);
  if (size == 1 || at + size > text.size()) {
    ++at;
    return lead < 0x80 ? lead : 0xfffd;
  }
  char32_t character = lead & (0x7f >> size);
  for (size_t i = 1; i < size; ++i) {
    character = (character << 6) | (static_cast<unsigned char>(text[at + i]) & 0x3f);
  }
  at += size;
  return character;
}

inline void append_character(std::string& out, char32_t character) {
  const auto byte = [&out](char32_t bits) { out += static_cast<char>(bits); };
  if (character < 0x80) {
    byte(character);
  } else if (character < 0x800) {
    byte(0xc0 | (character >> 6));
    byte(0x80 | (character & 0x3f));
  } else if (character < 0x10000) {
    byte(0xe0 | (character >> 12));
    byte(0x80 | ((character >> 6) & 0x3f));
    byte(0x80 | (character & 0x3f));
  } else {
    byte(0xf0 | (character >> 18));
    byte(0x80 | ((character >> 12) & 0x3f));
    byte(0x80 | ((character >> 6) & 0x3f));
    byte(0x80 | (character & 0x3f));
  }
}

}  // namespace seawall::cel
