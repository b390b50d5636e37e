#include "cel/interpreter.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace seawall::cel {
namespace {

constexpr size_t kFewArguments = 4;
// What object.list.name is, asked by has() too.
constexpr std::string_view kMemberOfList = "unsupported index type 'string' in list";

bool fits(const Candidate& candidate, Arguments arguments) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    const unsigned kind = static_cast<unsigned>(arguments[i].kind());
    if (((candidate.kinds[i] >> kind) & 1u) == 0) return false;
    if (candidate.elements[i] != 0 && arguments[i].is(Kind::kList) && arguments[i].size() > 0) {
      const unsigned element = static_cast<unsigned>(arguments[i].at(0).kind());
      if (((candidate.elements[i] >> element) & 1u) == 0) return false;
    }
    const Type* object = candidate.objects[i];
    if (object != nullptr && arguments[i].object().type()->name != object->name) return false;
  }
  return true;
}

bool is_key(const Value& value) {
  return value.is(Kind::kString) || value.is(Kind::kInt) || value.is(Kind::kUint) ||
         value.is(Kind::kBool);
}

// What == costs: a tenth of the smaller side; one for numbers, and of objects one for == only.
uint64_t equality_cost(const Value& left, const Value& right, Operation operation) {
  if (left.is(Kind::kObject) && operation == Operation::kEqual) return 1;
  return scaled_cost(std::min(cost_size(left), cost_size(right)), kStringFactor);
}

constexpr uint16_t bits(std::initializer_list<Kind> kinds) {
  unsigned all = 0;
  for (const Kind kind : kinds) all |= 1u << static_cast<unsigned>(kind);
  return static_cast<uint16_t>(all);
}

// What may stand first in a call of the standard library, which decides the words of the error that
// cel-go gives; nothing for functions whose errors name the types.
std::optional<uint16_t> operand_kinds(std::string_view function) {
  using enum Kind;
  struct Entry {
    std::string_view function;
    uint16_t kinds;
  };
  constexpr uint16_t kAll = 0xffff;
  constexpr uint16_t kNumbers = bits({kInt, kUint, kDouble});
  constexpr uint16_t kTimes = bits({kTimestamp, kDuration});
  constexpr uint16_t kOrdered = kNumbers | kTimes | bits({kBool, kString, kBytes});
  constexpr Entry kEntries[] = {
      {"_+_", kNumbers | kTimes | bits({kString, kBytes, kList})},
      {"_-_", kNumbers | kTimes},
      {"_*_", kNumbers},
      {"_/_", kNumbers},
      {"_%_", bits({kInt, kUint})},
      {"_<_", kOrdered},
      {"_<=_", kOrdered},
      {"_>_", kOrdered},
      {"_>=_", kOrdered},
      {"size", bits({kString, kBytes, kList, kMap})},
      {"sort", kTimes | bits({kString, kList})},
      {"@sortByAssociatedKeys", kTimes | bits({kString, kList})},
      {"-_", kTimes | bits({kBool, kInt, kDouble, kString})},
      {"!_", kAll},
      {"@in", kAll},
      {"contains", kAll},
      {"startsWith", kAll},
      {"endsWith", kAll},
      {"matches", kAll},
  };
  for (const Entry& entry : kEntries) {
    if (entry.function == function) return entry.kinds;
  }
  return std::nullopt;
}

// The names of Go's types for values, which one message shows.
std::string_view go_type_name(const Value& value) {
  switch (value.kind()) {
    case Kind::kNull:
      return "types.Null";
    case Kind::kBool:
      return "types.Bool";
    case Kind::kInt:
      return "types.Int";
    case Kind::kUint:
      return "types.Uint";
    case Kind::kDouble:
      return "types.Double";
    case Kind::kString:
      return "types.String";
    case Kind::kBytes:
      return "types.Bytes";
    case Kind::kTimestamp:
      return "types.Timestamp";
    case Kind::kDuration:
      return "types.Duration";
    case Kind::kOptional:
      return "*types.Optional";
    case Kind::kType:
      return "*types.Type";
    case Kind::kList:
      return value.storage() == Value::Storage::kMerged ? "*types.concatList" : "*types.baseList";
    case Kind::kMap:
      return "*types.baseMap";
    default:
      return type_of(value)->name;
  }
}

// A key that Go decoded from JSON, as long as it is only looked up in a variable.
bool is_native(const Expr& key) {
  const Expr* expr = &key;
  while (expr->operation == Operation::kSelect || expr->operation == Operation::kIndex) {
    expr = expr->operand;
  }
  return expr->operation == Operation::kVariable;
}

// What may stand in [ ] at all; the others are refused before anything is looked up.
bool is_qualifier(const Value& key) {
  return key.is_number() || key.is(Kind::kBool) || key.is(Kind::kString);
}

std::string_view qualifier_type_name(const Expr& expr, const Value& key) {
  const bool native = is_native(expr);
  if (native && key.is(Kind::kNull)) return "<nil>";
  if (native && key.storage() == Value::Storage::kDocument) {
    if (key.is(Kind::kList)) return "[]interface {}";
    if (key.is(Kind::kMap)) return "map[string]interface {}";
  }
  return go_type_name(key);
}

// The place of an element; -1: none such. `kind_fits` says whether the key may index a list.
int64_t list_index(const Value& key, bool& kind_fits) {
  kind_fits = true;
  switch (key.kind()) {
    case Kind::kInt:
      return key.integer();
    case Kind::kUint:
      return key.unsigned_integer() <= INT64_MAX ? static_cast<int64_t>(key.unsigned_integer())
                                                 : -1;
    case Kind::kDouble: {
      const double number = key.number();
      if (!(number >= -0x1p53 && number <= 0x1p53)) break;
      const auto whole = static_cast<int64_t>(number);
      if (static_cast<double>(whole) == number) return whole;
      break;
    }
    default:
      break;
  }
  kind_fits = false;
  return -1;
}

}  // namespace

std::string refused_qualifier(const Value& key) {
  if (is_qualifier(key) || key.is_error()) return {};
  return "invalid qualifier type: " + std::string(go_type_name(key));
}

Value Interpreter::error(const Expr& expr, std::string_view message, std::string_view detail) {
  auto* text = static_cast<char*>(arena_.allocate(message.size() + detail.size() + 1, 1));
  std::copy(message.begin(), message.end(), text);
  std::copy(detail.begin(), detail.end(), text + message.size());
  auto* data = new (arena_.allocate(sizeof(ErrorData), alignof(ErrorData))) ErrorData;
  *data = {{text, message.size() + detail.size()}, expr.position};
  return Value::error(data);
}

// What cel-go 0.26 refuses: NaN < 1.
static bool is_order_of_nan(std::string_view function, Arguments arguments) {
  if (!function.starts_with("_<") && !function.starts_with("_>")) return false;
  return std::any_of(arguments.begin(), arguments.end(), [](const Value& value) {
    return value.is(Kind::kDouble) && std::isnan(value.number());
  });
}

// A constant pattern is compiled beforehand, and then called another way.
static bool has_constant_pattern(const Expr& expr) {
  if (expr.name != "find" && expr.name != "findAll" && expr.name != "matches") return false;
  return !expr.arguments.empty() && expr.arguments.back()->operation == Operation::kConstant;
}

// Until Kubernetes 1.35: operators, and functions of which the types leave one overload.
bool Interpreter::computes_both(const Expr& expr) const {
  if (!eager_ || has_constant_pattern(expr)) return false;
  return expr.candidates.size() == 1 || expr.name.starts_with('_') || expr.name.starts_with('@');
}

Value Interpreter::no_overload(const Expr& expr, Arguments arguments) {
  const std::optional<uint16_t> kinds = operand_kinds(expr.name);
  if (kinds && !arguments.empty()) {
    const bool possible = (*kinds >> static_cast<unsigned>(arguments[0].kind())) & 1u;
    return error(expr,
                 possible ? "no such overload" : "no such overload: " + std::string(expr.name));
  }
  const bool pattern = (expr.name == "find" || expr.name == "findAll") && !expr.arguments.empty() &&
                       expr.arguments[0]->operation == Operation::kConstant;
  if (arguments.empty() || pattern) return error(expr, "no such overload");
  std::string text = "no such overload: " + std::string(expr.name) + "(";
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (i > 0) text += ", ";
    text += type_of(arguments[i])->name;
  }
  return error(expr, text + ")");
}

Value Interpreter::evaluate(const Expr& expr) {
  switch (expr.operation) {
    case Operation::kConstant:
      if (expr.root_cost) charge(1);
      return expr.constant;
    case Operation::kVariable:
      if (expr.root_cost) charge(1);
      return variables_[expr.slot];
    case Operation::kLocal:
      if (expr.root_cost) charge(1);
      return locals_[expr.slot];
    case Operation::kLazyLocal:
      return lazy_local(expr);
    case Operation::kSelect:
    case Operation::kOptionalSelect:
      return select(expr);
    case Operation::kHas:
      return has(expr);
    case Operation::kIndex:
    case Operation::kOptionalIndex:
      return index(expr);
    case Operation::kAnd:
      return all_terms(expr, false);
    case Operation::kOr:
      return all_terms(expr, true);
    case Operation::kConditional:
      return conditional(expr);
    case Operation::kEqual:
    case Operation::kNotEqual:
      return equality(expr);
    case Operation::kInSet:
      return in_set(expr);
    case Operation::kOptionalOr:
    case Operation::kOptionalOrValue:
      return optional_or(expr);
    case Operation::kCall:
      return call(expr);
    case Operation::kList:
      return list(expr);
    case Operation::kMap:
      return map(expr);
    case Operation::kComprehension:
      return comprehension(expr);
    case Operation::kUnresolved:
      break;
  }
  return error(expr, "the expression was not resolved");
}

Value Interpreter::lazy_local(const Expr& expr) {
  if (expr.root_cost) charge(1);
  Value& local = locals_[expr.slot];
  if (local.is_unset()) local = evaluate(*expr.comprehension->initial);
  return local;
}

// A member that is there. Objects compute theirs.
bool find_member(Evaluation& evaluation, const Value& operand, std::string_view name,
                 Value& found) {
  if (operand.is(Kind::kMap)) return operand.find(name, found);
  return operand.is(Kind::kObject) && operand.object().select(evaluation, name, found);
}

Value Interpreter::member(const Expr& expr, const Value& operand, bool optional) {
  Value found;
  if (find_member(evaluation_, operand, expr.name, found)) {
    charge(1);
    return optional && !found.is_error() ? Value::optional(arena_, found) : found;
  }
  if (operand.is(Kind::kList)) {
    if (!optional) charge(1);
    return error(expr, kMemberOfList);
  }
  if (optional) return Value::none();
  charge(1);
  return error(expr, "no such key: ", expr.name);
}

Value Interpreter::select(const Expr& expr) {
  const Value operand = evaluate(*expr.operand);
  if (expr.root_cost) charge(1);
  if (operand.is_error()) return operand;
  if (operand.is(Kind::kOptional)) {
    return operand.has_value() ? member(expr, operand.value(), true) : operand;
  }
  return member(expr, operand, expr.operation == Operation::kOptionalSelect);
}

Value Interpreter::has(const Expr& expr) {
  Value operand = evaluate(*expr.operand);
  if (operand.is_error()) return operand;
  const bool optional = operand.is(Kind::kOptional);
  if (optional) {
    if (!operand.has_value()) return Value::boolean(false);
    operand = operand.value();
  }
  Value found;
  const bool present = find_member(evaluation_, operand, expr.name, found);
  if (expr.root_cost && (present || !optional)) charge(1);
  if (operand.is(Kind::kList)) return error(expr, kMemberOfList);
  if (present && found.is_error()) return found;
  return Value::boolean(present);
}

Value Interpreter::index(const Expr& expr) {
  const Value operand = evaluate(*expr.operand);
  if (expr.root_cost) charge(1);
  if (operand.is_error()) return operand;
  if (operand.is(Kind::kOptional) && !operand.has_value()) return operand;
  const bool optional = operand.is(Kind::kOptional) || expr.operation == Operation::kOptionalIndex;
  const Value key = evaluate(*expr.arguments[0]);
  if (key.is_error()) {
    if (!optional) charge(1);
    return key;
  }
  if (!is_qualifier(key)) {
    if (!optional) charge(1);
    return error(expr, "invalid qualifier type: ", qualifier_type_name(*expr.arguments[0], key));
  }
  return element(expr, operand.is(Kind::kOptional) ? operand.value() : operand, key, optional);
}

Value Interpreter::element(const Expr& expr, const Value& operand, const Value& key,
                           bool optional) {
  Value found;
  std::string_view problem;
  bool present = false;
  switch (operand.kind()) {
    case Kind::kMap:
      present = operand.find(key, found);
      problem = "no such key: ";
      break;
    case Kind::kList: {
      bool fits_list = false;
      const int64_t at = list_index(key, fits_list);
      if (!fits_list) {
        if (!optional) charge(1);
        return error(
            expr, key.is(Kind::kDouble)
                      ? "unsupported index value " + to_text(key) + " in list"
                      : "unsupported index type '" + std::string(type_of(key)->name) + "' in list");
      }
      present = at >= 0 && at < operand.size();
      if (present) found = operand.at(static_cast<uint32_t>(at));
      problem = "index out of bounds: ";
      break;
    }
    default:
      present = key.is(Kind::kString) && find_member(evaluation_, operand, key.string(), found);
      problem = "no such key: ";
      break;
  }
  if (present) {
    charge(1);
    return optional && !found.is_error() ? Value::optional(arena_, found) : found;
  }
  if (optional) return Value::none();
  charge(1);
  if (key.is(Kind::kString)) return error(expr, problem, key.string());
  return error(expr, problem, to_text(key));
}

// && (decided by false) and || (decided by true): a deciding term outweighs errors.
Value Interpreter::all_terms(const Expr& expr, bool decisive) {
  Value failure;
  bool failed = false;
  for (const Expr* term : expr.arguments) {
    const Value value = evaluate(*term);
    if (value.is(Kind::kBool)) {
      if (value.boolean() == decisive) return value;
      continue;
    }
    if (exceeded()) return value;
    if (!failed) failure = value.is_error() ? value : error(expr, "no such overload");
    failed = true;
  }
  return failed ? failure : Value::boolean(!decisive);
}

Value Interpreter::conditional(const Expr& expr) {
  const Value condition = evaluate(*expr.arguments[0]);
  if (condition.is_true()) return evaluate(*expr.arguments[1]);
  if (condition.is_false()) return evaluate(*expr.arguments[2]);
  return condition.is_error() ? condition : error(expr, "no such overload");
}

Value Interpreter::equality(const Expr& expr) {
  const Value left = evaluate(*expr.arguments[0]);
  if (left.is_error() && !eager_) return left;
  const Value right = evaluate(*expr.arguments[1]);
  charge(equality_cost(left, right, expr.operation));
  if (left.is_error()) return left;
  if (right.is_error()) return right;
  const Equality answer = compare_equal(left, right);
  if (expr.operation == Operation::kNotEqual) return Value::boolean(answer != Equality::kEqual);
  if (answer == Equality::kRefused) return error(expr, "no such overload");
  return Value::boolean(answer == Equality::kEqual);
}

Value Interpreter::in_set(const Expr& expr) {
  const Value value = evaluate(*expr.arguments[0]);
  if (value.is_error()) return value;
  Value found;
  return Value::boolean(expr.constant.find(value, found));
}

Value Interpreter::optional_or(const Expr& expr) {
  const Value first = evaluate(*expr.operand);
  if (first.is_error()) return first;
  if (!first.is(Kind::kOptional)) return eager_ ? first : no_overload(expr, {});
  const bool value_wanted = expr.operation == Operation::kOptionalOrValue;
  if (first.has_value()) return value_wanted ? first.value() : first;
  return evaluate(*expr.arguments[0]);  // an optional or not: cel-go does not look
}

Value Interpreter::call(const Expr& expr) {
  std::array<Value, kFewArguments> few;
  std::vector<Value> many;
  const size_t receiver = expr.operand != nullptr ? 1 : 0;
  const size_t count = expr.arguments.size() + receiver;
  Value* values = few.data();
  if (count > few.size()) {
    many.resize(count);
    values = many.data();
  }
  const bool strict = !expr.candidates[0].overload->non_strict;
  const Arguments arguments(values, count);
  for (size_t i = 0; i < count; ++i) {
    const bool is_receiver = i < receiver;
    values[i] = evaluate(is_receiver ? *expr.operand : *expr.arguments[i - receiver]);
    if (!values[i].is_error() || !strict) continue;
    if (i == 0 && count == 2 && computes_both(expr)) {
      values[1] = evaluate(*expr.arguments[1 - receiver]);
      charge(expr.cost != nullptr ? expr.cost(arguments, values[0]) : 1);
      return values[0];
    }
    // A call is paid when all its arguments were computed.
    if (i + 1 == count) charge(expr.cost != nullptr ? expr.cost(arguments, values[i]) : 1);
    return values[i];
  }
  return call_with(expr, arguments);
}

Value Interpreter::call_with(const Expr& expr, Arguments arguments) {
  Call call(evaluation_, arena_, expr.position);
  if (eager_ && is_order_of_nan(expr.name, arguments)) {
    charge(1);
    return error(expr, "NaN values cannot be ordered");
  }
  for (const Candidate& candidate : expr.candidates) {
    if (!fits(candidate, arguments) || candidate.overload->call == nullptr) continue;
    const Value result = candidate.overload->call(call, arguments);
    charge(expr.cost != nullptr ? expr.cost(arguments, result) : 1);
    return result;
  }
  const Value result = no_overload(expr, arguments);
  charge(expr.cost != nullptr ? expr.cost(arguments, result) : 1);
  return result;
}

Value Interpreter::list(const Expr& expr) {
  charge(kListBase);
  const size_t count = expr.arguments.size();
  Value* items = static_cast<Value*>(
      arena_.allocate(std::max<size_t>(count, 1) * sizeof(Value), alignof(Value)));
  uint32_t size = 0;
  for (size_t i = 0; i < count; ++i) {
    Value item = evaluate(*expr.arguments[i]);
    if (item.is_error()) return item;
    if (!expr.optionals.empty() && expr.optionals[i]) {
      if (!item.is(Kind::kOptional)) {
        return error(expr, "cannot initialize optional list element from non-optional value " +
                               to_text(item));
      }
      if (!item.has_value()) continue;
      item = item.value();
    }
    items[size++] = item;
  }
  auto* data = new (arena_.allocate(sizeof(ListData), alignof(ListData))) ListData;
  *data = {items, size, static_cast<uint32_t>(count)};
  return Value::list(data, size);
}

Value Interpreter::map(const Expr& expr) {
  charge(kMapBase);
  Value made = make_map(arena_, {});
  Value found;
  for (size_t i = 0; i + 1 < expr.arguments.size(); i += 2) {
    const Value key = evaluate(*expr.arguments[i]);
    if (key.is_error()) return key;
    Value value = evaluate(*expr.arguments[i + 1]);
    if (value.is_error()) return value;
    if (!expr.optionals.empty() && expr.optionals[i / 2]) {
      if (!value.is(Kind::kOptional)) {
        return error(expr, "cannot initialize optional entry '" + to_text(key) +
                               "' from non-optional value " + to_text(value));
      }
      if (!value.has_value()) continue;
      value = value.value();
    }
    if (expr.strict && !is_key(key)) {
      return error(expr, "unsupported key type: " + std::string(type_of(key)->name));
    }
    const bool repeated = made.find(key, found);
    if (expr.strict && repeated) {
      return error(expr, "Failed with repeated key: ", to_text(key));
    }
    made = repeated ? replace(arena_, made, key, value) : insert(arena_, made, key, value);
  }
  return made;
}

Value Interpreter::comprehension(const Expr& expr) {
  const Comprehension& fold = *expr.comprehension;
  if (fold.fold == Fold::kBind) {
    locals_[fold.accumulator_slot] = Value::unset();
    return evaluate(*fold.result);
  }
  const Value range = evaluate(*fold.range);
  if (range.is_error()) return range;
  if (!range.is(Kind::kList) && !range.is(Kind::kMap)) {
    return error(expr, "got '" + std::string(go_type_name(range)) + "', expected iterable type");
  }
  switch (fold.fold) {
    case Fold::kAll:
      return quantify(expr, range, false);
    case Fold::kExists:
      return quantify(expr, range, true);
    default:
      return this->fold(expr, range);
  }
}

void Interpreter::set_variables(const Comprehension& fold, const Value& range, uint32_t at) {
  const bool two = !fold.second_variable.empty();
  if (range.is(Kind::kList)) {
    if (two) {
      locals_[fold.variable_slot] = Value::integer(at);
      locals_[fold.second_slot] = range.at(at);
    } else {
      locals_[fold.variable_slot] = range.at(at);
    }
    return;
  }
  const auto [key, value] = range.entry(at);
  locals_[fold.variable_slot] = key;
  if (two) locals_[fold.second_slot] = value;
}

Value Interpreter::fold(const Expr& expr, const Value& range) {
  const Comprehension& fold = *expr.comprehension;
  Value initial = evaluate(*fold.initial);
  if (initial.is(Kind::kList) && initial.owned_list() != nullptr)
    initial = initial.stored(Value::Storage::kGrowing);
  locals_[fold.accumulator_slot] = initial;
  for (uint32_t i = 0; i < range.size(); ++i) {
    set_variables(fold, range, i);
    const Value condition = evaluate(*fold.condition);
    if (condition.is_false()) break;
    locals_[fold.accumulator_slot] = evaluate(*fold.step);
    if (exceeded()) return error(expr, "operation cancelled");
  }
  Value& gathered = locals_[fold.accumulator_slot];
  if (gathered.storage() == Value::Storage::kGrowing) {
    gathered = gathered.stored(Value::Storage::kOwned);
  }
  return evaluate(*fold.result);
}

// `so_far && value` or `so_far || value`.
Value Interpreter::take_in(const Expr& expr, const Value& so_far, const Value& value,
                           bool decisive) {
  if (value.is(Kind::kBool) && (value.boolean() == decisive || !so_far.is_error())) return value;
  if (so_far.is_error()) return so_far;
  return value.is_error() ? value : error(expr, "no such overload");
}

// all() and exists() without their accumulator's calls, at the same cost: the loop's condition two
// or three units a round, the accumulator one a round and one at the end.
Value Interpreter::quantify(const Expr& expr, const Value& range, bool decisive) {
  const Comprehension& fold = *expr.comprehension;
  const int condition_calls = decisive ? 3 : 2;
  Value so_far = Value::boolean(!decisive);
  for (uint32_t i = 0; i < range.size(); ++i) {
    for (int call = 0; call < condition_calls; ++call) charge(1);
    if (so_far.is(Kind::kBool) && so_far.boolean() == decisive) break;
    set_variables(fold, range, i);
    charge(1);
    so_far = take_in(expr, so_far, evaluate(*fold.predicate), decisive);
    if (exceeded()) return error(expr, "operation cancelled");
  }
  charge(1);
  return so_far;
}

Value evaluate_constant(const Expr& expr, Arena& arena) {
  Evaluation evaluation;
  uint64_t cost = 0;
  return Interpreter(evaluation, arena, {}, nullptr, cost, UINT64_MAX).evaluate(expr);
}

}  // namespace seawall::cel
