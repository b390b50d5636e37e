// Events as JSON, one a line: what `seawall guard` writes, and what tests and replays read.
//
//   std::string line = write_event(event);          // without the end of the line
//   SEAWALL_TRY(Event event, read_event(line));
//
// "processes" begins with who did it, each followed by its parent; "containers" holds each
// container once, and a process names its own by position. Whatever has its default is left out.
// The reader is strict: unknown keys, wrong kinds and unknown calls are errors, as are numbers out
// of range. Schema: docs/schema/guard-event-1.json. LIMITS: kMaxLine bytes; a text at most kMaxText
// bytes (the writer cuts, the reader refuses), kMaxProcesses processes, kMaxItems arguments,
// mounts, labels or variables. Texts that are not UTF-8 are repaired with U+FFFD. ERRORS:
// kMalformed, kLimit.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "guard/event/event.h"

namespace seawall::guard {

struct EventJson {
  static constexpr size_t kMaxLine = 4u << 20;
  static constexpr size_t kMaxText = 4096;
  static constexpr size_t kMaxProcesses = 64;
  static constexpr size_t kMaxItems = 1024;
};

// REQUIRES: event.process is not null.
std::string write_event(const Event& event);
Result<Event> read_event(std::string_view line);

}  // namespace seawall::guard
