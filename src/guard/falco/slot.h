// What is read of an event: fields and functions of them. A slot stands for one of these however
// often rules name it, and is read at most once an event.
//
//   Slots slots;
//   Result<int> slot = slots.add(operand);       // "proc.aname[2]", "tolower(proc.name)"
//   const Value& value = slots.read(*slot, run);  // run.start(event, ...) before
//
// Functions: tolower, toupper, b64 (decodes), basename, len, join(separator, list), concat, getopt,
// val. A list is a field of several values or written in parentheses. THREADS: Slots is shared
// freely once all is added; a Run belongs to one thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "guard/falco/condition.h"
#include "guard/falco/field.h"

namespace seawall::guard::falco {

// What was read and judged of the event at hand, by slot and by node of the program.
struct Run {
  const Event* event = nullptr;
  uint64_t stamp = 0;
  int call = -1;  // its number among known_calls(); -1: none
  std::vector<Value> values;
  std::vector<uint64_t> value_stamps, node_stamps;

  void start(const Event& next, size_t slots, size_t nodes);
};

class Slots {
 public:
  // ERRORS: kNotFound for a field that does not exist (hint: the nearest one), kMalformed for an
  // argument or arguments that do not fit.
  Result<int> add(const Operand& operand);
  const Value& read(int slot, Run& run) const;
  FieldType type(int slot) const { return slots_[slot].type; }
  uint8_t cost(int slot) const { return slots_[slot].cost; }
  bool never(int slot) const { return slots_[slot].never; }  // it has no value in any event
  const std::string& name(int slot) const { return slots_[slot].name; }  // "proc.aname[2]"
  // A text that fits when its number does: the arguments of events.
  bool or_number(int slot) const { return slots_[slot].or_number; }
  bool is_function(int slot) const { return slots_[slot].field == nullptr; }
  size_t size() const { return slots_.size(); }

 private:
  enum class Function : uint8_t {
    kNone,
    kLower,
    kUpper,
    kDecode,
    kBaseName,
    kLength,
    kJoin,
    kConcat,
    kOptions,
    kSame,  // val(field)
    kList,
    kConstant,
  };
  struct Slot {
    std::string name;
    const Field* field = nullptr;
    std::string argument;
    int64_t number = 0;
    Function function = Function::kNone;
    std::vector<int> operands;
    FieldType type = FieldType::kText;
    uint8_t cost = 1;
    bool never = false, or_number = false;
  };
  Result<int> add_field(const Operand& operand);
  Result<int> add_function(const Operand& operand);
  Status check_function(const Slot& slot) const;
  int made(Slot slot);
  void call(const Slot& slot, Value& value, Run& run) const;
  void options(const Slot& slot, Value& value, Run& run) const;
  std::vector<Slot> slots_;
  std::map<std::string, int> names_;
};

}  // namespace seawall::guard::falco
