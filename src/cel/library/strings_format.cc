#include "cel/library/strings_format.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>
#include <vector>

#include "cel/go_quote.h"
#include "cel/library/strings_format_clauses.h"
#include "cel/time_text.h"
#include "cel/utf8.h"

namespace seawall::cel {
namespace {

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

// A value as %s shows it, appended; false when it has no such text or became too long.
bool append_text(const Value& value, Clause& clause);

bool append_list(const Value& value, Clause& clause) {
  clause.text += '[';
  for (uint32_t i = 0; i < value.size(); ++i) {
    if (i > 0) clause.text += ", ";
    if (!append_text(value.at(i), clause)) return false;
  }
  clause.text += ']';
  return true;
}

// Ordered by the keys' text.
bool append_map(const Value& value, Clause& clause) {
  std::vector<std::pair<std::string, std::string>> entries;
  size_t bytes = 0;
  for (uint32_t i = 0; i < value.size(); ++i) {
    const auto [key, element] = value.entry(i);
    Clause key_clause, element_clause;
    if (!append_text(key, key_clause) || !append_text(element, element_clause)) {
      clause.problem = key_clause.problem + element_clause.problem;
      return false;
    }
    bytes += key_clause.text.size() + element_clause.text.size();
    if (bytes > kMostFormattedBytes) {
      clause.problem = "the formatted text is too large";
      return false;
    }
    entries.emplace_back(std::move(key_clause.text), std::move(element_clause.text));
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const auto& left, const auto& right) { return left.first < right.first; });
  clause.text += '{';
  for (size_t i = 0; i < entries.size(); ++i) {
    if (i > 0) clause.text += ", ";
    clause.text += entries[i].first + ": " + entries[i].second;
  }
  clause.text += '}';
  return true;
}

bool append_text(const Value& value, Clause& clause) {
  switch (value.kind()) {
    case Kind::kDouble:
      clause.text += plain_number(value.number());
      break;
    case Kind::kBytes:
      clause.text += value.string();
      break;
    case Kind::kNull:
      clause.text += "null";
      break;
    case Kind::kDuration:
      clause.text += duration_text(value.duration());
      break;
    case Kind::kTimestamp:
      clause.text += timestamp_text(value);
      break;
    case Kind::kType:
      clause.text += value.type()->name;
      break;
    case Kind::kList:
      if (!append_list(value, clause)) return false;
      break;
    case Kind::kMap:
      if (!append_map(value, clause)) return false;
      break;
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kUint:
    case Kind::kString:
      clause.text += to_text(value);
      break;
    default:
      clause.problem = wrong_type(
                           "string clause can only be used on strings, bools, bytes, ints, "
                           "doubles, maps, lists, types, durations, and timestamps",
                           value)
                           .problem;
      return false;
  }
  if (clause.text.size() <= kMostFormattedBytes) return true;
  clause.problem = "the formatted text is too large";
  return false;
}

// REQUIRES: a number.
std::string with_precision(const Value& value, int precision, std::chars_format format) {
  double number = 0;
  if (value.is(Kind::kInt)) number = static_cast<double>(value.integer());
  if (value.is(Kind::kUint)) number = static_cast<double>(value.unsigned_integer());
  if (value.is(Kind::kDouble)) number = value.number();
  return std::isfinite(number) ? fixed_text(number, precision, format) : special_number(number);
}

// ".3" behind the %, which `at` moves over. The problem, or nothing.
std::string read_precision(std::string_view format, size_t& at, int& precision) {
  precision = kDefaultPrecision;
  if (at >= format.size() || format[at] != '.') return {};
  const size_t begin = ++at;
  while (at < format.size() && format[at] >= '0' && format[at] <= '9') ++at;
  if (at >= format.size()) return "could not find end of precision specifier";
  const std::string_view digits = format.substr(begin, at - begin);
  int64_t number = 0;
  const auto failure = std::from_chars(digits.data(), digits.data() + digits.size(), number).ec;
  if (failure != std::errc()) {
    return "error while converting precision to integer: strconv.Atoi: parsing " +
           go_quote(digits) + (digits.empty() ? ": invalid syntax" : ": value out of range");
  }
  if (number > kMostPrecision) {
    return "precision " + std::to_string(number) + " exceeds maximum allowed precision " +
           std::to_string(kMostPrecision);
  }
  precision = static_cast<int>(number);
  return {};
}

// The clause behind the % at `at`, which moves to its last byte.
Clause next_clause(std::string_view format, size_t& at, const Value& value, bool classic) {
  int precision = 0;
  std::string problem = read_clause(format, at, precision);
  if (!problem.empty()) return {{}, std::move(problem)};
  Clause clause = classic ? classic_clause(format[at], precision, value)
                          : current_clause(format[at], precision, value);
  if (!clause.problem.empty()) clause.problem = "error during formatting: " + clause.problem;
  return clause;
}

}  // namespace

std::string read_clause(std::string_view format, size_t& at, int& precision) {
  const std::string prefix = "could not parse formatting clause: ";
  const std::string problem = read_precision(format, at, precision);
  if (!problem.empty()) return prefix + "error while parsing precision: " + problem;
  if (std::string_view("sdfeboxX").find(format[at]) != std::string_view::npos) return {};
  std::string letter;
  append_character(letter, static_cast<unsigned char>(format[at]));
  return prefix + "unrecognized formatting clause \"" + letter + '"';
}

std::string type_name(const Value& value) {
  return std::string(type_of(value)->name);
}

Clause wrong_type(std::string_view rule, const Value& value) {
  return {{}, std::string(rule) + ", was given " + type_name(value)};
}

std::string fixed_text(double value, int precision, std::chars_format format) {
  char buffer[kMostPrecision + 400];
  const auto end =
      std::to_chars(std::begin(buffer), std::end(buffer), value, format, precision).ptr;
  return {buffer, end};
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

Clause current_clause(char letter, int precision, const Value& value) {
  const bool whole = value.is(Kind::kInt) || value.is(Kind::kUint);
  switch (letter) {
    case 's': {
      Clause clause;
      append_text(value, clause);
      return clause;
    }
    case 'd':
      if (!value.is_number()) {
        return wrong_type("decimal clause can only be used on ints, uints, and doubles", value);
      }
      if (whole) return {to_text(value), {}};
      return {plain_number(value.number()), {}};
    case 'f':
      if (!value.is_number()) {
        return wrong_type("fixed-point clause can only be used on ints, uints, and doubles", value);
      }
      return {with_precision(value, precision, std::chars_format::fixed), {}};
    case 'e':
      if (!value.is_number()) {
        return wrong_type("scientific clause can only be used on ints, uints, and doubles", value);
      }
      return {with_precision(value, precision, std::chars_format::scientific), {}};
    case 'b':
      if (value.is(Kind::kBool)) return {value.boolean() ? "1" : "0", {}};
      if (!whole) {
        return wrong_type("only ints, uints, and bools can be formatted as binary", value);
      }
      return {in_base(value, 2), {}};
    case 'o':
      if (!whole) return wrong_type("octal clause can only be used on ints and uints", value);
      return {in_base(value, 8), {}};
    default:  // x, X
      if (!whole && !value.is(Kind::kString) && !value.is(Kind::kBytes)) {
        return wrong_type("only ints, uints, bytes, and strings can be formatted as hex", value);
      }
      return {hexadecimal(value, letter == 'X'), {}};
  }
}

Value format_text(Call& call, std::string_view format, const Value& arguments, bool classic) {
  std::string text;
  uint32_t next = 0;
  for (size_t at = 0; at < format.size(); ++at) {
    if (format[at] != '%') {
      text += format[at];
      continue;
    }
    if (++at < format.size() && format[at] == '%') {
      text += '%';
      continue;
    }
    if (next >= arguments.size()) {
      return call.error("index " + std::to_string(next) + " out of range");
    }
    if (at >= format.size()) return call.error("unexpected end of string");
    const Clause clause = next_clause(format, at, arguments.at(next++), classic);
    if (!clause.problem.empty()) return call.error(clause.problem);
    text += clause.text;
    if (text.size() > kMostFormattedBytes) return call.error("the formatted text is too large");
  }
  return call.string(text);
}

}  // namespace seawall::cel
