// Optional values: optional.of, optional.none, value(), first(), unwrap() ... Source: cel-spec,
// "Optional Values"; cel-go cel/library.go, version 2. or() and orValue() look at their argument
// only when they need it and are run by the interpreter.
#include "cel/library.h"
#include "cel/time_text.h"

namespace seawall::cel {
namespace {

Value of(Call& call, Arguments a) {
  return Value::optional(call.arena(), a[0]);
}
Value none(Call&, Arguments) {
  return Value::none();
}

bool is_zero(const Value& value) {
  switch (value.kind()) {
    case Kind::kNull:
      return true;
    case Kind::kBool:
      return !value.boolean();
    case Kind::kInt:
      return value.integer() == 0;
    case Kind::kUint:
      return value.unsigned_integer() == 0;
    case Kind::kDouble:
      return value.number() == 0;
    case Kind::kString:
    case Kind::kBytes:
      return value.string().empty();
    case Kind::kList:
    case Kind::kMap:
      return value.size() == 0;
    case Kind::kDuration:
      return value.duration() == 0;
    case Kind::kTimestamp:
      return value.seconds() == kFirstSecond && value.nanoseconds() == 0;
    default:  // not even optional.none() is one
      return false;
  }
}
Value of_non_zero(Call& call, Arguments a) {
  return is_zero(a[0]) ? Value::none() : Value::optional(call.arena(), a[0]);
}
Value has_value(Call&, Arguments a) {
  return Value::boolean(a[0].has_value());
}
Value value(Call& call, Arguments a) {
  return a[0].has_value() ? a[0].value() : call.error("optional.none() dereference");
}

Value first(Call& call, Arguments a) {
  return a[0].size() == 0 ? Value::none() : Value::optional(call.arena(), a[0].at(0));
}
Value last(Call& call, Arguments a) {
  return a[0].size() == 0 ? Value::none() : Value::optional(call.arena(), a[0].at(a[0].size() - 1));
}
Value unwrap(Call& call, Arguments a) {
  Value list = make_list(call.arena(), {});
  for (uint32_t i = 0; i < a[0].size(); ++i) {
    const Value item = a[0].at(i);
    if (!item.is(Kind::kOptional)) {
      return call.error("value " + to_text(item) + " is not optional");
    }
    if (item.has_value()) list = append(call.arena(), list, item.value());
  }
  return list;
}

constexpr Style kGlobal = Style::kGlobal, kMember = Style::kMember;

const Overload kOverloads[] = {
    {"optional_of", "optional.of", kGlobal, "(V) -> optional_type(V)", of},
    {"optional_ofNonZeroValue", "optional.ofNonZeroValue", kGlobal, "(V) -> optional_type(V)",
     of_non_zero},
    {"optional_none", "optional.none", kGlobal, "() -> optional_type(V)", none},
    {"optional_value", "value", kMember, "(optional_type(V)) -> V", value},
    {"optional_hasValue", "hasValue", kMember, "(optional_type(V)) -> bool", has_value},
    {"optional_or_optional", "or", kMember,
     "(optional_type(V), optional_type(V)) -> optional_type(V)", nullptr},
    {"optional_orValue_value", "orValue", kMember, "(optional_type(V), V) -> V", nullptr},
    {"list_optindex_optional_int", "_[?_]", kGlobal, "(list(V), int) -> optional_type(V)", nullptr},
    {"optional_list_optindex_optional_int", "_[?_]", kGlobal,
     "(optional_type(list(V)), int) -> optional_type(V)", nullptr},
    {"map_optindex_optional_value", "_[?_]", kGlobal, "(map(K, V), K) -> optional_type(V)",
     nullptr},
    {"optional_map_optindex_optional_value", "_[?_]", kGlobal,
     "(optional_type(map(K, V)), K) -> optional_type(V)", nullptr},
    {"optional_list_index_int", "_[_]", kGlobal,
     "(optional_type(list(V)), int) -> optional_type(V)", nullptr},
    {"optional_map_index_value", "_[_]", kGlobal,
     "(optional_type(map(K, V)), K) -> optional_type(V)", nullptr},
    {"list_last", "last", kMember, "(list(V)) -> optional_type(V)", last},
    {"list_first", "first", kMember, "(list(V)) -> optional_type(V)", first},
    {"optional_unwrap", "optional.unwrap", kGlobal, "(list(optional_type(V))) -> list(V)", unwrap},
    {"optional_unwrapOpt", "unwrapOpt", kMember, "(list(optional_type(V))) -> list(V)", unwrap},
};

}  // namespace

const Library optional_library{"optional", kOverloads};

}  // namespace seawall::cel
