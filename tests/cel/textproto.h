// Protocol buffer text format, read without a schema: a message is a list of named fields in the
// order of the text, each a scalar or a message.
//
//   SEAWALL_TRY(const TextField file, read_textproto(text));
//   for (const TextField* section : file.all("section")) use(section->text("name"));
//
// A schema would say what a scalar is; here the reader asks for what it expects. Lists ("a: [1,
// 2]") become repeated fields. ERRORS: kMalformed with the byte offset. LIMITS: 100 levels.
// Specification: protobuf.dev, "Text Format Language".
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "cel/utf8.h"

namespace seawall::test {

struct TextField {
  std::string name;  // of an extension or an expanded Any: what stands in the brackets
  std::string scalar;
  bool quoted = false, message = false;
  std::vector<TextField> fields;

  const TextField* find(std::string_view wanted) const {
    for (const TextField& field : fields) {
      if (field.name == wanted) return &field;
    }
    return nullptr;
  }
  std::vector<const TextField*> all(std::string_view wanted) const {
    std::vector<const TextField*> found;
    for (const TextField& field : fields) {
      if (field.name == wanted) found.push_back(&field);
    }
    return found;
  }
  std::string text(std::string_view wanted) const {
    const TextField* found = find(wanted);
    return found == nullptr ? std::string() : found->scalar;
  }
  bool is_set(std::string_view wanted) const { return text(wanted) == "true"; }
};

class TextprotoReader {
 public:
  explicit TextprotoReader(std::string_view text) : text_(text) {}

  Result<TextField> read() {
    TextField root;
    root.message = true;
    SEAWALL_CHECK(read_fields(root, '\0', 0));
    return root;
  }

 private:
  Status wrong(std::string_view what) const {
    return malformed(std::string(what) + " at offset " + std::to_string(at_));
  }
  char peek() {
    while (at_ < text_.size()) {
      if (text_[at_] == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (text_.find_first_of(" \t\r\n\f\v", at_) == at_) {
        ++at_;
      } else {
        return text_[at_];
      }
    }
    return '\0';
  }
  bool accept(char wanted) {
    if (peek() != wanted || at_ >= text_.size()) return false;
    ++at_;
    return true;
  }
  std::string word() {
    const size_t from = at_;
    const auto in_word = [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
             c == '_' || c == '.' || c == '-' || c == '+';
    };
    while (at_ < text_.size() && in_word(text_[at_])) ++at_;
    return std::string(text_.substr(from, at_ - from));
  }

  Status read_fields(TextField& into, char end, int depth) {
    if (depth > 100) return wrong("messages nest too deep");
    while (true) {
      const char next = peek();
      if (next == '\0') return end == '\0' ? Status() : wrong("a message does not end");
      if (next == end) return Status();
      SEAWALL_CHECK(read_field(into, depth));
      if (!accept(',')) accept(';');
    }
  }
  Status read_field(TextField& into, int depth) {
    TextField field;
    if (accept('[')) {
      const size_t close = text_.find(']', at_);
      if (close == text_.npos) return wrong("no ] after an extension's name");
      field.name = text_.substr(at_, close - at_);
      at_ = close + 1;
    } else {
      field.name = word();
    }
    if (field.name.empty()) return wrong("no field name");
    const bool colon = accept(':');
    if (!accept('[')) {
      SEAWALL_CHECK(read_value(field, colon, depth));
      into.fields.push_back(std::move(field));
      return {};
    }
    while (!accept(']')) {
      TextField item;
      item.name = field.name;
      SEAWALL_CHECK(read_value(item, true, depth));
      into.fields.push_back(std::move(item));
      if (!accept(',') && peek() != ']') return wrong("no , or ] in a list");
    }
    return {};
  }
  Status read_value(TextField& field, bool scalar_allowed, int depth) {
    const char first = peek();
    if (first == '{' || first == '<') {
      ++at_;
      field.message = true;
      const char end = first == '{' ? '}' : '>';
      SEAWALL_CHECK(read_fields(field, end, depth + 1));
      ++at_;
      return {};
    }
    if (!scalar_allowed) return wrong("no : or { after a field's name");
    if (first != '"' && first != '\'') {
      field.scalar = word();
      return field.scalar.empty() ? wrong("no value") : Status();
    }
    field.quoted = true;
    while (peek() == '"' || peek() == '\'') SEAWALL_CHECK(read_string(field.scalar));
    return {};
  }
  Status read_string(std::string& out) {
    const char quote = text_[at_++];
    while (at_ < text_.size() && text_[at_] != quote) {
      if (text_[at_] != '\\') {
        out += text_[at_++];
      } else {
        ++at_;
        SEAWALL_CHECK(read_escape(out));
      }
    }
    if (at_ >= text_.size()) return wrong("a string does not end");
    ++at_;
    return {};
  }
  Status read_escape(std::string& out) {
    if (at_ >= text_.size()) return wrong("a string does not end");
    const char c = text_[at_++];
    constexpr std::string_view kLetters = "abfnrtv\\'\"?", kMeanings = "\a\b\f\n\r\t\v\\'\"?";
    if (const size_t letter = kLetters.find(c); letter != kLetters.npos) {
      out += kMeanings[letter];
    } else if (c >= '0' && c <= '7') {
      --at_;
      out += static_cast<char>(digits(8, 3));
    } else if (c == 'x' || c == 'X') {
      out += static_cast<char>(digits(16, 2));
    } else if (c == 'u' || c == 'U') {
      cel::append_character(out, digits(16, c == 'u' ? 4 : 8));
    } else {
      return wrong("an unknown escape");
    }
    return {};
  }
  char32_t digits(char32_t base, int most) {
    char32_t value = 0;
    for (; most > 0 && at_ < text_.size(); --most, ++at_) {
      constexpr std::string_view kDigits = "0123456789abcdef";
      const size_t digit = kDigits.find(static_cast<char>(text_[at_] | 0x20));
      if (digit >= base) break;
      value = value * base + static_cast<char32_t>(digit);
    }
    return value;
  }

  std::string_view text_;
  size_t at_ = 0;
};

inline Result<TextField> read_textproto(std::string_view text) {
  return TextprotoReader(text).read();
}

}  // namespace seawall::test
