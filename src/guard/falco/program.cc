#include "guard/falco/program.h"

#include <algorithm>
#include <iterator>

#include "base/strings.h"
#include "guard/event/calls.h"
#include "guard/falco/resolver.h"

namespace seawall::guard::falco {
namespace {

constexpr uint32_t kMaxCost = 1u << 24;

bool is_call_field(const Operand& operand) {
  return operand.kind == Operand::Kind::kField &&
         (operand.name == "evt.type" || operand.name == "syscall.type");
}

// Events of Falco that are not system calls; none of them comes here.
bool elsewhere(std::string_view event) {
  constexpr std::string_view kEvents[] = {"container", "signaldeliver",   "switch",
                                          "drop",      "page_fault_user", "page_fault_kernel",
                                          "k8s",       "pluginevent",     "asyncevent"};
  return std::find(std::begin(kEvents), std::end(kEvents), event) != std::end(kEvents);
}

// What two checks must share to be the same: the field and everything that is compared with it.
std::string key_of(const Expression& check, int slot) {
  std::string key = "c" + std::to_string(slot) + ':' + std::to_string(static_cast<int>(check.op)) +
                    ':' + std::to_string(static_cast<int>(check.quantifier));
  for (const Literal& value : check.values) {
    key += ':' + std::to_string(value.text.size()) + ':' + value.text;
  }
  return key;
}

std::string field_text(const Operand& operand) {
  return operand.argument ? operand.name + '[' + *operand.argument + ']' : operand.name;
}

// Whether it can be one of several checks of a field that "or" joins.
bool groups(const Expression& one) {
  if (one.kind != Expression::Kind::kCheck || one.right || is_call_field(one.left) ||
      one.left.kind != Operand::Kind::kField || one.quantifier != Quantifier::kNone) {
    return false;
  }
  const Field* field = find_field(one.left.name);
  if (field == nullptr || field->type == FieldType::kAddress || field->type == FieldType::kBool) {
    return false;
  }
  switch (one.op) {
    case Operator::kEqual:
    case Operator::kIn:
    case Operator::kStartsWith:
    case Operator::kEndsWith:
    case Operator::kContains:
    case Operator::kContainsIgnoringCase:
      return true;
    default:
      return false;
  }
}

}  // namespace

void Program::start(Run& run, const Event& event) const {
  run.start(event, slots_.size(), nodes_.size());
  const Call* call = find_call(event.call);
  run.call = call == nullptr ? -1 : static_cast<int>(call - known_calls().data());
}

int Program::made(Node node, const std::string& key) {
  const auto [found, fresh] = keys_.try_emplace(key, static_cast<int>(nodes_.size()));
  if (fresh) nodes_.push_back(std::move(node));
  return found->second;
}

int Program::constant(bool value) {
  return made({value ? Kind::kTrue : Kind::kFalse, 0, {}, -1}, value ? "true" : "false");
}

void Program::fail(const Expression& at, Error error) {
  if (!problem_->message.empty()) return;
  problem_->place = at.source->place(at.at);
  problem_->message = error.message();
  problem_->hint = error.hint();
  problem_->excerpt = field_text(at.left);
  *unknown_ = error.code() == Code::kNotFound;
}

std::optional<int> Program::add(const Tree& tree, Problem& problem, bool& unknown) {
  problem_ = &problem;
  unknown_ = &unknown;
  const auto known = expressions_.find(tree.get());
  if (known != expressions_.end()) return known->second;
  std::optional<int> node;
  switch (tree->kind) {
    case Expression::Kind::kCheck:
      node = add_check(*tree);
      break;
    case Expression::Kind::kMacro:
      break;  // the resolver left none
    case Expression::Kind::kNot:
      node = add(tree->children[0], problem, unknown);
      if (node) node = add_not(*node);
      break;
    case Expression::Kind::kAnd:
    case Expression::Kind::kOr: {
      const bool any = tree->kind == Expression::Kind::kOr;
      std::vector<int> children;
      for (const Tree& child : any ? grouped(tree->children) : tree->children) {
        const std::optional<int> made = add(child, problem, unknown);
        if (!made) return std::nullopt;
        children.push_back(*made);
      }
      node = add_joined(any ? Kind::kOr : Kind::kAnd, std::move(children));
      break;
    }
  }
  if (node) {
    expressions_.emplace(tree.get(), *node);
    kept_.push_back(tree);
  }
  return node;
}

// Checks of one field by one operator become one check of several values, where the first stood.
std::vector<Tree> Program::grouped(const std::vector<Tree>& children) const {
  std::vector<Tree> made;
  std::map<std::string, std::pair<size_t, std::shared_ptr<Expression>>> open;
  for (const Tree& child : children) {
    if (!groups(*child)) {
      made.push_back(child);
      continue;
    }
    const Operator op = child->op == Operator::kEqual ? Operator::kIn : child->op;
    const std::string key = field_text(child->left) + ' ' + std::string(to_string(op));
    auto& [place, group] = open[key];
    if (group == nullptr) {
      place = made.size();
      group = std::make_shared<Expression>(*child);
      group->op = op;
      group->quantifier = op == Operator::kIn ? Quantifier::kNone : Quantifier::kAnyOf;
      made.push_back(child);
      continue;
    }
    group->values.insert(group->values.end(), child->values.begin(), child->values.end());
    made[place] = group;
  }
  return made;
}

int Program::add_not(int child) {
  const Node& node = nodes_[child];
  if (node.kind == Kind::kTrue || node.kind == Kind::kFalse) {
    return constant(node.kind == Kind::kFalse);
  }
  if (node.kind == Kind::kNot) return node.children[0];
  return made({Kind::kNot, node.cost, {child}, -1}, "!" + std::to_string(child));
}

int Program::add_joined(Kind kind, std::vector<int> children) {
  const Kind neutral = kind == Kind::kAnd ? Kind::kTrue : Kind::kFalse;
  const Kind deciding = kind == Kind::kAnd ? Kind::kFalse : Kind::kTrue;
  std::vector<int> kept;
  const auto keep = [&](int child) {
    if (std::find(kept.begin(), kept.end(), child) == kept.end()) kept.push_back(child);
  };
  for (const int child : children) {
    if (nodes_[child].kind == deciding) return constant(deciding == Kind::kTrue);
    if (nodes_[child].kind == neutral) continue;
    if (nodes_[child].kind == kind) {  // "and" in "and"
      for (const int inner : nodes_[child].children) keep(inner);
    } else {
      keep(child);
    }
  }
  if (kept.empty()) return constant(neutral == Kind::kTrue);
  if (kept.size() == 1) return kept.front();
  std::stable_sort(kept.begin(), kept.end(),
                   [this](int a, int b) { return nodes_[a].cost < nodes_[b].cost; });
  Node node{kind, 0, kept, -1};
  std::string key = kind == Kind::kAnd ? "&" : "|";
  for (const int child : kept) {
    node.cost = std::min(kMaxCost, node.cost + nodes_[child].cost);
    key += std::to_string(child) + ',';
  }
  return made(std::move(node), key);
}

// The number of an event begins at 1: "evt.num=0" is how Falco's rules write "never".
std::optional<int> Program::constant_of_number(const Expression& check) {
  if (check.left.kind != Operand::Kind::kField || check.left.name != "evt.num" || check.right) {
    return std::nullopt;
  }
  const bool zeros = std::all_of(check.values.begin(), check.values.end(),
                                 [](const Literal& value) { return value.text == "0"; });
  if (!zeros) return std::nullopt;
  switch (check.op) {
    case Operator::kEqual:
    case Operator::kIn:
    case Operator::kLessOrEqual:
    case Operator::kLess:
      return constant(false);
    case Operator::kNotEqual:
    case Operator::kGreater:
    case Operator::kGreaterOrEqual:
      return constant(true);
    default:
      return std::nullopt;
  }
}

std::optional<int> Program::add_check(const Expression& expression) {
  const Result<int> slot = slots_.add(expression.left);
  if (!slot.ok()) return fail(expression, slot.error()), std::nullopt;
  if (slots_.never(*slot)) {
    const std::string& name = slots_.name(*slot);
    if (std::find(empty_fields_.begin(), empty_fields_.end(), name) == empty_fields_.end()) {
      empty_fields_.push_back(name);
    }
    return constant(false);
  }
  if (const auto fixed = constant_of_number(expression)) return fixed;
  if (is_call_field(expression.left) && !expression.right &&
      (expression.op == Operator::kEqual || expression.op == Operator::kNotEqual ||
       expression.op == Operator::kIn) &&
      expression.quantifier == Quantifier::kNone) {
    return add_call_check(expression);
  }
  const std::string key = key_of(expression, *slot);
  const auto known = expression.right ? keys_.end() : keys_.find(key);
  if (known != keys_.end()) return known->second;
  Result<Check> check = Check::compile(expression, *slot, slots_);
  if (!check.ok()) return fail(expression, check.error()), std::nullopt;
  if (check->never()) return constant(false);
  const int number = static_cast<int>(checks_.size());
  checks_.push_back(std::move(*check));
  return made({Kind::kCheck, checks_.back().cost(), {}, number},
              expression.right ? "r" + std::to_string(number) : key);
}

std::optional<int> Program::add_call_check(const Expression& expression) {
  CallSet calls;
  for (const Literal& value : expression.values) {
    if (const Call* call = find_call(value.text)) {
      calls.set(static_cast<size_t>(call - known_calls().data()));
      continue;
    }
    if (elsewhere(value.text)) continue;
    std::vector<std::string_view> names;
    for (const Call& call : known_calls()) names.push_back(call.name);
    Error error(Code::kNotFound, "no event is named " + value.text);
    return fail(expression, std::move(error).hint(nearest_hint(value.text, names))), std::nullopt;
  }
  if (expression.op == Operator::kNotEqual) calls.flip();
  if (calls.none()) return constant(false);
  const int number = static_cast<int>(call_sets_.size());
  call_sets_.push_back(calls);
  return made({Kind::kCall, 0, {}, number}, "e" + calls.to_string());
}

bool Program::judge(int number, Run& run) const {
  const Node& node = nodes_[number];
  switch (node.kind) {
    case Kind::kFalse:
      return false;
    case Kind::kTrue:
      return true;
    case Kind::kCall:
      return call_sets_[node.check].test(run.call < 0 ? kOtherCall : static_cast<size_t>(run.call));
    case Kind::kNot:
      return !judge(node.children[0], run);
    default:
      break;
  }
  // Twice the number of the event, plus the answer.
  uint64_t& answer = run.node_stamps[number];
  if (answer >> 1 == run.stamp) return (answer & 1) != 0;
  bool result;
  if (node.kind == Kind::kCheck) {
    result = checks_[node.check].fits(slots_, run);
  } else {
    const bool deciding = node.kind == Kind::kOr;
    result = !deciding;
    for (const int child : node.children) {
      if (judge(child, run) != deciding) continue;
      result = deciding;
      break;
    }
  }
  answer = run.stamp << 1 | static_cast<uint64_t>(result);
  return result;
}

CallSet Program::calls(int node) const {
  CallMemo memo;
  return calls(node, false, memo);
}

// Negation goes down to the leaves; what does not ask for the call may be true for every one.
CallSet Program::calls(int number, bool negated, CallMemo& memo) const {
  const Node& node = nodes_[number];
  switch (node.kind) {
    case Kind::kFalse:
      return negated ? ~CallSet() : CallSet();
    case Kind::kTrue:
      return negated ? CallSet() : ~CallSet();
    case Kind::kCall:
      return negated ? ~call_sets_[node.check] : call_sets_[node.check];
    case Kind::kNot:
      return calls(node.children[0], !negated, memo);
    case Kind::kCheck:
      return ~CallSet();
    default:
      break;
  }
  const auto known = memo.find({number, negated});
  if (known != memo.end()) return known->second;
  const bool all = (node.kind == Kind::kAnd) != negated;
  CallSet set = all ? ~CallSet() : CallSet();
  for (const int child : node.children) {
    if (all) {
      set &= calls(child, negated, memo);
    } else {
      set |= calls(child, negated, memo);
    }
  }
  memo.emplace(std::pair(number, negated), set);
  return set;
}

}  // namespace seawall::guard::falco
