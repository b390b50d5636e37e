// Where Kubernetes 1.36 and those before it answer or count otherwise, and the corners of both. All
// answers are those of k8s.io/apiserver 0.36.4 with cel-go 0.30 and 0.35.4 with cel-go 0.26.
#include "cel/environment.h"
#include "codec/json.h"
#include "support/support.h"

namespace seawall::cel {
namespace {

constexpr std::string_view kObject =
    R"({"i": 0, "s": "a", "n": null, "l": [1, null, [1]], "m": {"a": null}})";

// "value (cost)", "error: ... (cost)" or "does not compile: ...".
std::string answer(int minor, std::string_view expression) {
  Environment environment = Environment::kubernetes(minor);
  environment.add_variable("object", &types::dyn);
  const auto program = environment.compile(expression);
  if (!program.ok()) return "does not compile: " + program.error().message();
  const Document document = *parse_json(std::string(kObject));
  const Value object = Value::of(document.root());
  Evaluation evaluation;
  const Value value = evaluation.run(*program, std::span(&object, 1));
  const std::string text =
      value.is_error() ? "error: " + std::string(value.error().message) : to_text(value);
  return text + " (" + std::to_string(evaluation.cost()) + ")";
}

struct Same {
  std::string_view expression, wanted;
};

void expect_all(std::span<const Same> cases) {
  for (const int minor : {35, 36}) {
    for (const Same& one : cases) EXPECT_EQ(answer(minor, one.expression), one.wanted) << minor;
  }
}

TEST(KubernetesVersions, NumbersOfTextAreReadAsGoReadsThem) {
  constexpr Same kCases[] = {{"double('1_000')", "1000 (0)"},     {"double('0x_1p4')", "16 (0)"},
                             {"double('1e1_0')", "1e+10 (0)"},    {"double('inf')", "+Inf (0)"},
                             {"double('-infinity')", "-Inf (0)"}, {"double('NaN')", "NaN (0)"}};
  expect_all(kCases);
  for (const char* wrong :
       {"1__0", "_1", "1_", "+nan", "-NaN", "infinit", "", "+", "1_e5", "0_x1p1"}) {
    EXPECT_THAT(answer(36, "double('" + std::string(wrong) + "')"),
                testing::HasSubstr("type conversion error from 'string' to 'double'"))
        << wrong;
  }
}

TEST(KubernetesVersions, QuantitiesThatWereComputedAreRefusedOnTheRight) {
  constexpr Same kCases[] = {
      {"quantity('1') == quantity('1').add(1)", "error: no such overload (4)"},
      {"quantity('1') != quantity('1').add(1)", "true (4)"},
      {"quantity('1').add(1) == quantity('2')", "true (4)"},
      {"quantity('2') in [quantity('1').add(1)]", "false (14)"},
      {"[quantity('5')] == [quantity('1').add(1)]", "true (24)"},
      {"quantity('1').sub(-9223372036854775808)", "-9223372036854775807 (2)"},
      {"quantity('10M').sub(9223372036854775807)", "-9223372036844775807 (2)"},
      {"ip('::1') == ip('::1')", "true (3)"}};
  expect_all(kCases);
}

TEST(KubernetesVersions, KeysThatCannotStandInBracketsAreRefused) {
  constexpr Same kCases[] = {
      {"[1][object.l]", "error: invalid qualifier type: []interface {} (3)"},
      {"[1][object.m]", "error: invalid qualifier type: map[string]interface {} (3)"},
      {"object.l[object.n]", "error: invalid qualifier type: <nil> (4)"},
      {"[1][[object.l][0]]", "error: invalid qualifier type: *types.baseList (15)"},
      {"[1][?object.l]", "error: invalid qualifier type: []interface {} (2)"},
      {"[1][?object.s]", "error: unsupported index type 'string' in list (2)"},
      {"object[?object.z]", "error: no such key: z (2)"},
      {"object[object.z]", "error: no such key: z (3)"}};
  expect_all(kCases);
  EXPECT_EQ(answer(36, "[1][dyn([1])]"),
            "does not compile: program instantiation failed: invalid qualifier type: "
            "*types.baseList");
  EXPECT_EQ(answer(36, "{'a': 1}[dyn({})]"),
            "does not compile: program instantiation failed: invalid qualifier type: "
            "*types.baseMap");
}

TEST(KubernetesVersions, NullIsShownByWhereItStands) {
  constexpr Same kCases[] = {
      {"object.n", "NULL_VALUE (2)"},
      {"[object.n]", "[0] (12)"},
      {"[[object.l]]", "[[[1, <nil>, [1]]]] (22)"},
      {"{'a': object.l}", "map[a:[1, <nil>, [1]]] (32)"},
      {"[1] + [dyn(null)]", "[1 NULL_VALUE] (1)"},
      {"[null].map(x, x)", "[0] (14)"},
      {"[dyn(1)] + [object.l]", "[1 [1 <nil> [1]]] (13)"},
      {"object.m", "map[a:<nil>] (2)"},
      {"[map]", "[map(dyn, dyn)] (0)"},
      {"{'a': type(object.m)}", "map[a:map(dyn, dyn)] (33)"},
      {"{10: 1, 2: 1}", "map[2:1 10:1] (0)"},
      {"18446744073709551610u >= double(18446744073709551615u)", "true (1)"}};
  expect_all(kCases);
}

TEST(KubernetesVersions, TimesKeepTheirOffset) {
  constexpr Same kCases[] = {
      {"timestamp('2026-11-27T01:02:03.5+02:00')", "2026-11-27 01:02:03.5 +0200 +0200 (0)"},
      {"timestamp('2026-11-27T01:02:03.5-00:30')", "2026-11-27 01:02:03.5 -0030 -0030 (0)"},
      {"timestamp('2026-11-27T01:02:03+00:00')", "2026-11-27 01:02:03 +0000 UTC (0)"},
      {"string(timestamp('2026-11-27T01:02:03.5+02:00') + duration('1h'))",
       "2026-11-27T02:02:03.5+02:00 (2)"},
      {"timestamp('2026-11-27T01:02:03+02:00').getHours()", "23 (1)"},
      {"timestamp('2026-11-27T02:00:00+02:00') == timestamp('2026-11-27T00:00:00Z')", "true (1)"}};
  expect_all(kCases);
  EXPECT_EQ(answer(36, "'%s'.format([timestamp('2026-11-27T01:02:03.5+02:00')])"),
            "2026-11-27T01:02:03.5+02:00 (1)");
}

TEST(KubernetesVersions, TypesOfTheCheckerDoNotDecideWhatArithmeticDoes) {
  constexpr Same kCases[] = {
      {"dyn([1, 2]).reverse().map(x, x * x)", "[4 1] (44)"},
      {"has(object.?m.b)", "false (1)"},
      {"has(object.?m.a)", "true (2)"},
      {"has((true ? object.m : object.m).a)", "true (1)"},
      {"optional.none().or(object.i)", "0 (3)"},
      {"[1].sortBy(x, x)[object.i]", "1 (32)"},
      {"optional.ofNonZeroValue(optional.none()).hasValue()", "true (3)"},
      {"{{}: -1}.transformMap(k, v, v)", "map[{}:-1] (5)"},
      {"optional.ofNonZeroValue(timestamp(0))", "1970-01-01 00:00:00 +0000 UTC (1)"},
      {"optional.ofNonZeroValue(timestamp('0001-01-01T00:00:00Z'))", "<nil> (1)"}};
  expect_all(kCases);
  EXPECT_THAT(answer(36, "has(null.b)"), testing::HasSubstr("<input>:1:4: type 'null' does not"));
}

struct Differing {
  std::string_view expression, before, now;
};
constexpr Differing kDiffering[] = {
    {"lists.range(-1)", "[] (11)", "error: lists.range: size must be non-negative, got -1 (12)"},
    {"'aaaaaaaaaaaaaaa'.endsWith('a')", "true (2)", "true (1)"},
    {"''.startsWith('a')", "false (0)", "false (1)"},
    {"matches('', '[[:alpha:]]+')", "false (1)", "false (3)"},
    {"''.matches('[[:alpha:]]+')", "false (3)", "false (3)"},
    {"'abc'.indexOf('', 7)", "7 (0)", "3 (0)"},
    {"''.lastIndexOf('', 3)", "3 (0)", "0 (0)"},
    {"object.i.orValue(2)", "0 (2)", "error: no such overload (2)"},
    {"duration('2540399h59m59.999999999s').getHours()", "2540400 (1)", "2540400 (1)"},
    {"timestamp('2026-11-27T1:02:03,52+24:60')", "2026-11-27 01:02:03.52 +2500 +2500 (0)", ""},
    {"-duration('1s')", "", "-1s (1)"},
    {"double('NaN') > 0", "error: NaN values cannot be ordered (1)", "false (1)"},
    // A call of two arguments is paid though the first one failed.
    {"object.z + object.i", "error: no such key: z (5)", "error: no such key: z (2)"},
    {"(object.z + 1) == object.i", "error: no such key: z (6)", "error: no such key: z (2)"},
    {"[1, 2].all(x, x / 0 > 1)", "error: division by zero (13)", "error: division by zero (11)"},
    {"quantity('').add(object.i)",
     "error: quantities must match the regular expression "
     "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$' (0)",
     "error: quantities must match the regular expression "
     "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$' (0)"},
    {"object.z.matches('a')", "error: no such key: z (2)", "error: no such key: z (2)"},
    {"object.z.charAt(object.i)", "error: no such key: z (5)", "error: no such key: z (2)"},
    {"object.s.replace(object.z, object.s)", "error: no such key: z (4)",
     "error: no such key: z (4)"},
};

TEST(KubernetesVersions, OlderOnesAnswerAndCountOtherwise) {
  for (const Differing& one : kDiffering) {
    SCOPED_TRACE(one.expression);
    for (const auto& [minor, wanted] : {std::pair(34, one.before), std::pair(35, one.before),
                                        std::pair(36, one.now), std::pair(37, one.now)}) {
      const std::string given = answer(minor, one.expression);
      if (wanted.empty()) {
        EXPECT_TRUE(given.starts_with("does not compile")) << given;
      } else {
        EXPECT_EQ(given, wanted) << minor;
      }
    }
  }
}

}  // namespace
}  // namespace seawall::cel
