#include "cel/time_zone.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/content.h"
#include "base/strings.h"
#include "codec/yaml.h"

namespace seawall::cel {
namespace {

constexpr int64_t kCycle = 28 * 1461 / 4 * 86400LL;  // 28 years: weekdays and leap years again

struct Change {
  int64_t moment;  // seconds since 1970
  int offset;      // seconds east of UTC from then on
};
struct Zone {
  int first = 0;  // before all changes
  std::vector<Change> changes;

  int offset_at(int64_t seconds) const {
    if (changes.empty() || seconds < changes.front().moment) return first;
    if (const int64_t last = changes.back().moment; seconds >= last && changes_every_year()) {
      seconds -= ((seconds - last) / kCycle + 1) * kCycle;
    }
    const auto after = std::upper_bound(
        changes.begin(), changes.end(), seconds,
        [](int64_t moment, const Change& change) { return moment < change.moment; });
    return after == changes.begin() ? first : std::prev(after)->offset;
  }
  // Zones with summer time are written out until 2037; others end with their last change.
  bool changes_every_year() const {
    constexpr int64_t kYear2037 = 2114380800;
    return changes.back().moment >= kYear2037;
  }
};

int64_t base36(std::string_view text) {
  int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, 36);
  return value;
}

Zone read_zone(std::string_view text) {
  Zone zone;
  int64_t moment = 0;
  bool first = true;
  for (const std::string_view word : split(text, ' ')) {
    if (first) {
      zone.first = static_cast<int>(base36(word));
      first = false;
      continue;
    }
    const auto [delta, offset] = split_once(word, ':');
    moment += base36(delta);
    zone.changes.push_back({moment, static_cast<int>(base36(offset))});
  }
  return zone;
}

struct Zones {
  std::vector<Zone> zones;
  std::unordered_map<std::string, size_t> by_name;
};

const Zones& all_zones() {
  static const Zones zones = [] {
    Zones read;
    const auto documents = parse_yaml(built_in_content("time_zones.yaml"));
    if (!documents.ok() || documents->empty()) return read;
    for (const Node& entry : documents->front().root()["zones"].items()) {
      for (const std::string_view name : split(entry["names"].string(), ' ')) {
        read.by_name.emplace(name, read.zones.size());
      }
      read.zones.push_back(read_zone(entry["offsets"].string()));
    }
    return read;
  }();
  return zones;
}

// "+01:00", "-2:30", "05:30".
std::optional<int> fixed_offset(std::string_view text) {
  const bool west = text.starts_with('-');
  if (west || text.starts_with('+')) text.remove_prefix(1);
  const auto [hours, minutes] = split_once(text, ':');
  const auto whole_hours = parse_unsigned(hours);
  const auto whole_minutes = parse_unsigned(minutes);
  if (!whole_hours || !whole_minutes || *whole_hours > 99 || *whole_minutes > 60) {
    return std::nullopt;
  }
  const int seconds = static_cast<int>(*whole_hours * 3600 + *whole_minutes * 60);
  return west ? -seconds : seconds;
}

}  // namespace

std::optional<int> zone_offset(std::string_view zone, int64_t seconds) {
  if (zone.empty() || zone == "UTC" || zone == "Local") return 0;
  if (zone.find(':') != zone.npos) return fixed_offset(zone);
  const Zones& zones = all_zones();
  const auto found = zones.by_name.find(std::string(zone));
  if (found == zones.by_name.end()) return std::nullopt;
  return zones.zones[found->second].offset_at(seconds);
}

}  // namespace seawall::cel
