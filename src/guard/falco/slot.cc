#include "guard/falco/slot.h"

#include <algorithm>
#include <iterator>

#include "base/strings.h"
#include "guard/falco/resolver.h"

namespace seawall::guard::falco {
namespace {

std::string name_of(const Operand& operand) {
  std::string name = operand.name;
  if (operand.kind == Operand::Kind::kValue) return '"' + name + '"';
  if (operand.kind != Operand::Kind::kField) {
    name += '(';
    for (size_t at = 0; at < operand.operands.size(); ++at) {
      if (at > 0) name += ", ";
      name += name_of(operand.operands[at]);
    }
    name += ')';
  }
  if (operand.argument) name += '[' + *operand.argument + ']';
  return name;
}

Error unknown_field(const Operand& operand) {
  std::vector<std::string_view> names;
  for (const Field& field : fields()) names.push_back(field.name);
  Error error(Code::kNotFound, "no field is named " + operand.name);
  return std::move(error).hint(nearest_hint(operand.name, names));
}

}  // namespace

void Run::start(const Event& next, size_t slots, size_t nodes) {
  event = &next;
  ++stamp;
  if (values.size() < slots) {
    values.resize(slots);
    value_stamps.resize(slots);
  }
  if (node_stamps.size() < nodes) node_stamps.resize(nodes);
}

int Slots::made(Slot slot) {
  const int number = static_cast<int>(slots_.size());
  names_.emplace(slot.name, number);
  slots_.push_back(std::move(slot));
  return number;
}

Result<int> Slots::add(const Operand& operand) {
  const auto known = names_.find(name_of(operand));
  if (known != names_.end()) return known->second;
  if (operand.kind == Operand::Kind::kField) return add_field(operand);
  if (operand.kind != Operand::Kind::kValue) return add_function(operand);
  Slot slot;
  slot.name = name_of(operand);
  slot.argument = operand.name;
  slot.function = Function::kConstant;
  slot.cost = 0;
  return made(std::move(slot));
}

Result<int> Slots::add_field(const Operand& operand) {
  Slot slot;
  slot.name = name_of(operand);
  slot.field = find_field(operand.name);
  if (slot.field == nullptr) return unknown_field(operand);
  if (operand.argument) slot.argument = *operand.argument;
  const std::string_view base = slot.field->name;
  slot.or_number = base == "evt.arg";
  FieldArgument takes = slot.field->argument;
  if (operand.name.size() > base.size()) {  // evt.arg.flags
    if (operand.argument) return malformed(operand.name + " takes no argument in brackets");
    slot.argument = operand.name.substr(base.size() + 1);
  }
  const bool numeric = takes == FieldArgument::kNumber || takes == FieldArgument::kOptionalNumber;
  if (slot.argument.empty()) {
    if (takes == FieldArgument::kNumber || takes == FieldArgument::kKey) {
      return malformed(operand.name + " needs an argument, as in " + operand.name + "[1]");
    }
  } else if (takes == FieldArgument::kNone) {
    return malformed(operand.name + " takes no argument in brackets");
  } else {
    const auto number = parse_unsigned(slot.argument);
    if (numeric && (!number || *number > INT32_MAX)) {
      return malformed("the argument of " + operand.name + " is a number");
    }
    slot.number = static_cast<int64_t>(number.value_or(0));
  }
  slot.type = slot.field->type;
  if (slot.type == FieldType::kTexts && !slot.argument.empty()) slot.type = FieldType::kText;
  slot.cost = slot.field->cost;
  slot.never = slot.field->read == nullptr;
  return made(std::move(slot));
}

Result<int> Slots::add_function(const Operand& operand) {
  constexpr std::pair<std::string_view, Function> kFunctions[] = {
      {"tolower", Function::kLower},     {"toupper", Function::kUpper},  {"b64", Function::kDecode},
      {"basename", Function::kBaseName}, {"len", Function::kLength},     {"join", Function::kJoin},
      {"concat", Function::kConcat},     {"getopt", Function::kOptions}, {"val", Function::kSame},
  };
  Slot slot;
  slot.name = name_of(operand);
  slot.function = Function::kList;
  for (const auto& [name, function] : kFunctions) {
    if (operand.kind == Operand::Kind::kFunction && operand.name == name) slot.function = function;
  }
  if (operand.argument) slot.argument = *operand.argument;
  unsigned cost = 2;
  for (const Operand& inner : operand.operands) {
    SEAWALL_TRY(const int number, add(inner));
    slot.operands.push_back(number);
    cost += slots_[number].cost;
    slot.never = slot.never || slots_[number].never;
  }
  slot.cost = static_cast<uint8_t>(std::min(cost, 250u));
  SEAWALL_CHECK(check_function(slot));
  if (slot.function == Function::kLength) slot.type = FieldType::kNumber;
  if (slot.function == Function::kSame) slot.type = slots_[slot.operands[0]].type;
  const bool all_options = slot.function == Function::kOptions && slot.argument.empty();
  if (slot.function == Function::kList || all_options) slot.type = FieldType::kTexts;
  return made(std::move(slot));
}

Status Slots::check_function(const Slot& slot) const {
  const auto type = [&](size_t at) { return slots_[slot.operands[at]].type; };
  const auto text = [&](size_t at) {
    return type(at) == FieldType::kText || type(at) == FieldType::kBytes;
  };
  const size_t count = slot.operands.size();
  switch (slot.function) {
    case Function::kList:
      for (size_t at = 0; at < count; ++at) {
        if (!text(at)) return malformed("a list holds texts");
      }
      return {};
    case Function::kJoin:
      if (count != 2 || !text(0) || type(1) != FieldType::kTexts) {
        return malformed("join takes a separator and a list");
      }
      break;
    case Function::kConcat:
      if (count < 2) return malformed("concat takes two or more texts");
      for (size_t at = 0; at < count; ++at) {
        if (!text(at)) return malformed("concat takes texts");
      }
      break;
    case Function::kOptions:
      if (count != 2 || type(0) != FieldType::kTexts || !text(1)) {
        return malformed("getopt takes a list of words and the letters of options");
      }
      if (slot.argument.size() > 1) return malformed("the argument of getopt is one letter");
      return {};
    case Function::kLength:
      if (count != 1 || (!text(0) && type(0) != FieldType::kTexts)) {
        return malformed("len takes one text or list");
      }
      break;
    case Function::kSame:
      if (count != 1 || is_function(slot.operands[0])) return malformed("val takes one field");
      break;
    default:
      if (count != 1 || !text(0)) return malformed(slot.name + ": the argument is not a text");
  }
  if (!slot.argument.empty()) return malformed(slot.name + " takes no argument in brackets");
  return {};
}

const Value& Slots::read(int number, Run& run) const {
  Value& value = run.values[number];
  if (run.value_stamps[number] == run.stamp) return value;
  run.value_stamps[number] = run.stamp;
  value.clear();
  const Slot& slot = slots_[number];
  if (slot.never) return value;
  if (slot.field != nullptr) {
    slot.field->read(Reading{*run.event, slot.argument, slot.number}, value);
  } else {
    call(slot, value, run);
  }
  return value;
}

}  // namespace seawall::guard::falco
