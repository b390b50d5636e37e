#include "advisory/osv_ranges.h"

#include <algorithm>
#include <cstdint>
#include <span>

#include "base/strings.h"

namespace seawall::advisory {
namespace {

// Longer texts are no versions; the longest real ones (Go pseudo-versions, Maven) stay under 100.
constexpr size_t kVersionBytes = 256;

// Ordered as OSV evaluates events at the same version: what opens comes before what closes, so that
// [1, fixed 1) is empty and [1, last_affected 1] is one version.
enum class Kind : uint8_t { kIntroduced, kFixed, kLimit, kLastAffected };
struct Event {
  Kind kind;
  std::string_view version;  // "" is before all versions
};

bool usable(std::string_view version) {
  return !version.empty() && version.size() <= kVersionBytes &&
         std::all_of(version.begin(), version.end(),
                     [](char c) { return static_cast<unsigned char>(c) > ' ' && c != 0x7f; });
}

std::vector<Event> read_events(const Node& range) {
  std::vector<Event> events;
  for (const Node& node : range["events"].items()) {
    for (const Member& member : node.members()) {
      std::string_view version = member.value.string();
      if (!usable(version)) continue;
      if (member.key == "introduced") {
        // "0" is the specification's word for the beginning; RustSec writes the least semver.
        if (version == "0" || version == "0.0.0-0") version = {};
        events.push_back({Kind::kIntroduced, version});
      } else if (member.key == "fixed") {
        events.push_back({Kind::kFixed, version});
      } else if (member.key == "last_affected") {
        events.push_back({Kind::kLastAffected, version});
      } else if (member.key == "limit" && version != "*") {
        events.push_back({Kind::kLimit, version});
      }
    }
  }
  return events;
}

void sort_events(std::vector<Event>& events, VersionScheme scheme) {
  const auto before = [scheme](const Event& a, const Event& b) {
    if (a.version.empty() || b.version.empty()) {
      if (a.version.empty() != b.version.empty()) return a.version.empty();
      return a.kind < b.kind;
    }
    const auto order = compare(scheme, a.version, b.version);
    return order != 0 ? order < 0 : a.kind < b.kind;
  };
  // Two events [introduced "0", X] are nearly all there is.
  if (events.size() == 2 && events[0].version.empty()) return;
  std::stable_sort(events.begin(), events.end(), before);
}

// "<= 1.2.3" or "< 1.2.3": GitHub's upper bound of what is known to be affected, when no release
// has the fix. The version behind "<" is known to be free of it and ends the range like a fix.
void bound_by_last_known(Range& range, std::string_view known) {
  known = trim(known);
  const bool inclusive = known.starts_with("<=");
  if (!known.starts_with('<')) return;
  const std::string_view version = trim(known.substr(inclusive ? 2 : 1));
  if (!usable(version)) return;
  (inclusive ? range.last_affected : range.fixed) = version;
}

void append_ranges(std::span<const Event> events, VersionScheme scheme, OsvVersions& out,
                   bool& closed_before_first) {
  bool open = false;
  Range current;
  for (const Event& event : events) {
    if (event.kind == Kind::kIntroduced) {
      if (!open) current = {std::string(event.version), {}, {}};
      open = true;
      continue;
    }
    if (!open) continue;
    open = false;
    (event.kind == Kind::kLastAffected ? current.last_affected : current.fixed) = event.version;
    const bool empty =
        event.kind == Kind::kLastAffected
            ? false
            : event.version == "0" || (!current.introduced.empty() &&
                                       compare(scheme, current.introduced, event.version) >= 0);
    if (empty) {
      closed_before_first = true;
    } else {
      out.ranges.push_back(current);
    }
  }
  if (open) out.ranges.push_back(current);
}

}  // namespace

bool holds(const Range& range, VersionScheme scheme, std::string_view version) {
  if (!range.introduced.empty() && compare(scheme, version, range.introduced) < 0) return false;
  if (!range.fixed.empty() && compare(scheme, version, range.fixed) >= 0) return false;
  return range.last_affected.empty() || compare(scheme, version, range.last_affected) <= 0;
}

OsvVersions read_osv_versions(const Node& affected, VersionScheme scheme, bool enumerate) {
  OsvVersions out;
  bool closed_before_first = false;
  const Node& ranges = affected["ranges"];
  const auto read = [&](const Node& range) {
    if (range["type"].string() == "GIT") return;
    auto events = read_events(range);
    sort_events(events, scheme);
    append_ranges(events, scheme, out, closed_before_first);
  };
  for (const Node& range : ranges.items()) read(range);
  // Freexian's ELTS feed writes a single range without the list around it.
  if (ranges.is_object()) read(ranges);

  const std::string_view known =
      affected["database_specific"]["last_known_affected_version_range"].string();
  if (!known.empty() && !out.ranges.empty()) {
    Range& last = out.ranges.back();
    if (last.fixed.empty() && last.last_affected.empty()) bound_by_last_known(last, known);
  }

  const bool any_range = !out.ranges.empty() || closed_before_first;
  if (enumerate || !any_range) {
    for (const Node& node : affected["versions"].items()) {
      const std::string_view version = node.string();
      if (!usable(version)) continue;
      const bool held = std::any_of(out.ranges.begin(), out.ranges.end(), [&](const Range& range) {
        return holds(range, scheme, version);
      });
      if (!held) out.versions.emplace_back(version);
    }
  }
  out.not_affected = closed_before_first && out.ranges.empty() && out.versions.empty();
  return out;
}

}  // namespace seawall::advisory
