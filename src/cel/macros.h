// Making nodes, and the macros that make many: has, all, exists, exists_one, map, filter, their
// two-variable forms, transformList, transformMap, transformMapEntry, optMap, optFlatMap, sortBy,
// cel.bind, cel.block, math.greatest and math.least.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "cel/ast.h"
#include "cel/environment.h"
#include "cel/parser.h"
#include "codec/arena.h"

namespace seawall::cel {

class NodeFactory {
 public:
  NodeFactory(Arena& arena, uint32_t most) : arena_(arena), left_(most) {}
  bool exhausted() const { return left_ == 0; }

  Expr* make(ExprKind kind, uint32_t position);
  Expr* clone(const Expr& expr);  // deep; a stub when there are too many nodes
  Expr* constant(uint32_t position, const Value& value);
  Expr* identifier(uint32_t position, std::string_view name);
  Expr* select(uint32_t position, Expr* operand, std::string_view field, bool optional);
  Expr* index(uint32_t position, Expr* operand, Expr* index, bool optional);
  Expr* call(uint32_t position, std::string_view function, std::span<Expr* const> arguments,
             Expr* target = nullptr);
  Expr* list(uint32_t position, std::span<Expr* const> items, const std::vector<bool>& optionals);
  // Keys and values in turn.
  Expr* map(uint32_t position, std::span<Expr* const> items, const std::vector<bool>& optionals);
  Expr* message(uint32_t position, std::string_view type, std::span<Expr* const> values);
  Expr* comprehension(uint32_t position, const Comprehension& comprehension);
  std::string_view rooted(std::string_view name);  // ".name"
  std::string_view text(std::string_view text) { return arena_.copy(text); }
  // "a.b.c" of identifiers and selects; empty when it is something else.
  std::string_view qualified_name(const Expr& expr);

 private:
  std::span<Expr*> copy(std::span<Expr* const> nodes, Expr& parent);
  std::span<const bool> copy(const std::vector<bool>& marks);
  Arena& arena_;
  uint32_t left_;
};

struct MacroContext {
  NodeFactory& nodes;
  const ParseOptions& options;
  std::vector<Issue>& issues;
};

// What a call of this name and arguments expands to; null when it is no macro. A wrong use is an
// issue.
Expr* expand_macro(const MacroContext& context, uint32_t position, std::string_view name,
                   Expr* target, const std::vector<Expr*>& arguments);

}  // namespace seawall::cel
