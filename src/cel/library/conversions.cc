// Conversions between the types of the standard, and type() and dyn(). Source: CEL language
// definition, "List of Standard Definitions"; the messages are those that Kubernetes shows.
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <type_traits>

#include "base/strings.h"
#include "cel/library.h"
#include "cel/time_text.h"

namespace seawall::cel {
namespace {

Value same(Call&, Arguments a) {
  return a[0];
}

Value cannot_convert(Call& call, std::string_view type) {
  return call.error("type conversion error from 'string' to '" + std::string(type) + "'");
}

Value string_to_bool(Call& call, Arguments a) {
  for (const std::string_view yes : {"1", "t", "T", "TRUE", "true", "True"}) {
    if (a[0].string() == yes) return Value::boolean(true);
  }
  for (const std::string_view no : {"0", "f", "F", "FALSE", "false", "False"}) {
    if (a[0].string() == no) return Value::boolean(false);
  }
  return cannot_convert(call, "bool");
}

Value string_to_bytes(Call&, Arguments a) {
  return Value::bytes(a[0].string());
}
Value bytes_to_string(Call& call, Arguments a) {
  if (!is_valid_utf8(a[0].string())) {
    return call.error("invalid UTF-8 in bytes, cannot convert to string");
  }
  return Value::string(a[0].string());
}

template <typename T>
std::optional<T> parse_whole(std::string_view digits) {
  if (std::is_signed_v<T> && digits.starts_with('+') && !digits.starts_with("+-")) {
    digits.remove_prefix(1);
  }
  T value = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) {
    return std::nullopt;
  }
  return value;
}
Value string_to_int(Call& call, Arguments a) {
  const auto value = parse_whole<int64_t>(a[0].string());
  return value ? Value::integer(*value) : cannot_convert(call, "int");
}
Value string_to_uint(Call& call, Arguments a) {
  const auto value = parse_whole<uint64_t>(a[0].string());
  return value ? Value::unsigned_integer(*value) : cannot_convert(call, "uint");
}

// Go's rule for "_" in numbers: between digits, or behind the letter of a base.
bool underscores_fit(std::string_view text) {
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  if (hexadecimal) text.remove_prefix(2);
  bool digit = hexadecimal, open = false;  // the character before: a digit, "_"
  for (const char c : text) {
    const char lower = static_cast<char>(c | 0x20);
    const bool is_digit = (c >= '0' && c <= '9') || (hexadecimal && lower >= 'a' && lower <= 'f');
    if (c == '_' ? !digit : open && !is_digit) return false;
    open = c == '_';
    digit = is_digit;
  }
  return !open;
}

Value string_to_double(Call& call, Arguments a) {
  std::string text(a[0].string());
  if (text.find('_') != text.npos) {
    if (!underscores_fit(text)) return cannot_convert(call, "double");
    std::erase(text, '_');
  }
  const bool sign = text.starts_with('+') || text.starts_with('-');
  const std::string_view first = sign ? "0123456789.iI" : "0123456789.iInN";  // no signed NaN
  const bool begins_well =
      text.size() > (sign ? 1 : 0) && first.find(text[sign ? 1 : 0]) != first.npos;
  char* end = nullptr;
  const double value = begins_well ? std::strtod(text.c_str(), &end) : 0;
  if (!begins_well || end != text.c_str() + text.size() || text.find('(') != text.npos ||
      (text.find_first_of("xX") != text.npos && text.find_first_of("pP") == text.npos)) {
    return cannot_convert(call, "double");
  }
  const bool written_infinite = text.find_first_of("iI") != text.npos;
  if (std::isinf(value) && !written_infinite) return cannot_convert(call, "double");
  return Value::number(value);
}

Value uint_to_int(Call& call, Arguments a) {
  if (a[0].unsigned_integer() > INT64_MAX) return call.error("integer overflow");
  return Value::integer(static_cast<int64_t>(a[0].unsigned_integer()));
}
Value int_to_uint(Call& call, Arguments a) {
  if (a[0].integer() < 0) return call.error("unsigned integer overflow");
  return Value::unsigned_integer(static_cast<uint64_t>(a[0].integer()));
}
Value double_to_int(Call& call, Arguments a) {
  const double value = a[0].number();
  if (!(value > -0x1p63 && value < 0x1p63)) return call.error("integer overflow");
  return Value::integer(static_cast<int64_t>(value));
}
Value double_to_uint(Call& call, Arguments a) {
  const double value = a[0].number();
  if (!(value >= 0 && value < 0x1p64)) return call.error("unsigned integer overflow");
  return Value::unsigned_integer(static_cast<uint64_t>(value));
}
Value int_to_double(Call&, Arguments a) {
  return Value::number(static_cast<double>(a[0].integer()));
}
Value uint_to_double(Call&, Arguments a) {
  return Value::number(static_cast<double>(a[0].unsigned_integer()));
}

Value timestamp_to_int(Call&, Arguments a) {
  return Value::integer(a[0].seconds());
}
Value duration_to_int(Call&, Arguments a) {
  return Value::integer(a[0].duration());
}
Value int_to_timestamp(Call& call, Arguments a) {
  if (a[0].integer() < kFirstSecond || a[0].integer() > kLastSecond) {
    return call.error("timestamp overflow");
  }
  return Value::timestamp(a[0].integer(), 0);
}
Value string_to_timestamp(Call& call, Arguments a) {
  const auto parsed = timestamp_value(a[0].string());
  if (!parsed) {
    return call.error("invalid RFC 3339 timestamp \"" + std::string(a[0].string()) + "\"");
  }
  return *parsed;
}
Value string_to_duration(Call& call, Arguments a) {
  const auto parsed = parse_duration(a[0].string());
  if (!parsed) {
    return cannot_convert(call, "google.protobuf.Duration");
  }
  return Value::duration(*parsed);
}

Value bool_to_string(Call&, Arguments a) {
  return Value::string(a[0].boolean() ? "true" : "false");
}
Value int_to_string(Call& call, Arguments a) {
  return call.string(std::to_string(a[0].integer()));
}
Value uint_to_string(Call& call, Arguments a) {
  return call.string(std::to_string(a[0].unsigned_integer()));
}
Value double_to_string(Call& call, Arguments a) {
  return call.string(number_text(a[0].number()));
}
Value timestamp_to_string(Call& call, Arguments a) {
  return call.string(timestamp_text(a[0]));
}
Value duration_to_string(Call& call, Arguments a) {
  return call.string(duration_text(a[0].duration()));
}

Value type_of_value(Call&, Arguments a) {
  return Value::type(type_of(a[0]));
}

uint64_t text_cost(Arguments a, const Value&) {
  return scaled_cost(cost_size(a[0]), kStringFactor);
}

constexpr Style kGlobal = Style::kGlobal;

const Overload kOverloads[] = {
    {"type", "type", kGlobal, "(A) -> type(A)", type_of_value},
    {"to_dyn", "dyn", kGlobal, "(A) -> dyn", same},
    {"bool_to_bool", "bool", kGlobal, "(bool) -> bool", same},
    {"string_to_bool", "bool", kGlobal, "(string) -> bool", string_to_bool},
    {"bytes_to_bytes", "bytes", kGlobal, "(bytes) -> bytes", same},
    {"string_to_bytes", "bytes", kGlobal, "(string) -> bytes", string_to_bytes, text_cost, false,
     true},
    {"double_to_double", "double", kGlobal, "(double) -> double", same},
    {"int64_to_double", "double", kGlobal, "(int) -> double", int_to_double},
    {"string_to_double", "double", kGlobal, "(string) -> double", string_to_double},
    {"uint64_to_double", "double", kGlobal, "(uint) -> double", uint_to_double},
    {"duration_to_duration", "duration", kGlobal, "(duration) -> duration", same},
    {"string_to_duration", "duration", kGlobal, "(string) -> duration", string_to_duration},
    {"int64_to_int64", "int", kGlobal, "(int) -> int", same},
    {"double_to_int64", "int", kGlobal, "(double) -> int", double_to_int},
    {"duration_to_int64", "int", kGlobal, "(duration) -> int", duration_to_int},
    {"string_to_int64", "int", kGlobal, "(string) -> int", string_to_int},
    {"timestamp_to_int64", "int", kGlobal, "(timestamp) -> int", timestamp_to_int},
    {"uint64_to_int64", "int", kGlobal, "(uint) -> int", uint_to_int},
    {"string_to_string", "string", kGlobal, "(string) -> string", same},
    {"bool_to_string", "string", kGlobal, "(bool) -> string", bool_to_string},
    {"bytes_to_string", "string", kGlobal, "(bytes) -> string", bytes_to_string, text_cost, false,
     true},
    {"double_to_string", "string", kGlobal, "(double) -> string", double_to_string},
    {"duration_to_string", "string", kGlobal, "(duration) -> string", duration_to_string},
    {"int64_to_string", "string", kGlobal, "(int) -> string", int_to_string},
    {"timestamp_to_string", "string", kGlobal, "(timestamp) -> string", timestamp_to_string},
    {"uint64_to_string", "string", kGlobal, "(uint) -> string", uint_to_string},
    {"timestamp_to_timestamp", "timestamp", kGlobal, "(timestamp) -> timestamp", same},
    {"int64_to_timestamp", "timestamp", kGlobal, "(int) -> timestamp", int_to_timestamp},
    {"string_to_timestamp", "timestamp", kGlobal, "(string) -> timestamp", string_to_timestamp},
    {"uint64_to_uint64", "uint", kGlobal, "(uint) -> uint", same},
    {"double_to_uint64", "uint", kGlobal, "(double) -> uint", double_to_uint},
    {"int64_to_uint64", "uint", kGlobal, "(int) -> uint", int_to_uint},
    {"string_to_uint64", "uint", kGlobal, "(string) -> uint", string_to_uint},
};

}  // namespace

const Library conversions_library{"conversions", kOverloads};

}  // namespace seawall::cel
