// The operators of conditions by their words, and items of lists.
#include "guard/falco/condition.h"
#include "guard/falco/scanner.h"

namespace seawall::guard::falco {
namespace {

struct Word {
  std::string_view text;
  Operator op;
};
// A symbol that begins another stands after it.
constexpr Word kSymbols[] = {
    {"==", Operator::kEqual},       {"=", Operator::kEqual}, {"!=", Operator::kNotEqual},
    {"<=", Operator::kLessOrEqual}, {"<", Operator::kLess},  {">=", Operator::kGreaterOrEqual},
    {">", Operator::kGreater},
};
constexpr Word kWords[] = {
    {"in", Operator::kIn},
    {"intersects", Operator::kIntersects},
    {"pmatch", Operator::kPathPrefix},
    {"contains", Operator::kContains},
    {"icontains", Operator::kContainsIgnoringCase},
    {"bcontains", Operator::kContainsBytes},
    {"startswith", Operator::kStartsWith},
    {"bstartswith", Operator::kStartsWithBytes},
    {"endswith", Operator::kEndsWith},
    {"glob", Operator::kGlob},
    {"iglob", Operator::kGlobIgnoringCase},
    {"regex", Operator::kRegex},
    {"exists", Operator::kExists},
};
}  // namespace

std::string_view to_string(Operator op) {
  for (const Word& symbol : kSymbols) {
    if (symbol.op == op && symbol.text != "==") return symbol.text;
  }
  for (const Word& word : kWords) {
    if (word.op == op) return word.text;
  }
  return "?";
}

bool take_operator(Scanner& scan, Operator& op) {
  for (const Word& symbol : kSymbols) {
    if (scan.take(symbol.text)) return op = symbol.op, true;
  }
  for (const Word& word : kWords) {
    if (scan.take_word(word.text)) return op = word.op, true;
  }
  return false;
}

std::optional<Operator> operator_named(std::string_view word) {
  for (const Word& symbol : kSymbols) {
    if (symbol.text == word) return symbol.op;
  }
  for (const Word& one : kWords) {
    if (one.text == word) return one.op;
  }
  return std::nullopt;
}

Literal literal_of_item(std::string_view item) {
  if (!item.empty() && (item.front() == '"' || item.front() == '\'')) {
    Scanner scan(item);
    std::string wrong;
    std::optional<std::string> text = scan.take_quoted(wrong);
    if (text && scan.at_end()) return {std::move(*text), true, 0};
  }
  // Blanks make Falco quote it, so that it is never the name of a list.
  return {std::string(item), item.find(' ') != std::string_view::npos, 0};
}

}  // namespace seawall::guard::falco
