#include "cel/macros.h"

#include <algorithm>

namespace seawall::cel {
namespace {

constexpr std::string_view kAccumulator = "@result";
constexpr std::string_view kUnused = "#unused";

// The parts of one expansion, with short names for what macros are made of.
class Expansion {
 public:
  Expansion(const MacroContext& context, uint32_t position, Expr* target,
            const std::vector<Expr*>& arguments)
      : context_(context),
        nodes_(context.nodes),
        position_(position),
        target_(target),
        arguments_(arguments) {}

  Expr* has() {
    Expr* argument = arguments_[0];
    if (argument->kind != ExprKind::kSelect || argument->test_only || argument->optional) {
      return issue("invalid argument to has() macro", argument);
    }
    argument->test_only = true;
    argument->position = position_;
    return argument;
  }

  enum class Quantifier { kAll, kExists, kExistsOne };
  Expr* quantifier(Quantifier quantifier, size_t variables) {
    Comprehension fold;
    if (!read_variables(fold, variables)) return failed();
    Expr* predicate = arguments_[variables];
    switch (quantifier) {
      case Quantifier::kAll:
        fold.fold = Fold::kAll;
        fold.predicate = predicate;
        fold.initial = boolean(true);
        fold.condition = call("@not_strictly_false", {accumulator()});
        fold.step = call("_&&_", {accumulator(), predicate});
        fold.result = accumulator();
        break;
      case Quantifier::kExists:
        fold.fold = Fold::kExists;
        fold.predicate = predicate;
        fold.initial = boolean(false);
        fold.condition = call("@not_strictly_false", {call("!_", {accumulator()})});
        fold.step = call("_||_", {accumulator(), predicate});
        fold.result = accumulator();
        break;
      case Quantifier::kExistsOne:
        fold.initial = integer(0);
        fold.condition = boolean(true);
        fold.step =
            call("_?_:_", {predicate, call("_+_", {accumulator(), integer(1)}), accumulator()});
        fold.result = call("_==_", {accumulator(), integer(1)});
        break;
    }
    return nodes_.comprehension(position_, fold);
  }

  // map, filter and transformList: a list of what the last argument gives, where the one before, if
  // any, holds.
  Expr* transform(size_t variables, Expr* filter, Expr* element) {
    Expr* const items[] = {element};
    return gather(variables, filter, nodes_.list(position_, {}, {}),
                  call("_+_", {accumulator(), nodes_.list(position_, items, {})}));
  }
  Expr* transform_map(Expr* filter, Expr* value) {
    return gather(2, filter, nodes_.map(position_, {}, {}),
                  call("cel.@mapInsert", {accumulator(), identifier(arguments_[0]->name), value}));
  }
  Expr* transform_map_entry(Expr* filter, Expr* entry) {
    return gather(2, filter, nodes_.map(position_, {}, {}),
                  call("cel.@mapInsert", {accumulator(), entry}));
  }

  // `name` stands for `value` in `result`; the value is computed when first used.
  Expr* bind(std::string_view name, Expr* value, Expr* result) {
    Comprehension fold;
    fold.fold = Fold::kBind;
    fold.range = nodes_.list(position_, {}, {});
    fold.variable = kUnused;
    fold.accumulator = name;
    fold.initial = value;
    fold.condition = boolean(false);
    fold.step = identifier(name);
    fold.result = result;
    return nodes_.comprehension(position_, fold);
  }

  Expr* optional_map(std::string_view macro, bool flat) {
    if (arguments_[0]->kind != ExprKind::kIdentifier) {
      return issue(std::string(macro) + "() variable name must be a simple identifier",
                   arguments_[0]);
    }
    // A copy: the target stands twice, and chains of it grow until the limit of nodes.
    Expr* value = nodes_.call(position_, "value", {}, nodes_.clone(*target_));
    Expr* mapped = bind(arguments_[0]->name, value, arguments_[1]);
    if (!flat) mapped = call("optional.of", {mapped});
    return call("_?_:_", {nodes_.call(position_, "hasValue", {}, target_), mapped,
                          call("optional.none", {})});
  }

  Expr* sort_by() {
    if (arguments_[0]->kind != ExprKind::kIdentifier) {
      return issue(
          "sortBy can only be applied to a list, ident, call, comprehension or select "
          "expression",
          arguments_[0]);
    }
    constexpr std::string_view kInput = "@__sortBy_input__";
    Expansion keys(context_, position_, identifier(kInput), arguments_);
    Expr* const key_list[] = {keys.transform(1, nullptr, arguments_[1])};
    Expr* sorted = nodes_.call(position_, "@sortByAssociatedKeys", key_list, identifier(kInput));
    return bind(kInput, target_, sorted);
  }

  Expr* cel_bind() {
    if (arguments_[0]->kind != ExprKind::kIdentifier) {
      return issue("cel.bind() variable names must be simple identifiers", arguments_[0]);
    }
    return bind(arguments_[0]->name, arguments_[1], arguments_[2]);
  }

  Expr* cel_block() {
    if (arguments_[0]->kind != ExprKind::kList) {
      return issue("cel.block() wants a list of expressions", arguments_[0]);
    }
    Expr* result = arguments_[1];
    const std::span<Expr*> parts = arguments_[0]->arguments;
    for (size_t i = parts.size(); i-- > 0;) {
      result = bind(nodes_.text("@index" + std::to_string(i)), parts[i], result);
    }
    return result;
  }

  // cel.index(2), cel.iterVar(0, 1), cel.accuVar(0, 0): names that no text can spell.
  Expr* hidden_name(std::string_view prefix) {
    std::string name(prefix);
    for (const Expr* argument : arguments_) {
      if (argument->kind != ExprKind::kConstant || !argument->constant.is(Kind::kInt)) {
        return issue("the argument must be a number", arguments_[0]);
      }
      if (name.back() != 'x') name += ':';
      name += std::to_string(argument->constant.integer());
    }
    return identifier(nodes_.text(name));
  }

  // math.greatest(a, b, c): one or two arguments as they are, more as a list.
  Expr* extreme(std::string_view macro, std::string_view function) {
    if (arguments_.empty()) {
      context_.issues.push_back(
          {"math." + std::string(macro) + "() requires at least one argument", position_});
      return failed();
    }
    for (Expr* argument : arguments_) {
      const bool no_number =
          argument->kind == ExprKind::kMap || argument->kind == ExprKind::kStruct ||
          (argument->kind == ExprKind::kList && arguments_.size() > 1) ||
          (argument->kind == ExprKind::kConstant && !argument->constant.is_number());
      if (no_number) {
        return issue("math." + std::string(macro) + "() invalid " +
                         (arguments_.size() == 1 ? "single argument" : "literal argument") +
                         " value",
                     argument);
      }
    }
    if (arguments_.size() <= 2) return nodes_.call(position_, function, arguments_);
    Expr* const list[] = {nodes_.list(position_, arguments_, {})};
    return nodes_.call(position_, function, list);
  }

 private:
  Expr* failed() { return nodes_.constant(position_, Value::null()); }
  Expr* issue(std::string message, const Expr* at) {
    context_.issues.push_back({std::move(message), at->position});
    return failed();
  }
  Expr* identifier(std::string_view name) { return nodes_.identifier(position_, name); }
  Expr* accumulator() { return identifier(kAccumulator); }
  Expr* boolean(bool value) { return nodes_.constant(position_, Value::boolean(value)); }
  Expr* integer(int64_t value) { return nodes_.constant(position_, Value::integer(value)); }
  Expr* call(std::string_view function, std::initializer_list<Expr*> arguments) {
    return nodes_.call(position_, function, {arguments.begin(), arguments.size()});
  }

  bool read_variables(Comprehension& fold, size_t count) {
    for (size_t i = 0; i < count; ++i) {
      const Expr* argument = arguments_[i];
      if (argument->kind != ExprKind::kIdentifier || argument->name.starts_with('.')) {
        issue(count == 1 ? "argument must be a simple name" : "argument must be a simple name",
              argument);
        return false;
      }
      if (argument->name == kAccumulator || argument->name == "__result__") {
        issue("iteration variable overwrites accumulator variable", argument);
        return false;
      }
    }
    fold.variable = arguments_[0]->name;
    if (count == 2) {
      fold.second_variable = arguments_[1]->name;
      if (fold.variable == fold.second_variable) {
        issue("duplicate variable name: " + std::string(fold.variable), arguments_[1]);
        return false;
      }
    }
    fold.range = target_;
    fold.accumulator = kAccumulator;
    return true;
  }

  Expr* gather(size_t variables, Expr* filter, Expr* empty, Expr* step) {
    Comprehension fold;
    if (!read_variables(fold, variables)) return failed();
    fold.initial = empty;
    fold.condition = boolean(true);
    fold.step = filter == nullptr ? step : call("_?_:_", {filter, step, accumulator()});
    fold.result = accumulator();
    return nodes_.comprehension(position_, fold);
  }

  const MacroContext& context_;
  NodeFactory& nodes_;
  uint32_t position_;
  Expr* target_;
  const std::vector<Expr*>& arguments_;
};

bool is_namespace(const Expr* target, std::string_view name) {
  return target->kind == ExprKind::kIdentifier && target->name == name;
}

Expr* expand_member(Expansion expansion, const ParseOptions& options, std::string_view name,
                    const std::vector<Expr*>& arguments) {
  using Quantifier = Expansion::Quantifier;
  const size_t count = arguments.size();
  const bool two = options.two_variables;
  if (count == 2 || (count == 3 && two)) {
    const size_t variables = count - 1;
    if (name == "all") return expansion.quantifier(Quantifier::kAll, variables);
    if (name == "exists") return expansion.quantifier(Quantifier::kExists, variables);
    if (name == "exists_one" || name == "existsOne") {
      return expansion.quantifier(Quantifier::kExistsOne, variables);
    }
  }
  if (name == "map" && count == 2) return expansion.transform(1, nullptr, arguments[1]);
  if (name == "map" && count == 3) return expansion.transform(1, arguments[1], arguments[2]);
  if (name == "filter" && count == 2) return expansion.transform(1, arguments[1], arguments[0]);
  if (two && (count == 3 || count == 4)) {
    Expr* filter = count == 4 ? arguments[2] : nullptr;
    if (name == "transformList") return expansion.transform(2, filter, arguments.back());
    if (name == "transformMap") return expansion.transform_map(filter, arguments.back());
    if (name == "transformMapEntry") return expansion.transform_map_entry(filter, arguments.back());
  }
  if (options.optional_macros && count == 2) {
    if (name == "optMap") return expansion.optional_map(name, false);
    if (name == "optFlatMap") return expansion.optional_map(name, true);
  }
  if (options.sort_by && name == "sortBy" && count == 2) return expansion.sort_by();
  return nullptr;
}

Expr* expand_namespaced(Expansion expansion, const ParseOptions& options, std::string_view name,
                        const Expr* target, size_t count) {
  if (options.bindings && is_namespace(target, "cel")) {
    if (name == "bind" && count == 3) return expansion.cel_bind();
    if (name == "block" && count == 2) return expansion.cel_block();
    if (name == "index" && count == 1) return expansion.hidden_name("@index");
    if (name == "iterVar" && count == 2) return expansion.hidden_name("@it");
    if (name == "accuVar" && count == 2) return expansion.hidden_name("@ac");
  }
  if (options.math_macros && is_namespace(target, "math")) {
    if (name == "greatest") return expansion.extreme(name, "math.@max");
    if (name == "least") return expansion.extreme(name, "math.@min");
  }
  return nullptr;
}

template <typename T>
T* place(Arena& arena, size_t count = 1) {
  return static_cast<T*>(arena.allocate(sizeof(T) * std::max<size_t>(count, 1), alignof(T)));
}

}  // namespace

Expr* expand_macro(const MacroContext& context, uint32_t position, std::string_view name,
                   Expr* target, const std::vector<Expr*>& arguments) {
  Expansion expansion(context, position, target, arguments);
  if (target == nullptr) {
    return name == "has" && arguments.size() == 1 ? expansion.has() : nullptr;
  }
  if (Expr* expanded =
          expand_namespaced(expansion, context.options, name, target, arguments.size())) {
    return expanded;
  }
  return expand_member(expansion, context.options, name, arguments);
}

Expr* NodeFactory::make(ExprKind kind, uint32_t position) {
  if (left_ > 0) --left_;
  Expr* expr = new (place<Expr>(arena_)) Expr;
  expr->kind = kind;
  expr->position = position;
  return expr;
}

Expr* NodeFactory::clone(const Expr& expr) {
  Expr* copied = make(expr.kind, expr.position);
  if (exhausted()) return copied;
  *copied = expr;
  if (expr.operand != nullptr) copied->operand = clone(*expr.operand);
  Expr** arguments = place<Expr*>(arena_, expr.arguments.size());
  for (size_t i = 0; i < expr.arguments.size(); ++i) arguments[i] = clone(*expr.arguments[i]);
  copied->arguments = {arguments, expr.arguments.size()};
  if (expr.comprehension != nullptr) {
    auto* fold = new (place<Comprehension>(arena_)) Comprehension(*expr.comprehension);
    const Expr* const predicate = fold->predicate;
    for (Expr** part : {&fold->range, &fold->initial, &fold->condition, &fold->result}) {
      *part = clone(**part);
    }
    fold->step = clone(*fold->step);
    // Of all() and exists(): the second term of the step.
    if (predicate != nullptr) fold->predicate = fold->step->arguments[1];
    copied->comprehension = fold;
  }
  return copied;
}

Expr* NodeFactory::constant(uint32_t position, const Value& value) {
  Expr* expr = make(ExprKind::kConstant, position);
  expr->constant = value;
  return expr;
}

Expr* NodeFactory::identifier(uint32_t position, std::string_view name) {
  Expr* expr = make(ExprKind::kIdentifier, position);
  expr->name = name;
  return expr;
}

Expr* NodeFactory::select(uint32_t position, Expr* operand, std::string_view field, bool optional) {
  Expr* expr = make(ExprKind::kSelect, position);
  expr->operand = operand;
  expr->name = field;
  expr->optional = optional;
  expr->depth = static_cast<uint16_t>(operand->depth + 1);
  return expr;
}

Expr* NodeFactory::index(uint32_t position, Expr* operand, Expr* index, bool optional) {
  Expr* expr = make(ExprKind::kIndex, position);
  Expr* const arguments[] = {index};
  expr->arguments = copy(arguments, *expr);
  expr->operand = operand;
  expr->optional = optional;
  expr->depth = static_cast<uint16_t>(std::max<int>(expr->depth, operand->depth + 1));
  return expr;
}

Expr* NodeFactory::call(uint32_t position, std::string_view function,
                        std::span<Expr* const> arguments, Expr* target) {
  Expr* expr = make(ExprKind::kCall, position);
  expr->name = function;
  expr->arguments = copy(arguments, *expr);
  expr->operand = target;
  expr->member = target != nullptr;
  if (target != nullptr) {
    expr->depth = static_cast<uint16_t>(std::max<int>(expr->depth, target->depth + 1));
  }
  return expr;
}

Expr* NodeFactory::list(uint32_t position, std::span<Expr* const> items,
                        const std::vector<bool>& optionals) {
  Expr* expr = make(ExprKind::kList, position);
  expr->arguments = copy(items, *expr);
  expr->optionals = copy(optionals);
  return expr;
}

Expr* NodeFactory::map(uint32_t position, std::span<Expr* const> items,
                       const std::vector<bool>& optionals) {
  Expr* expr = make(ExprKind::kMap, position);
  expr->arguments = copy(items, *expr);
  expr->optionals = copy(optionals);
  return expr;
}

Expr* NodeFactory::message(uint32_t position, std::string_view type,
                           std::span<Expr* const> values) {
  Expr* expr = make(ExprKind::kStruct, position);
  expr->name = type;
  expr->arguments = copy(values, *expr);
  return expr;
}

Expr* NodeFactory::comprehension(uint32_t position, const Comprehension& comprehension) {
  Expr* expr = make(ExprKind::kComprehension, position);
  expr->comprehension = new (place<Comprehension>(arena_)) Comprehension(comprehension);
  for (const Expr* part : {comprehension.range, comprehension.initial, comprehension.condition,
                           comprehension.step, comprehension.result}) {
    expr->depth = static_cast<uint16_t>(std::max<int>(expr->depth, part->depth + 1));
  }
  return expr;
}

std::string_view NodeFactory::rooted(std::string_view name) {
  return arena_.copy("." + std::string(name));
}

std::string_view NodeFactory::qualified_name(const Expr& expr) {
  if (expr.kind == ExprKind::kIdentifier) return expr.name;
  if (expr.kind != ExprKind::kSelect || expr.test_only || expr.optional) return {};
  const std::string_view operand = qualified_name(*expr.operand);
  if (operand.empty()) return {};
  return arena_.copy(std::string(operand) + "." + std::string(expr.name));
}

std::span<Expr*> NodeFactory::copy(std::span<Expr* const> nodes, Expr& parent) {
  Expr** copied = place<Expr*>(arena_, nodes.size());
  std::copy(nodes.begin(), nodes.end(), copied);
  for (const Expr* node : nodes) {
    parent.depth = static_cast<uint16_t>(std::max<int>(parent.depth, node->depth + 1));
  }
  return {copied, nodes.size()};
}

std::span<const bool> NodeFactory::copy(const std::vector<bool>& marks) {
  if (std::find(marks.begin(), marks.end(), true) == marks.end()) return {};
  bool* copied = place<bool>(arena_, marks.size());
  std::copy(marks.begin(), marks.end(), copied);
  return {copied, marks.size()};
}

}  // namespace seawall::cel
