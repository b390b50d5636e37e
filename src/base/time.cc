#include "base/time.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>

#include <fmt/format.h>

#include "base/strings.h"

namespace seawall {
namespace {

std::atomic<UnixSeconds> fixed_now{-1};

// 0000-01-01T00:00:00Z and 9999-12-31T23:59:59Z: what four digits of a year can say.
constexpr UnixSeconds kFirst = -62'167'219'200, kLast = 253'402'300'799;

std::optional<int> number(std::string_view text, size_t at, size_t length) {
  if (at + length > text.size()) return std::nullopt;
  const auto value = parse_unsigned(text.substr(at, length));
  return value ? std::optional<int>(static_cast<int>(*value)) : std::nullopt;
}

}  // namespace

UnixSeconds now() {
  if (const UnixSeconds fixed = fixed_now.load(); fixed >= 0) return fixed;
  if (const char* epoch = std::getenv("SOURCE_DATE_EPOCH")) {
    if (const auto value = parse_unsigned(epoch); value && *value <= uint64_t{kLast})
      return static_cast<UnixSeconds>(*value);
  }
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

void set_now(UnixSeconds fixed) {
  fixed_now = fixed;
}

std::string to_date(UnixSeconds time) {
  using namespace std::chrono;
  time = std::clamp(time, kFirst, kLast);
  const year_month_day date{floor<days>(sys_seconds{seconds{time}})};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::string to_rfc3339(UnixSeconds time) {
  time = std::clamp(time, kFirst, kLast);
  const int64_t of_day = ((time % 86400) + 86400) % 86400;
  return fmt::format("{}T{:02}:{:02}:{:02}Z", to_date(time), of_day / 3600, of_day / 60 % 60,
                     of_day % 60);
}

std::optional<UnixSeconds> parse_time(std::string_view text) {
  const auto year = number(text, 0, 4), month = number(text, 5, 2), day = number(text, 8, 2);
  if (!year || !month || !day || text[4] != '-' || text[7] != '-') return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  UnixSeconds time = std::chrono::sys_days(date).time_since_epoch().count() * 86400LL;
  text.remove_prefix(10);
  if (text.empty()) return time;
  if (text[0] != 'T' && text[0] != 't' && text[0] != ' ') return std::nullopt;
  const auto hour = number(text, 1, 2), minute = number(text, 4, 2);
  if (!hour || !minute || text[3] != ':' || *hour > 23 || *minute > 59) return std::nullopt;
  time += *hour * 3600 + *minute * 60;
  text.remove_prefix(6);
  if (!text.empty() && text[0] == ':') {
    const auto second = number(text, 1, 2);
    if (!second || *second > 60) return std::nullopt;
    time += *second;
    text.remove_prefix(3);
    if (!text.empty() && text[0] == '.') {
      const size_t end = text.find_first_not_of("0123456789", 1);
      if (std::min(end, text.size()) == 1) return std::nullopt;
      text = end == std::string_view::npos ? std::string_view() : text.substr(end);
    }
  }
  if (text.empty() || text == "Z" || text == "z" || text == " UTC") return time;
  if ((text[0] == '+' || text[0] == '-') && text.size() == 6 && text[3] == ':') {
    const auto hours = number(text, 1, 2), minutes = number(text, 4, 2);
    if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    const int offset = *hours * 3600 + *minutes * 60;
    return text[0] == '+' ? time - offset : time + offset;
  }
  return std::nullopt;
}

std::string human_duration(int64_t seconds) {
  if (seconds < 0) seconds = 0;
  if (seconds < 120) return fmt::format("{} s", seconds);
  if (seconds < 7200) return fmt::format("{} min", seconds / 60);
  if (seconds < 86400) return fmt::format("{} h", seconds / 3600);
  return seconds < 2 * 86400 ? "1 day" : fmt::format("{} days", seconds / 86400);
}

std::optional<int64_t> parse_duration(std::string_view text) {
  int64_t unit = 1;
  if (!text.empty()) {
    switch (text.back()) {
      case 's':
        unit = 1;
        text.remove_suffix(1);
        break;
      case 'm':
        unit = 60;
        text.remove_suffix(1);
        break;
      case 'h':
        unit = 3600;
        text.remove_suffix(1);
        break;
      case 'd':
        unit = 86400;
        text.remove_suffix(1);
        break;
      case 'w':
        unit = 7 * 86400;
        text.remove_suffix(1);
        break;
      default:
        break;
    }
  }
  const auto value = parse_unsigned(text);
  if (!value || *value > 1'000'000'000) return std::nullopt;
  return static_cast<int64_t>(*value) * unit;
}

}  // namespace seawall
