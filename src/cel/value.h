// Value: one value of the Common Expression Language (CEL), 16 bytes, cheap to copy.
//
// Numbers, booleans and times are held in place. Strings, lists and maps point: into a JSON or YAML
// document (Nodes are used where they are, nothing is copied), into the program (constants) or into
// the evaluation's arena. Whoever keeps a Value keeps what it points to.
//
//   Value object = Value::of(document.root());
//   Value phase;
//   if (object.find(Value::string("status"), phase)) ...
//
// An error is a Value too, because CEL's && and || take errors in: `false && error` is false.
// Source: CEL language definition, "Values". THREADS: a Value never changes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "codec/arena.h"
#include "codec/node.h"

namespace seawall::cel {

enum class Kind : uint8_t {
  kNull,
  kBool,
  kInt,     // int64_t
  kUint,    // uint64_t
  kDouble,  // IEEE 754
  kString,  // UTF-8
  kBytes,
  kList,
  kMap,        // keys are bool, int, uint or string
  kTimestamp,  // seconds since 1970 and nanoseconds, years 1 to 9999; the offset it was written in
  kDuration,   // nanoseconds, +-292 years
  kType,       // the type of a value, as a value
  kOptional,   // a value or none
  kObject,     // an Object of a library: kubernetes.URL, net.IP, authorizer ...
  kError,
};

class Value;
struct Type;
class Evaluation;

// Values that libraries add. Instances live in an arena and are never destroyed, so that whatever
// they hold must live there too.
class Object {
 public:
  explicit Object(const Type* type) : type_(type) {}
  const Type* type() const { return type_; }
  // REQUIRES: an object of the same type.
  virtual bool equals(const Object& other) const { return this == &other; }
  // Whether other objects of its type can be compared with it, it being on the right of ==.
  virtual bool comparable() const { return true; }
  // A member, as in `object.member`; false when there is none. The value may be an error.
  virtual bool select(Evaluation&, std::string_view, Value&) const { return false; }
  // What people see: the text that Kubernetes shows.
  virtual std::string text() const;
  // What cost functions take for its size (CIDRs and IP addresses have one).
  virtual uint64_t cost_size() const { return 1; }

 protected:
  ~Object() = default;

 private:
  const Type* type_;
};

struct MapEntry;

// Growing storage of lists and maps. A Value sees the first size() entries, which never change, so
// that appending to the newest Value needs no copy.
struct ListData {
  Value* items = nullptr;
  uint32_t size = 0, capacity = 0;
};
struct MapData {
  MapEntry* entries = nullptr;
  uint32_t* slots = nullptr;  // open addressing: entry number + 1; null for small maps
  uint32_t slot_count = 0;    // a power of two
  uint32_t size = 0, capacity = 0;
};

struct ErrorData {
  std::string_view message;
  uint32_t position = 0;  // byte offset in the expression
};

class Value {
 public:
  constexpr Value() : bits_(0) {}  // null

  Kind kind() const { return kind_; }
  bool is(Kind kind) const { return kind_ == kind; }
  bool is_error() const { return kind_ == Kind::kError; }
  bool is_true() const { return kind_ == Kind::kBool && boolean_; }
  bool is_false() const { return kind_ == Kind::kBool && !boolean_; }
  bool is_number() const { return kind_ >= Kind::kInt && kind_ <= Kind::kDouble; }

  // REQUIRES of each: the kind it names.
  bool boolean() const { return boolean_; }
  int64_t integer() const { return integer_; }
  uint64_t unsigned_integer() const { return unsigned_; }
  double number() const { return double_; }
  std::string_view string() const { return {text_, size_}; }  // kString and kBytes
  int64_t seconds() const { return integer_; }                // kTimestamp
  uint32_t nanoseconds() const { return size_; }              // kTimestamp
  int offset() const { return offset_; }                      // kTimestamp, minutes east of UTC
  int64_t duration() const { return integer_; }               // kDuration, nanoseconds
  const Type* type() const { return type_; }                  // kType
  const Object& object() const { return *object_; }
  const ErrorData& error() const { return *error_; }
  bool has_value() const { return optional_ != nullptr; }  // kOptional
  const Value& value() const { return *optional_; }        // kOptional with a value

  // Lists and maps: the number of elements or entries.
  uint32_t size() const { return size_; }
  Value at(uint32_t index) const;  // of a list. REQUIRES: index < size()
  // The i-th entry of a map, in the order of the document or of insertion.
  std::pair<Value, Value> entry(uint32_t index) const;
  // Of a map. Numbers are the same key whatever their type (1, 1u, 1.0).
  bool find(const Value& key, Value& found) const;
  bool find(std::string_view key, Value& found) const;

  static Value null() { return {}; }
  static Value boolean(bool value) {
    Value made(Kind::kBool);
    made.boolean_ = value;
    return made;
  }
  static Value integer(int64_t value) {
    Value made(Kind::kInt);
    made.integer_ = value;
    return made;
  }
  static Value unsigned_integer(uint64_t value) {
    Value made(Kind::kUint);
    made.unsigned_ = value;
    return made;
  }
  static Value number(double value) {
    Value made(Kind::kDouble);
    made.double_ = value;
    return made;
  }
  static Value string(std::string_view text) { return text_value(Kind::kString, text); }
  static Value bytes(std::string_view text) { return text_value(Kind::kBytes, text); }
  // `offset`, in minutes east of UTC, is how it is shown and no part of what it is.
  static Value timestamp(int64_t seconds, uint32_t nanoseconds, int offset = 0) {
    Value made(Kind::kTimestamp);
    made.integer_ = seconds;
    made.size_ = nanoseconds;
    made.offset_ = static_cast<int16_t>(offset);
    return made;
  }
  static Value duration(int64_t nanoseconds) {
    Value made(Kind::kDuration);
    made.integer_ = nanoseconds;
    return made;
  }
  static Value type(const Type* type) {
    Value made(Kind::kType);
    made.type_ = type;
    return made;
  }
  static Value object(const Object* object) {
    Value made(Kind::kObject);
    made.object_ = object;
    return made;
  }
  static Value none() {
    Value made(Kind::kOptional);
    made.optional_ = nullptr;
    return made;
  }
  static Value optional(Arena& arena, const Value& value);
  static Value list(const ListData* data, uint32_t size) {
    Value made(Kind::kList);
    made.storage_ = Storage::kOwned;
    made.size_ = size;
    made.list_ = data;
    return made;
  }
  static Value map(const MapData* data, uint32_t size) {
    Value made(Kind::kMap);
    made.storage_ = Storage::kOwned;
    made.size_ = size;
    made.map_ = data;
    return made;
  }
  static Value error(const ErrorData* data) {
    Value made(Kind::kError);
    made.error_ = data;
    return made;
  }
  // The mark of a variable that was not computed yet; an error without data.
  static Value unset() { return error(nullptr); }
  bool is_unset() const { return kind_ == Kind::kError && error_ == nullptr; }
  // A document's value; the document must outlive it.
  static Value of(const Node& node) {
    switch (node.kind()) {
      case NodeKind::kNull:
        return {};
      case NodeKind::kBool:
        return boolean(node.boolean());
      case NodeKind::kInteger:
        return integer(*node.integer());
      case NodeKind::kDouble:
        return number(*node.number());
      case NodeKind::kString:
        return string(node.string());
      case NodeKind::kArray: {
        Value made(Kind::kList);
        made.size_ = static_cast<uint32_t>(node.size());
        made.nodes_ = node.items().data();
        return made;
      }
      case NodeKind::kObject: {
        Value made(Kind::kMap);
        made.size_ = static_cast<uint32_t>(node.size());
        made.members_ = node.members().data();
        return made;
      }
    }
    return {};
  }

  // For ListBuilder and MapBuilder: the storage, when it is ours.
  ListData* owned_list() const { return owned() ? const_cast<ListData*>(list_) : nullptr; }
  MapData* owned_map() const { return owned() ? const_cast<MapData*>(map_) : nullptr; }

  // Of lists and maps: where the elements are. A list that + made shows its elements otherwise than
  // one that was written down or gathered by a loop.
  enum class Storage : uint8_t { kDocument, kOwned, kMerged, kGrowing };
  Storage storage() const { return storage_; }
  // REQUIRES: a list that is no document's.
  Value stored(Storage storage) const {
    Value made = *this;
    made.storage_ = storage;
    return made;
  }

 private:
  explicit constexpr Value(Kind kind) : kind_(kind), bits_(0) {}
  bool owned() const { return storage_ != Storage::kDocument; }
  static Value text_value(Kind kind, std::string_view text) {
    Value made(kind);
    made.text_ = text.data();
    made.size_ = static_cast<uint32_t>(text.size());
    return made;
  }

  Kind kind_ = Kind::kNull;
  Storage storage_ = Storage::kDocument;  // of lists and maps: Nodes, else ListData or MapData
  int16_t offset_ = 0;
  uint32_t size_ = 0;
  union {
    uint64_t bits_;
    bool boolean_;
    int64_t integer_;
    uint64_t unsigned_;
    double double_;
    const char* text_;
    const Node* nodes_;
    const Member* members_;
    const ListData* list_;
    const MapData* map_;
    const Type* type_;
    const Value* optional_;
    const Object* object_;
    const ErrorData* error_;
  };
};
static_assert(sizeof(Value) == 16 && std::is_trivially_copyable_v<Value>);

struct MapEntry {
  Value key, value;
};

// CEL's ==: numbers compare across types by value, lists and maps deeply, values of different kinds
// are not equal, NaN is not equal to itself. Source: language definition, "Equality". Objects may
// refuse to be compared; inside of lists and maps that is no difference, as in cel-go.
enum class Equality : uint8_t { kDifferent, kEqual, kRefused };
Equality compare_equal(const Value& left, const Value& right);
inline bool equal(const Value& left, const Value& right) {
  return compare_equal(left, right) == Equality::kEqual;
}
// -1, 0, 1 as <=> would; nothing where the two cannot be ordered (different kinds, NaN, lists).
std::optional<int> compare(const Value& left, const Value& right);

// Appends to a list: where `list` is the newest Value of its storage in place, else after a copy.
Value append(Arena& arena, const Value& list, const Value& item);
Value concatenate(Arena& arena, const Value& left, const Value& right);
// Adds an entry to a map. REQUIRES: `key` is a possible key and not in the map.
Value insert(Arena& arena, const Value& map, const Value& key, const Value& value);

// The map with another value for a key that it has.
Value replace(Arena& arena, const Value& map, const Value& key, const Value& value);

// A list or map of known size, filled in one go.
Value make_list(Arena& arena, std::span<const Value> items);
Value make_map(Arena& arena, std::span<const MapEntry> entries);  // REQUIRES: keys are unique
Value make_string(Arena& arena, std::string_view text);           // copies the text
Value make_error(Arena& arena, std::string_view message, uint32_t position = 0);

// The type of a value at run time: "int", "list", "kubernetes.URL".
const Type* type_of(const Value& value);
// What Sizer has: characters of a string, bytes, entries; objects say theirs; 1 for all others.
uint64_t cost_size(const Value& value);
// Characters (code points) of UTF-8; a byte that belongs to none counts as one.
uint64_t count_characters(std::string_view text);

// As Go's %v shows it, which Kubernetes uses in messages: strings bare, "[a b]", "map[k:v]" with
// the keys in order, "<nil>" for null and none.
std::string to_text(const Value& value);
// As Go's %g: the shortest digits that read back the same, with an exponent below 1e-4 and from 1e6
// on.
std::string number_text(double value);
// As JSON: bytes in base64, times as RFC 3339 text, durations as "1.5s", objects by their text,
// numbers that JSON has not (NaN) as strings.
void write_json(const Value& value, std::string& out);

}  // namespace seawall::cel
