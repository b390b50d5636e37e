// The tree of an expression: what the parser makes, the checker types, the planner resolves and the
// interpreter runs. Nodes live in the Program's arena and are never freed one by one.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "cel/library.h"
#include "cel/type.h"
#include "cel/value.h"

namespace seawall::cel {

enum class ExprKind : uint8_t {
  kConstant,
  kIdentifier,
  kSelect,  // operand.field, has(operand.field), operand.?field
  kIndex,   // operand[index], operand[?index]
  kCall,
  kList,
  kMap,
  kStruct,
  kComprehension,
};

// What the interpreter does with a node; set by the planner.
enum class Operation : uint8_t {
  kConstant,
  kVariable,   // `slot` of the environment's variables
  kLocal,      // `slot` of the comprehensions' variables
  kLazyLocal,  // the same, evaluated when first used (cel.bind)
  kUnresolved,
  kSelect,
  kHas,
  kOptionalSelect,
  kIndex,
  kOptionalIndex,
  kAnd,
  kOr,
  kConditional,
  kEqual,
  kNotEqual,
  kInSet,  // against a constant list of simple values
  kOptionalOr,
  kOptionalOrValue,
  kCall,
  kList,
  kMap,
  kComprehension,
};

// The macro a comprehension came from, where the interpreter has a shorter way with the same cost.
enum class Fold : uint8_t { kGeneral, kAll, kExists, kBind };

struct Expr;

struct Comprehension {
  Expr* range = nullptr;
  std::string_view variable, second_variable, accumulator;  // the second may be empty
  Expr *initial = nullptr, *condition = nullptr, *step = nullptr, *result = nullptr;
  Fold fold = Fold::kGeneral;
  Expr* predicate = nullptr;  // of kAll and kExists
  uint32_t variable_slot = 0, second_slot = 0, accumulator_slot = 0;
};

// An overload as the interpreter tests it.
struct Candidate {
  const Overload* overload = nullptr;
  // For each argument the run-time kinds that fit, as bits; for objects also the type.
  std::span<const uint16_t> kinds;
  std::span<const Type* const> objects;  // null: any
  // Of lists, the kinds that the first element may have; cel-go looks no further. 0: any.
  std::span<const uint16_t> elements;
};

struct Expr {
  ExprKind kind = ExprKind::kConstant;
  Operation operation = Operation::kUnresolved;
  bool test_only = false;  // has()
  bool optional = false;   // .? and [?]
  bool member = false;     // x.f()
  bool strict = false;     // of maps: keys of the standard kinds, each once
  bool root_cost = false;  // pays one unit for the chain of members it ends
  uint16_t depth = 1;
  uint32_t position = 0;  // byte offset
  uint32_t slot = 0;

  Value constant;
  std::string_view name;            // identifier, field, function, type of a struct
  Expr* operand = nullptr;          // of select, index and member calls
  std::span<Expr*> arguments;       // of calls; elements; keys and values in turn
  std::span<const bool> optionals;  // elements or entries marked with ?; may be empty
  Comprehension* comprehension = nullptr;

  const Type* type = nullptr;                // of checked expressions
  std::span<const Candidate> candidates;     // of calls
  CostFunction cost = nullptr;               // of calls: what one costs; null: 1
  std::span<const Overload* const> matched;  // by the checker
};

}  // namespace seawall::cel
