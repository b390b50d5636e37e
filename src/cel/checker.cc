#include "cel/checker.h"

#include <algorithm>
#include <map>
#include <optional>

#include "cel/library/format_check.h"
#include "cel/regex_cache.h"
#include "cel/time_text.h"
#include "cel/unifier.h"

namespace seawall::cel {
namespace {

struct Scoped {
  std::string_view name;
  const Type* type;
};

class TreeChecker {
 public:
  TreeChecker(const Declarations& declarations, Arena& arena, std::vector<Issue>& issues)
      : declarations_(declarations),
        arena_(arena),
        pool_(arena),
        unifier_(arena),
        issues_(issues) {}

  void run(Expr& root) {
    check(root);
    close_types(root);
    if (issues_.empty()) validate(root);
    std::stable_sort(issues_.begin(), issues_.end(), [](const Issue& left, const Issue& right) {
      return left.position < right.position;
    });
  }

 private:
  void issue(const Expr& at, std::string message) {
    if (issues_.size() < 100) issues_.push_back({std::move(message), at.position});
  }
  void mismatch(const Expr& at, const Type* expected, const Type* actual) {
    issue(at, "expected type '" + expected->text() + "' but found '" + actual->text() + "'");
  }
  void undeclared(const Expr& at, std::string_view name) {
    issue(at, "undeclared reference to '" + std::string(name) + "' (in container '" +
                  declarations_.container + "')");
  }

  void check(Expr& expr) {
    switch (expr.kind) {
      case ExprKind::kConstant:
        expr.type = type_of(expr.constant);
        break;
      case ExprKind::kIdentifier:
        identifier(expr);
        break;
      case ExprKind::kSelect:
        select(expr);
        break;
      case ExprKind::kIndex:
        index(expr);
        break;
      case ExprKind::kCall:
        call(expr);
        break;
      case ExprKind::kList:
        list(expr);
        break;
      case ExprKind::kMap:
        map(expr);
        break;
      case ExprKind::kStruct:
        message(expr);
        break;
      case ExprKind::kComprehension:
        comprehension(expr);
        break;
    }
  }

  const Type* find_local(std::string_view name) const {
    for (size_t i = scopes_.size(); i-- > 0;) {
      if (scopes_[i].name == name) return scopes_[i].type;
    }
    return nullptr;
  }
  const Variable* find_variable(std::string_view name) const {
    return declarations_.resolve(
        name, [&](std::string_view full) { return declarations_.variable(full); });
  }
  const Function* find_function(std::string_view name) const {
    return declarations_.resolve(
        name, [&](std::string_view full) { return declarations_.function(full); });
  }

  void identifier(Expr& expr) {
    if (const Type* local = find_local(expr.name)) {
      expr.type = local;
      return;
    }
    if (const Variable* variable = find_variable(expr.name)) {
      expr.type = variable->type;
      expr.name = arena_.copy("." + variable->name);
      return;
    }
    expr.type = &types::error;
    undeclared(expr, expr.name);
  }

  // "a.b.c" of identifiers and selects, when its first name is no variable of a comprehension.
  std::string qualified_name(const Expr& expr) const {
    if (expr.kind == ExprKind::kIdentifier) {
      return find_local(expr.name) != nullptr ? std::string() : std::string(expr.name);
    }
    if (expr.kind != ExprKind::kSelect || expr.test_only || expr.optional) return {};
    const std::string operand = qualified_name(*expr.operand);
    return operand.empty() ? operand : operand + "." + std::string(expr.name);
  }

  void select(Expr& expr) {
    const std::string name = qualified_name(expr);
    if (!name.empty()) {
      if (const Variable* variable = find_variable(name)) {
        expr.kind = ExprKind::kIdentifier;
        expr.name = arena_.copy("." + variable->name);
        expr.operand = nullptr;
        expr.type = variable->type;
        return;
      }
    }
    check(*expr.operand);
    const Type* operand = unifier_.substitute(expr.operand->type, false);
    const bool was_optional = is_optional(*operand);
    if (was_optional) operand = operand->parameters[0];
    const Type* result = &types::error;
    switch (operand->kind) {
      case TypeKind::kMap:
        result = operand->parameters[1];
        break;
      case TypeKind::kParameter:
        unifier_.assignable(&types::dyn, operand);
        result = &types::dyn;
        break;
      case TypeKind::kStruct:
        if (operand->has_fields) {
          result = field_type(expr, *operand);
          break;
        }
        [[fallthrough]];
      default:
        if (!is_dyn_or_error(*operand)) {
          issue(expr, "type '" + operand->text() + "' does not support field selection");
        }
        result = &types::dyn;
        break;
    }
    if (was_optional || expr.optional) result = pool_.optional(result);
    if (expr.test_only) result = &types::boolean;
    expr.type = unifier_.substitute(result, false);
  }

  const Type* field_type(const Expr& expr, const Type& operand) {
    for (const TypeField& field : operand.fields) {
      if (field.name == expr.name) return field.type;
    }
    issue(expr, "undefined field '" + std::string(expr.name) + "'");
    return &types::error;
  }

  void index(Expr& expr) {
    check(*expr.operand);
    check(*expr.arguments[0]);
    const Function* function = declarations_.function(expr.optional ? "_[?_]" : "_[_]");
    Expr* const arguments[] = {expr.operand, expr.arguments[0]};
    resolve_overload(expr, *function, arguments, false);
  }

  void call(Expr& expr) {
    for (Expr* argument : expr.arguments) check(*argument);
    if (!expr.member) {
      const Function* function = find_function(expr.name);
      if (function == nullptr) return unknown_function(expr);
      expr.name = function->name;
      return resolve_overload(expr, *function, expr.arguments, false);
    }
    const std::string prefix = qualified_name(*expr.operand);
    if (!prefix.empty()) {
      if (const Function* function = find_function(prefix + "." + std::string(expr.name))) {
        expr.name = function->name;
        expr.member = false;
        expr.operand = nullptr;
        return resolve_overload(expr, *function, expr.arguments, false);
      }
    }
    check(*expr.operand);
    const Function* function = find_function(expr.name);
    if (function == nullptr) return unknown_function(expr);
    std::vector<Expr*> arguments = {expr.operand};
    arguments.insert(arguments.end(), expr.arguments.begin(), expr.arguments.end());
    resolve_overload(expr, *function, arguments, true);
  }

  void unknown_function(Expr& expr) {
    expr.type = &types::error;
    undeclared(expr, expr.name);
  }

  void resolve_overload(Expr& expr, const Function& function, std::span<Expr* const> arguments,
                        bool member) {
    if (function.name == "_&&_" || function.name == "_||_") return logical(expr, arguments);
    const Type* result = nullptr;
    std::vector<const Overload*> matched;
    std::vector<const Type*> actual;
    for (const Expr* argument : arguments) actual.push_back(argument->type);
    for (const FunctionOverload& overload : function.overloads) {
      if ((overload.overload->style == Style::kMember) != member ||
          overload.parameters.size() != arguments.size()) {
        continue;
      }
      const Unifier::Instance instance = unifier_.instantiate(overload);
      if (!unifier_.assignable(actual, instance.parameters)) continue;
      matched.push_back(overload.overload);
      const Type* type = unifier_.substitute(instance.result, false);
      if (result == nullptr) {
        result = type;
      } else if (!is_dyn(*result) && !same_type(*type, *result)) {
        result = &types::dyn;
      }
    }
    if (result == nullptr) return no_overload(expr, function, actual, member);
    expr.type = result;
    expr.matched = arena_.copy(std::span<const Overload* const>(matched));
  }

  void logical(Expr& expr, std::span<Expr* const> terms) {
    expr.type = &types::boolean;
    for (const Expr* term : terms) {
      if (unifier_.assignable(term->type, &types::boolean)) continue;
      mismatch(*term, &types::boolean, unifier_.substitute(term->type, false));
      expr.type = &types::error;
    }
  }

  void no_overload(Expr& expr, const Function& function, const std::vector<const Type*>& actual,
                   bool member) {
    std::string text;
    for (size_t i = member ? 1 : 0; i < actual.size(); ++i) {
      if (!text.empty()) text += ", ";
      text += unifier_.substitute(actual[i], true)->text();
    }
    text = "(" + text + ")";
    if (member) text = unifier_.substitute(actual[0], true)->text() + "." + text;
    issue(expr, "found no matching overload for '" + std::string(function.name) + "' applied to '" +
                    text + "'");
    expr.type = &types::error;
  }

  // The type of an element or value that may be marked with ?.
  const Type* element_type(const Expr& expr, bool optional) {
    const Type* type = expr.type;
    if (!optional) return type;
    if (is_optional(*type)) return type->parameters[0];
    if (!is_dyn(*type)) mismatch(expr, pool_.optional(type), type);
    return type;
  }
  const Type* join(const Type* previous, const Type* current) {
    if (previous == nullptr) return current;
    return unifier_.assignable(previous, current) ? Unifier::most_general(previous, current)
                                                  : &types::dyn;
  }

  void list(Expr& expr) {
    const Type* element = nullptr;
    for (size_t i = 0; i < expr.arguments.size(); ++i) {
      check(*expr.arguments[i]);
      const bool optional = !expr.optionals.empty() && expr.optionals[i];
      element = join(element, element_type(*expr.arguments[i], optional));
    }
    if (element == nullptr) element = unifier_.fresh();
    expr.type = pool_.list(element);
  }

  void map(Expr& expr) {
    const Type *key = nullptr, *value = nullptr;
    for (size_t i = 0; i + 1 < expr.arguments.size(); i += 2) {
      check(*expr.arguments[i]);
      key = join(key, expr.arguments[i]->type);
      check(*expr.arguments[i + 1]);
      const bool optional = !expr.optionals.empty() && expr.optionals[i / 2];
      value = join(value, element_type(*expr.arguments[i + 1], optional));
    }
    if (key == nullptr) {
      key = unifier_.fresh();
      value = unifier_.fresh();
    }
    expr.type = pool_.map(key, value);
  }

  // Messages are protocol buffers, which nothing here has.
  void message(Expr& expr) {
    undeclared(expr, expr.name);
    for (Expr* value : expr.arguments) check(*value);
    expr.type = &types::error;
  }

  void comprehension(Expr& expr) {
    Comprehension& fold = *expr.comprehension;
    check(*fold.range);
    check(*fold.initial);
    const Type* range = unifier_.substitute(fold.range->type, false);
    const Type *first = &types::error, *second = &types::error;
    const bool two = !fold.second_variable.empty();
    switch (range->kind) {
      case TypeKind::kList:
        first = two ? &types::integer : range->parameters[0];
        second = range->parameters[0];
        break;
      case TypeKind::kMap:
        first = range->parameters[0];
        second = range->parameters[1];
        break;
      case TypeKind::kDyn:
      case TypeKind::kError:
      case TypeKind::kParameter:
        unifier_.assignable(&types::dyn, range);
        first = second = &types::dyn;
        break;
      default:
        issue(*fold.range, "expression of type '" + range->text() +
                               "' cannot be range of a comprehension (must be list, map, or "
                               "dynamic)");
        break;
    }
    const Type* accumulator = fold.initial->type;
    scopes_.push_back({fold.accumulator, accumulator});
    scopes_.push_back({fold.variable, first});
    if (two) scopes_.push_back({fold.second_variable, second});
    check(*fold.condition);
    expect(*fold.condition, &types::boolean);
    check(*fold.step);
    expect(*fold.step, accumulator);
    scopes_.resize(scopes_.size() - (two ? 2 : 1));
    check(*fold.result);
    scopes_.pop_back();
    expr.type = unifier_.substitute(fold.result->type, false);
  }

  void expect(const Expr& expr, const Type* type) {
    if (!unifier_.assignable(type, expr.type)) mismatch(expr, type, expr.type);
  }

  // What is still open becomes dyn.
  void close_types(Expr& expr) {
    for_each_child(expr, [this](Expr& child) { close_types(child); });
    expr.type = unifier_.substitute(expr.type, true);
  }

  template <typename Visit>
  static void for_each_child(Expr& expr, Visit visit) {
    if (expr.operand != nullptr) visit(*expr.operand);
    for (Expr* argument : expr.arguments) visit(*argument);
    if (const Comprehension* fold = expr.comprehension) {
      for (Expr* part : {fold->range, fold->initial, fold->condition, fold->step, fold->result}) {
        visit(*part);
      }
    }
  }

  // What the API server looks at once the types are right: literals whose conversion cannot
  // succeed, and lists and maps of more than one type, which only what format() is given may be.
  void validate(Expr& expr, bool mixed = false) {
    mixed = mixed || (expr.kind == ExprKind::kCall && expr.name == "format");
    for_each_child(expr, [&](Expr& child) { validate(child, mixed); });
    if (declarations_.homogeneous_literals && !mixed) {
      if (expr.kind == ExprKind::kList) one_type(expr, 0, 1, true);
      if (expr.kind == ExprKind::kMap) {
        one_type(expr, 0, 2, false);
        one_type(expr, 1, 2, false);
      }
    }
    if (declarations_.check_literals) {
      literal_argument(expr);
      format_call(expr);
    }
  }

  // "%d".format(["a"]): the clauses of a literal format against the types of a list literal.
  void format_call(const Expr& expr) {
    if (expr.kind != ExprKind::kCall || !expr.member || expr.name != "format" ||
        expr.arguments.size() != 1 || expr.operand->kind != ExprKind::kConstant ||
        !expr.operand->constant.is(Kind::kString) || expr.arguments[0]->kind != ExprKind::kList) {
      return;
    }
    const FormatProblem problem =
        check_format(expr.operand->constant.string(), expr.arguments[0]->arguments);
    if (!problem.message.empty()) {
      issue(problem.argument == nullptr ? expr : *problem.argument, problem.message);
    }
  }

  // Every step-th argument from the first one is of the type of the first.
  void one_type(const Expr& expr, size_t first, size_t step, bool only_first_issue) {
    const Type* type = nullptr;
    for (size_t i = first; i < expr.arguments.size(); i += step) {
      const bool optional =
          first == step - 1 && !expr.optionals.empty() && expr.optionals[i / step];
      const Type* actual = expr.arguments[i]->type;
      if (optional && is_optional(*actual)) actual = actual->parameters[0];
      if (type == nullptr) {
        type = actual;
      } else if (!same_type(*type, *actual)) {
        mismatch(*expr.arguments[i], type, actual);
        if (only_first_issue) return;
      }
    }
  }

  // duration("x"), timestamp("x") and matches("(") are wrong before they run.
  void literal_argument(const Expr& expr) {
    if (expr.kind != ExprKind::kCall || expr.arguments.empty()) return;
    const Expr& argument = *expr.arguments[0];
    if (argument.kind != ExprKind::kConstant) return;
    const Value& literal = argument.constant;
    if (expr.name == "timestamp" && literal.is(Kind::kInt) &&
        (literal.integer() < kFirstSecond || literal.integer() > kLastSecond)) {
      issue(argument, "invalid timestamp argument");
    }
    if (!literal.is(Kind::kString)) return;
    const std::string_view text = literal.string();
    const bool wrong =
        (expr.name == "duration" && !parse_duration(text)) ||
        (expr.name == "timestamp" && !timestamp_value(text, declarations_.before_36)) ||
        (expr.name == "matches" && cached_regex(text, nullptr) == nullptr);
    if (wrong) issue(argument, "invalid " + std::string(expr.name) + " argument");
  }

  const Declarations& declarations_;
  Arena& arena_;
  TypePool pool_;
  Unifier unifier_;
  std::vector<Issue>& issues_;
  std::vector<Scoped> scopes_;
};

}  // namespace

void check(Expr& root, const Declarations& declarations, Arena& arena, std::vector<Issue>& issues) {
  TreeChecker(declarations, arena, issues).run(root);
}

}  // namespace seawall::cel
