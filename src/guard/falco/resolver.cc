#include "guard/falco/resolver.h"

#include <algorithm>
#include <utility>

#include "base/edit_distance.h"

namespace seawall::guard::falco {
namespace {

int levels(const Expression& node) {
  int deepest = 0;
  for (const Tree& child : node.children) deepest = std::max(deepest, child->depth);
  return deepest + 1;
}

Tree joined(Expression::Kind kind, std::vector<Tree> children,
            const std::shared_ptr<const SourceText>& source) {
  if (children.size() == 1) return children.front();
  auto node = std::make_shared<Expression>();
  node->kind = kind;
  node->children = std::move(children);
  node->source = source;
  node->depth = levels(*node);
  return node;
}

}  // namespace

std::string nearest_hint(std::string_view word, const std::vector<std::string_view>& words) {
  constexpr size_t kLongest = 100;
  if (word.size() > kLongest) return {};
  size_t best = std::max<size_t>(2, word.size() / 3) + 1;
  std::string_view found;
  for (const std::string_view one : words) {
    const size_t distance = edit_distance(word, one);
    if (distance < best) best = distance, found = one;
  }
  return found.empty() ? std::string() : "did you mean " + std::string(found) + "?";
}

Resolver::Resolver(const RuleSet& set, std::vector<Problem>& problems)
    : set_(set), problems_(problems) {
  for (const Macro& one : set.macros) macro(one);
}

void Resolver::error(const Expression& at, std::string message, std::string hint) {
  Problem problem;
  problem.place = at.source->place(at.at);
  problem.rule = name_;
  problem.message = std::move(message);
  problem.hint = std::move(hint);
  problems_.push_back(std::move(problem));
}

Tree Resolver::macro(const Macro& macro) {
  State& state = macros_[macro.name];
  if (state.step != State::Step::kNew) return state.tree;
  state.step = State::Step::kUnderWay;
  const std::string outer = std::exchange(name_, macro.name);
  Problem problem;
  Tree tree = parse_condition(macro.condition, problem);
  if (!tree) {
    problem.rule = name_;
    problems_.push_back(std::move(problem));
  } else {
    tree = resolved(tree, macro.sees);
  }
  name_ = outer;
  state.tree = std::move(tree);
  state.step = State::Step::kDone;
  return state.tree;
}

Tree Resolver::rule(const Rule& rule) {
  name_ = rule.name;
  Problem problem;
  Tree tree = parse_condition(rule.condition, problem);
  if (!tree) {
    problem.rule = name_;
    problems_.push_back(std::move(problem));
    return nullptr;
  }
  tree = resolved(tree, SIZE_MAX);
  return tree ? with_exceptions(std::move(tree), rule) : nullptr;
}

Tree Resolver::resolved(const Tree& tree, size_t sees) {
  if (tree->kind == Expression::Kind::kCheck) return resolved_check(*tree);
  if (tree->kind == Expression::Kind::kMacro) return resolved_macro(*tree, sees);
  auto node = std::make_shared<Expression>(*tree);
  for (Tree& child : node->children) {
    child = resolved(child, sees);
    if (!child) return nullptr;
  }
  node->depth = levels(*node);
  if (node->depth <= kMaxLevels) return node;
  error(*tree, "macros in macros nest deeper than 1000 levels");
  return nullptr;
}

Tree Resolver::resolved_macro(const Expression& use, size_t sees) {
  const Macro* found = set_.macro(use.macro);
  if (found == nullptr) {
    std::vector<std::string_view> names;
    for (const Macro& one : set_.macros) names.push_back(one.name);
    error(use, "no macro is named " + use.macro, nearest_hint(use.macro, names));
    return nullptr;
  }
  if (found->index >= sees) {
    error(use, "the macro " + use.macro + " is defined after " + name_,
          "a macro uses those that stand before it");
    return nullptr;
  }
  if (macros_[found->name].step == State::Step::kUnderWay) {
    error(use, "the macro " + use.macro + " uses itself");
    return nullptr;
  }
  Tree tree = macro(*found);
  if (!tree) error(use, "the macro " + use.macro + " has an error");
  return tree;
}

Tree Resolver::resolved_check(const Expression& check) {
  auto node = std::make_shared<Expression>(check);
  if (!put_in_lists(*node)) return nullptr;
  return node;
}

// Lists know no order among conditions, but a list uses only those that stand before it.
void Resolver::add_items(const List& list, std::vector<Literal>& out, int depth) {
  constexpr int kMaxListDepth = 50;
  for (const std::string& item : list.items) {
    if (items_ >= kMaxItems) return;
    const List* inner = set_.list(item);
    if (inner != nullptr && inner->index < list.sees && inner != &list && depth < kMaxListDepth) {
      add_items(*inner, out, depth + 1);
      continue;
    }
    ++items_;
    out.push_back(literal_of_item(item));
  }
}

bool Resolver::put_in_lists(Expression& check) {
  const bool list = check.op == Operator::kIn || check.op == Operator::kIntersects ||
                    check.op == Operator::kPathPrefix || check.quantifier != Quantifier::kNone;
  std::vector<Literal> values;
  for (Literal& value : check.values) {
    const List* named = value.quoted ? nullptr : set_.list(value.text);
    if (named == nullptr) {
      values.push_back(std::move(value));
      continue;
    }
    const size_t before = values.size();
    add_items(*named, values, 0);
    for (size_t at = before; at < values.size(); ++at) values[at].at = value.at;
    if (items_ >= kMaxItems) {
      error(check, "lists put more than 1,000,000 values into conditions");
      return false;
    }
    if (!list && values.size() != 1) {
      error(check, "the list " + named->name + " stands where one value is expected",
            "use in instead of " + std::string(to_string(check.op)));
      return false;
    }
  }
  check.values = std::move(values);
  return true;
}

Tree Resolver::with_exceptions(Tree condition, const Rule& rule) {
  std::vector<Tree> parts{condition};
  for (const Exception& exception : rule.exceptions) {
    if (exception.rows.empty()) continue;
    Tree tree = exception_tree(exception);
    if (!tree) return nullptr;
    auto negated = std::make_shared<Expression>();
    negated->kind = Expression::Kind::kNot;
    negated->children.push_back(std::move(tree));
    negated->source = exception.source;
    negated->depth = levels(*negated);
    parts.push_back(std::move(negated));
  }
  return joined(Expression::Kind::kAnd, std::move(parts), condition->source);
}

// Of a single field one check with all values; else or over the rows, and over the fields of each.
Tree Resolver::exception_tree(const Exception& exception) {
  const auto check = [&](size_t field) -> std::shared_ptr<Expression> {
    auto node = std::make_shared<Expression>();
    node->source = exception.source;
    size_t used = 0;
    const std::string& text = exception.fields[field];
    std::optional<Operand> left = parse_operand(text, used);
    if (!left || used != text.size()) {
      error(*node, "exception " + exception.name + ": \"" + text + "\" is not a field");
      return nullptr;
    }
    node->left = std::move(*left);
    const std::string& comparison = exception.comparisons[field];
    const size_t gap = comparison.find(' ');
    node->op = operator_named(comparison.substr(0, gap)).value_or(Operator::kEqual);
    const std::string_view quantifier = gap == std::string::npos
                                            ? std::string_view()
                                            : std::string_view(comparison).substr(gap + 1);
    if (quantifier == "oneof") node->quantifier = Quantifier::kOneOf;
    if (quantifier == "anyof") node->quantifier = Quantifier::kAnyOf;
    if (quantifier == "allof") node->quantifier = Quantifier::kAllOf;
    return node;
  };
  if (exception.single) {
    const auto node = check(0);
    if (!node) return nullptr;
    for (const auto& row : exception.rows) node->values.push_back(literal_of_item(row[0].items[0]));
    return resolved_check(*node);
  }
  std::vector<Tree> rows;
  for (const auto& row : exception.rows) {
    std::vector<Tree> cells;
    for (size_t field = 0; field < row.size(); ++field) {
      const auto node = check(field);
      if (!node) return nullptr;
      for (const std::string& item : row[field].items) {
        node->values.push_back(literal_of_item(item));
      }
      Tree resolved = resolved_check(*node);
      if (!resolved) return nullptr;
      cells.push_back(std::move(resolved));
    }
    rows.push_back(joined(Expression::Kind::kAnd, std::move(cells), exception.source));
  }
  return joined(Expression::Kind::kOr, std::move(rows), exception.source);
}

}  // namespace seawall::guard::falco
