#include "cel/planner.h"

#include <algorithm>
#include <string>

#include "cel/interpreter.h"
#include "cel/regex_cache.h"

namespace seawall::cel {
namespace {

struct Local {
  std::string_view name;
  uint32_t slot;
  Comprehension* lazy;  // whose value it is, computed when first used; null: set by a loop
};

// Members and elements of something: what cel-go calls an attribute. Its root costs one unit when
// its value is taken, none when it only leads to another (a branch of ?:, an index).
bool is_attribute(const Expr& expr) {
  return expr.kind == ExprKind::kIdentifier || expr.kind == ExprKind::kSelect ||
         expr.kind == ExprKind::kIndex || expr.operation == Operation::kConditional ||
         (expr.kind == ExprKind::kCall && expr.name == "_?_:_");
}

bool is_conversion(std::string_view function) {
  for (const std::string_view name : {"bool", "bytes", "double", "duration", "dyn", "int", "string",
                                      "timestamp", "type", "uint"}) {
    if (function == name) return true;
  }
  return false;
}

// Functions that have one implementation for all types in cel-go: what the checker took the
// arguments for does not matter when they are there.
bool is_shared(std::string_view function) {
  for (const std::string_view name :
       {"_+_", "_-_", "_*_", "_/_", "_%_", "_<_", "_<=_", "_>_", "_>=_", "-_"}) {
    if (function == name) return true;
  }
  return false;
}

bool is_simple(const Value& value) {
  return value.is_number() || value.is(Kind::kBool) || value.is(Kind::kString);
}

class TreePlanner {
 public:
  TreePlanner(const Declarations& declarations, Arena& arena, std::vector<Issue>& issues)
      : declarations_(declarations), arena_(arena), issues_(issues) {}

  Plan run(Expr& root) {
    result_.eager = declarations_.before_36;
    plan(root, true);
    std::sort(result_.variables.begin(), result_.variables.end());
    result_.variables.erase(std::unique(result_.variables.begin(), result_.variables.end()),
                            result_.variables.end());
    return std::move(result_);
  }

 private:
  void issue(const Expr& at, std::string message) {
    if (issues_.size() < 100) issues_.push_back({std::move(message), at.position});
  }

  // `observed`: the value is taken, so that the root of an attribute is paid.
  void plan(Expr& expr, bool observed) {
    switch (expr.kind) {
      case ExprKind::kConstant:
        expr.operation = Operation::kConstant;
        break;
      case ExprKind::kIdentifier:
        identifier(expr, observed);
        break;
      case ExprKind::kSelect:
        select(expr, observed);
        break;
      case ExprKind::kIndex:
        index(expr, observed);
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
        issue(expr, "messages cannot be made");
        break;
      case ExprKind::kComprehension:
        comprehension(expr);
        break;
    }
  }

  const Local* find_local(std::string_view name) const {
    for (size_t i = locals_.size(); i-- > 0;) {
      if (locals_[i].name == name) return &locals_[i];
    }
    return nullptr;
  }

  void identifier(Expr& expr, bool observed) {
    expr.root_cost = observed;
    if (const Local* local = find_local(expr.name)) {
      expr.operation = local->lazy != nullptr ? Operation::kLazyLocal : Operation::kLocal;
      expr.comprehension = local->lazy;
      expr.slot = local->slot;
      return;
    }
    const Variable* variable = declarations_.resolve(
        expr.name, [&](std::string_view name) { return declarations_.variable(name); });
    if (variable != nullptr) return resolved(expr, *variable);
    fail_later(expr, "no such attribute(s): " + std::string(expr.name));
  }

  // What was not checked and cannot be found fails when it is evaluated, as && and || may not need
  // it.
  void fail_later(Expr& expr, const std::string& message) {
    expr.operation = Operation::kConstant;
    expr.constant = make_error(arena_, message, expr.position);
    expr.root_cost = false;
  }

  void resolved(Expr& expr, const Variable& variable) {
    expr.slot = variable.slot;
    expr.operation = Operation::kVariable;
    if (variable.is_constant) {
      expr.operation = Operation::kConstant;
      expr.constant = variable.constant;
      expr.root_cost = false;
    } else {
      result_.variables.push_back(variable.slot);
    }
  }

  // Without types: "a.b" may be the variable a.b.
  bool qualified_variable(Expr& expr, bool observed) {
    const std::string name = qualified_name(expr);
    if (name.empty()) return false;
    const Variable* variable = declarations_.resolve(
        name, [&](std::string_view full) { return declarations_.variable(full); });
    if (variable == nullptr) return false;
    expr.root_cost = observed;
    resolved(expr, *variable);
    return true;
  }
  std::string qualified_name(const Expr& expr) const {
    if (expr.kind == ExprKind::kIdentifier) {
      return find_local(expr.name) != nullptr ? std::string() : std::string(expr.name);
    }
    if (expr.kind != ExprKind::kSelect || expr.test_only || expr.optional) return {};
    const std::string operand = qualified_name(*expr.operand);
    return operand.empty() ? operand : operand + "." + std::string(expr.name);
  }

  void select(Expr& expr, bool observed) {
    if (qualified_variable(expr, observed)) return;
    chain(expr, observed && !expr.test_only);
    expr.operation = expr.test_only  ? Operation::kHas
                     : expr.optional ? Operation::kOptionalSelect
                                     : Operation::kSelect;
    // has() of a branch of ?: is free.
    if (expr.test_only) {
      expr.root_cost = !is_attribute(*expr.operand) || !ends_in_conditional(*expr.operand);
    }
  }

  void index(Expr& expr, bool observed) {
    chain(expr, observed);
    Expr& argument = *expr.arguments[0];
    plan(argument, !is_attribute(argument));
    if (argument.operation == Operation::kConstant && result_.failure.empty() &&
        declarations_.check_literals) {
      result_.failure = refused_qualifier(argument.constant);
    }
    expr.operation = expr.optional ? Operation::kOptionalIndex : Operation::kIndex;
  }

  // The operand of a member or element: part of the same chain, or what the chain begins with.
  void chain(Expr& expr, bool observed) {
    Expr& operand = *expr.operand;
    expr.root_cost = observed;
    if (operand.kind == ExprKind::kSelect && operand.test_only) {
      plan(operand, true);
    } else if (is_attribute(operand)) {
      plan(operand, false);
      if (ends_in_conditional(operand)) expr.root_cost = false;
    } else {
      plan(operand, true);
    }
  }
  static bool ends_in_conditional(const Expr& expr) {
    if (expr.kind == ExprKind::kCall) return true;
    if (expr.kind == ExprKind::kIdentifier || expr.operand == nullptr) return false;
    return is_attribute(*expr.operand) && ends_in_conditional(*expr.operand);
  }

  void call(Expr& expr) {
    if (expr.member) resolve_namespaced(expr);
    if (expr.name == "_?_:_") return conditional(expr);
    if (expr.operand != nullptr) plan(*expr.operand, true);
    for (Expr* argument : expr.arguments) plan(*argument, true);
    find_candidates(expr);
    if (expr.operation == Operation::kConstant) return;  // it fails
    set_operation(expr);
    fold_call(expr);
    check_pattern(expr);
  }

  void conditional(Expr& expr) {
    plan(*expr.arguments[0], true);
    for (size_t i = 1; i < expr.arguments.size(); ++i) {
      plan(*expr.arguments[i], !is_attribute(*expr.arguments[i]));
    }
    expr.operation = Operation::kConditional;
  }

  // Without types: "a.b(x)" may be the function a.b.
  void resolve_namespaced(Expr& expr) {
    const std::string prefix = qualified_name(*expr.operand);
    if (prefix.empty()) return;
    const Function* function =
        declarations_.resolve(prefix + "." + std::string(expr.name),
                              [&](std::string_view full) { return declarations_.function(full); });
    if (function == nullptr) return;
    expr.name = function->name;
    expr.member = false;
    expr.operand = nullptr;
  }

  void find_candidates(Expr& expr) {
    const Function* function = declarations_.resolve(
        expr.name, [&](std::string_view full) { return declarations_.function(full); });
    if (function == nullptr) {
      return fail_later(expr, "no such overload: " + std::string(expr.name));
    }
    expr.name = function->name;
    const size_t arguments = expr.arguments.size() + (expr.operand != nullptr ? 1 : 0);
    std::vector<Candidate> candidates;
    for (const FunctionOverload& overload : function->overloads) {
      const bool meant = expr.matched.empty() || std::find(expr.matched.begin(), expr.matched.end(),
                                                           overload.overload) != expr.matched.end();
      if (meant && overload.parameters.size() == arguments &&
          (overload.overload->style == Style::kMember) == expr.member) {
        candidates.push_back(overload.candidate);
      }
    }
    if (candidates.empty() && expr.name != "_&&_" && expr.name != "_||_") {
      return fail_later(expr, "no such overload: " + std::string(expr.name));
    }
    expr.candidates = arena_.copy(std::span<const Candidate>(candidates));
    if (candidates.empty()) return;
    const Overload& first = *candidates[0].overload;
    if (candidates.size() == 1 || !first.cost_by_overload) expr.cost = first.cost;
    if (is_shared(expr.name)) expr.candidates = all_candidates(*function, arguments);
  }

  std::span<const Candidate> all_candidates(const Function& function, size_t arguments) {
    std::vector<Candidate> candidates;
    for (const FunctionOverload& overload : function.overloads) {
      if (overload.parameters.size() == arguments) candidates.push_back(overload.candidate);
    }
    return arena_.copy(std::span<const Candidate>(candidates));
  }

  void set_operation(Expr& expr) {
    struct Named {
      std::string_view name;
      Operation operation;
    };
    constexpr Named kOperations[] = {
        {"_&&_", Operation::kAnd},      {"_||_", Operation::kOr},
        {"_==_", Operation::kEqual},    {"_!=_", Operation::kNotEqual},
        {"or", Operation::kOptionalOr}, {"orValue", Operation::kOptionalOrValue},
    };
    expr.operation = Operation::kCall;
    for (const Named& named : kOperations) {
      if (expr.name == named.name) expr.operation = named.operation;
    }
  }

  // Conversions of constants and membership in constant lists are free at run time.
  void fold_call(Expr& expr) {
    if (expr.operation != Operation::kCall) return;
    if (!expr.member && expr.arguments.size() == 1 && is_conversion(expr.name) &&
        expr.arguments[0]->operation == Operation::kConstant) {
      fold(expr);
    }
    if (expr.name == "@in" && expr.candidates.size() == 1 &&
        expr.candidates[0].overload->id == "in_list" &&
        expr.arguments[1]->operation == Operation::kConstant) {
      in_constant_list(expr);
    }
  }

  // A pattern that is written down is compiled with the program.
  void check_pattern(const Expr& expr) {
    const bool takes_pattern =
        expr.name == "matches" || expr.name == "find" || expr.name == "findAll";
    const size_t index = expr.member ? 0 : 1;
    if (!takes_pattern || !declarations_.check_literals || expr.arguments.size() <= index) return;
    const Expr& pattern = *expr.arguments[index];
    if (pattern.operation != Operation::kConstant || !pattern.constant.is(Kind::kString)) return;
    std::string problem;
    if (cached_regex(pattern.constant.string(), &problem) == nullptr && result_.failure.empty()) {
      result_.failure = problem;
    }
  }

  // The value of an expression of constants; a failure stays for run time.
  void fold(Expr& expr) {
    const Value value = evaluate_constant(expr, arena_);
    if (value.is_error()) {
      if (declarations_.check_literals && result_.failure.empty()) {
        result_.failure = value.error().message;
      }
      return;
    }
    expr.operation = Operation::kConstant;
    expr.constant = value;
  }

  void in_constant_list(Expr& expr) {
    const Value& list = expr.arguments[1]->constant;
    if (!list.is(Kind::kList)) return;
    if (list.size() == 0) {
      expr.operation = Operation::kConstant;
      expr.constant = Value::boolean(false);
      return;
    }
    Value found;
    Value set = make_map(arena_, {});
    for (uint32_t i = 0; i < list.size(); ++i) {
      const Value item = list.at(i);
      if (!is_simple(item)) return;
      if (!set.find(item, found)) set = insert(arena_, set, item, Value::boolean(true));
    }
    expr.constant = set;
    expr.operation = Operation::kInSet;
  }

  bool all_constant(const Expr& expr) const {
    return std::all_of(expr.arguments.begin(), expr.arguments.end(), [](const Expr* argument) {
      return argument->operation == Operation::kConstant;
    });
  }

  void list(Expr& expr) {
    for (Expr* item : expr.arguments) plan(*item, true);
    expr.operation = Operation::kList;
    if (all_constant(expr)) fold(expr);
  }

  void map(Expr& expr) {
    for (Expr* item : expr.arguments) plan(*item, true);
    expr.operation = Operation::kMap;
    expr.strict = !declarations_.check_literals;
    if (all_constant(expr)) fold(expr);
  }

  void comprehension(Expr& expr) {
    Comprehension& fold = *expr.comprehension;
    plan(*fold.range, true);
    plan(*fold.initial, true);
    // Slots are never used twice: a lazy value may be computed inside of a later loop.
    fold.accumulator_slot = result_.locals++;
    fold.variable_slot = result_.locals++;
    fold.second_slot = fold.second_variable.empty() ? 0 : result_.locals++;
    const size_t before = locals_.size();
    Comprehension* lazy = fold.fold == Fold::kBind ? &fold : nullptr;
    locals_.push_back({fold.accumulator, fold.accumulator_slot, lazy});
    locals_.push_back({fold.variable, fold.variable_slot, nullptr});
    if (!fold.second_variable.empty()) {
      locals_.push_back({fold.second_variable, fold.second_slot, nullptr});
    }
    plan(*fold.condition, true);
    plan(*fold.step, true);
    locals_.resize(before + 1);
    plan(*fold.result, true);
    locals_.resize(before);
    expr.operation = Operation::kComprehension;
  }

  const Declarations& declarations_;
  Arena& arena_;
  std::vector<Issue>& issues_;
  std::vector<Local> locals_;
  Plan result_;
};

}  // namespace

Plan plan(Expr& root, const Declarations& declarations, Arena& arena, std::vector<Issue>& issues) {
  return TreePlanner(declarations, arena, issues).run(root);
}

}  // namespace seawall::cel
