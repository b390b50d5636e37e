// The parts of timestamps and durations. Source: CEL language definition, "Timezones" and "List of
// Standard Definitions".
#include <charconv>
#include <optional>
#include <string>

#include "cel/go_quote.h"
#include "cel/library.h"
#include "cel/time_text.h"
#include "cel/time_zone.h"

namespace seawall::cel {
namespace {

constexpr int64_t kBillion = 1'000'000'000;

// A moment as a clock on the wall shows it.
struct Clock {
  CivilDate date;
  int64_t days = 0;  // since 1970
  int64_t of_day = 0;
  uint32_t nanoseconds = 0;
};

Clock clock_at(const Value& time, int offset) {
  Clock clock;
  const int64_t seconds = time.seconds() + offset;
  clock.days = (seconds >= 0 ? seconds : seconds - 86399) / 86400;
  clock.of_day = seconds - clock.days * 86400;
  clock.date = civil_from_days(clock.days);
  clock.nanoseconds = time.nanoseconds();
  return clock;
}

int64_t full_year(const Clock& clock) {
  return clock.date.year;
}
int64_t month(const Clock& clock) {
  return clock.date.month - 1;
}
int64_t day_of_year(const Clock& clock) {
  return clock.days - days_from_civil({clock.date.year, 1, 1});
}
int64_t day_of_month(const Clock& clock) {
  return clock.date.day - 1;
}
int64_t date(const Clock& clock) {
  return clock.date.day;
}
int64_t day_of_week(const Clock& clock) {
  return ((clock.days + 4) % 7 + 7) % 7;  // 0: Sunday
}
int64_t hours(const Clock& clock) {
  return clock.of_day / 3600;
}
int64_t minutes(const Clock& clock) {
  return clock.of_day / 60 % 60;
}
int64_t seconds(const Clock& clock) {
  return clock.of_day % 60;
}
int64_t milliseconds(const Clock& clock) {
  return clock.nanoseconds / 1'000'000;
}

template <int64_t (*part)(const Clock&)>
Value in_utc(Call&, Arguments a) {
  return Value::integer(part(clock_at(a[0], 0)));
}

// A number of hours or minutes as Go's Atoi reads it; else the problem in its words.
std::optional<int64_t> whole_number(std::string_view text, std::string& problem) {
  const std::string_view digits =
      text.starts_with('+') || text.starts_with('-') ? text.substr(1) : text;
  int64_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, failure] = std::from_chars(digits.data(), end, value);
  const bool syntax = digits.empty() || digits.starts_with('-') || stop != end;
  if (!syntax && failure == std::errc()) return text.starts_with('-') ? -value : value;
  problem = "strconv.Atoi: parsing " + go_quote(text) + ": " +
            (syntax ? "invalid syntax" : "value out of range");
  return std::nullopt;
}

// "+11:00", "-2:30", also "25:00" and "1:90", which Kubernetes takes too. LIMITS: 20,000 hours.
std::optional<int> numeric_offset(std::string_view zone, std::string& problem) {
  constexpr int64_t kMost = 20'000;
  const size_t colon = zone.find(':');
  const auto hours = whole_number(zone.substr(0, colon), problem);
  if (!hours) return std::nullopt;
  const auto minutes = whole_number(zone.substr(colon + 1), problem);
  if (!minutes) return std::nullopt;
  if (*hours < -kMost || *hours > kMost || *minutes < -kMost || *minutes > kMost) {
    problem = "time zone offset out of range: " + std::string(zone);
    return std::nullopt;
  }
  const int64_t sign = zone.starts_with('-') ? -1 : 1;
  return static_cast<int>(*hours * 3600 + sign * *minutes * 60);
}

std::optional<int> offset_of(std::string_view zone, int64_t seconds, std::string& problem) {
  if (zone.find(':') != zone.npos) return numeric_offset(zone, problem);
  if (zone.find("..") != zone.npos || zone.starts_with('/') || zone.starts_with('\\')) {
    problem = "time: invalid location name";
    return std::nullopt;
  }
  const auto offset = zone_offset(zone, seconds);
  if (!offset) problem = "unknown time zone " + std::string(zone);
  return offset;
}

template <int64_t (*part)(const Clock&)>
Value in_zone(Call& call, Arguments a) {
  std::string problem;
  const auto offset = offset_of(a[1].string(), a[0].seconds(), problem);
  if (!offset) return call.error(problem);
  return Value::integer(part(clock_at(a[0], *offset)));
}

// Whole units and the rest as doubles, as Go counts them: long durations are rounded up in their
// last nanosecond.
template <int64_t unit>
Value whole(Call&, Arguments a) {
  const int64_t time = a[0].duration();
  const double units = static_cast<double>(time / unit) +
                       static_cast<double>(time % unit) / static_cast<double>(unit);
  return Value::integer(static_cast<int64_t>(units));
}
Value all_milliseconds(Call&, Arguments a) {
  return Value::integer(a[0].duration() / 1'000'000);
}

Value duration_milliseconds(Call&, Arguments a) {
  return Value::integer(a[0].duration() / 1'000'000 % 1000);
}

constexpr Style kMember = Style::kMember;

#define PART(id, name, part)                                                  \
  {id, name, kMember, "(timestamp) -> int", in_utc<part>}, {                  \
    id "_with_tz", name, kMember, "(timestamp, string) -> int", in_zone<part> \
  }

const Overload kOverloads[] = {
    PART("timestamp_to_year", "getFullYear", full_year),
    PART("timestamp_to_month", "getMonth", month),
    PART("timestamp_to_day_of_year", "getDayOfYear", day_of_year),
    PART("timestamp_to_day_of_month", "getDayOfMonth", day_of_month),
    PART("timestamp_to_day_of_month_1_based", "getDate", date),
    PART("timestamp_to_day_of_week", "getDayOfWeek", day_of_week),
    PART("timestamp_to_hours", "getHours", hours),
    PART("timestamp_to_minutes", "getMinutes", minutes),
    PART("timestamp_to_seconds", "getSeconds", seconds),
    PART("timestamp_to_milliseconds", "getMilliseconds", milliseconds),
    {"duration_to_hours", "getHours", kMember, "(duration) -> int", whole<3600 * kBillion>},
    {"duration_to_minutes", "getMinutes", kMember, "(duration) -> int", whole<60 * kBillion>},
    {"duration_to_seconds", "getSeconds", kMember, "(duration) -> int", whole<kBillion>},
    {"duration_to_milliseconds", "getMilliseconds", kMember, "(duration) -> int", all_milliseconds},
};
#undef PART

// What cel-spec asks for: the milliseconds besides the whole seconds. Kubernetes gives all of them.
const Overload kParts[] = {
    {"duration_to_milliseconds", "getMilliseconds", kMember, "(duration) -> int",
     duration_milliseconds},
};

}  // namespace

const Library time_library{"time", kOverloads};
const Library duration_parts_library{"parts of durations", kParts};

}  // namespace seawall::cel
