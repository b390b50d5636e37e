// Text into a tree: the grammar of CEL, and its macros expanded as cel-go does (which decides what
// they cost). Source: CEL language definition, "Syntax" and "Macros".
#pragma once

#include <string_view>
#include <vector>

#include "cel/ast.h"
#include "cel/environment.h"
#include "codec/arena.h"

namespace seawall::cel {

struct ParseOptions {
  bool optional_syntax = true;       // a.?b, a[?b], [?a], {?k: v}
  bool escaped_identifiers = false;  // a.`b-c`
  bool two_variables = true;         // all(i, x, ...), transformList, transformMap ...
  bool optional_macros = true;       // optMap, optFlatMap
  bool bindings = false;             // cel.bind, cel.block
  bool math_macros = false;          // math.greatest, math.least
  bool sort_by = true;               // sortBy
  bool macros = true;
};

// The tree, in `arena`, which must outlive it, as must the text. Null when there are issues.
Expr* parse(std::string_view text, const ParseOptions& options, const CompileLimits& limits,
            Arena& arena, std::vector<Issue>& issues);

}  // namespace seawall::cel
