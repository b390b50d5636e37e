// Which distribution an image is: each release file is read by itself, and what they say is put
// together once all layers are known, since a file may be in one layer and its elder in another.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "inspect/inspector.h"

namespace seawall::inspect {

// What `files` (path, what parse_os_release gave for it) say together. As os-release(5) wants, one
// file counts and the others are not mixed into it; the first known one of
//   1. etc/os-release   2. usr/lib/os-release
//   3. etc/alpine-release
//   4. etc/oracle-, rocky-, almalinux-, centos-, fedora-release: the rebuilds' own names, before
//   5. etc/redhat-release, in which Oracle Linux calls itself Red Hat
//   6. etc/system-release (Amazon Linux), etc/SuSE-release, etc/arch-release
//   7. etc/lsb-release
//   8. etc/debian_version, which Ubuntu and other children of Debian carry along
// The one exception: on Debian, debian_version fills in the minor version and the code name, which
// os-release lacks. ENSURES: the order of `files` does not matter. Unknown when none is known.
Distribution merge_distributions(std::vector<std::pair<std::string, Distribution>> files);

// One assignment of an environment file as os-release(5) and lsb-release have them.
struct Assignment {
  std::string key, value;
  uint32_t line = 0;
};
// All assignments in their order. Values are unquoted as a POSIX shell would: '...' literal, "..."
// with escapes, pieces side by side. Unlike in a shell a bare value may hold spaces (old files do).
// Damaged lines are left out and named in `problems`.
std::vector<Assignment> parse_assignments(std::string_view text,
                                          std::vector<std::string>& problems);

}  // namespace seawall::inspect
