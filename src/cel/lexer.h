// Tokens of CEL. Source: CEL language definition, "Syntax", lexical part.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cel/environment.h"
#include "codec/arena.h"

namespace seawall::cel {

enum class TokenKind : uint8_t {
  kEnd,
  kIdentifier,         // text: the name
  kEscapedIdentifier,  // text: the name without its backquotes
  kInt,                // text: digits, or 0x and hexadecimal digits
  kUint,               // the same without the u
  kDouble,
  kString,  // text: the value
  kBytes,
  kTrue,
  kFalse,
  kNull,
  kIn,
  kOperator,  // text: one of == != <= >= && || and the single characters
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string_view text;
  uint32_t position = 0, end = 0;  // byte offsets
  bool is(std::string_view operator_text) const {
    return kind == TokenKind::kOperator && text == operator_text;
  }
};

// All tokens, kEnd last. Strings with escapes are unescaped into `arena`. On an issue the list ends
// there.
std::vector<Token> tokenize(std::string_view text, Arena& arena, std::vector<Issue>& issues);

}  // namespace seawall::cel
