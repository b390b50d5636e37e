#include "guard/falco/field.h"

#include <unordered_map>

#include "guard/falco/field_tables.h"

namespace seawall::guard::falco {
namespace {

const std::vector<Field>& all_fields() {
  static const std::vector<Field> all = [] {
    std::vector<Field> made;
    for (const auto table : {event_fields(), file_fields(), process_fields(), identity_fields()}) {
      made.insert(made.end(), table.begin(), table.end());
    }
    return made;
  }();
  return all;
}

}  // namespace

std::span<const Field> fields() {
  return all_fields();
}

const Field* find_field(std::string_view name) {
  static const std::unordered_map<std::string_view, const Field*> index = [] {
    std::unordered_map<std::string_view, const Field*> made;
    for (const Field& field : all_fields()) made.emplace(field.name, &field);
    return made;
  }();
  if (name.starts_with("evt.arg.")) name = "evt.arg";
  if (name.starts_with("evt.rawarg.")) name = "evt.rawarg";
  const auto found = index.find(name);
  return found == index.end() ? nullptr : found->second;
}

std::string text_of(const Value& value) {
  switch (value.kind) {
    case Value::Kind::kNone:
      return "<NA>";
    case Value::Kind::kText:
      return std::string(value.text);
    case Value::Kind::kNumbers:
      return std::to_string(value.numbers[0]);
    case Value::Kind::kBool:
      return value.truth ? "true" : "false";
    case Value::Kind::kAddresses:
      return address_text(*value.addresses[0]);
    case Value::Kind::kTexts:
      break;
  }
  std::string text = "(";
  for (const std::string_view one : value.texts) {
    if (text.size() > 1) text += ',';
    text += one;
  }
  return text + ')';
}

}  // namespace seawall::guard::falco
