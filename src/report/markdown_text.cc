#include "report/markdown_text.h"

#include "base/strings.h"

namespace seawall::report {
namespace {

// U+200B: invisible, and neither servers' search for mentions nor that for links looks past it.
// A character reference would not do: that search runs on the finished text.
constexpr std::string_view kBreak = "\xe2\x80\x8b";

std::string cut(std::string text, size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xc0) == 0x80) --limit;
  text.resize(limit);
  return text + "\xe2\x80\xa6";
}

}  // namespace

std::string escape_markdown(std::string_view text, size_t limit) {
  std::string one_line(trim(text.substr(0, limit * 2 + 16)));
  for (char& c : one_line) {
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
  }
  const std::string safe = cut(printable(one_line), limit);
  std::string out;
  for (size_t i = 0; i < safe.size(); ++i) {
    const char c = safe[i];
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '@':  // a person or a group
      case '#':  // an issue
      case '!':  // a merge request, an image
      case '$':  // a snippet, mathematics
      case '%':  // a milestone
        out += '\\';
        out += c;
        out += kBreak;
        break;
      case ':':  // https://..., and emoji
        out += c;
        if (safe.compare(i + 1, 2, "//") == 0) out += kBreak;
        break;
      case '\\':
      case '`':
      case '*':
      case '_':
      case '{':
      case '}':
      case '[':
      case ']':
      case '|':
      case '~':
        out += '\\';
        out += c;
        break;
      default:
        out += c;
        if (c == '.' && i >= 3 &&
            equal_ignoring_case(std::string_view(safe).substr(i - 3, 3), "www")) {
          out += kBreak;
        }
    }
  }
  return out;
}

}  // namespace seawall::report
