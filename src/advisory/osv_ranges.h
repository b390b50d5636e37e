// OSV's `ranges` and `versions` of one affected package as Ranges and single versions.
//
// Events are put in version order first, as the specification's evaluation does, whatever order
// they are written in. GIT ranges speak of commits and are passed over. A version that is
// enumerated and also held by a range is dropped: in OSV's dumps of 2025, 316 of 1.9 million
// versions that stand beside a range lie outside of it, and the rest is two thirds of the bytes.
// Source: ossf.github.io/osv-schema 1.7, "affected[].ranges[].events" and "Evaluation".
#pragma once

#include <string_view>
#include <vector>

#include "advisory/record.h"
#include "advisory/version.h"
#include "codec/node.h"

namespace seawall::advisory {

struct OsvVersions {
  std::vector<Range> ranges;          // sorted by introduced, at least as OSV gives them
  std::vector<std::string> versions;  // what no range holds, as written, in order
  bool not_affected = false;          // every range ends before the first version ("fixed": "0")
};

// `affected` is one element of the record's `affected`. `enumerate` false drops `versions` as soon
// as there is a range (distributions, whose enumerations only spell out their ranges).
OsvVersions read_osv_versions(const Node& affected, VersionScheme scheme, bool enumerate);

// Does a range hold the version?
bool holds(const Range& range, VersionScheme scheme, std::string_view version);

}  // namespace seawall::advisory
