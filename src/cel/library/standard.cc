// The operators, sizes and predicates of the standard library. Those that the interpreter runs
// itself (&& || ?: == != [] and members) are declared here for the checker only.
// Source: CEL language definition, "List of Standard Definitions".
#include <cmath>
#include <limits>

#include "cel/library.h"
#include "cel/regex_cache.h"
#include "cel/time_text.h"

namespace seawall::cel {
namespace {

constexpr int64_t kBillion = 1'000'000'000;

Value integer_overflow(Call& call) {
  return call.error("integer overflow");
}
Value unsigned_overflow(Call& call) {
  return call.error("unsigned integer overflow");
}

template <bool (*operation)(int64_t, int64_t, int64_t*)>
Value on_integers(Call& call, Arguments arguments) {
  int64_t result = 0;
  if (operation(arguments[0].integer(), arguments[1].integer(), &result)) {
    return integer_overflow(call);
  }
  return Value::integer(result);
}
bool add_overflow(int64_t a, int64_t b, int64_t* r) {
  return __builtin_add_overflow(a, b, r);
}
bool sub_overflow(int64_t a, int64_t b, int64_t* r) {
  return __builtin_sub_overflow(a, b, r);
}
bool mul_overflow(int64_t a, int64_t b, int64_t* r) {
  return __builtin_mul_overflow(a, b, r);
}

template <bool (*operation)(uint64_t, uint64_t, uint64_t*)>
Value on_unsigned(Call& call, Arguments arguments) {
  uint64_t result = 0;
  if (operation(arguments[0].unsigned_integer(), arguments[1].unsigned_integer(), &result)) {
    return unsigned_overflow(call);
  }
  return Value::unsigned_integer(result);
}
bool add_overflow(uint64_t a, uint64_t b, uint64_t* r) {
  return __builtin_add_overflow(a, b, r);
}
bool sub_overflow(uint64_t a, uint64_t b, uint64_t* r) {
  return __builtin_sub_overflow(a, b, r);
}
bool mul_overflow(uint64_t a, uint64_t b, uint64_t* r) {
  return __builtin_mul_overflow(a, b, r);
}

Value add_double(Call&, Arguments a) {
  return Value::number(a[0].number() + a[1].number());
}
Value subtract_double(Call&, Arguments a) {
  return Value::number(a[0].number() - a[1].number());
}
Value multiply_double(Call&, Arguments a) {
  return Value::number(a[0].number() * a[1].number());
}
Value divide_double(Call&, Arguments a) {
  return Value::number(a[0].number() / a[1].number());
}

Value divide_integer(Call& call, Arguments a) {
  if (a[1].integer() == 0) return call.error("division by zero");
  if (a[0].integer() == INT64_MIN && a[1].integer() == -1) return integer_overflow(call);
  return Value::integer(a[0].integer() / a[1].integer());
}
Value modulo_integer(Call& call, Arguments a) {
  if (a[1].integer() == 0) return call.error("modulus by zero");
  if (a[0].integer() == INT64_MIN && a[1].integer() == -1) return integer_overflow(call);
  return Value::integer(a[0].integer() % a[1].integer());
}
Value divide_unsigned(Call& call, Arguments a) {
  if (a[1].unsigned_integer() == 0) return call.error("division by zero");
  return Value::unsigned_integer(a[0].unsigned_integer() / a[1].unsigned_integer());
}
Value modulo_unsigned(Call& call, Arguments a) {
  if (a[1].unsigned_integer() == 0) return call.error("modulus by zero");
  return Value::unsigned_integer(a[0].unsigned_integer() % a[1].unsigned_integer());
}
Value negate_integer(Call& call, Arguments a) {
  if (a[0].integer() == INT64_MIN) return integer_overflow(call);
  return Value::integer(-a[0].integer());
}
Value negate_double(Call&, Arguments a) {
  return Value::number(-a[0].number());
}

Value join_text(Call& call, Arguments a, bool bytes) {
  const std::string_view left = a[0].string(), right = a[1].string();
  auto* joined = static_cast<char*>(call.arena().allocate(left.size() + right.size() + 1, 1));
  std::copy(left.begin(), left.end(), joined);
  std::copy(right.begin(), right.end(), joined + left.size());
  const std::string_view text(joined, left.size() + right.size());
  return bytes ? Value::bytes(text) : Value::string(text);
}
Value add_string(Call& call, Arguments a) {
  return join_text(call, a, false);
}
Value add_bytes(Call& call, Arguments a) {
  return join_text(call, a, true);
}
Value add_list(Call& call, Arguments a) {
  return concatenate(call.arena(), a[0], a[1]);
}

Value duration_or_overflow(Call& call, bool overflow, int64_t nanoseconds) {
  return overflow ? call.error("integer overflow") : Value::duration(nanoseconds);
}
Value add_durations(Call& call, Arguments a) {
  int64_t sum = 0;
  const bool overflow = add_overflow(a[0].duration(), a[1].duration(), &sum);
  return duration_or_overflow(call, overflow, sum);
}
Value subtract_durations(Call& call, Arguments a) {
  int64_t rest = 0;
  const bool overflow = sub_overflow(a[0].duration(), a[1].duration(), &rest);
  return duration_or_overflow(call, overflow, rest);
}
Value negate_duration(Call& call, Arguments a) {
  return duration_or_overflow(call, a[0].duration() == INT64_MIN, -a[0].duration());
}

Value moved(Call& call, const Value& time, int64_t nanoseconds, bool back) {
  int64_t seconds = nanoseconds / kBillion, rest = nanoseconds % kBillion;
  if (back) {
    seconds = -seconds;
    rest = -rest;
  }
  seconds += time.seconds();
  rest += time.nanoseconds();
  if (rest < 0) {
    rest += kBillion;
    --seconds;
  } else if (rest >= kBillion) {
    rest -= kBillion;
    ++seconds;
  }
  if (seconds < kFirstSecond || seconds > kLastSecond) return call.error("timestamp overflow");
  return Value::timestamp(seconds, static_cast<uint32_t>(rest), time.offset());
}
Value add_time_duration(Call& call, Arguments a) {
  return moved(call, a[0], a[1].duration(), false);
}
Value add_duration_time(Call& call, Arguments a) {
  return moved(call, a[1], a[0].duration(), false);
}
Value subtract_time_duration(Call& call, Arguments a) {
  return moved(call, a[0], a[1].duration(), true);
}
Value subtract_times(Call& call, Arguments a) {
  const int64_t seconds = a[0].seconds() - a[1].seconds();
  const int64_t rest =
      static_cast<int64_t>(a[0].nanoseconds()) - static_cast<int64_t>(a[1].nanoseconds());
  int64_t total = 0;
  const bool overflow =
      mul_overflow(seconds, kBillion, &total) || add_overflow(total, rest, &total);
  return duration_or_overflow(call, overflow, total);
}

Value not_value(Call&, Arguments a) {
  return Value::boolean(!a[0].boolean());
}
Value not_strictly_false(Call&, Arguments a) {
  return Value::boolean(!a[0].is_false());
}

// Without an order (NaN) every comparison is false.
Value less(Call&, Arguments a) {
  const auto order = compare(a[0], a[1]);
  return Value::boolean(order && *order < 0);
}
Value less_equal(Call&, Arguments a) {
  const auto order = compare(a[0], a[1]);
  return Value::boolean(order && *order <= 0);
}
Value greater(Call&, Arguments a) {
  const auto order = compare(a[0], a[1]);
  return Value::boolean(order && *order > 0);
}
Value greater_equal(Call&, Arguments a) {
  const auto order = compare(a[0], a[1]);
  return Value::boolean(order && *order >= 0);
}

Value in_list(Call&, Arguments a) {
  for (uint32_t i = 0; i < a[1].size(); ++i) {
    if (equal(a[0], a[1].at(i))) return Value::boolean(true);
  }
  return Value::boolean(false);
}
Value in_map(Call&, Arguments a) {
  Value found;
  return Value::boolean(a[1].find(a[0], found));
}

Value size_of(Call&, Arguments a) {
  return Value::integer(static_cast<int64_t>(cost_size(a[0])));
}

Value contains(Call&, Arguments a) {
  return Value::boolean(a[0].string().find(a[1].string()) != std::string_view::npos);
}
Value starts_with(Call&, Arguments a) {
  return Value::boolean(a[0].string().starts_with(a[1].string()));
}
Value ends_with(Call&, Arguments a) {
  return Value::boolean(a[0].string().ends_with(a[1].string()));
}
Value matches(Call& call, Arguments a) {
  std::string problem;
  const auto regex = cached_regex(a[1].string(), &problem);
  if (regex == nullptr) return call.error(problem);
  return Value::boolean(regex->matches(a[0].string()));
}

uint64_t second_text_cost(Arguments a, const Value&) {
  return scaled_cost(cost_size(a[1]), kStringFactor);
}
uint64_t smaller_text_cost(Arguments a, const Value&) {
  return scaled_cost(std::min(cost_size(a[0]), cost_size(a[1])), kStringFactor);
}
uint64_t both_texts_cost(Arguments a, const Value&) {
  return scaled_cost(cost_size(a[0]) + cost_size(a[1]), kStringFactor);
}
uint64_t list_cost(Arguments a, const Value&) {
  return cost_size(a[1]);
}
uint64_t contains_cost(Arguments a, const Value&) {
  return scaled_cost(cost_size(a[0]), kStringFactor) * scaled_cost(cost_size(a[1]), kStringFactor);
}
uint64_t matches_cost(Arguments a, const Value&) {
  return scaled_cost(cost_size(a[0]) + 1, kStringFactor) *
         scaled_cost(cost_size(a[1]), kRegexFactor);
}

constexpr Style kGlobal = Style::kGlobal, kMember = Style::kMember;
#define BY_OVERLOAD(cost) cost, false, true

// The four comparisons of everything that has an order, numbers across their types.
#define COMPARISONS(name, sign, function)                                               \
  {name "_bool", sign, kGlobal, "(bool, bool) -> bool", function},                      \
      {name "_int64", sign, kGlobal, "(int, int) -> bool", function},                   \
      {name "_int64_double", sign, kGlobal, "(int, double) -> bool", function},         \
      {name "_int64_uint64", sign, kGlobal, "(int, uint) -> bool", function},           \
      {name "_uint64", sign, kGlobal, "(uint, uint) -> bool", function},                \
      {name "_uint64_double", sign, kGlobal, "(uint, double) -> bool", function},       \
      {name "_uint64_int64", sign, kGlobal, "(uint, int) -> bool", function},           \
      {name "_double", sign, kGlobal, "(double, double) -> bool", function},            \
      {name "_double_int64", sign, kGlobal, "(double, int) -> bool", function},         \
      {name "_double_uint64", sign, kGlobal, "(double, uint) -> bool", function},       \
      {name "_string", sign,                                                            \
       kGlobal,        "(string, string) -> bool",                                      \
       function,       BY_OVERLOAD(smaller_text_cost)},                                 \
      {name "_bytes", sign,                                                             \
       kGlobal,       "(bytes, bytes) -> bool",                                         \
       function,      BY_OVERLOAD(smaller_text_cost)},                                  \
      {name "_timestamp", sign, kGlobal, "(timestamp, timestamp) -> bool", function}, { \
    name "_duration", sign, kGlobal, "(duration, duration) -> bool", function           \
  }

const Overload kOverloads[] = {
    {"conditional", "_?_:_", kGlobal, "(bool, A, A) -> A", nullptr},
    {"logical_and", "_&&_", kGlobal, "(bool, bool) -> bool", nullptr},
    {"logical_or", "_||_", kGlobal, "(bool, bool) -> bool", nullptr},
    {"equals", "_==_", kGlobal, "(A, A) -> bool", nullptr},
    {"not_equals", "_!=_", kGlobal, "(A, A) -> bool", nullptr},
    {"index_list", "_[_]", kGlobal, "(list(A), int) -> A", nullptr},
    {"index_map", "_[_]", kGlobal, "(map(A, B), A) -> B", nullptr},
    {"logical_not", "!_", kGlobal, "(bool) -> bool", not_value},
    {"not_strictly_false", "@not_strictly_false", kGlobal, "(bool) -> bool", not_strictly_false,
     nullptr, true},

    {"add_bytes", "_+_", kGlobal, "(bytes, bytes) -> bytes", add_bytes,
     BY_OVERLOAD(both_texts_cost)},
    {"add_double", "_+_", kGlobal, "(double, double) -> double", add_double},
    {"add_duration_duration", "_+_", kGlobal, "(duration, duration) -> duration", add_durations},
    {"add_duration_timestamp", "_+_", kGlobal, "(duration, timestamp) -> timestamp",
     add_duration_time},
    {"add_timestamp_duration", "_+_", kGlobal, "(timestamp, duration) -> timestamp",
     add_time_duration},
    {"add_int64", "_+_", kGlobal, "(int, int) -> int", on_integers<add_overflow>},
    {"add_list", "_+_", kGlobal, "(list(A), list(A)) -> list(A)", add_list},
    {"add_string", "_+_", kGlobal, "(string, string) -> string", add_string,
     BY_OVERLOAD(both_texts_cost)},
    {"add_uint64", "_+_", kGlobal, "(uint, uint) -> uint", on_unsigned<add_overflow>},
    {"subtract_double", "_-_", kGlobal, "(double, double) -> double", subtract_double},
    {"subtract_duration_duration", "_-_", kGlobal, "(duration, duration) -> duration",
     subtract_durations},
    {"subtract_int64", "_-_", kGlobal, "(int, int) -> int", on_integers<sub_overflow>},
    {"subtract_timestamp_duration", "_-_", kGlobal, "(timestamp, duration) -> timestamp",
     subtract_time_duration},
    {"subtract_timestamp_timestamp", "_-_", kGlobal, "(timestamp, timestamp) -> duration",
     subtract_times},
    {"subtract_uint64", "_-_", kGlobal, "(uint, uint) -> uint", on_unsigned<sub_overflow>},
    {"multiply_double", "_*_", kGlobal, "(double, double) -> double", multiply_double},
    {"multiply_int64", "_*_", kGlobal, "(int, int) -> int", on_integers<mul_overflow>},
    {"multiply_uint64", "_*_", kGlobal, "(uint, uint) -> uint", on_unsigned<mul_overflow>},
    {"divide_double", "_/_", kGlobal, "(double, double) -> double", divide_double},
    {"divide_int64", "_/_", kGlobal, "(int, int) -> int", divide_integer},
    {"divide_uint64", "_/_", kGlobal, "(uint, uint) -> uint", divide_unsigned},
    {"modulo_int64", "_%_", kGlobal, "(int, int) -> int", modulo_integer},
    {"modulo_uint64", "_%_", kGlobal, "(uint, uint) -> uint", modulo_unsigned},
    {"negate_double", "-_", kGlobal, "(double) -> double", negate_double},
    {"negate_int64", "-_", kGlobal, "(int) -> int", negate_integer},

    COMPARISONS("less", "_<_", less),
    COMPARISONS("less_equals", "_<=_", less_equal),
    COMPARISONS("greater", "_>_", greater),
    COMPARISONS("greater_equals", "_>=_", greater_equal),

    {"in_list", "@in", kGlobal, "(A, list(A)) -> bool", in_list, BY_OVERLOAD(list_cost)},
    {"in_map", "@in", kGlobal, "(A, map(A, B)) -> bool", in_map},

    {"size_bytes", "size", kGlobal, "(bytes) -> int", size_of},
    {"bytes_size", "size", kMember, "(bytes) -> int", size_of},
    {"size_list", "size", kGlobal, "(list(A)) -> int", size_of},
    {"list_size", "size", kMember, "(list(A)) -> int", size_of},
    {"size_map", "size", kGlobal, "(map(A, B)) -> int", size_of},
    {"map_size", "size", kMember, "(map(A, B)) -> int", size_of},
    {"size_string", "size", kGlobal, "(string) -> int", size_of},
    {"string_size", "size", kMember, "(string) -> int", size_of},

    {"contains_string", "contains", kMember, "(string, string) -> bool", contains,
     BY_OVERLOAD(contains_cost)},
    {"ends_with_string", "endsWith", kMember, "(string, string) -> bool", ends_with,
     BY_OVERLOAD(second_text_cost)},
    {"starts_with_string", "startsWith", kMember, "(string, string) -> bool", starts_with,
     BY_OVERLOAD(second_text_cost)},
    {"matches", "matches", kGlobal, "(string, string) -> bool", matches, BY_OVERLOAD(matches_cost)},
    {"matches_string", "matches", kMember, "(string, string) -> bool", matches,
     BY_OVERLOAD(matches_cost)},
};
#undef COMPARISONS
#undef BY_OVERLOAD

constexpr Overload kNegation[] = {
    {"negate_duration", "-_", kGlobal, "(duration) -> duration", negate_duration},
};

}  // namespace

const Library duration_negation_library{"negation of durations", kNegation};
const Library standard_library{"standard", kOverloads};

}  // namespace seawall::cel
