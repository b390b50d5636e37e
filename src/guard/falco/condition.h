// The condition language of Falco's rules, as a tree: what stands written, before macros and lists
// are put in and before any field is looked up.
//
//   auto tree = parse_condition(text, problem);   // text: a SourceText; null when it is wrong
//
// or, and, not and parentheses around checks: field[argument] operator value, where either side may
// be a function of fields (tolower(proc.name)), or the name of a macro. A value is a word, a quoted
// text (\n, \t, \", \\, \x41 ...), a number, or a list of them. Source of the grammar:
// falcosecurity libs 0.22, userspace/libsinsp/filter/parser.h. LIMITS: kMaxDepth levels, kMaxText
// bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "guard/falco/source_text.h"

namespace seawall::guard::falco {

constexpr int kMaxDepth = 100;
constexpr size_t kMaxText = 1u << 20;

enum class Operator : uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kIn,
  kIntersects,
  kPathPrefix,  // pmatch
  kContains,
  kContainsIgnoringCase,  // icontains
  kContainsBytes,         // bcontains: the value is hexadecimal
  kStartsWith,
  kStartsWithBytes,  // bstartswith
  kEndsWith,
  kGlob,
  kGlobIgnoringCase,  // iglob
  kRegex,
  kExists,
};
std::string_view to_string(Operator op);

// How many of several values must fit: exactly one, one or more, all.
enum class Quantifier : uint8_t { kNone, kOneOf, kAnyOf, kAllOf };

// A value as written. Quoted texts are never the name of a list.
struct Literal {
  std::string text;
  bool quoted = false;
  uint32_t at = 0;  // offset in the condition
};

// A field, or a function of fields and values.
struct Operand {
  enum class Kind : uint8_t { kField, kFunction, kValue, kList };
  Kind kind = Kind::kField;
  std::string name;                     // "proc.aname", "tolower", or the value
  std::optional<std::string> argument;  // proc.aname[2], getopt(...)[e]
  std::vector<Operand> operands;
  uint32_t at = 0;
};

struct Expression {
  enum class Kind : uint8_t { kOr, kAnd, kNot, kMacro, kCheck };
  Kind kind = Kind::kCheck;
  std::vector<std::shared_ptr<const Expression>> children;
  std::string macro;
  Operand left;
  Operator op = Operator::kEqual;
  Quantifier quantifier = Quantifier::kNone;
  std::vector<Literal> values;
  std::optional<Operand> right;              // val(field), or a function
  std::shared_ptr<const SourceText> source;  // what `at` counts in
  uint32_t at = 0;
  int depth = 1;  // levels, macros put in
};
using Tree = std::shared_ptr<const Expression>;

// Null when the text is wrong; then `problem` has place, message, excerpt and hint.
Tree parse_condition(const std::shared_ptr<const SourceText>& source, Problem& problem);
// A field or function that stands alone: of exceptions ("proc.aname[2]") and outputs. `used` says
// how many bytes it took; nothing when there is none at the start.
std::optional<Operand> parse_operand(std::string_view text, size_t& used);
std::optional<Operator> operator_named(std::string_view word);
// An item of a YAML list as Falco reads it: one that is written in quotes loses them.
Literal literal_of_item(std::string_view item);

}  // namespace seawall::guard::falco
