// Type variables and what they stand for, while an expression is checked.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "cel/declarations.h"
#include "cel/type.h"

namespace seawall::cel {

class Unifier {
 public:
  explicit Unifier(Arena& arena) : arena_(arena), pool_(arena) {}

  const Type* fresh();  // a new variable
  // An overload's types with new variables for its letters.
  struct Instance {
    std::span<const Type* const> parameters;
    const Type* result;
  };
  Instance instantiate(const FunctionOverload& overload);

  // Whether a `right` may be given where a `left` stands; binds variables when it may, and leaves
  // them as they were when not.
  bool assignable(const Type* left, const Type* right);
  bool assignable(std::span<const Type* const> left, std::span<const Type* const> right);
  // Bound variables replaced; unbound ones by dyn when `to_dyn`.
  const Type* substitute(const Type* type, bool to_dyn);
  static const Type* most_general(const Type* left, const Type* right);

 private:
  struct Substitution {
    bool valid, bound;
  };
  bool unify(const Type* left, const Type* right);
  bool unify_lists(std::span<const Type* const> left, std::span<const Type* const> right);
  Substitution valid_substitution(const Type* type, const Type* variable);
  bool occurs_nowhere(const Type* variable, const Type* within) const;
  const Type* bound(const Type* variable) const {
    return variable->kind == TypeKind::kParameter ? bindings_[variable->variable] : nullptr;
  }
  void bind(const Type* variable, const Type* type);
  void undo(size_t mark);
  const Type* rename(const Type* type, std::array<const Type*, 26>& letters);
  template <typename Replace>
  const Type* map_parameters(const Type* type, Replace replace);

  Arena& arena_;
  TypePool pool_;
  std::vector<const Type*> bindings_;  // by number of the variable; null: free
  struct Change {
    uint32_t variable;
    const Type* before;
  };
  std::vector<Change> trail_;
};

}  // namespace seawall::cel
