#include "guard/falco/scanner.h"

#include <algorithm>
#include <iterator>

namespace seawall::guard::falco {
namespace {

constexpr std::string_view kFunctions[] = {"tolower", "toupper", "b64",    "basename", "len",
                                           "join",    "concat",  "getopt", "val"};

bool letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool digit(char c) {
  return c >= '0' && c <= '9';
}
bool blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\b';
}
bool name_part(char c) {
  return letter(c) || digit(c) || c == '_';
}

int hex_digit(char c) {
  if (digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

size_t identifier_end(std::string_view text, size_t at) {
  if (at >= text.size() || !letter(text[at])) return at;
  while (at < text.size() && name_part(text[at])) ++at;
  return at;
}

}  // namespace

bool is_function_name(std::string_view name) {
  return std::find(std::begin(kFunctions), std::end(kFunctions), name) != std::end(kFunctions);
}

bool Scanner::take_blanks() {
  const size_t start = at_;
  while (at_ < text_.size() && blank(text_[at_])) ++at_;
  return at_ > start;
}

bool Scanner::take(std::string_view symbol) {
  if (text_.substr(at_, symbol.size()) != symbol) return false;
  at_ += symbol.size();
  return true;
}

bool Scanner::take_word(std::string_view word) {
  if (text_.substr(at_, word.size()) != word || name_part(peek(word.size()))) return false;
  if (peek(word.size()) == '.') return false;  // a field whose first part is this word
  at_ += word.size();
  return true;
}

std::optional<std::string_view> Scanner::take_identifier() {
  const size_t start = at_;
  at_ = identifier_end(text_, at_);
  if (at_ == start) return std::nullopt;
  return text_.substr(start, at_ - start);
}

std::optional<std::string_view> Scanner::take_field_name() {
  const size_t start = at_;
  size_t end = identifier_end(text_, start);
  bool dotted = false;
  while (end > start && end < text_.size() && text_[end] == '.') {
    const size_t next = identifier_end(text_, end + 1);
    if (next == end + 1) break;
    dotted = true;
    end = next;
  }
  if (!dotted) return std::nullopt;
  at_ = end;
  return text_.substr(start, end - start);
}

std::optional<std::string_view> Scanner::take_function() {
  const size_t end = identifier_end(text_, at_);
  const std::string_view name = text_.substr(at_, end - at_);
  if (end >= text_.size() || text_[end] != '(' || !is_function_name(name)) return std::nullopt;
  at_ = end + 1;
  return name;
}

std::optional<std::string_view> Scanner::take_number() {
  const size_t start = at_;
  size_t end = at_;
  if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X') && hex_digit(peek(2)) >= 0) {
    end += 2;
    while (end < text_.size() && hex_digit(text_[end]) >= 0) ++end;
  } else {
    if (peek() == '+' || peek() == '-') ++end;
    const size_t digits = end;
    while (end < text_.size() && digit(text_[end])) ++end;
    if (end == digits) return std::nullopt;
    if (end < text_.size() && text_[end] == '.') ++end;
    while (end < text_.size() && digit(text_[end])) ++end;
  }
  at_ = end;
  return text_.substr(start, end - start);
}

std::optional<std::string_view> Scanner::take_bare_text() {
  constexpr std::string_view kEnds = "()\"'=,";
  const size_t start = at_;
  while (at_ < text_.size() && !blank(text_[at_]) &&
         kEnds.find(text_[at_]) == std::string_view::npos) {
    ++at_;
  }
  if (at_ == start) return std::nullopt;
  return text_.substr(start, at_ - start);
}

std::optional<std::string> Scanner::take_quoted(std::string& wrong) {
  const char quote = peek();
  if (quote != '"' && quote != '\'') return std::nullopt;
  std::string text;
  size_t at = at_ + 1;
  for (; at < text_.size() && text_[at] != quote; ++at) {
    if (text_[at] != '\\') {
      text += text_[at];
      continue;
    }
    if (++at >= text_.size()) break;
    switch (text_[at]) {
      case 'b':
        text += '\b';
        break;
      case 'f':
        text += '\f';
        break;
      case 'n':
        text += '\n';
        break;
      case 'r':
        text += '\r';
        break;
      case 't':
        text += '\t';
        break;
      case ' ':  // rules in the wild have it, and mean a backslash
      case '\\':
        text += '\\';
        break;
      case '/':
      case '"':
      case '\'':
        text += text_[at];
        break;
      case 'x': {
        const int high = at + 2 < text_.size() ? hex_digit(text_[at + 1]) : -1;
        const int low = at + 2 < text_.size() ? hex_digit(text_[at + 2]) : -1;
        if (high < 0 || low < 0) {
          wrong = "\\x is followed by two hexadecimal digits";
          return std::nullopt;
        }
        text += static_cast<char>(high * 16 + low);
        at += 2;
        break;
      }
      default:
        wrong = "there is no escape \\" + std::string(1, text_[at]);
        return std::nullopt;
    }
  }
  if (at >= text_.size()) {
    wrong = "the quote that opens here is not closed";
    return std::nullopt;
  }
  at_ = at + 1;
  return text;
}

std::optional<std::string> Scanner::take_argument(std::string& wrong) {
  if (peek() != '[') return std::nullopt;
  const size_t start = at_++;
  std::optional<std::string> argument = take_quoted(wrong);
  if (!argument && wrong.empty()) {
    const size_t from = at_;
    while (at_ < text_.size() && !blank(text_[at_]) && text_[at_] != '[' && text_[at_] != ']' &&
           text_[at_] != '"' && text_[at_] != '\'') {
      ++at_;
    }
    if (at_ > from) argument = std::string(text_.substr(from, at_ - from));
  }
  if (argument && take("]")) return argument;
  if (wrong.empty()) wrong = "an argument of a field is written [3] or [\"a text\"]";
  at_ = start;
  return std::nullopt;
}

std::string_view Scanner::here() const {
  constexpr size_t kShown = 40;
  const std::string_view rest = text_.substr(std::min(at_, text_.size()));
  return rest.substr(0, std::min(kShown, rest.find_first_of(" \t\r\n", 1)));
}

}  // namespace seawall::guard::falco
