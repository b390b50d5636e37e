// math.*: extremes, rounding, bits. Source: cel-go ext/math.go, version 2. math.greatest() and
// math.least() are macros for math.@max and math.@min.
#include <cmath>

#include "cel/library.h"

namespace seawall::cel {
namespace {

Value same(Call&, Arguments a) {
  return a[0];
}

// The one of two that `wanted` (-1 least, 1 greatest) asks for; the first of equals.
const Value& pick(const Value& first, const Value& second, int wanted) {
  const auto order = compare(first, second);
  return order && *order == -wanted ? second : first;
}
template <int wanted>
Value of_two(Call&, Arguments a) {
  return pick(a[0], a[1], wanted);
}
template <int wanted>
Value of_list(Call& call, Arguments a) {
  const std::string name = wanted < 0 ? "math.@min" : "math.@max";
  if (a[0].size() == 0) return call.error(name + "(list) argument must not be empty");
  Value best = a[0].at(0);
  for (uint32_t i = 0; i < a[0].size(); ++i) {
    const Value item = a[0].at(i);
    if (!item.is_number()) return call.error("no such overload: " + name);
    best = pick(best, item, wanted);
  }
  return best;
}

template <double (*function)(double)>
Value on_double(Call&, Arguments a) {
  return Value::number(function(a[0].number()));
}
double ceil_of(double value) {
  return std::ceil(value);
}
double floor_of(double value) {
  return std::floor(value);
}
double round_of(double value) {
  return std::round(value);
}
double trunc_of(double value) {
  return std::trunc(value);
}
double abs_of(double value) {
  return std::fabs(value);
}
double sqrt_of(double value) {
  return std::sqrt(value);
}
double sign_of(double value) {
  return std::isnan(value) ? value : value > 0 ? 1 : value < 0 ? -1 : 0;
}

Value is_infinite(Call&, Arguments a) {
  return Value::boolean(std::isinf(a[0].number()));
}
Value is_nan(Call&, Arguments a) {
  return Value::boolean(std::isnan(a[0].number()));
}
Value is_finite(Call&, Arguments a) {
  return Value::boolean(std::isfinite(a[0].number()));
}
Value abs_integer(Call& call, Arguments a) {
  if (a[0].integer() == INT64_MIN) return call.error("integer overflow");
  return Value::integer(a[0].integer() < 0 ? -a[0].integer() : a[0].integer());
}
Value sign_integer(Call&, Arguments a) {
  return Value::integer((a[0].integer() > 0) - (a[0].integer() < 0));
}
Value sign_unsigned(Call&, Arguments a) {
  return Value::unsigned_integer(a[0].unsigned_integer() > 0 ? 1 : 0);
}
Value sqrt_integer(Call&, Arguments a) {
  return Value::number(std::sqrt(static_cast<double>(a[0].integer())));
}
Value sqrt_unsigned(Call&, Arguments a) {
  return Value::number(std::sqrt(static_cast<double>(a[0].unsigned_integer())));
}

Value and_integer(Call&, Arguments a) {
  return Value::integer(a[0].integer() & a[1].integer());
}
Value or_integer(Call&, Arguments a) {
  return Value::integer(a[0].integer() | a[1].integer());
}
Value xor_integer(Call&, Arguments a) {
  return Value::integer(a[0].integer() ^ a[1].integer());
}
Value not_integer(Call&, Arguments a) {
  return Value::integer(~a[0].integer());
}
Value and_unsigned(Call&, Arguments a) {
  return Value::unsigned_integer(a[0].unsigned_integer() & a[1].unsigned_integer());
}
Value or_unsigned(Call&, Arguments a) {
  return Value::unsigned_integer(a[0].unsigned_integer() | a[1].unsigned_integer());
}
Value xor_unsigned(Call&, Arguments a) {
  return Value::unsigned_integer(a[0].unsigned_integer() ^ a[1].unsigned_integer());
}
Value not_unsigned(Call&, Arguments a) {
  return Value::unsigned_integer(~a[0].unsigned_integer());
}

// Bits shifted out are lost; 64 and more leave none. To the right, zeros come in.
uint64_t shifted(uint64_t bits, int64_t by, bool left) {
  if (by > 63) return 0;
  return left ? bits << by : bits >> by;
}
Value shift(Call& call, const Value& value, int64_t by, bool left) {
  if (by < 0) {
    return call.error(std::string("math.bitShift") + (left ? "Left" : "Right") +
                      "() negative offset: " + std::to_string(by));
  }
  if (value.is(Kind::kUint)) {
    return Value::unsigned_integer(shifted(value.unsigned_integer(), by, left));
  }
  return Value::integer(
      static_cast<int64_t>(shifted(static_cast<uint64_t>(value.integer()), by, left)));
}
Value shift_left(Call& call, Arguments a) {
  return shift(call, a[0], a[1].integer(), true);
}
Value shift_right(Call& call, Arguments a) {
  return shift(call, a[0], a[1].integer(), false);
}

constexpr Style kGlobal = Style::kGlobal;

#define EXTREME(id, name, wanted)                                                         \
  {id "_double", name, kGlobal, "(double) -> double", same},                              \
      {id "_int", name, kGlobal, "(int) -> int", same},                                   \
      {id "_uint", name, kGlobal, "(uint) -> uint", same},                                \
      {id "_double_double", name, kGlobal, "(double, double) -> double", of_two<wanted>}, \
      {id "_int_int", name, kGlobal, "(int, int) -> int", of_two<wanted>},                \
      {id "_uint_uint", name, kGlobal, "(uint, uint) -> uint", of_two<wanted>},           \
      {id "_int_uint", name, kGlobal, "(int, uint) -> dyn", of_two<wanted>},              \
      {id "_int_double", name, kGlobal, "(int, double) -> dyn", of_two<wanted>},          \
      {id "_double_int", name, kGlobal, "(double, int) -> dyn", of_two<wanted>},          \
      {id "_double_uint", name, kGlobal, "(double, uint) -> dyn", of_two<wanted>},        \
      {id "_uint_int", name, kGlobal, "(uint, int) -> dyn", of_two<wanted>},              \
      {id "_uint_double", name, kGlobal, "(uint, double) -> dyn", of_two<wanted>},        \
      {id "_list_double", name, kGlobal, "(list(double)) -> double", of_list<wanted>},    \
      {id "_list_int", name, kGlobal, "(list(int)) -> int", of_list<wanted>}, {           \
    id "_list_uint", name, kGlobal, "(list(uint)) -> uint", of_list<wanted>               \
  }

const Overload kOverloads[] = {
    EXTREME("math_@min", "math.@min", -1),
    EXTREME("math_@max", "math.@max", 1),
    {"math_ceil_double", "math.ceil", kGlobal, "(double) -> double", on_double<ceil_of>},
    {"math_floor_double", "math.floor", kGlobal, "(double) -> double", on_double<floor_of>},
    {"math_round_double", "math.round", kGlobal, "(double) -> double", on_double<round_of>},
    {"math_trunc_double", "math.trunc", kGlobal, "(double) -> double", on_double<trunc_of>},
    {"math_isInf_double", "math.isInf", kGlobal, "(double) -> bool", is_infinite},
    {"math_isNaN_double", "math.isNaN", kGlobal, "(double) -> bool", is_nan},
    {"math_isFinite_double", "math.isFinite", kGlobal, "(double) -> bool", is_finite},
    {"math_abs_double", "math.abs", kGlobal, "(double) -> double", on_double<abs_of>},
    {"math_abs_int", "math.abs", kGlobal, "(int) -> int", abs_integer},
    {"math_abs_uint", "math.abs", kGlobal, "(uint) -> uint", same},
    {"math_sign_double", "math.sign", kGlobal, "(double) -> double", on_double<sign_of>},
    {"math_sign_int", "math.sign", kGlobal, "(int) -> int", sign_integer},
    {"math_sign_uint", "math.sign", kGlobal, "(uint) -> uint", sign_unsigned},
    {"math_sqrt_double", "math.sqrt", kGlobal, "(double) -> double", on_double<sqrt_of>},
    {"math_sqrt_int", "math.sqrt", kGlobal, "(int) -> double", sqrt_integer},
    {"math_sqrt_uint", "math.sqrt", kGlobal, "(uint) -> double", sqrt_unsigned},
    {"math_bitAnd_int_int", "math.bitAnd", kGlobal, "(int, int) -> int", and_integer},
    {"math_bitAnd_uint_uint", "math.bitAnd", kGlobal, "(uint, uint) -> uint", and_unsigned},
    {"math_bitOr_int_int", "math.bitOr", kGlobal, "(int, int) -> int", or_integer},
    {"math_bitOr_uint_uint", "math.bitOr", kGlobal, "(uint, uint) -> uint", or_unsigned},
    {"math_bitXor_int_int", "math.bitXor", kGlobal, "(int, int) -> int", xor_integer},
    {"math_bitXor_uint_uint", "math.bitXor", kGlobal, "(uint, uint) -> uint", xor_unsigned},
    {"math_bitNot_int_int", "math.bitNot", kGlobal, "(int) -> int", not_integer},
    {"math_bitNot_uint_uint", "math.bitNot", kGlobal, "(uint) -> uint", not_unsigned},
    {"math_bitShiftLeft_int_int", "math.bitShiftLeft", kGlobal, "(int, int) -> int", shift_left},
    {"math_bitShiftLeft_uint_int", "math.bitShiftLeft", kGlobal, "(uint, int) -> uint", shift_left},
    {"math_bitShiftRight_int_int", "math.bitShiftRight", kGlobal, "(int, int) -> int", shift_right},
    {"math_bitShiftRight_uint_int", "math.bitShiftRight", kGlobal, "(uint, int) -> uint",
     shift_right},
};
#undef EXTREME

}  // namespace

const Library math_library{"math", kOverloads};

}  // namespace seawall::cel
