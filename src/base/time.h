// Points in time as whole seconds since 1970-01-01 UTC, in RFC 3339 for machines and "2 h ago" for
// people.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace seawall {

using UnixSeconds = int64_t;

// The clock; $SOURCE_DATE_EPOCH (reproducible-builds.org) or set_now() stand in for it.
UnixSeconds now();
void set_now(UnixSeconds fixed);  // tests

// "2026-11-22T08:15:00Z". What lies outside the years 0 to 9999 is shown as their first or last
// second.
std::string to_rfc3339(UnixSeconds time);
// "2026-11-22"
std::string to_date(UnixSeconds time);
// RFC 3339 with any fraction and offset, or a bare date "2026-11-22", or "2026-11-22 08:15[:00]".
// Else nothing.
std::optional<UnixSeconds> parse_time(std::string_view text);
// "3 s", "2 h", "1 day", "12 days": a duration in seconds for people.
std::string human_duration(int64_t seconds);
// "90s", "15m", "36h", "5d", "2w" or bare seconds, as --max-db-age takes it.
std::optional<int64_t> parse_duration(std::string_view text);

}  // namespace seawall
