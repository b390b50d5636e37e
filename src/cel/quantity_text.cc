// Quantities from and to text.
#include <algorithm>
#include <charconv>

#include "base/strings.h"
#include "cel/quantity.h"

namespace seawall::cel {
namespace {

constexpr size_t kLongestText = 1024;
constexpr int64_t kMostZeros = 4096;    // that binary units are looked for in
constexpr int64_t kSmallestPlaces = 9;  // decimal places that are kept: nano
constexpr std::string_view kLargestBinary = "9223372036854775807";

struct Unit {
  std::string_view suffix;
  int base, exponent;
};
constexpr Unit kUnits[] = {
    {"", 10, 0},   {"n", 10, -9}, {"u", 10, -6}, {"m", 10, -3}, {"k", 10, 3},  {"M", 10, 6},
    {"G", 10, 9},  {"T", 10, 12}, {"P", 10, 15}, {"E", 10, 18}, {"Ki", 2, 10}, {"Mi", 2, 20},
    {"Gi", 2, 30}, {"Ti", 2, 40}, {"Pi", 2, 50}, {"Ei", 2, 60},
};

Error wrong_format() {
  return malformed(
      "quantities must match the regular expression "
      "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
}
Error wrong_number() {
  return malformed("unable to parse numeric part of quantity");
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

size_t skip_digits(std::string_view text, size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

// The parts of a text: "-001.50Ki" has the value "-001.50", whole "1", fraction "50".
struct Parts {
  bool negative = false;
  std::string_view value, whole, fraction, suffix;
};

Result<Parts> split_parts(std::string_view text) {
  Parts parts;
  size_t at = 0;
  if (text[0] == '-' || text[0] == '+') {
    parts.negative = text[0] == '-';
    ++at;
  }
  while (at < text.size() && text[at] == '0') ++at;
  if (at == text.size()) {  // also a sign alone
    parts.value = parts.whole = "0";
    return parts;
  }
  size_t end = skip_digits(text, at);
  parts.whole = end > at ? text.substr(at, end - at) : "0";
  if (end < text.size() && text[end] == '.') {
    at = end + 1;
    end = skip_digits(text, at);
    parts.fraction = text.substr(at, end - at);
  }
  parts.value = text.substr(0, end);
  parts.suffix = text.substr(end);
  const size_t letters = text.find_first_not_of("eEinumkKMGTP", end);
  if (letters == std::string_view::npos) return parts;
  const bool sign = text[letters] == '-' || text[letters] == '+';
  if (skip_digits(text, letters + (sign ? 1 : 0)) != text.size()) return wrong_format();
  return parts;
}

// The number behind "e"; Kubernetes keeps the lower 32 bits of a longer one.
std::optional<int32_t> exponent_of(std::string_view suffix) {
  if (suffix.size() < 2 || (suffix[0] != 'e' && suffix[0] != 'E')) return std::nullopt;
  suffix.remove_prefix(1);
  if (suffix[0] == '+') {
    suffix.remove_prefix(1);
    if (suffix.empty() || !is_digit(suffix[0])) return std::nullopt;
  }
  int64_t value = 0;
  const auto [end, problem] = std::from_chars(suffix.data(), suffix.data() + suffix.size(), value);
  if (problem != std::errc() || end != suffix.data() + suffix.size()) return std::nullopt;
  return static_cast<int32_t>(value);
}

// text * factor, for decimal digits. REQUIRES: factor <= 2^60, so that 64 bits hold ten
// times it.
std::string times(std::string_view digits, uint64_t factor) {
  std::string product;
  uint64_t carry = 0;
  for (size_t i = digits.size(); i > 0; --i) {
    carry += static_cast<uint64_t>(digits[i - 1] - '0') * factor;
    product += static_cast<char>('0' + static_cast<int>(carry % 10));
    carry /= 10;
  }
  for (; carry > 0; carry /= 10) product += static_cast<char>('0' + static_cast<int>(carry % 10));
  std::reverse(product.begin(), product.end());
  return product;
}

// digits / 1024, when nothing remains.
std::optional<std::string> divided_by_1024(std::string_view digits) {
  std::string quotient;
  unsigned remainder = 0;
  for (const char digit : digits) {
    remainder = remainder * 10 + static_cast<unsigned>(digit - '0');
    if (!quotient.empty() || remainder >= 1024) {
      quotient += static_cast<char>('0' + remainder / 1024);
    }
    remainder %= 1024;
  }
  if (remainder != 0 || quotient.empty()) return std::nullopt;
  return quotient;
}

// One more in the last place.
void increment(std::string& digits) {
  size_t at = digits.size();
  while (at > 0 && digits[at - 1] == '9') digits[--at] = '0';
  if (at == 0) {
    digits.insert(digits.begin(), '1');
  } else {
    ++digits[at - 1];
  }
}

std::string_view suffix_of(int base, int64_t exponent) {
  for (const Unit& unit : kUnits) {
    if (unit.base == base && unit.exponent == exponent) return unit.suffix;
  }
  return {};  // as Kubernetes: beyond the units a number has none
}

}  // namespace

Result<Quantity> Quantity::parse(std::string_view text, Arena& arena) {
  if (text.empty()) return wrong_format();
  if (text.size() > kLongestText) return limit_reached("the quantity is too long");
  Quantity made;
  if (text == "0") return made;
  SEAWALL_TRY(const Parts parts, split_parts(text));

  const auto* const unit = std::find_if(std::begin(kUnits), std::end(kUnits),
                                        [&](const Unit& u) { return u.suffix == parts.suffix; });
  int base = 10;
  int32_t exponent = 0;
  if (unit != std::end(kUnits)) {
    base = unit->base;
    exponent = unit->exponent;
    made.units_ = base == 2 ? Units::kBinary : Units::kDecimal;
  } else if (const auto written = exponent_of(parts.suffix)) {
    exponent = *written;
    made.units_ = Units::kExponent;
  } else {
    return malformed("unable to parse quantity's suffix");
  }

  // Digits that the first form has room for: 18, less what the binary unit takes.
  const auto places = static_cast<int64_t>(parts.whole.size() + parts.fraction.size());
  int64_t room = 18 - places;
  if (base == 2) room = parts.fraction.empty() ? 14 - places - exponent * 3 / 10 : -1;
  made.scale_ = (base == 2 ? 0 : exponent) - static_cast<int64_t>(parts.fraction.size());
  const std::string shifted = std::string(parts.whole) + std::string(parts.fraction);
  int64_t value = 0, product = 0;
  std::from_chars(shifted.data(), shifted.data() + std::min<size_t>(shifted.size(), 18), value);
  if (room < 0 || made.scale_ < -kSmallestPlaces ||
      __builtin_mul_overflow(value, base == 2 ? int64_t{1} << exponent : 1, &product)) {
    return parse_large(parts.value, made.units_, base, exponent, arena);
  }
  made.value_ = parts.negative ? -product : product;
  const bool canonical =
      base == 2 ? (value & 7) != 0
                : made.scale_ % 3 == 0 && !shifted.ends_with("000") && shifted[0] != '0';
  if (canonical) made.written_ = arena.copy(text);
  return made;
}

// Rounds to 9 decimal places, away from zero, and keeps binary units within an int64.
Result<Quantity> Quantity::parse_large(std::string_view value, Units units, int base, int exponent,
                                       Arena& arena) {
  Quantity made;
  made.large_ = true;
  made.units_ = units;
  made.scale_ = -kSmallestPlaces;
  Decimal decimal;
  decimal.negative = value[0] == '-';
  if (value[0] == '-' || value[0] == '+') value.remove_prefix(1);
  const size_t dot = value.find('.');
  decimal.digits = replace_all(value, ".", "");
  if (decimal.digits.empty()) return wrong_number();
  if (dot != std::string_view::npos) {
    decimal.exponent = -static_cast<int64_t>(value.size() - dot - 1);
  }
  decimal.digits.erase(0, std::min(decimal.digits.find_first_not_of('0'), decimal.digits.size()));
  if (base == 10) decimal.exponent += exponent;
  if (decimal.digits.empty()) {  // zero is not rounded: its places count in sums
    made.scale_ = decimal.exponent;
    return made;
  }
  if (base == 2) {
    decimal.digits = times(decimal.digits, uint64_t{1} << exponent);
  }
  if (decimal.exponent < -kSmallestPlaces) {
    const auto drop = static_cast<uint64_t>(-kSmallestPlaces - decimal.exponent);
    const size_t kept = drop < decimal.digits.size() ? decimal.digits.size() - drop : 0;
    const bool rest = decimal.digits.find_first_not_of('0', kept) != std::string::npos;
    decimal.digits.resize(kept);
    if (rest) increment(decimal.digits);
    decimal.exponent = -kSmallestPlaces;
  }
  const size_t end = decimal.digits.find_last_not_of('0') + 1;
  decimal.exponent += static_cast<int64_t>(decimal.digits.size() - end);
  decimal.digits.resize(end);
  if (units == Units::kBinary) {
    const Decimal largest{false, std::string(kLargestBinary), 0};
    const Decimal one{false, "1", 0};
    if (compare_magnitude(decimal, largest) > 0) {
      decimal = {decimal.negative, largest.digits, 0};
      made.scale_ = 0;
    }
    if (compare_magnitude(decimal, one) < 0) made.units_ = Units::kDecimal;
  }
  made.set_decimal(decimal, arena);
  return made;
}

std::string Quantity::text() const {
  return written_.empty() ? canonical_text() : std::string(written_);
}

std::string Quantity::canonical_text() const {
  Decimal number = decimal();
  if (number.digits.empty()) return "0";
  std::string text = number.negative ? "-" : "";
  const Decimal small{false, "1024", 0};
  if (units_ == Units::kBinary && compare_magnitude(number, small) >= 0 && number.exponent >= 0 &&
      number.exponent <= kMostZeros) {
    number.digits.append(static_cast<size_t>(number.exponent), '0');
    int64_t units = 0;
    while (const auto quotient = divided_by_1024(number.digits)) {
      number.digits = *quotient;
      ++units;
    }
    return text += number.digits + std::string(suffix_of(2, units * 10));
  }
  const int64_t beyond = (number.exponent % 3 + 3) % 3;
  number.digits.append(static_cast<size_t>(beyond), '0');
  number.exponent -= beyond;
  text += number.digits;
  if (units_ != Units::kExponent) return text += suffix_of(10, number.exponent);
  return number.exponent == 0 ? text : text + "e" + std::to_string(number.exponent);
}

}  // namespace seawall::cel
