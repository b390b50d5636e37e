#include "cel/go_quote.h"

#include <fmt/format.h>

#include "cel/utf8.h"

namespace seawall::cel {
namespace {

struct Range {
  char32_t first, last;
};
// What Go does not print: controls, spaces but ' ', formats, surrogates, private use and the large
// unassigned areas. Source: Unicode 15, general categories C and Z.
constexpr Range kHidden[] = {
    {0x7f, 0xa0},       {0xad, 0xad},       {0x600, 0x605},     {0x61c, 0x61c},
    {0x6dd, 0x6dd},     {0x70f, 0x70f},     {0x890, 0x891},     {0x8e2, 0x8e2},
    {0x1680, 0x1680},   {0x180e, 0x180e},   {0x2000, 0x200f},   {0x2028, 0x202f},
    {0x205f, 0x206f},   {0x3000, 0x3000},   {0xd800, 0xf8ff},   {0xfeff, 0xfeff},
    {0xfff0, 0xfffb},   {0xfffe, 0xffff},   {0x110bd, 0x110bd}, {0x110cd, 0x110cd},
    {0x13430, 0x1343f}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0x323b0, 0xe00ff},
    {0xe01f0, 0x10ffff}};

bool is_hidden(char32_t character) {
  for (const Range& range : kHidden) {
    if (character >= range.first && character <= range.last) return true;
  }
  return false;
}

// The short escape, or nothing.
std::string_view short_escape(char32_t character) {
  switch (character) {
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '\a':
      return "\\a";
    case '\b':
      return "\\b";
    case '\f':
      return "\\f";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    case '\v':
      return "\\v";
    default:
      return {};
  }
}

}  // namespace

std::string go_quote(std::string_view text) {
  std::string quoted = "\"";
  for (size_t at = 0; at < text.size();) {
    const size_t from = at;
    const char32_t character = next_character(text, at);
    if (const std::string_view escape = short_escape(character); !escape.empty()) {
      quoted += escape;
    } else if (character < 0x20 || character == 0x7f ||
               (at - from == 1 && static_cast<unsigned char>(text[from]) >= 0x80)) {
      quoted += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[from]));
    } else if (is_hidden(character)) {
      quoted += character < 0x10000 ? fmt::format("\\u{:04x}", static_cast<uint32_t>(character))
                                    : fmt::format("\\U{:08x}", static_cast<uint32_t>(character));
    } else {
      quoted += text.substr(from, at - from);
    }
  }
  return quoted += '"';
}

}  // namespace seawall::cel
