// cel-go's list extension, version 3: slice flatten sort @sortByAssociatedKeys lists.range reverse
// distinct; and first and last of its optional types.
//
// sortBy is a macro: `list.sortBy(x, key)` is `list` bound to a variable "@__sortBy_input__" and
// `@__sortBy_input__.@sortByAssociatedKeys(@__sortBy_input__.map(x, key))`.
// Source: cel-go 0.26, ext/lists.go (Kubernetes 1.34 and later). LIMITS: lists.range() and
// flatten() make a million elements at most: what they make is paid for only when it is made.
#include <algorithm>
#include <numeric>
#include <vector>

#include <fmt/format.h>

#include "cel/library.h"

namespace seawall::cel {
namespace {

constexpr int64_t kLongest = 1'000'000;

Value slice(Call& call, Arguments arguments) {
  const Value& list = arguments[0];
  const int64_t start = arguments[1].integer(), end = arguments[2].integer();
  const auto refuse = [&](std::string_view why) {
    return call.error(fmt::format("cannot slice({}, {}), {}", start, end, why));
  };
  if (start < 0 || end < 0) return refuse("negative indexes not supported");
  if (start > end) return refuse("start index must be less than or equal to end index");
  if (list.size() < end) return refuse(fmt::format("list is length {}", list.size()));
  std::vector<Value> items;
  for (int64_t i = start; i < end; ++i) items.push_back(list.at(static_cast<uint32_t>(i)));
  return make_list(call.arena(), items);
}

// False when there are too many: one list may stand in another a thousand times. The recursion is
// as deep as lists nest, which documents and expressions limit.
bool flatten_into(std::vector<Value>& items, const Value& list, int64_t depth) {
  for (uint32_t i = 0; i < list.size(); ++i) {
    const Value item = list.at(i);
    if (item.is(Kind::kList) && depth > 0) {
      if (!flatten_into(items, item, depth - 1)) return false;
    } else if (items.size() < static_cast<size_t>(kLongest)) {
      items.push_back(item);
    } else {
      return false;
    }
  }
  return true;
}

Value flatten(Call& call, Arguments arguments) {
  const int64_t depth = arguments.size() > 1 ? arguments[1].integer() : 1;
  if (depth < 0) return call.error("level must be non-negative");
  std::vector<Value> items;
  if (!flatten_into(items, arguments[0], depth)) {
    return call.error(fmt::format("flatten: more than {} elements", kLongest));
  }
  return make_list(call.arena(), items);
}

bool comparable(const Value& value) {
  return value.is(Kind::kBool) || value.is_number() || value.is(Kind::kString) ||
         value.is(Kind::kBytes) || value.is(Kind::kTimestamp) || value.is(Kind::kDuration);
}

Value sort_by_keys(Call& call, Arguments arguments) {
  const Value& list = arguments[0];
  const Value& keys = arguments.back();
  if (list.size() != keys.size()) {
    return call.error(
        fmt::format("@sortByAssociatedKeys() expected a list of the same size as the associated "
                    "keys list, but got {} and {} elements respectively",
                    list.size(), keys.size()));
  }
  if (list.size() == 0) return list;
  const Kind kind = keys.at(0).kind();
  if (!comparable(keys.at(0))) return call.error("list elements must be comparable");
  for (uint32_t i = 1; i < keys.size(); ++i) {
    if (keys.at(i).kind() != kind) return call.error("list elements must have the same type");
  }
  std::vector<uint32_t> order(list.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&keys](uint32_t left, uint32_t right) {
    return compare(keys.at(left), keys.at(right)) == -1;
  });
  std::vector<Value> items;
  items.reserve(order.size());
  for (const uint32_t at : order) items.push_back(list.at(at));
  return make_list(call.arena(), items);
}

Value range(Call& call, Arguments arguments) {
  const int64_t size = arguments[0].integer();
  if (size < 0) {
    return call.error(fmt::format("lists.range: size must be non-negative, got {}", size));
  }
  if (size > kLongest) {
    return call.error(
        fmt::format("lists.range: size {} exceeds maximum allowed ({})", size, kLongest));
  }
  std::vector<Value> items;
  for (int64_t i = 0; i < size; ++i) items.push_back(Value::integer(i));
  return make_list(call.arena(), items);
}

// Until Kubernetes 1.35: below nothing is nothing.
Value range_from_nothing(Call& call, Arguments arguments) {
  return arguments[0].integer() < 0 ? make_list(call.arena(), {}) : range(call, arguments);
}

Value reverse(Call& call, Arguments arguments) {
  std::vector<Value> items;
  for (uint32_t i = arguments[0].size(); i > 0; --i) items.push_back(arguments[0].at(i - 1));
  return make_list(call.arena(), items);
}

Value distinct(Call& call, Arguments arguments) {
  std::vector<Value> items;
  for (uint32_t i = 0; i < arguments[0].size(); ++i) {
    const Value item = arguments[0].at(i);
    const bool seen = std::any_of(items.begin(), items.end(),
                                  [&item](const Value& other) { return equal(item, other); });
    if (!seen) items.push_back(item);
  }
  return make_list(call.arena(), items);
}

Value first(Call& call, Arguments arguments) {
  const Value& list = arguments[0];
  return list.size() == 0 ? Value::none() : Value::optional(call.arena(), list.at(0));
}

Value last(Call& call, Arguments arguments) {
  const Value& list = arguments[0];
  return list.size() == 0 ? Value::none() : Value::optional(call.arena(), list.at(list.size() - 1));
}

// Every call costs itself, a list and what it looks at.
uint64_t list_cost(double steps) {
  const uint64_t whole = steps < 0x1p62 ? static_cast<uint64_t>(std::max(steps, 0.0)) : 1ULL << 62;
  return whole + 1 + kListBase;
}
uint64_t output_cost(Arguments, const Value& result) {
  return list_cost(static_cast<double>(cost_size(result)));
}
uint64_t flatten_cost(Arguments arguments, const Value&) {
  const bool given = arguments.size() > 1 && arguments[1].is(Kind::kInt);
  const double depth = given ? static_cast<double>(arguments[1].integer()) : 1.0;
  return list_cost((depth < 0 ? 1.0 : depth) * static_cast<double>(cost_size(arguments[0])));
}
// Of every element with every other, twice; text costs a tenth more.
uint64_t pairs_cost(const Value& list) {
  const auto size = static_cast<double>(cost_size(list));
  const Kind kind = list.is(Kind::kList) && list.size() > 0 ? list.at(0).kind() : Kind::kNull;
  const bool text = kind == Kind::kString || kind == Kind::kBytes;
  return list_cost(size * size * (text ? 2.0 + kStringFactor : 2.0));
}
uint64_t self_cost(Arguments arguments, const Value&) {
  return pairs_cost(arguments[0]);
}
uint64_t keys_cost(Arguments arguments, const Value&) {
  return pairs_cost(arguments[1]);
}

constexpr Style kMember = Style::kMember;
// sort: the cost is known where the checker knows the elements.
constexpr Overload kOverloads[] = {
    {"list_slice", "slice", kMember, "(list(T), int, int) -> list(T)", slice, output_cost},
    {"list_flatten", "flatten", kMember, "(list(list(T))) -> list(T)", flatten, flatten_cost},
    {"list_flatten_int", "flatten", kMember, "(list(dyn), int) -> list(dyn)", flatten,
     flatten_cost},
    {"lists_range", "lists.range", Style::kGlobal, "(int) -> list(int)", range, output_cost},
    {"list_reverse", "reverse", kMember, "(list(T)) -> list(T)", reverse, output_cost},
    {"list_distinct", "distinct", kMember, "(list(T)) -> list(T)", distinct, self_cost},
    {"list_first", "first", kMember, "(list(T)) -> optional_type(T)", first},
    {"list_last", "last", kMember, "(list(T)) -> optional_type(T)", last},

    {"list_int_sort", "sort", kMember, "(list(int)) -> list(int)", sort_by_keys, self_cost, false,
     true},
    {"list_uint_sort", "sort", kMember, "(list(uint)) -> list(uint)", sort_by_keys, self_cost,
     false, true},
    {"list_double_sort", "sort", kMember, "(list(double)) -> list(double)", sort_by_keys, self_cost,
     false, true},
    {"list_bool_sort", "sort", kMember, "(list(bool)) -> list(bool)", sort_by_keys, self_cost,
     false, true},
    {"list_google.protobuf.Duration_sort", "sort", kMember, "(list(duration)) -> list(duration)",
     sort_by_keys, self_cost, false, true},
    {"list_google.protobuf.Timestamp_sort", "sort", kMember, "(list(timestamp)) -> list(timestamp)",
     sort_by_keys, self_cost, false, true},
    {"list_string_sort", "sort", kMember, "(list(string)) -> list(string)", sort_by_keys, self_cost,
     false, true},
    {"list_bytes_sort", "sort", kMember, "(list(bytes)) -> list(bytes)", sort_by_keys, self_cost,
     false, true},

    {"list_int_sortByAssociatedKeys", "@sortByAssociatedKeys", kMember,
     "(list(T), list(int)) -> list(T)", sort_by_keys, keys_cost, false, true},
    {"list_uint_sortByAssociatedKeys", "@sortByAssociatedKeys", kMember,
     "(list(T), list(uint)) -> list(T)", sort_by_keys, keys_cost, false, true},
    {"list_double_sortByAssociatedKeys", "@sortByAssociatedKeys", kMember,
     "(list(T), list(double)) -> list(T)", sort_by_keys, keys_cost, false, true},
    {"list_bool_sortByAssociatedKeys", "@sortByAssociatedKeys", kMember,
     "(list(T), list(bool)) -> list(T)", sort_by_keys, keys_cost, false, true},
    {"list_google.protobuf.Duration_sortByAssociatedKeys", "@sortByAssociatedKeys", kMember,
     "(list(T), list(duration)) -> list(T)", sort_by_keys, keys_cost, false, true},
    {"list_google.protobuf.Timestamp_sortByAssociatedKeys", "@sortByAssociatedKeys", kMember,
     "(list(T), list(timestamp)) -> list(T)", sort_by_keys, keys_cost, false, true},
    {"list_string_sortByAssociatedKeys", "@sortByAssociatedKeys", kMember,
     "(list(T), list(string)) -> list(T)", sort_by_keys, keys_cost, false, true},
    {"list_bytes_sortByAssociatedKeys", "@sortByAssociatedKeys", kMember,
     "(list(T), list(bytes)) -> list(T)", sort_by_keys, keys_cost, false, true},
};

constexpr Overload kBefore36[] = {
    {"lists_range", "lists.range", Style::kGlobal, "(int) -> list(int)", range_from_nothing,
     output_cost},
};

}  // namespace

const Library list_extensions_before_36{"cel.lib.ext.lists", kBefore36};
const Library list_extensions{"cel.lib.ext.lists", kOverloads};

}  // namespace seawall::cel
