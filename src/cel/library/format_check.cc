#include "cel/library/format_check.h"

#include "cel/library/strings_format_clauses.h"

namespace seawall::cel {
namespace {

// What a letter's clause takes, and what is said where it is given something else.
struct Rule {
  std::string_view letters;
  uint32_t kinds;  // bits of TypeKind
  std::string_view text;
};
constexpr uint32_t bits(std::initializer_list<TypeKind> kinds) {
  uint32_t set = 0;
  for (const TypeKind kind : kinds) set |= 1u << static_cast<unsigned>(kind);
  return set;
}
using enum TypeKind;
constexpr Rule kRules[] = {
    {"s",
     bits({kList, kMap, kInt, kUint, kDouble, kBool, kString, kTimestamp, kBytes, kDuration, kType,
           kNull}),
     "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, "
     "durations, and timestamps"},
    {"d", bits({kInt, kUint}), "decimal clause can only be used on integers"},
    // Texts too: "NaN", "Infinity" and "-Infinity".
    {"f", bits({kDouble, kString}), "fixed-point clause can only be used on doubles"},
    {"e", bits({kDouble, kString}), "scientific clause can only be used on doubles"},
    {"b", bits({kInt, kUint, kBool}), "only integers and bools can be formatted as binary"},
    {"xX", bits({kInt, kUint, kString, kBytes}),
     "only integers, byte buffers, and strings can be formatted as hex"},
    {"o", bits({kInt, kUint}), "octal clause can only be used on integers"},
};

bool fits(const Type& type, const Rule& rule) {
  return type.kind == kDyn || (rule.kinds >> static_cast<unsigned>(type.kind) & 1u) != 0;
}

// The first part of the argument that does not fit; for %s also what list and map literals hold.
const Expr* misfit(const Expr& argument, const Rule& rule) {
  if (!fits(*argument.type, rule)) return &argument;
  const bool nested = argument.kind == ExprKind::kList || argument.kind == ExprKind::kMap;
  if (rule.letters != "s" || !nested) return nullptr;
  for (const Expr* part : argument.arguments) {
    if (const Expr* wrong = misfit(*part, rule)) return wrong;
  }
  return nullptr;
}

const Rule& rule_of(char letter) {
  for (const Rule& rule : kRules) {
    if (rule.letters.find(letter) != std::string_view::npos) return rule;
  }
  return kRules[0];
}

}  // namespace

FormatProblem check_format(std::string_view format, std::span<Expr* const> arguments) {
  size_t next = 0;
  for (size_t at = 0; at < format.size(); ++at) {
    if (format[at] != '%') continue;
    if (++at < format.size() && format[at] == '%') continue;
    if (at >= format.size()) return {"unexpected end of string"};
    if (next >= arguments.size()) return {"index " + std::to_string(next) + " out of range"};
    int precision = 0;
    std::string problem = read_clause(format, at, precision);
    if (!problem.empty()) return {std::move(problem)};
    const Rule& rule = rule_of(format[at]);
    if (const Expr* wrong = misfit(*arguments[next++], rule)) {
      return {"error during formatting: " + std::string(rule.text) + ", was given " +
                  std::string(wrong->type->name),
              wrong};
    }
  }
  if (arguments.size() <= next) return {};
  return {"too many arguments supplied to string.format (expected " + std::to_string(next) +
          ", got " + std::to_string(arguments.size()) + ")"};
}

}  // namespace seawall::cel
