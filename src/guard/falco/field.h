// The fields that conditions and outputs speak of, and their values in one event.
//
//   const Field* field = find_field("proc.aname");
//   Value value;
//   field->read(Reading{event, "2", 2}, value);   // the name of the parent's parent
//
// A field that is known to Falco but never has a value here has no `read`; rules that use it load,
// with a warning. A field without a value in an event fits no comparison, not even "!=", as in
// Falco; in outputs it is <NA>. LIMITS: kMaxAncestors processes upwards.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "guard/event/address.h"

namespace seawall::guard::falco {

constexpr int kMaxAncestors = 64;

enum class FieldType : uint8_t { kText, kTexts, kNumber, kBool, kAddress, kBytes };
// Whether [..] follows the name, and what stands in it.
enum class FieldArgument : uint8_t { kNone, kOptionalNumber, kNumber, kKey, kOptionalKey };

struct Value {
  enum class Kind : uint8_t { kNone, kText, kTexts, kNumbers, kBool, kAddresses };
  Kind kind = Kind::kNone;
  bool truth = false;
  uint8_t count = 0;  // of numbers or addresses: 1 or 2, either of which may fit
  int64_t numbers[2] = {};
  const Address* addresses[2] = {};
  std::string_view text;  // of the event, or of `buffer`
  std::vector<std::string_view> texts;
  std::string buffer;  // keeps its memory from event to event

  bool exists() const { return kind != Kind::kNone; }
  void clear() { kind = Kind::kNone; }
  void set(std::string_view value) { kind = Kind::kText, text = value; }
  void set_number(int64_t value) { kind = Kind::kNumbers, count = 1, numbers[0] = value; }
  void set_bool(bool value) { kind = Kind::kBool, truth = value; }
  void set_buffer() { kind = Kind::kText, text = buffer; }
};

struct Reading {
  const Event& event;
  std::string_view argument;  // empty: none
  int64_t number = 0;         // of the argument
};

struct Field {
  std::string_view name;
  FieldType type;
  FieldArgument argument;
  uint8_t cost;  // 1: a number of the event .. 20: texts joined
  void (*read)(const Reading&, Value&);
};

std::span<const Field> fields();
const Field* find_field(std::string_view name);  // "evt.arg.flags" gives evt.arg
// The value for people and outputs; "<NA>" when there is none.
std::string text_of(const Value& value);

}  // namespace seawall::guard::falco
