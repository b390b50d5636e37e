// Checks "...".format([...]) before it runs: clauses of a literal format against the types of the
// arguments in a list literal, as the API server does when an expression is compiled.
//
//   const FormatProblem problem = check_format("%d", list.arguments);   // ["a"]
//   problem.message   // "error during formatting: decimal clause can only be used on integers,
//   ..."
//
// REQUIRES: the tree is checked, its types are closed. COST: the text and the arguments, once.
// Source: cel-go ext/formatting.go, stringFormatValidator.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cel/ast.h"

namespace seawall::cel {

struct FormatProblem {
  std::string message;             // empty: none
  const Expr* argument = nullptr;  // the one that does not fit; null: the call as a whole
};
FormatProblem check_format(std::string_view format, std::span<Expr* const> arguments);

}  // namespace seawall::cel
