// cel-go's strings extension and string.format(), as Kubernetes has them and as cel-spec does.
#include "cel/conformance_cases.h"
#include "cel/kubernetes_cases.h"

namespace seawall::cel {
namespace {

using test::Answer;
using test::Case;
using test::expect_all;
using test::expect_answers;

constexpr Case kPlaces[] = {
    {"'ta©o©αT'.charAt(3)", "o", 1},
    {"'abc'.charAt(3)", "", 1},
    {"'abc'.charAt(4)", "error: index out of range: 4", 1},
    {"'abc'.charAt(-1)", "error: index out of range: -1", 1},
    {"'ta©o©αT'.indexOf('©')", "2", 1},
    {"'ta©o©αT'.indexOf('©', 3)", "4", 1},
    {"'hello mellow'.indexOf('jello')", "-1", 1},
    {"'hello'.indexOf('')", "0", 0},
    {"'hello'.indexOf('l', -1)", "error: index out of range: -1", 0},
    {"'tacocat'.indexOf('a', 30)", "-1", 0},
    {"'ta©o©αT'.lastIndexOf('©')", "4", 1},
    {"'hello mellow'.lastIndexOf('ello', 6)", "1", 1},
    {"'hello mellow'.lastIndexOf('ello', 0)", "-1", 1},
    {"'hello'.lastIndexOf('')", "5", 0},
    {"'hello'.lastIndexOf('l', -1)", "error: index out of range: -1", 0},
    {"'tacocat'.lastIndexOf('a', 30)", "-1", 0},
    {"'aaa'.lastIndexOf('aa')", "1", 0},
    {"'a'.lastIndexOf('aaa', 0)", "-1", 0},
};

constexpr Case kParts[] = {
    {"'tacocat'.substring(4)", "cat", 1},
    {"'tacocat'.substring(7)", "", 1},
    {"'ta©o©αT'.substring(2, 6)", "©o©α", 1},
    {"'tacocat'.substring(8)", "error: index out of range: 8", 1},
    {"'tacocat'.substring(-1, 2)", "error: index out of range: -1", 1},
    {"'tacocat'.substring(3, 2)", "error: invalid substring range. start: 3, end: 2", 1},
    {"'tacocat'.substring(0, 40)", "error: index out of range: 40", 1},
    {"'hello hello'.replace('he', 'we')", "wello wello", 3},
    {"'hello hello'.replace('he', 'we', 1)", "wello hello", 3},
    {"'hello hello'.replace('he', 'we', 0)", "hello hello", 3},
    {"'hello hello'.replace('he', 'we', -1)", "wello wello", 3},
    {"'12 days'.replace('{0}', '2', -1)", "12 days", 2},
    {"'aé'.replace('', '_')", "_a_é_", 1},
    {"'aé'.replace('', '_', 2)", "_a_é", 1},
    {"''.replace('', 'x')", "x", 0},
    {"'a,b,,c'.split(',')", "[a b  c]", 2},
    {"'a,b,,c'.split(',', 2)", "[a b,,c]", 2},
    {"'a,b,,c'.split(',', 0)", "[]", 2},
    {"'a,b,,c'.split(',', 1)", "[a,b,,c]", 2},
    {"'aé世'.split('')", "[a é 世]", 1},
    {"'aé世'.split('', 2)", "[a é世]", 1},
    {"''.split('')", "[]", 0},
    {"''.split(',')", "[]", 0},
    {"['x', 'y'].join()", "xy", 1},
    {"['x', 'y'].join('-')", "x-y", 1},
    {"[].join('-')", "", 0},
    {"dyn([1, 'a']).join()", "does not compile", 0},
    {"'TacoCÆt Xii'.lowerAscii()", "tacocÆt xii", 2},
    {"'TacoCÆt Xii'.upperAscii()", "TACOCÆT XII", 2},
    {"' \\f\\n\\r\\t\\v\\u0085\\u00a0\\u2029\\u3000text \\u1680'.trim()", "text", 2},
    {"'\\u200b text\\u200b'.trim()", "​ text​", 1},
    {"'  '.trim()", "", 1},
    {"strings.quote('first\\nsecond \"\\\\ \\a\\b\\f\\r\\t\\v')",
     "\"first\\nsecond \\\"\\\\ \\a\\b\\f\\r\\t\\v\"", 3},
    {"strings.quote('\\u00e9\\u2028')", "\"é \"", 1},
    {"'a'.reverse()", "does not compile", 0},
};

constexpr Case kFormats[] = {
    {"'%s is %d'.format(['x', 5])", "x is 5", 1},
    {"'no verbs'.format([])", "no verbs", 1},
    {"'100%%'.format([])", "100%", 1},
    {"'%s %s %s %s'.format([1, 2u, true, null])", "1 2 true null", 2},
    {"'%s|%s|%s'.format([1234567.891, 1e21, 0.1])", "1.234567891e+06|1e+21|0.1", 1},
    {"'%s|%s|%s'.format([0.0 / 0.0, 1.0 / 0.0, -1.0 / 0.0])", "NaN|+Inf|-Inf", 14},
    {"'%s'.format([b'ab'])", "ab", 1},
    {"'%s'.format([b'\\xff'])",
     "error: error during formatting: could not convert argument \"invalid UTF-8 in bytes, cannot "
     "convert to string\" to string",
     1},
    {"'%s'.format([type([1])])", "list", 1},
    {"'%s %s'.format([duration('1h45m'), timestamp('2026-01-02T03:04:05.5Z')])",
     "6300s 2026-01-02T03:04:05.5Z", 1},
    {"'%s'.format([['a', dyn(1), dyn(1.5), dyn(null), dyn(b'b'), dyn([true])]])",
     "[\"a\", 1, 1.500000, null, b\"b\", [true]]", 1},
    {"'%s'.format([['\\u00e9\\u0001\\u200b\\u007f\"']])", "[\"é\\x01\\u200b\\x7f\\\"\"]", 1},
    {"'%s'.format([[duration('1h'), dyn(timestamp('2026-01-02T03:04:05Z'))]])",
     "[duration(\"3600s\"), timestamp(\"2026-01-02T03:04:05Z\")]", 1},
    {"'%s'.format([{'b': 1, 'a': 2.5}])", "{\"a\":2.500000, \"b\":1}", 1},
    {"'%s'.format([{1: 'x', 2: 'y'}])", "{1:\"x\", 2:\"y\"}", 1},
    {"'%s'.format([dyn({1.0: 1})])",
     "error: error during formatting: no formatting function for map key of type double", 1},
    {"'%d %d'.format([-5, 18446744073709551615u])", "-5 18446744073709551615", 1},
    {"'%d'.format([dyn(1.5)])",
     "error: error during formatting: decimal clause can only be used on integers, was given "
     "double",
     1},
    {"'%f|%.0f|%.3f'.format([1234567.5, 2.5, -0.0001])", "1,234,567.500000|2|-0.000", 2},
    {"'%f'.format([-0.0])", "0.000000", 1},
    {"'%f|%f|%f'.format([0.0 / 0.0, 1.0 / 0.0, -1.0 / 0.0])", "NaN|∞|-∞", 14},
    {"'%f %f'.format(['NaN', '-Infinity'])", "NaN -∞", 1},
    {"'%f'.format([dyn(1)])",
     "error: error during formatting: fixed-point clause can only be used on doubles, was given "
     "int",
     1},
    {"'%e'.format([1052.032911275])", "1.052033×10⁰³", 1},
    {"'%e|%e'.format([0.000012, -1e300])", "1.200000×10⁻⁰⁵|-1.000000×10³⁰⁰", 1},
    {"'%.2e|%.20e|'.format([1234.5, 1234.5])", "1.234500×10⁰³|       1.234500×10⁰³|", 2},
    {"'%e|%e'.format([0.0 / 0.0, -1.0 / 0.0])", "   NaN|    -∞", 13},
    {"'%b %b %b'.format([5, -5, true])", "101 -101 1", 1},
    {"'%o %o'.format([11, 8u])", "13 10", 1},
    {"'%x %X %x %x'.format([-255, 255u, 'é', b'ab'])", "-ff FF c3a9 6162", 2},
    {"'%b'.format([dyn('a')])",
     "error: error during formatting: only integers and bools can be formatted as binary, was "
     "given string",
     1},
    {"'%o'.format([dyn(1.5)])",
     "error: error during formatting: octal clause can only be used on integers, was given double",
     1},
    {"'%x'.format([dyn(1.5)])",
     "error: error during formatting: only integers, byte buffers, and strings can be formatted as "
     "hex, was given double",
     1},
    {"('%' + 'd').format([])", "error: index 0 out of range", 2},
    {"('%d' + '%').format([1])", "error: index 1 out of range", 2},
    {"('%d' + '%').format([1, 2])", "error: unexpected end of string", 2},
    {"('%' + 'é').format([1])",
     "error: could not parse formatting clause: unrecognized formatting clause \"Ã\"", 2},
    {"('%' + '.d').format([1])",
     "error: could not parse formatting clause: error while parsing precision: error while "
     "converting precision to integer: strconv.Atoi: parsing \"\": invalid syntax",
     2},
    {"('%' + '.3').format([1])",
     "error: could not parse formatting clause: error while parsing precision: could not find end "
     "of precision specifier",
     2},
    {"('%.99999999999999999999' + 'f').format([1.0])",
     "error: could not parse formatting clause: error while parsing precision: error while "
     "converting precision to integer: strconv.Atoi: parsing \"99999999999999999999\": value out "
     "of range",
     6},
    {"'%s'.format([dyn(optional.of(1))])",
     "error: error during formatting: string clause can only be used on strings, bools, bytes, "
     "ints, doubles, maps, lists, types, durations, and timestamps, was given optional_type",
     13},
    {"'%s'.format([dyn([optional.of(1)])])",
     "error: error during formatting: no formatting function for optional_type", 23},
};

// An empty text is found where the search begins, at most at the end.
constexpr Answer kEmptyText[] = {
    {"'abc'.indexOf('', 2)", "2"},
    {"'abc'.indexOf('', 9)", "3"},
    {"'abc'.lastIndexOf('', 2)", "2"},
    {"'abc'.lastIndexOf('', 9)", "3"},
    {"'abc'.lastIndexOf('', -1)", "error: index out of range: -1"},
    {"''.lastIndexOf('', 0)", "0"},
};

constexpr Answer kCurrent[] = {
    {"'aé世😀'.reverse()", "😀世éa"},
    {"''.reverse()", ""},
    {"'%d %d %d'.format([1.5, -3, 2u])", "1.5 -3 2"},
    {"'%f %.2f'.format([1, 2u])", "1.000000 2.00"},
    {"'%e'.format([1052.032911275])", "1.052033e+03"},
    {"'%.2e'.format([1234.5])", "1.23e+03"},
    {"'%f %s'.format([1.0 / 0.0, -1.0 / 0.0])", "Infinity -Infinity"},
    {"'%s'.format([['a', {'k': [1.5, null]}]])", "[a, {k: [1.5, null]}]"},
    {"'%s'.format([b'ab'])", "ab"},
    {"'%s'.format([{'b': 1, 'a': 2}])", "{a: 2, b: 1}"},
    {"'%d'.format(['x'])",
     "error: error during formatting: decimal clause can only be used on ints, uints, and doubles, "
     "was given string"},
    {"'%b'.format(['x'])",
     "error: error during formatting: only ints, uints, and bools can be formatted as binary, was "
     "given string"},
    {"'%x'.format([1.5])",
     "error: error during formatting: only ints, uints, bytes, and strings can be formatted as "
     "hex, was given double"},
    {"'%s'.format([[optional.of(1)]])",
     "error: error during formatting: string clause can only be used on strings, bools, bytes, "
     "ints, doubles, maps, lists, types, durations, and timestamps, was given optional_type"},
    {"'%.1001f'.format([1.0])",
     "error: could not parse formatting clause: error while parsing precision: precision 1001 "
     "exceeds maximum allowed precision 1000"},
    {"size('%.1000f'.format([1.0]))", "1002"},
};

TEST(CelStrings, PlacesAreCountedInCharacters) {
  expect_all(kPlaces);
}
TEST(CelStrings, PartsJoinsAndLetters) {
  expect_all(kParts);
}
TEST(CelStrings, AnEmptyTextIsFoundAtMostAtTheEnd) {
  expect_answers(kEmptyText);
}
TEST(CelStrings, FormatsAsKubernetes) {
  expect_all(kFormats);
}
TEST(CelStrings, FormatsAsCelSpec) {
  expect_answers(kCurrent);
}

// Seven levels of ten times the same list are 10^7 texts in a few values.
TEST(CelStrings, ASmallValueDoesNotFormatIntoALargeText) {
  std::string nested = "'0123456789'";
  for (int level = 0; level < 7; ++level) {
    nested = "[" + nested + "].map(x, [x, x, x, x, x, x, x, x, x, x])[0]";
  }
  const Environment environments[] = {Environment::kubernetes(36), Environment::conformance()};
  for (const Environment& environment : environments) {
    for (const std::string& value : {nested, "{'k': " + nested + "}"}) {
      const auto program = environment.compile("'%s'.format([" + value + "])");
      ASSERT_OK(program);
      Evaluation evaluation;
      const Value text = evaluation.run(*program, {});
      ASSERT_TRUE(text.is_error());
      EXPECT_EQ(text.error().message, "error during formatting: the formatted text is too large");
    }
  }
}

}  // namespace
}  // namespace seawall::cel
