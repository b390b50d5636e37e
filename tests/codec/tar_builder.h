// Builds tar archives block by block, the damaged and odd ones that no program writes.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace seawall::test {

struct TarHeaderText {
  std::string name = "file";
  char type = '0';
  uint64_t size = 0;
  std::string link;
  std::string magic = std::string(
      "ustar\0"
      "00",
      8);
  std::string prefix;
  unsigned mode = 0644;
};

inline void put(std::string& block, size_t offset, std::string_view bytes) {
  block.replace(offset, bytes.size(), bytes);
}

inline std::string octal(uint64_t value, int digits) {
  char text[32];
  std::snprintf(text, sizeof text, "%0*llo", digits, static_cast<unsigned long long>(value));
  return text;
}

// Writes the checksum that fits the rest.
inline std::string with_checksum(std::string block, bool as_signed = false) {
  put(block, 148, "        ");
  long sum = 0;
  for (const char c : block.substr(0, 512)) {
    sum += as_signed ? static_cast<signed char>(c) : static_cast<unsigned char>(c);
  }
  put(block, 148, octal(static_cast<uint64_t>(sum), 6) + std::string("\0 ", 2));
  return block;
}

inline std::string tar_header(const TarHeaderText& header) {
  std::string block(512, '\0');
  put(block, 0, header.name);
  put(block, 100, octal(header.mode, 7));
  put(block, 108, octal(1000, 7));
  put(block, 116, octal(100, 7));
  put(block, 124, octal(header.size, 11));
  put(block, 136, octal(1700000000, 11));
  block[156] = header.type;
  put(block, 157, header.link);
  put(block, 257, header.magic);
  put(block, 345, header.prefix);
  return with_checksum(block);
}

inline std::string padded(std::string_view bytes) {
  std::string text(bytes);
  text.resize((text.size() + 511) / 512 * 512, '\0');
  return text;
}

inline std::string tar_file(std::string_view name, std::string_view bytes) {
  return tar_header({.name = std::string(name), .size = bytes.size()}) + padded(bytes);
}

// An extension ('x', 'g', 'L', 'K') with its payload.
inline std::string tar_extension(char type, std::string_view payload) {
  return tar_header({.name = "extension", .type = type, .size = payload.size()}) + padded(payload);
}

inline std::string pax_record(std::string_view key, std::string_view value) {
  const std::string rest = " " + std::string(key) + "=" + std::string(value) + "\n";
  size_t length = rest.size() + 1;
  while (std::to_string(length).size() + rest.size() != length) ++length;
  return std::to_string(length) + rest;
}

inline std::string tar_end() {
  return std::string(1024, '\0');
}

}  // namespace seawall::test
