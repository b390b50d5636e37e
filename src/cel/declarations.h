// What an environment knows, ready for the checker and the planner: functions by name with parsed
// signatures, variables, constants.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cel/ast.h"
#include "cel/environment.h"
#include "cel/library.h"
#include "cel/parser.h"
#include "cel/type.h"

namespace seawall::cel {

struct FunctionOverload {
  const Overload* overload = nullptr;
  std::span<const Type* const> parameters;  // the receiver first
  const Type* result = nullptr;
  uint32_t type_parameters = 0;  // bits of the letters that occur
  Candidate candidate;
};

struct Function {
  std::string_view name;
  std::vector<FunctionOverload> overloads;
};

struct Variable {
  std::string name;
  const Type* type = nullptr;
  bool is_constant = false;
  Value constant;
  uint32_t slot = 0;
};

// Transparent hashing: lookups by string_view without a copy.
struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

class Declarations {
 public:
  Declarations() : pool_(arena_) {}
  Arena& arena() { return arena_; }
  TypePool& pool() { return pool_; }

  void add_library(const Library& library);
  size_t add_variable(std::string_view name, const Type* type);
  void add_constant(std::string_view name, const Type* type, const Value& value);

  const Function* function(std::string_view name) const;
  const Variable* variable(std::string_view name) const;
  size_t variables() const { return slots_; }
  std::vector<std::string_view> variable_names(Arena& arena) const;  // by slot, copied

  std::string container;
  ParseOptions parse;
  bool homogeneous_literals = true;  // mixed lists and maps are an issue
  bool check_literals = true;        // duration("x"), timestamp("x"), matches("(") are issues
  // As cel-go 0.26 and older: times are read less strictly, or() and orValue() take any left side,
  // both arguments of a call are computed though the first one failed.
  bool before_36 = false;

  // Calls `look` with each name that `name` may stand for in the container, the longest first,
  // until it answers with something.
  template <typename Look>
  auto resolve(std::string_view name, Look look) const -> decltype(look(name)) {
    if (name.starts_with('.')) return look(name.substr(1));
    std::string_view prefix = container;
    while (!prefix.empty()) {
      if (auto found = look(std::string(prefix) + "." + std::string(name))) return found;
      const size_t dot = prefix.rfind('.');
      prefix = dot == prefix.npos ? std::string_view() : prefix.substr(0, dot);
    }
    return look(name);
  }

 private:
  void parse_signature(FunctionOverload& overload);
  void prepare(FunctionOverload& overload);

  Arena arena_;
  TypePool pool_;
  std::unordered_map<std::string, Function, TextHash, std::equal_to<>> functions_;
  std::unordered_map<std::string, Variable, TextHash, std::equal_to<>> variables_;
  size_t slots_ = 0;
};

}  // namespace seawall::cel
