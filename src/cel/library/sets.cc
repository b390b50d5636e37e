// Lists as sets: contains, equivalent, intersects; every element is compared with every other.
// Source: cel-go 0.26, ext/sets.go (Kubernetes 1.29 and later).
#include "cel/library.h"

namespace seawall::cel {
namespace {

bool has(const Value& list, const Value& wanted) {
  for (uint32_t i = 0; i < list.size(); ++i) {
    if (equal(list.at(i), wanted)) return true;
  }
  return false;
}

bool has_all(const Value& list, const Value& wanted) {
  for (uint32_t i = 0; i < wanted.size(); ++i) {
    if (!has(list, wanted.at(i))) return false;
  }
  return true;
}

Value contains(Call&, Arguments arguments) {
  return Value::boolean(has_all(arguments[0], arguments[1]));
}

Value equivalent(Call&, Arguments arguments) {
  return Value::boolean(has_all(arguments[0], arguments[1]) && has_all(arguments[1], arguments[0]));
}

Value intersects(Call&, Arguments arguments) {
  for (uint32_t i = 0; i < arguments[0].size(); ++i) {
    if (has(arguments[1], arguments[0].at(i))) return Value::boolean(true);
  }
  return Value::boolean(false);
}

uint64_t pairs(Arguments arguments) {
  return cost_size(arguments[0]) * cost_size(arguments[1]);
}
uint64_t pairs_cost(Arguments arguments, const Value&) {
  return 1 + pairs(arguments);
}
uint64_t both_ways_cost(Arguments arguments, const Value&) {
  return 1 + 2 * pairs(arguments);
}

constexpr Overload kOverloads[] = {
    {"list_sets_contains_list", "sets.contains", Style::kGlobal, "(list(T), list(T)) -> bool",
     contains, pairs_cost},
    {"list_sets_equivalent_list", "sets.equivalent", Style::kGlobal, "(list(T), list(T)) -> bool",
     equivalent, both_ways_cost},
    {"list_sets_intersects_list", "sets.intersects", Style::kGlobal, "(list(T), list(T)) -> bool",
     intersects, pairs_cost},
};

}  // namespace

const Library sets_library{"cel.lib.ext.sets", kOverloads};

}  // namespace seawall::cel
