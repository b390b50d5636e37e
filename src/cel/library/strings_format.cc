#include "cel/library/strings_format.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cel/time_text.h"
#include "codec/json_writer.h"

namespace seawall::cel {
namespace {

constexpr int kMostPrecision = 1000, kDefaultPrecision = 6;
constexpr size_t kMostBytes = 1u << 20;

std::string special_number(double value) {
  if (std::isnan(value)) return "NaN";
  return value < 0 ? "-Infinity" : "Infinity";
}

// All digits and no exponent.
std::string plain_number(double value) {
  if (!std::isfinite(value)) return special_number(value);
  char buffer[400];
  const auto end =
      std::to_chars(std::begin(buffer), std::end(buffer), value, std::chars_format::fixed).ptr;
  return {buffer, end};
}

std::string type_name(const Value& value) {
  return std::string(type_of(value)->name);
}

// "text" with Go's escapes for what is not printed.
std::string in_quotes(std::string_view text) {
  std::string quoted;
  append_json_string(quoted, text);
  return quoted;
}

// A value inside of a list or map as version 2 of the library, which Kubernetes has, writes it: as
// CEL would.
bool append_literal(const Value& value, std::string& text);

bool append_literal_map(const Value& value, std::string& text) {
  std::vector<std::pair<std::string, std::string>> entries;
  for (uint32_t i = 0; i < value.size(); ++i) {
    const auto [key, element] = value.entry(i);
    auto& entry = entries.emplace_back();
    if (!append_literal(key, entry.first)) return text = entry.first, false;
    if (!append_literal(element, entry.second)) return text = entry.second, false;
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const auto& left, const auto& right) { return left.first < right.first; });
  text += '{';
  for (size_t i = 0; i < entries.size(); ++i) {
    if (i > 0) text += ", ";
    text += entries[i].first + ":" + entries[i].second;
  }
  text += '}';
  return true;
}

std::string with_precision(const Value& value, int precision, std::chars_format format);

bool append_literal(const Value& value, std::string& text) {
  switch (value.kind()) {
    case Kind::kString:
      text += in_quotes(value.string());
      return true;
    case Kind::kBytes:
      text += "b" + in_quotes(value.string());
      return true;
    case Kind::kNull:
      text += "null";
      return true;
    case Kind::kDouble:
      text += std::isfinite(value.number())
                  ? with_precision(value, kDefaultPrecision, std::chars_format::fixed)
                  : "\"" + number_text(value.number()) + "\"";
      return true;
    case Kind::kTimestamp:
      text += "timestamp(\"" + timestamp_text(value.seconds(), value.nanoseconds()) + "\")";
      return true;
    case Kind::kDuration:
      text += "duration(\"" + duration_text(value.duration()) + "\")";
      return true;
    case Kind::kList:
      text += '[';
      for (uint32_t i = 0; i < value.size(); ++i) {
        if (i > 0) text += ", ";
        if (!append_literal(value.at(i), text)) return false;
      }
      text += ']';
      return true;
    case Kind::kMap:
      return append_literal_map(value, text);
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kUint:
    case Kind::kType:
      text += to_text(value);
      return true;
    default:
      text = type_name(value);
      return false;
  }
}

// One %s, appended; false when the value has no such text, whose type is then in `text`.
bool append_text(const Value& value, std::string& text) {
  switch (value.kind()) {
    case Kind::kDouble:
      text += plain_number(value.number());
      return true;
    case Kind::kBytes:
      text += value.string();
      return true;
    case Kind::kNull:
      text += "null";
      return true;
    case Kind::kDuration:
      text += duration_text(value.duration());
      return true;
    case Kind::kTimestamp:
      text += timestamp_text(value.seconds(), value.nanoseconds());
      return true;
    case Kind::kList:
      text += '[';
      for (uint32_t i = 0; i < value.size(); ++i) {
        if (i > 0) text += ", ";
        if (!append_text(value.at(i), text)) return false;
      }
      text += ']';
      return true;
    case Kind::kMap: {
      std::vector<std::pair<std::string, std::string>> entries;
      for (uint32_t i = 0; i < value.size(); ++i) {
        const auto [key, element] = value.entry(i);
        auto& entry = entries.emplace_back();
        if (!append_text(key, entry.first)) return text = entry.first, false;
        if (!append_text(element, entry.second)) return text = entry.second, false;
      }
      std::stable_sort(entries.begin(), entries.end(), [](const auto& left, const auto& right) {
        return left.first < right.first;
      });
      text += '{';
      for (const auto& [key, element] : entries) {
        if (!text.ends_with('{')) text += ", ";
        text += key + ": " + element;
      }
      text += '}';
      return true;
    }
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kUint:
    case Kind::kString:
    case Kind::kType:
      text += to_text(value);
      return true;
    default:
      text = type_name(value);
      return false;
  }
}

std::string in_base(const Value& value, int base) {
  char buffer[70];
  const auto result =
      value.is(Kind::kInt)
          ? std::to_chars(std::begin(buffer), std::end(buffer), value.integer(), base)
          : std::to_chars(std::begin(buffer), std::end(buffer), value.unsigned_integer(), base);
  return {buffer, result.ptr};
}

std::string hexadecimal(const Value& value, bool upper) {
  std::string text;
  if (value.is(Kind::kInt) || value.is(Kind::kUint)) {
    text = in_base(value, 16);
  } else {
    constexpr char kDigits[] = "0123456789abcdef";
    for (const char c : value.string()) {
      text += kDigits[static_cast<unsigned char>(c) >> 4];
      text += kDigits[static_cast<unsigned char>(c) & 15];
    }
  }
  if (upper) {
    for (char& c : text) {
      if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 32);
    }
  }
  return text;
}

std::string with_precision(const Value& value, int precision, std::chars_format format) {
  double number = 0;
  if (value.is(Kind::kInt)) number = static_cast<double>(value.integer());
  if (value.is(Kind::kUint)) number = static_cast<double>(value.unsigned_integer());
  if (value.is(Kind::kDouble)) number = value.number();
  if (!std::isfinite(number)) return special_number(number);
  char buffer[kMostPrecision + 400];
  const auto end =
      std::to_chars(std::begin(buffer), std::end(buffer), number, format, precision).ptr;
  return {buffer, end};
}

// What a clause makes of a value.
struct Clause {
  std::string text;
  std::string problem;  // empty: none
};
Clause cannot(std::string_view what, std::string_view verb, const std::string& type) {
  return {{},
          "error during formatting: " + std::string(what) + " clause can only be used on " +
              std::string(verb) + ", was given " + type};
}

// 1234567.5 with commas between thousands: as version 2 writes it for English readers.
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
  std::string text = number.substr(0, exponent) + "\u202f×\u202f10";
  for (const char c : number.substr(exponent + 1)) {
    if (c == '-') text += "⁻";
    if (c >= '0' && c <= '9') text += kDigits[c - '0'];
  }
  return text;
}

// The clauses of version 2: only doubles have a point.
std::optional<Clause> run_classic(char letter, int precision, const Value& value) {
  switch (letter) {
    case 's': {
      if (!value.is(Kind::kList) && !value.is(Kind::kMap)) return std::nullopt;
      Clause clause;
      if (!append_literal(value, clause.text)) {
        clause.problem = "error during formatting: no formatting function for " + clause.text;
      }
      return clause;
    }
    case 'd':
      if (value.is(Kind::kInt) || value.is(Kind::kUint)) return std::nullopt;
      return cannot("decimal", "integers", type_name(value));
    case 'f':
      if (!value.is(Kind::kDouble)) return cannot("fixed-point", "doubles", type_name(value));
      return Clause{with_commas(with_precision(value, precision, std::chars_format::fixed)), {}};
    case 'e':
      if (!value.is(Kind::kDouble)) return cannot("scientific", "doubles", type_name(value));
      return Clause{
          with_superscripts(with_precision(value, precision, std::chars_format::scientific)), {}};
    default:
      return std::nullopt;
  }
}

Clause run_clause(char letter, int precision, const Value& value, bool classic) {
  if (classic) {
    if (auto clause = run_classic(letter, precision, value)) return std::move(*clause);
  }
  const bool whole = value.is(Kind::kInt) || value.is(Kind::kUint);
  switch (letter) {
    case 's': {
      Clause clause;
      if (!append_text(value, clause.text)) {
        return cannot("string",
                      "strings, bools, bytes, ints, doubles, maps, lists, types, durations, and "
                      "timestamps",
                      clause.text);
      }
      return clause;
    }
    case 'd':
      if (whole) return {to_text(value), {}};
      if (value.is(Kind::kDouble)) return {plain_number(value.number()), {}};
      return cannot("decimal", "ints, uints, and doubles", type_name(value));
    case 'f':
      if (!value.is_number()) {
        return cannot("fixed-point", "ints, uints, and doubles", type_name(value));
      }
      return {with_precision(value, precision, std::chars_format::fixed), {}};
    case 'e':
      if (!value.is_number()) {
        return cannot("scientific", "ints, uints, and doubles", type_name(value));
      }
      return {with_precision(value, precision, std::chars_format::scientific), {}};
    case 'b':
      if (value.is(Kind::kBool)) return {value.boolean() ? "1" : "0", {}};
      if (!whole) return cannot("binary", "ints, uints, and bools", type_name(value));
      return {in_base(value, 2), {}};
    case 'o':
      if (!whole) return cannot("octal", "ints and uints", type_name(value));
      return {in_base(value, 8), {}};
    case 'x':
    case 'X':
      if (!whole && !value.is(Kind::kString) && !value.is(Kind::kBytes)) {
        return cannot("hex", "ints, uints, bytes, and strings", type_name(value));
      }
      return {hexadecimal(value, letter == 'X'), {}};
    default:
      return {{},
              "could not parse formatting clause: unrecognized formatting clause \"" +
                  std::string(1, letter) + "\""};
  }
}

// ".3" behind the %; -1 when it is wrong.
int read_precision(std::string_view format, size_t& at) {
  if (at >= format.size() || format[at] != '.') return kDefaultPrecision;
  ++at;
  int precision = 0;
  bool any = false;
  while (at < format.size() && format[at] >= '0' && format[at] <= '9') {
    precision = std::min(precision * 10 + (format[at] - '0'), kMostPrecision + 1);
    any = true;
    ++at;
  }
  return any && precision <= kMostPrecision ? precision : -1;
}

}  // namespace

Value format_text(Call& call, std::string_view format, const Value& arguments, bool classic) {
  std::string text;
  uint32_t next = 0;
  for (size_t at = 0; at < format.size(); ++at) {
    if (format[at] != '%') {
      text += format[at];
      continue;
    }
    if (++at >= format.size()) return call.error("unexpected end of string");
    if (format[at] == '%') {
      text += '%';
      continue;
    }
    const int precision = read_precision(format, at);
    if (precision < 0) {
      return call.error("could not parse formatting clause: error while parsing precision");
    }
    if (at >= format.size()) return call.error("unexpected end of string");
    if (next >= arguments.size()) {
      return call.error("index " + std::to_string(next) + " out of range");
    }
    const Clause clause = run_clause(format[at], precision, arguments.at(next++), classic);
    if (!clause.problem.empty()) return call.error(clause.problem);
    text += clause.text;
    if (text.size() > kMostBytes) return call.error("the formatted text is too large");
  }
  return call.string(text);
}

}  // namespace seawall::cel
