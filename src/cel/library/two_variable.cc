// What transformMap() and transformMapEntry() collect with. Source: cel-go ext/comprehensions.go.
#include "cel/library.h"

namespace seawall::cel {
namespace {

Value put(Call& call, const Value& map, const Value& key, const Value& value) {
  Value found;
  if (map.find(key, found)) {
    return call.error("insert failed: key " + to_text(key) + " already exists");
  }
  return insert(call.arena(), map, key, value);
}

Value insert_key_value(Call& call, Arguments a) {
  return put(call, a[0], a[1], a[2]);
}

Value insert_map(Call& call, Arguments a) {
  Value map = a[0];
  for (uint32_t i = 0; i < a[1].size(); ++i) {
    const auto [key, value] = a[1].entry(i);
    map = put(call, map, key, value);
    if (map.is_error()) return map;
  }
  return map;
}

const Overload kOverloads[] = {
    {"@mapInsert_map_key_value", "cel.@mapInsert", Style::kGlobal, "(map(K, V), K, V) -> map(K, V)",
     insert_key_value},
    {"@mapInsert_map_map", "cel.@mapInsert", Style::kGlobal, "(map(K, V), map(K, V)) -> map(K, V)",
     insert_map},
};

}  // namespace

const Library two_variable_library{"two-variable comprehensions", kOverloads};

}  // namespace seawall::cel
