#include "cel/lexer.h"

#include <algorithm>

#include "base/strings.h"
#include "cel/utf8.h"

namespace seawall::cel {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

class Lexer {
 public:
  Lexer(std::string_view text, Arena& arena, std::vector<Issue>& issues)
      : text_(text), arena_(arena), issues_(issues) {}

  std::vector<Token> run() {
    const size_t before = issues_.size();
    while (issues_.size() == before) {
      skip_space();
      if (at_ >= text_.size()) break;
      next();
    }
    add(TokenKind::kEnd, {}, at_);
    return std::move(tokens_);
  }

 private:
  char peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  void issue(std::string message, size_t position) {
    issues_.push_back({std::move(message), static_cast<uint32_t>(position)});
  }
  void add(TokenKind kind, std::string_view text, size_t from) {
    tokens_.push_back({kind, text, static_cast<uint32_t>(from), static_cast<uint32_t>(at_)});
  }

  void skip_space() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f') {
        ++at_;
      } else if (c == '/' && peek(1) == '/') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else {
        return;
      }
    }
  }

  void next() {
    const char c = peek();
    if (string_prefix() > 0 || c == '"' || c == '\'') return string();
    if (is_letter(c)) return word();
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
    if (c == '`') return escaped_identifier();
    const size_t from = at_;
    for (const std::string_view two : {"==", "!=", "<=", ">=", "&&", "||"}) {
      if (text_.substr(at_, 2) == two) {
        at_ += 2;
        return add(TokenKind::kOperator, two, from);
      }
    }
    constexpr std::string_view kSingle = "<>[]{}().,-!?:+*/%";
    if (kSingle.find(c) != kSingle.npos) {
      ++at_;
      return add(TokenKind::kOperator, text_.substr(from, 1), from);
    }
    size_t end = at_;
    next_character(text_, end);
    issue("Syntax error: token recognition error at: '" +
              printable(text_.substr(from, end - from)) + "'",
          from);
  }

  // Length of r, b, br before a quote; 0: no string with a prefix.
  size_t string_prefix() const {
    size_t length = 0;
    bool raw = false, bytes = false;
    for (char c = peek(); length < 2; c = peek(length)) {
      if (!raw && (c == 'r' || c == 'R')) {
        raw = true;
      } else if (!bytes && !raw && (c == 'b' || c == 'B')) {
        bytes = true;
      } else {
        break;
      }
      ++length;
    }
    const char quote = peek(length);
    return length > 0 && (quote == '"' || quote == '\'') ? length : 0;
  }

  void word() {
    const size_t from = at_;
    while (is_letter(peek()) || is_digit(peek())) ++at_;
    const std::string_view name = text_.substr(from, at_ - from);
    TokenKind kind = TokenKind::kIdentifier;
    if (name == "true") kind = TokenKind::kTrue;
    if (name == "false") kind = TokenKind::kFalse;
    if (name == "null") kind = TokenKind::kNull;
    if (name == "in") kind = TokenKind::kIn;
    add(kind, name, from);
  }

  void escaped_identifier() {
    const size_t from = at_++;
    while (is_letter(peek()) || is_digit(peek()) ||
           std::string_view(".-/ ").find(peek()) != std::string_view::npos) {
      if (at_ >= text_.size()) break;
      ++at_;
    }
    if (peek() != '`' || at_ == from + 1) {
      return issue("Syntax error: a name in backquotes does not end", from);
    }
    ++at_;
    add(TokenKind::kEscapedIdentifier, text_.substr(from + 1, at_ - from - 2), from);
  }

  void number() {
    const size_t from = at_;
    if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X') && hex_digit(peek(2)) >= 0) {
      at_ += 2;
      while (hex_digit(peek()) >= 0) ++at_;
      return whole(from);
    }
    while (is_digit(peek())) ++at_;
    bool fraction = false;
    if (peek() == '.' && is_digit(peek(1))) {
      fraction = true;
      ++at_;
      while (is_digit(peek())) ++at_;
    }
    if (peek() == 'e' || peek() == 'E') {
      const size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
      if (is_digit(peek(1 + sign))) {
        fraction = true;
        at_ += 1 + sign;
        while (is_digit(peek())) ++at_;
      }
    }
    if (!fraction) return whole(from);
    add(TokenKind::kDouble, text_.substr(from, at_ - from), from);
  }
  void whole(size_t from) {
    const std::string_view digits = text_.substr(from, at_ - from);
    if (peek() == 'u' || peek() == 'U') {
      ++at_;
      return add(TokenKind::kUint, digits, from);
    }
    add(TokenKind::kInt, digits, from);
  }

  void string() {
    const size_t from = at_;
    const size_t prefix = string_prefix();
    bool raw = false, bytes = false;
    for (size_t i = 0; i < prefix; ++i) {
      raw |= (text_[at_ + i] | 0x20) == 'r';
      bytes |= (text_[at_ + i] | 0x20) == 'b';
    }
    at_ += prefix;
    const char quote = peek();
    const bool triple = peek(1) == quote && peek(2) == quote;
    at_ += triple ? 3 : 1;
    const size_t begin = at_;
    bool escapes = false;
    while (true) {
      if (at_ >= text_.size() || (!triple && (peek() == '\n' || peek() == '\r'))) {
        return issue("Syntax error: a string does not end", from);
      }
      if (peek() == quote && (!triple || (peek(1) == quote && peek(2) == quote))) break;
      if (!raw && peek() == '\\') {
        escapes = true;
        ++at_;
        if (at_ >= text_.size()) continue;
      }
      ++at_;
    }
    std::string_view value = text_.substr(begin, at_ - begin);
    at_ += triple ? 3 : 1;
    if (triple && value.find('\r') != value.npos) value = plain_newlines(value);
    if (escapes && !unescape(value, begin, bytes)) return;
    if (!bytes && !is_valid_utf8(value)) {
      return issue("Syntax error: a string is not valid UTF-8", from);
    }
    add(bytes ? TokenKind::kBytes : TokenKind::kString, value, from);
  }

  // CRLF and CR are LF, as cel-go reads them.
  std::string_view plain_newlines(std::string_view value) {
    std::string plain;
    for (size_t i = 0; i < value.size(); ++i) {
      if (value[i] != '\r') {
        plain += value[i];
      } else {
        plain += '\n';
        if (i + 1 < value.size() && value[i + 1] == '\n') ++i;
      }
    }
    return arena_.copy(std::string_view(plain));
  }

  // `begin` is where the text stands, for the issue.
  bool unescape(std::string_view& value, size_t begin, bool bytes) {
    std::string plain;
    for (size_t at = 0; at < value.size();) {
      if (value[at] != '\\') {
        plain += value[at++];
      } else if (!unescape_one(value, at, bytes, plain)) {
        issue("Syntax error: unable to unescape string", begin);
        return false;
      }
    }
    value = arena_.copy(std::string_view(plain));
    return true;
  }

  // One escape sequence at `at`, which moves behind it.
  bool unescape_one(std::string_view text, size_t& at, bool bytes, std::string& out) {
    const char c = at + 1 < text.size() ? text[at + 1] : '\0';
    at += 2;
    constexpr std::string_view kNames = "abfnrtv\\'\"`?";
    constexpr std::string_view kValues = "\a\b\f\n\r\t\v\\'\"`?";
    if (const size_t simple = kNames.find(c); simple != kNames.npos && c != '\0') {
      out += kValues[simple];
      return true;
    }
    int base = 16;
    size_t digits = 0;
    if (c == 'x' || c == 'X') digits = 2;
    if (c == 'u' && !bytes) digits = 4;
    if (c == 'U' && !bytes) digits = 8;
    if (c >= '0' && c <= '3') {
      base = 8;
      digits = 3;
      --at;
    }
    if (digits == 0 || at + digits > text.size()) return false;
    uint32_t code = 0;
    for (size_t i = 0; i < digits; ++i) {
      const int digit = hex_digit(text[at + i]);
      if (digit < 0 || digit >= base) return false;
      code = code * static_cast<uint32_t>(base) + static_cast<uint32_t>(digit);
    }
    at += digits;
    if (bytes) {
      out += static_cast<char>(code);
      return code < 0x100;
    }
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return false;
    append_character(out, code);
    return true;
  }

  std::string_view text_;
  Arena& arena_;
  std::vector<Issue>& issues_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
};

}  // namespace

std::vector<Token> tokenize(std::string_view text, Arena& arena, std::vector<Issue>& issues) {
  return Lexer(text, arena, issues).run();
}

}  // namespace seawall::cel
