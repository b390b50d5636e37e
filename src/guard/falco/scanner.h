// The words of a condition, one at a time. Every take_...() passes over what it wants and says
// whether it was there; positions are offsets in the text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace seawall::guard::falco {

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}
  size_t at() const { return at_; }
  void back_to(size_t at) { at_ = at; }
  bool at_end() const { return at_ >= text_.size(); }
  bool take_blanks();
  bool take(std::string_view symbol);
  // A word that ends where a name ends: "or", "contains".
  bool take_word(std::string_view word);
  std::optional<std::string_view> take_identifier();  // letters, digits, "_"
  std::optional<std::string_view> take_field_name();  // identifiers joined by "."
  std::optional<std::string_view> take_function();    // "tolower(" gives "tolower"
  std::optional<std::string_view> take_number();      // 12, -1, 0x1f, 1.5e+3
  std::optional<std::string_view> take_bare_text();   // no blanks, parentheses, quotes, "=" or ","
  // A quoted text, its escapes resolved. A text without an end or with an unknown escape is not
  // taken; `wrong` then says why.
  std::optional<std::string> take_quoted(std::string& wrong);
  // "[2]", "[\"a b\"]"; `wrong` is set when it has no end.
  std::optional<std::string> take_argument(std::string& wrong);
  // What stands here, for messages: up to the next blank.
  std::string_view here() const;

 private:
  char peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  std::string_view text_;
  size_t at_ = 0;
};

bool is_function_name(std::string_view name);

}  // namespace seawall::guard::falco
