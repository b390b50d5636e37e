// Timestamps and durations as text: RFC 3339 and Go's duration syntax, as CEL reads and writes
// them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "cel/value.h"

namespace seawall::cel {

inline constexpr int64_t kFirstSecond = -62135596800;  // 0001-01-01T00:00:00Z
inline constexpr int64_t kLastSecond = 253402300799;   // 9999-12-31T23:59:59Z

// A day of the proleptic Gregorian calendar; month and day from 1.
struct CivilDate {
  int64_t year = 1970;
  int month = 1, day = 1;
};
CivilDate civil_from_days(int64_t days);  // days since 1970-01-01
int64_t days_from_civil(const CivilDate& date);

// "2009-02-13T23:31:30.5Z", "...+01:00": seconds since 1970 and nanoseconds. Nothing when it is no
// RFC 3339 time or outside of the years 1 to 9999.
std::optional<std::pair<int64_t, uint32_t>> parse_timestamp(std::string_view text);
// The same as a Value, which keeps the offset that was written.
// `lenient`: also what cel-go 0.26 took: "T1:02:03", "03,5", offsets up to 24:60.
std::optional<Value> timestamp_value(std::string_view text, bool lenient = false);
std::string timestamp_text(int64_t seconds, uint32_t nanoseconds);  // in UTC, with Z
std::string timestamp_text(const Value& timestamp);                 // with its offset

// "1h2m3.5s", "-1.5h", "100us": nanoseconds. Nothing when it is none or beyond 292 years.
std::optional<int64_t> parse_duration(std::string_view text);
std::string duration_text(int64_t nanoseconds);  // "3723.5s"

}  // namespace seawall::cel
