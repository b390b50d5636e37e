#include "cel/time_zone.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/content.h"
#include "base/strings.h"
#include "cel/time_text.h"
#include "codec/yaml.h"

namespace seawall::cel {
namespace {

constexpr int64_t kDay = 86400;

struct Change {
  int64_t moment;  // seconds since 1970
  int offset;      // seconds east of UTC from then on
};

// A day of every year, "3.2.0.7200": the second Sunday of March at 2:00. Source: POSIX.1-2017,
// section 8.3, TZ, the form Mm.w.d.
struct YearDay {
  int month = 1, week = 1, weekday = 0;  // week 5: the last; weekday 0: Sunday
  int64_t seconds = 0;                   // of the local day; less than 0 and more than 24 h too

  // As if the local time were UTC.
  int64_t moment(int64_t year) const {
    const int64_t first = days_from_civil({year, month, 1});
    const int64_t next =
        month == 12 ? days_from_civil({year + 1, 1, 1}) : days_from_civil({year, month + 1, 1});
    const int64_t first_weekday = ((first + 4) % 7 + 7) % 7;
    int64_t day = first + (weekday - first_weekday + 7) % 7 + 7 * (week - 1);
    while (day >= next) day -= 7;
    return day * kDay + seconds;
  }
};

// What holds every year after the last change. South of the equator summer ends before it begins.
struct Rule {
  int standard = 0, summer = 0;
  YearDay begin, end;

  int offset_at(int64_t seconds) const {
    const int64_t days = (seconds >= 0 ? seconds : seconds - (kDay - 1)) / kDay;
    const int64_t year = civil_from_days(days).year;
    const int64_t from = begin.moment(year) - standard, to = end.moment(year) - summer;
    const bool in_summer =
        from < to ? seconds >= from && seconds < to : seconds >= from || seconds < to;
    return in_summer ? summer : standard;
  }
};

struct Zone {
  int first = 0;  // before all changes
  std::vector<Change> changes;
  std::optional<Rule> rule;

  int offset_at(int64_t seconds) const {
    if (changes.empty() || seconds < changes.front().moment) return first;
    if (rule && seconds >= changes.back().moment) return rule->offset_at(seconds);
    const auto after = std::upper_bound(
        changes.begin(), changes.end(), seconds,
        [](int64_t moment, const Change& change) { return moment < change.moment; });
    return std::prev(after)->offset;
  }
};

template <typename T = int64_t>
T number(std::string_view text, int base) {
  T value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, base);
  return value;
}

Zone read_zone(std::string_view text) {
  Zone zone;
  int64_t moment = 0;
  bool first = true;
  for (const std::string_view word : split(text, ' ')) {
    if (first) {
      zone.first = number<int>(word, 36);
      first = false;
      continue;
    }
    const auto [delta, offset] = split_once(word, ':');
    moment += number(delta, 36);
    zone.changes.push_back({moment, number<int>(offset, 36)});
  }
  return zone;
}

YearDay read_day(std::string_view text) {
  const auto parts = split(text, '.');
  if (parts.size() != 4) return {};
  return {number<int>(parts[0], 10), number<int>(parts[1], 10), number<int>(parts[2], 10),
          number(parts[3], 10)};
}

std::optional<Rule> read_rule(std::string_view text) {
  const auto parts = split(text, ' ');
  if (parts.size() != 4) return std::nullopt;
  return Rule{number<int>(parts[0], 10), number<int>(parts[1], 10), read_day(parts[2]),
              read_day(parts[3])};
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
      read.zones.back().rule = read_rule(entry["rule"].string());
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
  if (!whole_hours || !whole_minutes || *whole_hours > 24 || *whole_minutes > 60) {
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
