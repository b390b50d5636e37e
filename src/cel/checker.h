// Types for a tree: the algorithm of cel-spec's "Type-Checker" (unification with dyn), as cel-go
// applies it, so that the same expressions are refused with the same words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cel/ast.h"
#include "cel/declarations.h"

namespace seawall::cel {

// Gives each node its type and each call the overloads that may be meant. Names with dots that are
// variables or functions become one node. Issues are in the order of their places.
void check(Expr& root, const Declarations& declarations, Arena& arena, std::vector<Issue>& issues);

}  // namespace seawall::cel
