// The system calls that events are made of: their numbers on this processor, what kind of event
// they are, which of their arguments name files, and how these are called in events.
//
//   for (const SystemCall* call : calls_of({"openat", "connect"})) ...
//
// Source: asm/unistd.h of the build; names of arguments as Falco's rules use them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "guard/event/event.h"

namespace seawall::guard {

struct SystemCall {
  uint16_t number;
  std::string_view name;
  EventType type;
  bool gives_descriptor = false;  // its result is one
  bool takes_descriptor = false;  // its first argument is one
  int path = -1, second = -1;     // which arguments are paths
  bool takes_address = false;     // its second argument is a socket address
  // Names of its arguments in order; "" for those that events leave out.
  std::string_view names[6] = {};
};

// Null: none that events are made of.
const SystemCall* system_call(uint16_t number);
// Unknown names are left out.
std::vector<const SystemCall*> calls_of(const std::vector<std::string>& names);
// How the kernel part reads it (the bits of bpf/calls.h); failed ones are told of, too.
uint32_t reading_of(const SystemCall& call);
// The arguments as an event has them: numbers, flags as words, the second path.
void add_arguments(const SystemCall& call, std::span<const uint64_t> values,
                   const std::string& second, Event& event);

}  // namespace seawall::guard
