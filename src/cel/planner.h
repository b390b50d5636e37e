// A tree ready to run: names resolved to slots, constants folded, overloads as candidates, and who
// pays which cost. Source of the costs: cel-go, interpreter/planner.go, attributes.go,
// decorators.go and runtimecost.go, as Kubernetes sets them up (constant folding on, has() free).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cel/ast.h"
#include "cel/declarations.h"

namespace seawall::cel {

struct Plan {
  std::vector<size_t> variables;  // slots read, ascending
  uint32_t locals = 0;            // slots that comprehensions need
  bool eager = false;             // what the interpreter is told
  std::string failure;            // a constant that cannot be converted, where that is an issue
};

// Sets operations, slots and candidates. `root` was checked or not; what cannot be resolved is an
// issue.
Plan plan(Expr& root, const Declarations& declarations, Arena& arena, std::vector<Issue>& issues);

}  // namespace seawall::cel
