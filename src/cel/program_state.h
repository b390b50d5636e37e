// What a Program holds; for the parts of the engine that look at trees.
#pragma once

#include <string_view>
#include <vector>

#include "cel/ast.h"
#include "cel/environment.h"
#include "cel/planner.h"
#include "codec/arena.h"

namespace seawall::cel {

struct Program::State {
  Arena arena{2048};
  std::string_view expression;
  Expr* root = nullptr;
  Plan plan;
  std::vector<std::string_view> variables;  // names by slot
};

}  // namespace seawall::cel
