#include "cel/time_text.h"

#include <array>
#include <charconv>
#include <cstdlib>
#include <iterator>

namespace seawall::cel {
namespace {

constexpr int64_t kBillion = 1'000'000'000;
constexpr uint64_t kMostNanoseconds = uint64_t{1} << 63;  // of a duration below zero

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Reads a text from its front.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}
  bool at_end() const { return text_.empty(); }
  char peek() const { return text_.empty() ? '\0' : text_.front(); }
  bool accept(char c) {
    if (peek() != c || text_.empty()) return false;
    text_.remove_prefix(1);
    return true;
  }
  std::optional<int> digits(size_t count) {
    if (text_.size() < count) return std::nullopt;
    int value = 0;
    for (size_t i = 0; i < count; ++i) {
      if (!is_digit(text_[i])) return std::nullopt;
      value = value * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(count);
    return value;
  }
  // ".5" behind the seconds, in nanoseconds; what is finer is cut off.
  std::optional<uint32_t> fraction(bool lenient) {
    if (!accept('.') && !(lenient && accept(','))) return 0;
    if (!is_digit(peek())) return std::nullopt;
    uint32_t value = 0, scale = 100'000'000;
    while (is_digit(peek())) {
      value += static_cast<uint32_t>(peek() - '0') * scale;
      scale /= 10;
      text_.remove_prefix(1);
    }
    return value;
  }
  std::string_view rest() const { return text_; }
  void skip(size_t count) { text_.remove_prefix(count); }

 private:
  std::string_view text_;
};

int days_in_month(int64_t year, int month) {
  constexpr std::array kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return kDays[static_cast<size_t>(month - 1)] + (month == 2 && leap ? 1 : 0);
}

// Seconds east of UTC: "Z", "+01:00".
std::optional<int> offset(Reader& reader, bool lenient) {
  if (reader.accept('Z')) return 0;
  const int sign = reader.peek() == '-' ? -1 : 1;
  if (!reader.accept('+') && !reader.accept('-')) return std::nullopt;
  const auto hours = reader.digits(2);
  if (!hours || !reader.accept(':')) return std::nullopt;
  const auto minutes = reader.digits(2);
  if (!minutes || *hours > (lenient ? 24 : 23) || *minutes > (lenient ? 60 : 59))
    return std::nullopt;
  return sign * (*hours * 3600 + *minutes * 60);
}

std::string padded(int64_t value, size_t width) {
  std::string text = std::to_string(value);
  return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

// "5" of 500000000: nine digits without their last zeros.
std::string fraction_text(uint64_t nanoseconds) {
  std::string digits = padded(static_cast<int64_t>(nanoseconds), 9);
  digits.erase(digits.find_last_not_of('0') + 1);
  return digits;
}

// Bytes of a unit at the front and its nanoseconds; 0 bytes: none.
std::pair<size_t, uint64_t> unit_of(std::string_view text) {
  struct Unit {
    std::string_view name;
    uint64_t nanoseconds;
  };
  constexpr Unit kUnits[] = {
      {"ns", 1},         {"us", 1000},         {"µs", 1000},          {"μs", 1000},
      {"ms", 1'000'000}, {"s", 1'000'000'000}, {"m", 60'000'000'000}, {"h", 3'600'000'000'000}};
  size_t end = 0;
  while (end < text.size() && text[end] != '.' && !is_digit(text[end])) ++end;
  for (const Unit& unit : kUnits) {
    if (text.substr(0, end) == unit.name) return {end, unit.nanoseconds};
  }
  return {0, 0};
}

// ".5": `digits` / `scale`. Digits that no longer fit are passed over.
void read_fraction(Reader& reader, uint64_t& digits, double& scale, bool& any) {
  bool full = false;
  for (; is_digit(reader.peek()); reader.skip(1)) {
    any = true;
    const auto digit = static_cast<uint64_t>(reader.peek() - '0');
    full = full || digits > static_cast<uint64_t>(INT64_MAX) / 10 ||
           digits * 10 + digit > kMostNanoseconds;
    if (full) continue;
    digits = digits * 10 + digit;
    scale *= 10;
  }
}

// One part of a duration, "1.5h", added to `total`.
bool add_part(Reader& reader, uint64_t& total) {
  uint64_t whole = 0, fraction = 0;
  double scale = 1;
  bool any = false;
  for (; is_digit(reader.peek()); reader.skip(1)) {
    if (whole > kMostNanoseconds / 10) return false;
    whole = whole * 10 + static_cast<uint64_t>(reader.peek() - '0');
    any = true;
  }
  if (reader.accept('.')) read_fraction(reader, fraction, scale, any);
  const auto [bytes, unit] = unit_of(reader.rest());
  if (!any || bytes == 0 || whole > kMostNanoseconds / unit) return false;
  reader.skip(bytes);
  const uint64_t part = whole * unit + static_cast<uint64_t>(static_cast<double>(fraction) *
                                                             (static_cast<double>(unit) / scale));
  if (part > kMostNanoseconds - total) return false;
  total += part;
  return true;
}

}  // namespace

// Both after H. Hinnant's description of the calendar in eras of 400 years.
CivilDate civil_from_days(int64_t days) {
  days += 719468;
  const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const int64_t of_era = days - era * 146097;
  const int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
  const int64_t shifted = (5 * of_year + 2) / 153;
  CivilDate date;
  date.day = static_cast<int>(of_year - (153 * shifted + 2) / 5 + 1);
  date.month = static_cast<int>(shifted < 10 ? shifted + 3 : shifted - 9);
  date.year = year + era * 400 + (date.month <= 2 ? 1 : 0);
  return date;
}

int64_t days_from_civil(const CivilDate& date) {
  const int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t of_era_year = year - era * 400;
  const int64_t shifted = date.month > 2 ? date.month - 3 : date.month + 9;
  const int64_t of_year = (153 * shifted + 2) / 5 + date.day - 1;
  const int64_t of_era = of_era_year * 365 + of_era_year / 4 - of_era_year / 100 + of_year;
  return era * 146097 + of_era - 719468;
}

std::optional<Value> timestamp_value(std::string_view text, bool lenient) {
  Reader reader(text);
  const auto year = reader.digits(4);
  if (!year || !reader.accept('-')) return std::nullopt;
  const auto month = reader.digits(2);
  if (!month || !reader.accept('-')) return std::nullopt;
  const auto day = reader.digits(2);
  if (!day || !reader.accept('T')) return std::nullopt;
  auto hour = reader.digits(2);
  if (!hour && lenient) hour = reader.digits(1);
  if (!hour || !reader.accept(':')) return std::nullopt;
  const auto minute = reader.digits(2);
  if (!minute || !reader.accept(':')) return std::nullopt;
  const auto second = reader.digits(2);
  if (!second) return std::nullopt;
  const auto nanoseconds = reader.fraction(lenient);
  const auto east = offset(reader, lenient);
  if (!nanoseconds || !east || !reader.at_end()) return std::nullopt;
  if (*month < 1 || *month > 12 || *day < 1 || *day > days_in_month(*year, *month) || *hour > 23 ||
      *minute > 59 || *second > 59) {
    return std::nullopt;
  }
  const int64_t seconds = days_from_civil({*year, *month, *day}) * 86400 + *hour * 3600 +
                          *minute * 60 + *second - *east;
  if (seconds < kFirstSecond || seconds > kLastSecond) return std::nullopt;
  return Value::timestamp(seconds, *nanoseconds, *east / 60);
}

std::optional<std::pair<int64_t, uint32_t>> parse_timestamp(std::string_view text) {
  const auto value = timestamp_value(text);
  if (!value) return std::nullopt;
  return std::pair(value->seconds(), value->nanoseconds());
}

std::string timestamp_text(int64_t seconds, uint32_t nanoseconds) {
  return timestamp_text(Value::timestamp(seconds, nanoseconds));
}

std::string timestamp_text(const Value& timestamp) {
  const int offset = timestamp.offset();
  const uint32_t nanoseconds = timestamp.nanoseconds();
  const int64_t seconds = timestamp.seconds() + int64_t{60} * offset;
  const int64_t days = (seconds >= 0 ? seconds : seconds - 86399) / 86400;
  const int64_t of_day = seconds - days * 86400;
  const CivilDate date = civil_from_days(days);
  std::string text = padded(date.year, 4) + "-" + padded(date.month, 2) + "-" +
                     padded(date.day, 2) + "T" + padded(of_day / 3600, 2) + ":" +
                     padded(of_day / 60 % 60, 2) + ":" + padded(of_day % 60, 2);
  if (nanoseconds != 0) text += "." + fraction_text(nanoseconds);
  if (offset == 0) return text + "Z";
  const int minutes = std::abs(offset);
  return text + (offset < 0 ? "-" : "+") + padded(minutes / 60, 2) + ":" + padded(minutes % 60, 2);
}

std::optional<int64_t> parse_duration(std::string_view text) {
  Reader reader(text);
  const bool negative = reader.accept('-');
  if (!negative) reader.accept('+');
  if (reader.rest() == "0") return 0;
  if (reader.at_end()) return std::nullopt;
  uint64_t total = 0;
  while (!reader.at_end()) {
    if (!add_part(reader, total)) return std::nullopt;
  }
  if (!negative && total > static_cast<uint64_t>(INT64_MAX)) return std::nullopt;
  return static_cast<int64_t>(negative ? 0 - total : total);
}

// In seconds as a double, as cel-go writes them: long ones lose their last digits.
std::string duration_text(int64_t nanoseconds) {
  const double seconds = static_cast<double>(nanoseconds / kBillion) +
                         static_cast<double>(nanoseconds % kBillion) / 1e9;
  char buffer[64];
  const auto end =
      std::to_chars(std::begin(buffer), std::end(buffer), seconds, std::chars_format::fixed).ptr;
  return std::string(buffer, end) + "s";
}

}  // namespace seawall::cel
