// The names of system calls, each with the kind of event that it makes; what an Event's `call` may
// say. Sorted by name, so that the position of a name is its number here: sets of calls are bits.
//
//   const Call* call = find_call("openat");  // type kOpen, name: static text
//
// Source: the kernel's x86-64 table, plus "procexit", which is how Falco names the end of a
// process.
#pragma once

#include <span>
#include <string_view>

#include "guard/event/event.h"

namespace seawall::guard {

struct Call {
  std::string_view name;
  EventType type;
};
std::span<const Call> known_calls();
const Call* find_call(std::string_view name);                   // null: not known
bool event_type_named(std::string_view word, EventType& type);  // the inverse of to_string()
bool origin_named(std::string_view word, FileOrigin& origin);

}  // namespace seawall::guard
