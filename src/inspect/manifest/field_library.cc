#include "inspect/manifest/field_library.h"

#include "base/strings.h"

namespace seawall::inspect {
namespace {

using cel::Kind;
using cel::Value;

Value value_at(Value from, std::string_view path) {
  while (!path.empty()) {
    const auto [key, rest] = split_once(path, '.');
    Value found;
    if (!from.is(Kind::kMap) || !from.find(key, found)) return Value::null();
    from = found;
    path = rest;
  }
  return from;
}

Value at(cel::Call&, cel::Arguments arguments) {
  return value_at(arguments[0], arguments[1].string());
}
Value items(cel::Call& call, cel::Arguments arguments) {
  const Value found = value_at(arguments[0], arguments[1].string());
  return found.is(Kind::kList) ? found : cel::make_list(call.arena(), {});
}
Value text(cel::Call&, cel::Arguments arguments) {
  const Value found = value_at(arguments[0], arguments[1].string());
  return found.is(Kind::kString) ? found : Value::string("");
}
Value number(cel::Call&, cel::Arguments arguments) {
  const Value found = value_at(arguments[0], arguments[1].string());
  if (found.is(Kind::kInt)) return Value::number(static_cast<double>(found.integer()));
  return found.is(Kind::kDouble) ? found : arguments[2];
}
Value inherited(cel::Call&, cel::Arguments arguments) {
  const Value own = value_at(arguments[0], arguments[2].string());
  return own.is(Kind::kNull) ? value_at(arguments[1], arguments[2].string()) : own;
}

constexpr auto kMember = cel::Style::kMember;
constexpr cel::Overload kFields[] = {
    {"field_at", "at", kMember, "(dyn, string) -> dyn", at},
    {"field_items", "items", kMember, "(dyn, string) -> list(dyn)", items},
    {"field_text", "text", kMember, "(dyn, string) -> string", text},
    {"field_number", "number", kMember, "(dyn, string, double) -> double", number},
    {"field_inherited", "inherited", kMember, "(dyn, dyn, string) -> dyn", inherited},
};

}  // namespace

const cel::Library field_library{"fields", kFields};

}  // namespace seawall::inspect
