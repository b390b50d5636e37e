#include <algorithm>
#include <cctype>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "cel/go_quote.h"
#include "cel/library/strings_format_clauses.h"
#include "cel/time_text.h"
#include "cel/type.h"

namespace seawall::cel {
namespace {

// 1234567.5 with commas between thousands: as English readers have it.
std::string with_commas(std::string number) {
  const size_t begin = number.starts_with('-') ? 1 : 0;
  size_t end = number.find('.');
  if (end == number.npos) end = number.size();
  if (!std::isdigit(static_cast<unsigned char>(number[begin]))) return number;
  for (size_t at = end; at > begin + 3;) {
    at -= 3;
    number.insert(at, ",");
  }
  return number;
}

// 1.5e-07 as 1.5×10⁻⁰⁷.
std::string with_superscripts(const std::string& number) {
  constexpr std::string_view kDigits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  const size_t exponent = number.find('e');
  if (exponent == number.npos) return number;
  std::string text = number.substr(0, exponent) + "×10";
  for (const char c : number.substr(exponent + 1)) {
    if (c == '-') text += "⁻";
    if (c >= '0' && c <= '9') text += kDigits[c - '0'];
  }
  return text;
}

std::string special_number(double value) {
  if (std::isnan(value)) return "NaN";
  return value < 0 ? "-∞" : "∞";
}

// A value as %s shows it, appended. False when it has no such text or became too long; then
// `problem` says why.
class Writer {
 public:
  Writer(std::string& text, std::string& problem) : text_(text), problem_(problem) {}

  // Inside of a list or map: as CEL would write it.
  bool literal(const Value& value) {
    switch (value.kind()) {
      case Kind::kString:
        text_ += go_quote(value.string());
        break;
      case Kind::kBytes:
        if (!is_text(value)) return false;
        text_ += "b" + go_quote(value.string());
        break;
      case Kind::kDouble:
        text_ += std::isfinite(value.number())
                     ? fixed_text(value.number(), kDefaultPrecision, std::chars_format::fixed)
                     : "\"" + number_text(value.number()) + "\"";
        break;
      case Kind::kTimestamp:
        text_ += "timestamp(\"" + timestamp_text(value) + "\")";
        break;
      case Kind::kDuration:
        text_ += "duration(\"" + duration_text(value.duration()) + "\")";
        break;
      case Kind::kObject:
      case Kind::kOptional:
        problem_ = "no formatting function for " + type_name(value);
        return false;
      default:
        return plain(value);
    }
    return fits();
  }

  bool plain(const Value& value) {
    switch (value.kind()) {
      case Kind::kNull:
        text_ += "null";
        break;
      case Kind::kDouble:
        text_ += number_text(value.number());
        break;
      case Kind::kBytes:
        if (!is_text(value)) return false;
        text_ += value.string();
        break;
      case Kind::kTimestamp:
        text_ += timestamp_text(value);
        break;
      case Kind::kDuration:
        text_ += duration_text(value.duration());
        break;
      case Kind::kType:
        text_ += value.type()->name;
        break;
      case Kind::kList:
        return list(value);
      case Kind::kMap:
        return map(value);
      case Kind::kBool:
      case Kind::kInt:
      case Kind::kUint:
      case Kind::kString:
        text_ += to_text(value);
        break;
      default:
        problem_ = wrong_type(
                       "string clause can only be used on strings, bools, bytes, ints, doubles, "
                       "maps, lists, types, durations, and timestamps",
                       value)
                       .problem;
        return false;
    }
    return fits();
  }

 private:
  bool fits() {
    if (text_.size() <= kMostFormattedBytes) return true;
    problem_ = "the formatted text is too large";
    return false;
  }
  bool is_text(const Value& bytes) {
    if (is_valid_utf8(bytes.string())) return true;
    problem_ =
        "could not convert argument \"invalid UTF-8 in bytes, cannot convert to string\" to string";
    return false;
  }
  bool list(const Value& value) {
    text_ += '[';
    for (uint32_t i = 0; i < value.size(); ++i) {
      if (i > 0) text_ += ", ";
      if (!literal(value.at(i))) return false;
    }
    text_ += ']';
    return fits();
  }
  // Ordered by the keys' text.
  bool map(const Value& value) {
    std::vector<std::pair<std::string, std::string>> entries;
    size_t bytes = 0;
    for (uint32_t i = 0; i < value.size(); ++i) {
      const auto [key, element] = value.entry(i);
      if (!key.is(Kind::kString) && !key.is(Kind::kBool) && !key.is(Kind::kInt) &&
          !key.is(Kind::kUint)) {
        problem_ = "no formatting function for map key of type " + type_name(key);
        return false;
      }
      auto& [key_text, text] = entries.emplace_back();
      if (!Writer(key_text, problem_).literal(key)) return false;
      if (!Writer(text, problem_).literal(element)) return false;
      bytes += key_text.size() + text.size();
      if (bytes > kMostFormattedBytes) {
        problem_ = "the formatted text is too large";
        return false;
      }
    }
    std::stable_sort(entries.begin(), entries.end(),
                     [](const auto& left, const auto& right) { return left.first < right.first; });
    text_ += '{';
    for (size_t i = 0; i < entries.size(); ++i) {
      if (i > 0) text_ += ", ";
      text_ += entries[i].first + ":" + entries[i].second;
    }
    text_ += '}';
    return fits();
  }

  std::string& text_;
  std::string& problem_;
};

// What %f and %e take: doubles, and the texts that stand for what JSON has no number for.
std::optional<double> double_of(const Value& value) {
  if (value.is(Kind::kDouble)) return value.number();
  if (!value.is(Kind::kString)) return std::nullopt;
  if (value.string() == "NaN") return std::nan("");
  if (value.string() == "Infinity") return HUGE_VAL;
  if (value.string() == "-Infinity") return -HUGE_VAL;
  return std::nullopt;
}

std::string fixed_point(double number, int precision) {
  if (!std::isfinite(number)) return special_number(number);
  if (number == 0) number = 0;  // without a minus
  return with_commas(fixed_text(number, precision, std::chars_format::fixed));
}

// Always six digits: the precision of %e is a width here, which spaces on the left fill.
std::string scientific(double number, int width) {
  if (number == 0) number = 0;
  const std::string text =
      std::isfinite(number)
          ? with_superscripts(fixed_text(number, kDefaultPrecision, std::chars_format::scientific))
          : special_number(number);
  const auto characters = static_cast<size_t>(count_characters(text));
  const auto wanted = static_cast<size_t>(width);
  return std::string(wanted > characters ? wanted - characters : 0, ' ') + text;
}

}  // namespace

Clause classic_clause(char letter, int precision, const Value& value) {
  const bool whole = value.is(Kind::kInt) || value.is(Kind::kUint);
  switch (letter) {
    case 's': {
      Clause clause;
      Writer(clause.text, clause.problem).plain(value);
      return clause;
    }
    case 'd':
      if (!whole) return wrong_type("decimal clause can only be used on integers", value);
      return {to_text(value), {}};
    case 'f':
    case 'e': {
      const auto number = double_of(value);
      if (!number) {
        return wrong_type(letter == 'f' ? "fixed-point clause can only be used on doubles"
                                        : "scientific clause can only be used on doubles",
                          value);
      }
      return {letter == 'f' ? fixed_point(*number, precision) : scientific(*number, precision), {}};
    }
    case 'b':
      if (value.is(Kind::kBool)) return {value.boolean() ? "1" : "0", {}};
      if (!whole) return wrong_type("only integers and bools can be formatted as binary", value);
      return {in_base(value, 2), {}};
    case 'o':
      if (!whole) return wrong_type("octal clause can only be used on integers", value);
      return {in_base(value, 8), {}};
    default:  // x, X
      if (!whole && !value.is(Kind::kString) && !value.is(Kind::kBytes)) {
        return wrong_type("only integers, byte buffers, and strings can be formatted as hex",
                          value);
      }
      return {hexadecimal(value, letter == 'X'), {}};
  }
}

}  // namespace seawall::cel
