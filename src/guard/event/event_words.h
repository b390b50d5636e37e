// The words of FileKind in the JSON form: "regular", "ipv4", "none". Internal to event_json.
#pragma once

#include <iterator>
#include <string_view>

#include "guard/event/event.h"

namespace seawall::guard {

inline constexpr std::string_view kFileKindWords[] = {
    "",     "regular", "folder", "device", "pipe",  "ipv4", "ipv6",
    "unix", "netlink", "packet", "memory", "event", "other"};
static_assert(std::size(kFileKindWords) == static_cast<size_t>(FileKind::kOther) + 1);

inline std::string_view word_of(FileKind kind) {
  return kFileKindWords[static_cast<size_t>(kind)];
}

}  // namespace seawall::guard
