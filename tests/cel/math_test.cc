// math.* and base64.*, which cel-spec's environment has.
#include "cel/conformance_cases.h"

namespace seawall::cel {
namespace {

using test::Answer;
using test::expect_answers;

constexpr Answer kExtremes[] = {
    {"math.greatest(5)", "5"},
    {"math.greatest(1, 2.5, 2u)", "2.5"},
    {"math.greatest([1, 3, 2])", "3"},
    {"math.greatest([1.5, -2.0])", "1.5"},
    {"math.least(-1, 0u)", "-1"},
    {"math.least(1, 1.0)", "1"},
    {"math.least([3u, 2u])", "2"},
    {"math.least(9223372036854775807, 18446744073709551615u)", "9223372036854775807"},
    {"math.greatest([])", "error: math.@max(list) argument must not be empty"},
    {"math.greatest('a')", "does not compile"},
    {"math.least(dyn([1, 'a']))", "error: no such overload: math.@min"},
};

constexpr Answer kRounding[] = {
    {"math.ceil(1.2)", "2"},
    {"math.ceil(-1.2)", "-1"},
    {"math.floor(-1.2)", "-2"},
    {"math.round(1.5)", "2"},
    {"math.round(-1.5)", "-2"},
    {"math.round(0.49)", "0"},
    {"math.trunc(-1.9)", "-1"},
    {"math.ceil(1)", "does not compile"},
    {"math.abs(-7)", "7"},
    {"math.abs(-1.5)", "1.5"},
    {"math.abs(7u)", "7"},
    {"math.abs(-9223372036854775808)", "error: integer overflow"},
    {"math.sign(-42)", "-1"},
    {"math.sign(0u)", "0"},
    {"math.sign(-0.3)", "-1"},
    {"math.isNaN(math.sign(0.0 / 0.0))", "true"},
    {"math.sqrt(81)", "9"},
    {"math.sqrt(2u) == math.sqrt(2.0)", "true"},
    {"math.isNaN(math.sqrt(-1))", "true"},
    {"math.isInf(1.0 / 0.0)", "true"},
    {"math.isFinite(0.0 / 0.0)", "false"},
    {"math.isFinite(1.0)", "true"},
};

constexpr Answer kBits[] = {
    {"math.bitAnd(12, 10)", "8"},
    {"math.bitOr(12u, 10u)", "14"},
    {"math.bitXor(-1, 1)", "-2"},
    {"math.bitNot(0)", "-1"},
    {"math.bitNot(0u)", "18446744073709551615"},
    {"math.bitAnd(1, 1u)", "does not compile"},
    {"math.bitShiftLeft(1, 63)", "-9223372036854775808"},
    {"math.bitShiftLeft(1, 64)", "0"},
    {"math.bitShiftLeft(1u, 9223372036854775807)", "0"},
    {"math.bitShiftRight(-1, 1)", "9223372036854775807"},
    {"math.bitShiftRight(8u, 2)", "2"},
    {"math.bitShiftLeft(1, -1)", "error: math.bitShiftLeft() negative offset: -1"},
    {"math.bitShiftRight(1u, -9223372036854775808)",
     "error: math.bitShiftRight() negative offset: -9223372036854775808"},
};

constexpr Answer kBase64[] = {
    {"base64.encode(b'hello')", "aGVsbG8="},
    {"base64.encode(b'')", ""},
    {"base64.decode('aGVsbG8=') == b'hello'", "true"},
    {"base64.decode('aGVsbG8') == b'hello'", "true"},
    {"base64.decode('/+8=') == b'\\xff\\xef'", "true"},
    {"base64.decode('a')", "error: illegal base64 data"},
    {"base64.decode('aGV$bG8=')", "error: illegal base64 data"},
    {"base64.decode('_-8=')", "error: illegal base64 data"},
    {"base64.encode('text')", "does not compile"},
};

TEST(CelMath, GreatestAndLeast) {
  expect_answers(kExtremes);
}
TEST(CelMath, RoundingAndSigns) {
  expect_answers(kRounding);
}
TEST(CelMath, Bits) {
  expect_answers(kBits);
}
TEST(CelEncoders, Base64) {
  expect_answers(kBase64);
}

}  // namespace
}  // namespace seawall::cel
