#include "cel/uri_escape.h"

#include "cel/go_quote.h"

namespace seawall::cel {
namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// What may stand as it is, besides letters and digits.
std::string_view plain(UriPart part) {
  switch (part) {
    case UriPart::kPath:
      return "$&+,-./:;=@_~";
    case UriPart::kHost:
    case UriPart::kZone:
      return "!\"$&'()*+,-.:;<=>[]_~";
    case UriPart::kUser:
      return "$&+,-.;=_~";
    case UriPart::kQuery:
      return "-._~";
    case UriPart::kFragment:
      return "!$&()*+,-./:;=?@_~";
  }
  return {};
}

int hexadecimal(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Error wrong_escape(std::string_view text) {
  return malformed("invalid URL escape " + go_quote(text));
}

// An escape in a host is for what is no ASCII, but "%25" before a zone; in a zone for what could
// stand there as well, and for spaces.
bool is_allowed(std::string_view escape_text, char byte, UriPart part) {
  if (escape_text == "%25") return true;
  if (part == UriPart::kHost) return static_cast<unsigned char>(byte) >= 0x80;
  return part != UriPart::kZone || byte == ' ' || !must_escape(byte, UriPart::kHost);
}

}  // namespace

bool must_escape(char byte, UriPart part) {
  return !is_alphanumeric(byte) && plain(part).find(byte) == std::string_view::npos;
}

std::string escape(std::string_view text, UriPart part) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char byte : text) {
    if (!must_escape(byte, part)) {
      out += byte;
    } else if (byte == ' ' && part == UriPart::kQuery) {
      out += '+';
    } else {
      const auto value = static_cast<unsigned char>(byte);
      out += {'%', kDigits[value >> 4], kDigits[value & 15]};
    }
  }
  return out;
}

Result<std::string> unescape(std::string_view text, UriPart part) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      const std::string_view escape_text = text.substr(i, 3);
      if (escape_text.size() < 3 || hexadecimal(escape_text[1]) < 0 ||
          hexadecimal(escape_text[2]) < 0) {
        return wrong_escape(escape_text);
      }
      const auto byte =
          static_cast<char>(hexadecimal(escape_text[1]) << 4 | hexadecimal(escape_text[2]));
      if (!is_allowed(escape_text, byte, part)) return wrong_escape(escape_text);
      out += byte;
      i += 2;
    } else if (c == '+' && part == UriPart::kQuery) {
      out += ' ';
    } else if ((part == UriPart::kHost || part == UriPart::kZone) &&
               static_cast<unsigned char>(c) < 0x80 && must_escape(c, part)) {
      return malformed("invalid character " + go_quote(text.substr(i, 1)) + " in host name");
    } else {
      out += c;
    }
  }
  return out;
}

bool is_escaped(std::string_view text, UriPart part) {
  for (const char byte : text) {
    if (std::string_view("!$&'()*+,;=:@[]%").find(byte) == std::string_view::npos &&
        must_escape(byte, part)) {
      return false;
    }
  }
  return true;
}

}  // namespace seawall::cel
