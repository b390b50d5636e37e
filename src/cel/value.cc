#include "cel/value.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "cel/type.h"

namespace seawall::cel {
namespace {

constexpr uint32_t kSmallMap = 8;  // below, looking at every entry is as fast as hashing

uint64_t mix(uint64_t value) {
  value ^= value >> 33;
  value *= 0xff51afd7ed558ccdULL;
  return value ^ (value >> 33);
}

// The integer that a number stands for, if any: 1, 1u and 1.0 are one key.
struct Whole {
  bool known = false, negative = false;
  uint64_t bits = 0;
};
Whole whole(const Value& value) {
  switch (value.kind()) {
    case Kind::kInt:
      return {true, value.integer() < 0, static_cast<uint64_t>(value.integer())};
    case Kind::kUint:
      return {true, false, value.unsigned_integer()};
    case Kind::kDouble: {
      const double number = value.number();
      if (!(number >= -0x1p63 && number < 0x1p64) || number != std::trunc(number)) return {};
      if (number < 0) return {true, true, static_cast<uint64_t>(static_cast<int64_t>(number))};
      return {true, false, static_cast<uint64_t>(number)};
    }
    default:
      return {};
  }
}

uint64_t hash_key(const Value& key) {
  if (key.is(Kind::kString)) return mix(std::hash<std::string_view>{}(key.string()));
  if (key.is(Kind::kBool)) return key.boolean() ? 0x9e3779b97f4a7c15ULL : 0x7f4a7c159e3779b9ULL;
  return mix(whole(key).bits + 1);
}

bool same_key(const Value& left, const Value& right) {
  if (left.is(Kind::kString)) {
    return right.is(Kind::kString) && left.string() == right.string();
  }
  return equal(left, right);
}

// A key as it is looked for: a double that is no whole number is no key of any map.
void index_entry(MapData& data, uint32_t at) {
  uint64_t slot = hash_key(data.entries[at].key) & (data.slot_count - 1);
  while (data.slots[slot] != 0) slot = (slot + 1) & (data.slot_count - 1);
  data.slots[slot] = at + 1;
}

void index_map(Arena& arena, MapData& data) {
  data.slot_count = 32;
  while (data.slot_count < data.capacity * 2) data.slot_count *= 2;
  data.slots =
      static_cast<uint32_t*>(arena.allocate(data.slot_count * sizeof(uint32_t), alignof(uint32_t)));
  std::memset(data.slots, 0, data.slot_count * sizeof(uint32_t));
  for (uint32_t i = 0; i < data.size; ++i) index_entry(data, i);
}

template <typename T>
T* allocate(Arena& arena, size_t count) {
  return static_cast<T*>(arena.allocate(std::max<size_t>(count, 1) * sizeof(T), alignof(T)));
}

MapData* new_map(Arena& arena, uint32_t capacity) {
  auto* data = new (allocate<MapData>(arena, 1)) MapData;
  data->entries = allocate<MapEntry>(arena, capacity);
  data->capacity = capacity;
  return data;
}

ListData* new_list(Arena& arena, uint32_t capacity) {
  auto* data = new (allocate<ListData>(arena, 1)) ListData;
  data->items = allocate<Value>(arena, capacity);
  data->capacity = capacity;
  return data;
}

bool equal_lists(const Value& left, const Value& right) {
  if (left.size() != right.size()) return false;
  for (uint32_t i = 0; i < left.size(); ++i) {
    if (compare_equal(left.at(i), right.at(i)) == Equality::kDifferent) return false;
  }
  return true;
}

bool equal_maps(const Value& left, const Value& right) {
  if (left.size() != right.size()) return false;
  for (uint32_t i = 0; i < left.size(); ++i) {
    const auto [key, value] = left.entry(i);
    Value other;
    if (!right.find(key, other)) return false;
    if (compare_equal(value, other) == Equality::kDifferent) return false;
  }
  return true;
}

template <typename T>
int order(const T& left, const T& right) {
  return left < right ? -1 : right < left ? 1 : 0;
}

std::optional<int> compare_double(double left, double right) {
  if (std::isnan(left) || std::isnan(right)) return std::nullopt;
  return order(left, right);
}

// An integer against a double: as doubles, which may lose digits, as cel-go compares them.
std::optional<int> compare_mixed(int64_t left, double right) {
  if (right > 0x1p63) return -1;
  if (right < -0x1p63) return 1;
  return compare_double(static_cast<double>(left), right);
}
std::optional<int> compare_mixed(uint64_t left, double right) {
  if (right > 0x1p64) return -1;
  if (right < 0) return 1;
  return compare_double(static_cast<double>(left), right);
}
std::optional<int> negated(std::optional<int> order) {
  return order ? std::optional(-*order) : std::nullopt;
}

std::optional<int> compare_numbers(const Value& left, const Value& right) {
  const Kind other = right.kind();
  switch (left.kind()) {
    case Kind::kInt:
      if (other == Kind::kInt) return order(left.integer(), right.integer());
      if (other == Kind::kDouble) return compare_mixed(left.integer(), right.number());
      if (left.integer() < 0) return -1;
      return order(static_cast<uint64_t>(left.integer()), right.unsigned_integer());
    case Kind::kUint:
      if (other == Kind::kUint) return order(left.unsigned_integer(), right.unsigned_integer());
      if (other == Kind::kDouble) return compare_mixed(left.unsigned_integer(), right.number());
      return negated(compare_numbers(right, left));
    default:
      if (other == Kind::kDouble) return compare_double(left.number(), right.number());
      return negated(compare_numbers(right, left));
  }
}

}  // namespace

std::string Object::text() const {
  return std::string(type_->name);
}

Value Value::at(uint32_t index) const {
  return owned() ? list_->items[index] : Value::of(nodes_[index]);
}

std::pair<Value, Value> Value::entry(uint32_t index) const {
  if (owned()) return {map_->entries[index].key, map_->entries[index].value};
  return {Value::string(members_[index].key), Value::of(members_[index].value)};
}

bool Value::find(std::string_view key, Value& found) const {
  if (!owned()) {
    for (uint32_t i = 0; i < size_; ++i) {
      const std::string_view name = members_[i].key;
      if (name.size() == key.size() && std::memcmp(name.data(), key.data(), key.size()) == 0) {
        found = Value::of(members_[i].value);
        return true;
      }
    }
    return false;
  }
  return find(Value::string(key), found);
}

bool Value::find(const Value& key, Value& found) const {
  if (!owned()) return key.is(Kind::kString) && find(key.string(), found);
  if (key.is(Kind::kDouble) && !whole(key).known) return false;
  if (map_->slots == nullptr) {
    for (uint32_t i = 0; i < size_; ++i) {
      if (same_key(map_->entries[i].key, key)) {
        found = map_->entries[i].value;
        return true;
      }
    }
    return false;
  }
  uint64_t slot = hash_key(key) & (map_->slot_count - 1);
  while (map_->slots[slot] != 0) {
    const uint32_t at = map_->slots[slot] - 1;
    if (at < size_ && same_key(map_->entries[at].key, key)) {
      found = map_->entries[at].value;
      return true;
    }
    slot = (slot + 1) & (map_->slot_count - 1);
  }
  return false;
}

Value Value::optional(Arena& arena, const Value& value) {
  Value made(Kind::kOptional);
  made.optional_ = new (allocate<Value>(arena, 1)) Value(value);
  return made;
}

namespace {

Equality equality(bool equal) {
  return equal ? Equality::kEqual : Equality::kDifferent;
}

// An object refuses what is not of its type, and what cannot be compared.
Equality compare_objects(const Value& left, const Value& right) {
  const bool known = right.is(Kind::kObject) && type_of(left)->name == type_of(right)->name;
  if (!known || !right.object().comparable()) return Equality::kRefused;
  return equality(left.object().equals(right.object()));
}

}  // namespace

Equality compare_equal(const Value& left, const Value& right) {
  if (left.is_number() && right.is_number()) return equality(compare_numbers(left, right) == 0);
  if (left.is(Kind::kNull) || right.is(Kind::kNull)) return equality(left.kind() == right.kind());
  if (left.is(Kind::kObject)) return compare_objects(left, right);
  if (left.kind() != right.kind()) return Equality::kDifferent;
  switch (left.kind()) {
    case Kind::kBool:
      return equality(left.boolean() == right.boolean());
    case Kind::kString:
    case Kind::kBytes:
      return equality(left.string() == right.string());
    case Kind::kTimestamp:
      return equality(left.seconds() == right.seconds() &&
                      left.nanoseconds() == right.nanoseconds());
    case Kind::kDuration:
      return equality(left.duration() == right.duration());
    case Kind::kType:
      return equality(left.type()->name == right.type()->name);
    case Kind::kList:
      return equality(equal_lists(left, right));
    case Kind::kMap:
      return equality(equal_maps(left, right));
    case Kind::kOptional:
      if (left.has_value() != right.has_value()) return Equality::kDifferent;
      return left.has_value() ? compare_equal(left.value(), right.value()) : Equality::kEqual;
    default:
      return Equality::kDifferent;
  }
}

std::optional<int> compare(const Value& left, const Value& right) {
  if (left.is_number() && right.is_number()) return compare_numbers(left, right);
  if (left.kind() != right.kind()) return std::nullopt;
  switch (left.kind()) {
    case Kind::kBool:
      return order(left.boolean(), right.boolean());
    case Kind::kString:
    case Kind::kBytes:
      return order(left.string().compare(right.string()), 0);
    case Kind::kDuration:
      return order(left.duration(), right.duration());
    case Kind::kTimestamp:
      return order(std::pair(left.seconds(), left.nanoseconds()),
                   std::pair(right.seconds(), right.nanoseconds()));
    default:
      return std::nullopt;
  }
}

Value append(Arena& arena, const Value& list, const Value& item) {
  ListData* data = list.owned_list();
  const uint32_t size = list.size();
  if (data == nullptr || data->size != size || data->capacity == size) {
    ListData* grown = new_list(arena, std::max<uint32_t>(8, size * 2));
    for (uint32_t i = 0; i < size; ++i) grown->items[i] = list.at(i);
    data = grown;
  }
  data->items[size] = item;
  data->size = size + 1;
  return Value::list(data, size + 1);
}

static Value append_all(Arena& arena, const Value& left, const Value& right) {
  ListData* data = new_list(arena, left.size() + right.size());
  for (uint32_t i = 0; i < left.size(); ++i) data->items[data->size++] = left.at(i);
  for (uint32_t i = 0; i < right.size(); ++i) data->items[data->size++] = right.at(i);
  return Value::list(data, data->size);
}

Value concatenate(Arena& arena, const Value& left, const Value& right) {
  using enum Value::Storage;
  const bool growing = left.storage() == kGrowing;
  if (right.size() == 0) return left;
  if (left.size() == 0) {
    if (!growing) return right;
    return (right.storage() == kDocument ? append_all(arena, left, right) : right).stored(kGrowing);
  }
  const Value made =
      right.size() == 1 ? append(arena, left, right.at(0)) : append_all(arena, left, right);
  return made.stored(growing ? kGrowing : kMerged);
}

Value insert(Arena& arena, const Value& map, const Value& key, const Value& value) {
  MapData* data = map.owned_map();
  const uint32_t size = map.size();
  if (data == nullptr || data->size != size || data->capacity == size) {
    MapData* grown = new_map(arena, std::max<uint32_t>(8, size * 2));
    for (uint32_t i = 0; i < size; ++i) {
      const auto [old_key, old_value] = map.entry(i);
      grown->entries[i] = {old_key, old_value};
    }
    grown->size = size;
    if (grown->capacity > kSmallMap) index_map(arena, *grown);
    data = grown;
  }
  data->entries[size] = {key, value};
  data->size = size + 1;
  if (data->slots != nullptr) index_entry(*data, size);
  return Value::map(data, size + 1);
}

Value replace(Arena& arena, const Value& map, const Value& key, const Value& value) {
  MapData* data = new_map(arena, map.size());
  for (uint32_t i = 0; i < map.size(); ++i) {
    const auto [old_key, old_value] = map.entry(i);
    data->entries[data->size++] = {old_key, same_key(old_key, key) ? value : old_value};
  }
  if (data->size > kSmallMap) index_map(arena, *data);
  return Value::map(data, data->size);
}

Value make_list(Arena& arena, std::span<const Value> items) {
  ListData* data = new_list(arena, static_cast<uint32_t>(items.size()));
  std::copy(items.begin(), items.end(), data->items);
  data->size = static_cast<uint32_t>(items.size());
  return Value::list(data, data->size);
}

Value make_map(Arena& arena, std::span<const MapEntry> entries) {
  MapData* data = new_map(arena, static_cast<uint32_t>(entries.size()));
  std::copy(entries.begin(), entries.end(), data->entries);
  data->size = static_cast<uint32_t>(entries.size());
  if (data->size > kSmallMap) index_map(arena, *data);
  return Value::map(data, data->size);
}

Value make_string(Arena& arena, std::string_view text) {
  return Value::string(arena.copy(text));
}

Value make_error(Arena& arena, std::string_view message, uint32_t position) {
  auto* data = new (allocate<ErrorData>(arena, 1)) ErrorData;
  data->message = arena.copy(message);
  data->position = position;
  return Value::error(data);
}

const Type* type_of(const Value& value) {
  switch (value.kind()) {
    case Kind::kNull:
      return &types::null;
    case Kind::kBool:
      return &types::boolean;
    case Kind::kInt:
      return &types::integer;
    case Kind::kUint:
      return &types::unsigned_integer;
    case Kind::kDouble:
      return &types::number;
    case Kind::kString:
      return &types::string;
    case Kind::kBytes:
      return &types::bytes;
    case Kind::kList:
      return &types::list_of_dyn;
    case Kind::kMap:
      return &types::map_of_dyn;
    case Kind::kTimestamp:
      return &types::timestamp;
    case Kind::kDuration:
      return &types::duration;
    case Kind::kType:
      return &types::type;
    case Kind::kOptional:
      return &types::optional_of_dyn;
    case Kind::kObject:
      return value.object().type();
    case Kind::kError:
      return &types::error;
  }
  return &types::error;
}

uint64_t count_characters(std::string_view text) {
  uint64_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  return count;
}

uint64_t cost_size(const Value& value) {
  switch (value.kind()) {
    case Kind::kString:
      return count_characters(value.string());
    case Kind::kBytes:
      return value.string().size();
    case Kind::kList:
    case Kind::kMap:
      return value.size();
    case Kind::kOptional:
      return value.has_value() ? cost_size(value.value()) : 1;
    case Kind::kObject:
      return value.object().cost_size();
    default:
      return 1;
  }
}

}  // namespace seawall::cel
