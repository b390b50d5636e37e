#include "cel/unifier.h"

#include <algorithm>
#include <string>

namespace seawall::cel {
namespace {

bool has_parameters(const Type& type) {
  return type.kind == TypeKind::kList || type.kind == TypeKind::kMap ||
         type.kind == TypeKind::kOpaque || type.kind == TypeKind::kType;
}

// null may stand for times and for the objects of libraries, as in cel-go.
bool takes_null(const Type& type) {
  return type.kind == TypeKind::kNull || type.kind == TypeKind::kOpaque ||
         type.kind == TypeKind::kStruct || type.kind == TypeKind::kTimestamp ||
         type.kind == TypeKind::kDuration;
}

bool equal_or_less_specific(const Type& left, const Type& right) {
  if (is_dyn(left) || left.kind == TypeKind::kParameter) return true;
  if (is_dyn(right) || right.kind == TypeKind::kParameter) return false;
  if (left.kind != right.kind) return false;
  if (left.kind == TypeKind::kType) return true;
  if (!has_parameters(left)) return same_type(left, right);
  if (left.name != right.name || left.parameters.size() != right.parameters.size()) return false;
  for (size_t i = 0; i < left.parameters.size(); ++i) {
    if (!equal_or_less_specific(*left.parameters[i], *right.parameters[i])) return false;
  }
  return true;
}

}  // namespace

const Type* Unifier::fresh() {
  const auto number = static_cast<uint32_t>(bindings_.size());
  bindings_.push_back(nullptr);
  return pool_.parameter("_var" + std::to_string(number), number);
}

template <typename Replace>
const Type* Unifier::map_parameters(const Type* type, Replace replace) {
  if (type->parameters.empty()) return type;
  std::array<const Type*, 4> replaced{};
  const size_t count = std::min(type->parameters.size(), replaced.size());
  bool changed = false;
  for (size_t i = 0; i < count; ++i) {
    replaced[i] = replace(type->parameters[i]);
    changed |= replaced[i] != type->parameters[i];
  }
  return changed ? pool_.with(*type, {replaced.data(), count}) : type;
}

const Type* Unifier::rename(const Type* type, std::array<const Type*, 26>& letters) {
  if (type->kind == TypeKind::kParameter) {
    const Type*& variable = letters[type->variable];
    if (variable == nullptr) variable = fresh();
    return variable;
  }
  return map_parameters(type, [&](const Type* inner) { return rename(inner, letters); });
}

Unifier::Instance Unifier::instantiate(const FunctionOverload& overload) {
  if (overload.type_parameters == 0) return {overload.parameters, overload.result};
  std::array<const Type*, 26> letters{};
  std::array<const Type*, 8> parameters{};
  const size_t count = std::min(overload.parameters.size(), parameters.size());
  for (size_t i = 0; i < count; ++i) parameters[i] = rename(overload.parameters[i], letters);
  const Type* result = rename(overload.result, letters);
  return {arena_.copy(std::span<const Type* const>(parameters.data(), count)), result};
}

bool Unifier::assignable(const Type* left, const Type* right) {
  const size_t mark = trail_.size();
  if (unify(left, right)) return true;
  undo(mark);
  return false;
}

bool Unifier::assignable(std::span<const Type* const> left, std::span<const Type* const> right) {
  const size_t mark = trail_.size();
  if (unify_lists(left, right)) return true;
  undo(mark);
  return false;
}

bool Unifier::unify(const Type* left, const Type* right) {
  if (right->kind == TypeKind::kParameter) {
    const Substitution found = valid_substitution(left, right);
    if (found.valid) return true;
    if (found.bound) return false;
  }
  if (left->kind == TypeKind::kParameter) return valid_substitution(right, left).valid;
  if (is_dyn_or_error(*left) || is_dyn_or_error(*right)) return true;
  if (left->kind == TypeKind::kNull) return takes_null(*right);
  if (right->kind == TypeKind::kNull) return takes_null(*left);
  switch (left->kind) {
    case TypeKind::kType:
      return right->kind == TypeKind::kType;
    case TypeKind::kList:
    case TypeKind::kMap:
    case TypeKind::kOpaque:
      return left->kind == right->kind && left->name == right->name &&
             unify_lists(left->parameters, right->parameters);
    default:
      return same_type(*left, *right);
  }
}

bool Unifier::unify_lists(std::span<const Type* const> left, std::span<const Type* const> right) {
  if (left.size() != right.size()) return false;
  for (size_t i = 0; i < left.size(); ++i) {
    if (!unify(left[i], right[i])) return false;
  }
  return true;
}

// Whether `variable`, or what it is bound to, may be `type`.
Unifier::Substitution Unifier::valid_substitution(const Type* type, const Type* variable) {
  if (type->kind == TypeKind::kParameter && type->variable == variable->variable) {
    return {true, true};
  }
  if (const Type* current = bound(variable)) {
    if (same_type(*type, *current)) return {true, true};
    if (!unify(type, current)) return {false, true};
    const Type* general = most_general(type, current);
    if (occurs_nowhere(variable, general)) bind(variable, general);
    return {true, true};
  }
  if (occurs_nowhere(variable, type)) {
    bind(variable, type);
    return {true, false};
  }
  return {false, false};
}

bool Unifier::occurs_nowhere(const Type* variable, const Type* within) const {
  if (within->kind == TypeKind::kParameter) {
    if (within->variable == variable->variable) return false;
    const Type* current = bound(within);
    return current == nullptr || occurs_nowhere(variable, current);
  }
  return std::all_of(within->parameters.begin(), within->parameters.end(),
                     [&](const Type* inner) { return occurs_nowhere(variable, inner); });
}

void Unifier::bind(const Type* variable, const Type* type) {
  trail_.push_back({variable->variable, bindings_[variable->variable]});
  bindings_[variable->variable] = type;
}

void Unifier::undo(size_t mark) {
  while (trail_.size() > mark) {
    bindings_[trail_.back().variable] = trail_.back().before;
    trail_.pop_back();
  }
}

const Type* Unifier::substitute(const Type* type, bool to_dyn) {
  if (type->kind == TypeKind::kParameter) {
    if (const Type* current = bound(type)) return substitute(current, to_dyn);
    return to_dyn ? &types::dyn : type;
  }
  return map_parameters(type, [&](const Type* inner) { return substitute(inner, to_dyn); });
}

const Type* Unifier::most_general(const Type* left, const Type* right) {
  if (right->kind == TypeKind::kNull) return left;  // null stands for what takes it
  return equal_or_less_specific(*left, *right) ? left : right;
}

}  // namespace seawall::cel
