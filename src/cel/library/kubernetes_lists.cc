// Kubernetes' list functions: isSorted, sum, min, max, indexOf, lastIndexOf. Every one costs a walk
// over the list. Source: Kubernetes 1.36, k8s.io/apiserver/pkg/cel/library/lists.go.
#include <string>

#include "cel/library.h"

namespace seawall::cel {
namespace {

constexpr std::string_view kNoOverload = "no such overload";

bool comparable(const Value& value) {
  switch (value.kind()) {
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kUint:
    case Kind::kDouble:
    case Kind::kString:
    case Kind::kBytes:
    case Kind::kTimestamp:
    case Kind::kDuration:
      return true;
    default:
      return false;
  }
}

// Elements that cannot be ordered with each other are passed over, as Kubernetes does.
Value is_sorted(Call& call, Arguments arguments) {
  const Value& list = arguments[0];
  for (uint32_t i = 0; i < list.size(); ++i) {
    const Value item = list.at(i);
    if (!comparable(item)) {
      return call.error(i == 0 ? "no such overload: isSorted(list)" : kNoOverload);
    }
    if (i > 0 && compare(list.at(i - 1), item) == 1) return Value::boolean(false);
  }
  return Value::boolean(true);
}

// The element that stands on the side `wanted` of all others.
Value extreme(Call& call, const Value& list, int wanted, const std::string& name) {
  if (list.size() == 0) return call.error(name + " called on empty list");
  Value best = list.at(0);
  if (!comparable(best)) return call.error("no such overload: " + name + "(list)");
  for (uint32_t i = 1; i < list.size(); ++i) {
    const Value item = list.at(i);
    if (!comparable(item)) return call.error(kNoOverload);
    if (compare(item, best) == wanted) best = item;
  }
  return best;
}
Value smallest(Call& call, Arguments arguments) {
  return extreme(call, arguments[0], -1, "min");
}
Value largest(Call& call, Arguments arguments) {
  return extreme(call, arguments[0], 1, "max");
}

Value sum_integers(Call& call, Arguments arguments) {
  int64_t sum = 0;
  for (uint32_t i = 0; i < arguments[0].size(); ++i) {
    const Value item = arguments[0].at(i);
    if (!item.is(Kind::kInt)) return call.error(kNoOverload);
    if (__builtin_add_overflow(sum, item.integer(), &sum)) return call.error("integer overflow");
  }
  return Value::integer(sum);
}

Value sum_unsigned(Call& call, Arguments arguments) {
  uint64_t sum = 0;
  for (uint32_t i = 0; i < arguments[0].size(); ++i) {
    const Value item = arguments[0].at(i);
    if (!item.is(Kind::kUint)) return call.error(kNoOverload);
    if (__builtin_add_overflow(sum, item.unsigned_integer(), &sum)) {
      return call.error("unsigned integer overflow");
    }
  }
  return Value::unsigned_integer(sum);
}

Value sum_numbers(Call& call, Arguments arguments) {
  double sum = 0;
  for (uint32_t i = 0; i < arguments[0].size(); ++i) {
    const Value item = arguments[0].at(i);
    if (!item.is(Kind::kDouble)) return call.error(kNoOverload);
    sum += item.number();
  }
  return Value::number(sum);
}

Value sum_durations(Call& call, Arguments arguments) {
  int64_t sum = 0;
  for (uint32_t i = 0; i < arguments[0].size(); ++i) {
    const Value item = arguments[0].at(i);
    if (!item.is(Kind::kDuration)) return call.error(kNoOverload);
    if (__builtin_add_overflow(sum, item.duration(), &sum)) return call.error("integer overflow");
  }
  return Value::duration(sum);
}

// The overload says which zero the sum of no elements is; where the checker did not know the
// elements, the first one decides.
Value sum(Call& call, Arguments arguments) {
  const Kind kind = arguments[0].size() > 0 ? arguments[0].at(0).kind() : Kind::kInt;
  if (kind == Kind::kUint) return sum_unsigned(call, arguments);
  if (kind == Kind::kDouble) return sum_numbers(call, arguments);
  if (kind == Kind::kDuration) return sum_durations(call, arguments);
  if (kind == Kind::kInt) return sum_integers(call, arguments);
  return call.error("no such overload: sum(list)");
}

Value index_of(Call&, Arguments arguments) {
  const Value& list = arguments[0];
  for (uint32_t i = 0; i < list.size(); ++i) {
    if (equal(list.at(i), arguments[1])) return Value::integer(i);
  }
  return Value::integer(-1);
}

Value last_index_of(Call&, Arguments arguments) {
  const Value& list = arguments[0];
  for (uint32_t i = list.size(); i > 0; --i) {
    if (equal(list.at(i - 1), arguments[1])) return Value::integer(i - 1);
  }
  return Value::integer(-1);
}

uint64_t walk_cost(Arguments arguments, const Value&) {
  return traversal_cost(arguments[0]);
}

constexpr Style kMember = Style::kMember;
constexpr Overload kOverloads[] = {
    {"list_int_is_sorted_bool", "isSorted", kMember, "(list(int)) -> bool", is_sorted, walk_cost},
    {"list_uint_is_sorted_bool", "isSorted", kMember, "(list(uint)) -> bool", is_sorted, walk_cost},
    {"list_double_is_sorted_bool", "isSorted", kMember, "(list(double)) -> bool", is_sorted,
     walk_cost},
    {"list_bool_is_sorted_bool", "isSorted", kMember, "(list(bool)) -> bool", is_sorted, walk_cost},
    {"list_duration_is_sorted_bool", "isSorted", kMember, "(list(duration)) -> bool", is_sorted,
     walk_cost},
    {"list_timestamp_is_sorted_bool", "isSorted", kMember, "(list(timestamp)) -> bool", is_sorted,
     walk_cost},
    {"list_string_is_sorted_bool", "isSorted", kMember, "(list(string)) -> bool", is_sorted,
     walk_cost},
    {"list_bytes_is_sorted_bool", "isSorted", kMember, "(list(bytes)) -> bool", is_sorted,
     walk_cost},

    {"list_int_sum_int", "sum", kMember, "(list(int)) -> int", sum, walk_cost},
    {"list_uint_sum_uint", "sum", kMember, "(list(uint)) -> uint", sum_unsigned, walk_cost},
    {"list_double_sum_double", "sum", kMember, "(list(double)) -> double", sum_numbers, walk_cost},
    {"list_duration_sum_duration", "sum", kMember, "(list(duration)) -> duration", sum_durations,
     walk_cost},

    {"list_int_max_int", "max", kMember, "(list(int)) -> int", largest, walk_cost},
    {"list_uint_max_uint", "max", kMember, "(list(uint)) -> uint", largest, walk_cost},
    {"list_double_max_double", "max", kMember, "(list(double)) -> double", largest, walk_cost},
    {"list_bool_max_bool", "max", kMember, "(list(bool)) -> bool", largest, walk_cost},
    {"list_duration_max_duration", "max", kMember, "(list(duration)) -> duration", largest,
     walk_cost},
    {"list_timestamp_max_timestamp", "max", kMember, "(list(timestamp)) -> timestamp", largest,
     walk_cost},
    {"list_string_max_string", "max", kMember, "(list(string)) -> string", largest, walk_cost},
    {"list_bytes_max_bytes", "max", kMember, "(list(bytes)) -> bytes", largest, walk_cost},

    {"list_int_min_int", "min", kMember, "(list(int)) -> int", smallest, walk_cost},
    {"list_uint_min_uint", "min", kMember, "(list(uint)) -> uint", smallest, walk_cost},
    {"list_double_min_double", "min", kMember, "(list(double)) -> double", smallest, walk_cost},
    {"list_bool_min_bool", "min", kMember, "(list(bool)) -> bool", smallest, walk_cost},
    {"list_duration_min_duration", "min", kMember, "(list(duration)) -> duration", smallest,
     walk_cost},
    {"list_timestamp_min_timestamp", "min", kMember, "(list(timestamp)) -> timestamp", smallest,
     walk_cost},
    {"list_string_min_string", "min", kMember, "(list(string)) -> string", smallest, walk_cost},
    {"list_bytes_min_bytes", "min", kMember, "(list(bytes)) -> bytes", smallest, walk_cost},

    {"list_a_index_of_int", "indexOf", kMember, "(list(A), A) -> int", index_of, walk_cost},
    {"list_a_last_index_of_int", "lastIndexOf", kMember, "(list(A), A) -> int", last_index_of,
     walk_cost},
};

}  // namespace

const Library kubernetes_lists_library{"kubernetes.lists", kOverloads};

}  // namespace seawall::cel
