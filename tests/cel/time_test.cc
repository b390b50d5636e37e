// Timestamps, durations and time zones: their texts, parts and rules.
#include "cel/kubernetes_cases.h"
#include "cel/time_text.h"
#include "cel/time_zone.h"

namespace seawall::cel {
namespace {

using test::Case;
using test::expect_all;

constexpr Case kAccessors[] = {
    {"timestamp('2009-02-13T23:31:30.123Z').getFullYear()", "2009", 1},
    {"timestamp('2009-02-13T23:31:30.123Z').getMonth()", "1", 1},
    {"timestamp('2009-02-13T23:31:30.123Z').getDayOfYear()", "43", 1},
    {"timestamp('2009-02-13T23:31:30.123Z').getDayOfMonth()", "12", 1},
    {"timestamp('2009-02-13T23:31:30.123Z').getDate()", "13", 1},
    {"timestamp('2009-02-13T23:31:30.123Z').getDayOfWeek()", "5", 1},
    {"timestamp('2009-02-13T23:31:30.123Z').getHours()", "23", 1},
    {"timestamp('2009-02-13T23:31:30.123Z').getMinutes()", "31", 1},
    {"timestamp('2009-02-13T23:31:30.123Z').getSeconds()", "30", 1},
    {"timestamp('2009-02-13T23:31:30.123Z').getMilliseconds()", "123", 1},
    {"timestamp('0001-01-01T00:00:00Z').getFullYear('-00:01')", "0", 1},
    {"timestamp('1969-12-31T23:59:59Z').getDayOfWeek()", "3", 1},
    {"timestamp('2024-12-31T23:59:59Z').getDayOfYear()", "365", 1},
    {"timestamp('2009-02-13T23:31:30Z').getDate('Australia/Sydney')", "14", 1},
    {"timestamp('2009-02-13T23:31:30Z').getMinutes('Asia/Kathmandu')", "16", 1},
    {"timestamp('2009-02-13T02:00:00Z').getHours('America/St_Johns')", "22", 1},
    {"timestamp('2009-02-13T02:00:00Z').getDayOfMonth('-02:30')", "11", 1},
    {"timestamp('2009-02-13T02:00:00Z').getHours('+11:00')", "13", 1},
    {"timestamp('2009-02-13T02:00:00Z').getHours('UTC')", "2", 1},
    {"timestamp('2009-02-13T02:00:00Z').getHours('')", "2", 1},
    {"timestamp('2009-02-13T02:00:00Z').getHours('5:30')", "7", 1},
    {"timestamp('2009-02-13T02:00:00Z').getHours('+25:00')", "3", 1},
    {"timestamp('2009-02-13T02:00:00Z').getHours('1:90')", "4", 1},
    {"timestamp('2009-02-13T02:00:00Z').getMinutes('-0:90')", "30", 1},
    {"timestamp('2009-02-13T02:00:00Z').getHours('Mars/Olympus')",
     "error: unknown time zone Mars/Olympus", 1},
    {"timestamp('2009-02-13T02:00:00Z').getHours('../UTC')", "error: time: invalid location name",
     1},
    {"timestamp('2009-02-13T02:00:00Z').getHours('a:b')",
     "error: strconv.Atoi: parsing \"a\": invalid syntax", 1},
    {"timestamp('2009-02-13T02:00:00Z').getHours('1:2:3')",
     "error: strconv.Atoi: parsing \"2:3\": invalid syntax", 1},
    {"timestamp('2009-02-13T02:00:00Z').getHours('99999999999999999999:0')",
     "error: strconv.Atoi: parsing \"99999999999999999999\": value out of range", 1},
    {"duration('93h3m4.567s').getHours()", "93", 1},
    {"duration('93h3m4.567s').getMinutes()", "5583", 1},
    {"duration('93h3m4.567s').getSeconds()", "334984", 1},
    {"duration('93h3m4.567s').getMilliseconds()", "334984567", 1},
    {"duration('-90m').getHours()", "-1", 1},
    {"timestamp('2026-01-01T00:00:00+14:00').getHours()", "10", 1},
    {"string(duration('1h45m47s'))", "6347s", 0},
    {"string(duration('-1ns'))", "-0.000000001s", 0},
    {"duration(['18446744073.9s'][0])",
     "error: type conversion error from 'string' to 'google.protobuf.Duration'", 3},
    {"duration(['1h-2m'][0])",
     "error: type conversion error from 'string' to 'google.protobuf.Duration'", 3},
};

TEST(CelTime, PartsOfTimestampsAndDurations) {
  expect_all(kAccessors);
}

TEST(CelTime, ReadsRfc3339) {
  using Moment = std::pair<int64_t, uint32_t>;
  EXPECT_EQ(parse_timestamp("1970-01-01T00:00:00Z"), Moment(0, 0));
  EXPECT_EQ(parse_timestamp("2009-02-13T23:31:30.5+01:00"), Moment(1234564290, 500'000'000));
  EXPECT_EQ(parse_timestamp("2024-02-29T00:00:00.1234567899Z"), Moment(1709164800, 123'456'789));
  EXPECT_EQ(parse_timestamp("0001-01-01T00:00:00Z"), Moment(kFirstSecond, 0));
  EXPECT_EQ(parse_timestamp("9999-12-31T23:59:59Z"), Moment(kLastSecond, 0));
  for (const char* wrong :
       {"", "2026-01-01", "2026-01-01T00:00:00", "2026-01-01 00:00:00Z", "2026-1-01T00:00:00Z",
        "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-04-31T00:00:00Z",
        "2026-01-01T24:00:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00,5Z", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+00:60",
        "2026-01-01T00:00:00Zx", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
        "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z"}) {
    EXPECT_FALSE(parse_timestamp(wrong)) << wrong;
  }
}

TEST(CelTime, TimestampsComeBackFromTheirText) {
  EXPECT_EQ(timestamp_text(-1, 900'000'000), "1969-12-31T23:59:59.9Z");
  for (int64_t seconds = kFirstSecond; seconds <= kLastSecond; seconds += 86400 * 997 + 12345) {
    const auto nanoseconds = static_cast<uint32_t>((seconds - kFirstSecond) % 1'000'000'000);
    const std::string text = timestamp_text(seconds, nanoseconds);
    EXPECT_EQ(parse_timestamp(text), std::pair(seconds, nanoseconds)) << text;
  }
  for (int64_t day = -719162; day <= 2932896; day += 331) {
    EXPECT_EQ(days_from_civil(civil_from_days(day)), day);
  }
}

TEST(CelTime, ReadsGosDurations) {
  EXPECT_EQ(parse_duration("1h2m3.5s"), 3'723'500'000'000);
  EXPECT_EQ(parse_duration("-1.5h"), -5'400'000'000'000);
  EXPECT_EQ(parse_duration("+100us"), 100'000);
  EXPECT_EQ(parse_duration("5µs"), 5'000);
  EXPECT_EQ(parse_duration("5μs"), 5'000);
  EXPECT_EQ(parse_duration("1.s"), 1'000'000'000);
  EXPECT_EQ(parse_duration(".5ms"), 500'000);
  EXPECT_EQ(parse_duration("0"), 0);
  EXPECT_EQ(parse_duration("-0"), 0);
  EXPECT_EQ(parse_duration("0.9ns"), 0);
  EXPECT_EQ(parse_duration("0.333333333333333333333h"), 1'200'000'000'000);
  EXPECT_EQ(parse_duration("9223372036854775807ns"), INT64_MAX);
  EXPECT_EQ(parse_duration("-9223372036854775808ns"), INT64_MIN);
  for (const char* wrong : {"", "-", "1", "s", ".s", "1d", "1 s", "1S", "--1s", "1h-2m", "1e3s",
                            "1h ", "9223372036854775808ns", "2562047h47m16.854775808s",
                            "18446744073.9s", "18446744073709551616ns", "99999999999999999999999s",
                            "-9223372036854775808ns9223372036854775808ns"}) {
    EXPECT_FALSE(parse_duration(wrong)) << wrong;
  }
  EXPECT_EQ(duration_text(0), "0s");
  EXPECT_EQ(duration_text(-1'500'000'000), "-1.5s");
  EXPECT_EQ(duration_text(1), "0.000000001s");
}

std::optional<int> offset_in(std::string_view zone, std::string_view moment) {
  const auto parsed = parse_timestamp(moment);
  return parsed ? zone_offset(zone, parsed->first) : std::nullopt;
}

TEST(CelTimeZones, ChangesOfThePast) {
  EXPECT_EQ(offset_in("America/New_York", "1883-11-18T16:59:59Z"), -17762);
  EXPECT_EQ(offset_in("America/New_York", "1883-11-18T17:00:00Z"), -18000);
  EXPECT_EQ(offset_in("Pacific/Apia", "2011-12-29T12:00:00Z"), -36000);
  EXPECT_EQ(offset_in("Pacific/Apia", "2011-12-31T12:00:00Z"), 50400);
  EXPECT_EQ(offset_in("Africa/Casablanca", "2026-03-01T00:00:00Z"), 0);  // Ramadan
  EXPECT_EQ(offset_in("Africa/Casablanca", "2026-06-01T00:00:00Z"), 3600);
  EXPECT_EQ(offset_in("Africa/Casablanca", "2200-03-01T00:00:00Z"), 3600);
}

TEST(CelTimeZones, TheRuleHoldsAfterTheLastChange) {
  EXPECT_EQ(offset_in("America/New_York", "2026-03-08T06:59:59Z"), -18000);
  EXPECT_EQ(offset_in("America/New_York", "2026-03-08T07:00:00Z"), -14400);
  EXPECT_EQ(offset_in("America/New_York", "2026-11-01T05:59:59Z"), -14400);
  EXPECT_EQ(offset_in("America/New_York", "2026-11-01T06:00:00Z"), -18000);
  EXPECT_EQ(offset_in("America/New_York", "9999-12-31T23:59:59Z"), -18000);
  EXPECT_EQ(offset_in("America/Nuuk", "2050-07-01T00:00:00Z"), -3600);  // -7200 since 2023
  EXPECT_EQ(offset_in("America/Nuuk", "2050-01-01T00:00:00Z"), -7200);
  EXPECT_EQ(offset_in("Australia/Lord_Howe", "2101-01-01T00:00:00Z"), 39600);  // half an hour
  EXPECT_EQ(offset_in("Australia/Lord_Howe", "2101-07-01T00:00:00Z"), 37800);
  EXPECT_EQ(offset_in("Europe/Dublin", "2101-01-01T00:00:00Z"), 0);  // winter is the exception
  EXPECT_EQ(offset_in("Europe/Dublin", "2101-07-01T00:00:00Z"), 3600);
}

// The calendar repeats every 400 years to the day of the week, and so do rules; by 2100 no zone has
// changes of its own left.
TEST(CelTimeZones, RulesRepeatWithTheCalendar) {
  constexpr int64_t kCalendar = 146097LL * 86400, kYear2100 = 4102444800;
  for (const char* zone :
       {"America/St_Johns", "Europe/London", "Europe/Dublin", "Asia/Gaza", "America/Nuuk",
        "Australia/Sydney", "America/Santiago", "Antarctica/Troll", "Asia/Tokyo"}) {
    for (int64_t seconds = kYear2100; seconds < kYear2100 + kCalendar; seconds += 86400 * 29 + 7) {
      ASSERT_EQ(zone_offset(zone, seconds), zone_offset(zone, seconds + kCalendar))
          << zone << ' ' << seconds;
    }
  }
}

TEST(CelTimeZones, NamesAndNumbers) {
  EXPECT_EQ(zone_offset("", 0), 0);
  EXPECT_EQ(zone_offset("UTC", 0), 0);
  EXPECT_EQ(zone_offset("Local", 0), 0);
  EXPECT_EQ(zone_offset("+01:00", 0), 3600);
  EXPECT_EQ(zone_offset("-02:30", 0), -9000);
  EXPECT_EQ(zone_offset("US/Eastern", 0), zone_offset("America/New_York", 0));
  for (const char* wrong : {"Mars/Olympus", "utc", "america/new_york", "../UTC", "+99:00", "1:2:3",
                            ":", "+01:00 ", "America"}) {
    EXPECT_FALSE(zone_offset(wrong, 0)) << wrong;
  }
}

}  // namespace
}  // namespace seawall::cel
