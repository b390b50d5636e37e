// Kubernetes' functions of lists, cel-go's list extension, sets, and regular expressions.
#include "cel/kubernetes_cases.h"

namespace seawall::cel {
namespace {

using test::Case;
using test::expect_all;

constexpr Case kKubernetesLists[] = {
    {"[3, 3, 4].isSorted()", "true", 3},
    {"[b'b', b'a'].isSorted()", "false", 0},
    {"[timestamp('2026-01-02T00:00:00Z'), timestamp('2026-01-01T00:00:00Z')].isSorted()", "false",
     2},
    {"[].isSorted()", "true", 0},
    {"dyn([[1]]).isSorted()", "error: no such overload: isSorted(list)", 1},
    {"[2u, 40u].sum()", "42", 2},
    {"[0.5, 0.25].sum()", "0.75", 2},
    {"[1.5].filter(x, false).sum()", "0", 1},
    {"[duration('90s'), duration('30s')].sum()", "2m0s", 2},
    {"[9223372036854775807, 1].sum()", "error: integer overflow", 2},
    {"[18446744073709551615u, 1u].sum()", "error: unsigned integer overflow", 2},
    {"[duration('9223372036s'), duration('1s')].sum()", "error: integer overflow", 2},
    {"['a'].sum()", "does not compile", 0},
    {"dyn(['a']).sum()", "error: no such overload: sum(list)", 0},
    {"['pear', 'apple', 'fig'].min()", "apple", 0},
    {"['pear', 'apple', 'fig'].max()", "pear", 0},
    {"[true, false].max()", "true", 2},
    {"[duration('1m'), duration('59s')].min()", "59s", 2},
    {"[].max()", "error: max called on empty list", 0},
    {"[{}].max()", "does not compile", 0},
    {"dyn([1]).map(x, x).min()", "1", 15},
    {"[0.0 / 0.0, 1.0].max()", "NaN", 13},
    {"['sidecar', 'main', 'sidecar'].indexOf('sidecar')", "0", 0},
    {"['sidecar', 'main', 'sidecar'].lastIndexOf('sidecar')", "2", 0},
    {"[[1], [2]].indexOf([2])", "1", 2},
    {"[1].indexOf(2)", "-1", 1},
    {"['abcdefghijklmnopqrstuvwxyz'].indexOf('z')", "-1", 2},
};

constexpr Case kExtension[] = {
    {"[10, 20, 30].slice(1, 3)", "[20 30]", 13},
    {"[10].slice(0, 2)", "error: cannot slice(0, 2), list is length 1", 12},
    {"[10].slice(-1, 1)", "error: cannot slice(-1, 1), negative indexes not supported", 12},
    {"[10].slice(1, 0)",
     "error: cannot slice(1, 0), start index must be less than or equal to end index", 12},
    {"[[1, 2], [], [3]].flatten()", "[1 2 3]", 14},
    {"[[[1]], [[2, 3]]].flatten()", "[[1] [2, 3]]", 13},
    {"[[[1]], [[2, 3]]].flatten(2)", "[1 2 3]", 15},
    {"[[[1]], [[2, 3]]].flatten(0)", "[[[1]] [[2, 3]]]", 11},
    {"[[1]].flatten(-1)", "error: level must be non-negative", 12},
    {"dyn([1, 2]).flatten()", "[1 2]", 13},
    {"['b', 'a', 'b'].distinct()", "[b a]", 29},
    {"[[1], [1], [2]].distinct()", "[[1] [2]]", 29},
    {"[1, 2, 3].reverse()", "[3 2 1]", 14},
    {"['c', 'a', 'b'].sort()", "[a b c]", 29},
    {"[2u, 1u].sort()", "[1 2]", 19},
    {"dyn([2, 1]).sort()", "[1 2]", 1},
    {"dyn([[2], [1]]).sort()", "error: list elements must be comparable", 1},
    {"dyn([2, 1]).map(x, x == 1 ? dyn('a') : dyn(1)).sort()",
     "error: list elements must have the same type", 30},
    {"[[1], [2]].sort()", "does not compile", 0},
    {"['ccc', 'a', 'bb'].sortBy(x, x.size())", "[a bb ccc]", 74},
    {"['ccc', 'a', 'bb'].sortBy(x, dyn(x))", "[a bb ccc]", 46},
    {"[{'n': 2}, {'n': 1}].sortBy(x, x.n)", "[{n: 1} {n: 2}]", 50},
    {"[1, 2].sortBy(x, 0)", "[1 2]", 26},
    {"{'a': 1}.sortBy(x, x)", "does not compile", 0},
    {"lists.range(4)", "[0 1 2 3]", 15},
    {"lists.range(0)", "[]", 11},
    {"lists.range(1000001)", "error: lists.range: size 1000001 exceeds maximum allowed (1000000)",
     12},
    {"['a', 'b'].first().value()", "a", 2},
    {"['a', 'b'].last().value()", "b", 2},
    {"[].first()", "<nil>", 1},
    {"[].last().hasValue()", "false", 2},
};

constexpr Case kSets[] = {
    {"sets.contains([1, 2, 3], [3, 1])", "true", 7},
    {"sets.contains([1], [2])", "false", 2},
    {"sets.contains([], [])", "true", 1},
    {"sets.contains(['a'], [1])", "does not compile", 0},
    {"sets.equivalent([1, 2, 2], [2, 1, 1])", "true", 19},
    {"sets.equivalent([1, 2], [1])", "false", 5},
    {"sets.intersects([[1], [2]], [[2]])", "true", 3},
    {"sets.intersects([1], [])", "false", 1},
    {"sets.contains([dyn(1)], [dyn(1.0)])", "true", 2},
};

constexpr Case kRegex[] = {
    {"'nginx:1.25.3@sha256:abc'.find('[0-9]+')", "1", 6},
    {"'nginx'.find('[0-9]+')", "", 2},
    {"'a1b22c333'.findAll('[0-9]+')", "[1 22 333]", 2},
    {"'a1b22c333'.findAll('[0-9]+', 2)", "[1 22]", 2},
    {"'a1b22c333'.findAll('[0-9]+', 0)", "[]", 2},
    {"'a1b22c333'.findAll('[0-9]+', -5)", "[1 22 333]", 2},
    {"'abc'.findAll('')", "[   ]", 0},
    {"'äöü'.findAll('')", "[   ]", 0},
    {"'äöü'.findAll('.')", "[ä ö ü]", 1},
    {"'äöü'.find('[ö]')", "ö", 1},
    {"'abab'.findAll('b*')", "[ b b]", 1},
    {"'aXbX'.findAll('(?i)x')", "[X X]", 2},
    {R"('foo bar'.findAll(r'\b[a-z]'))", "[f b]", 2},
    {"'foo bar'.findAll('^.')", "[f]", 1},
    {R"('a.b'.find(r'\.'))", ".", 1},
    {"'x'.find('(')", "does not compile", 0},
    {"'x'.find(['('][0])", "error: Illegal regex: error parsing regexp: missing closing ): `(`", 3},
    {"'x'.findAll(['a**'][0])",
     "error: Illegal regex: error parsing regexp: invalid nested repetition operator: `**`", 3},
    {"'x'.find('(?P<name>x)')", "x", 3},
    {"'x'.find('(?<name>x)')", "x", 3},
    {"'x'.find(['(?=x)'][0])",
     "error: Illegal regex: error parsing regexp: invalid or unsupported Perl syntax: `(?=`", 4},
    {"'äöü'.matches('^...$')", "true", 2},
    {"'x'.matches(['[z-a]'][0])",
     "error: error parsing regexp: invalid character class range: `z-a`", 4},
};

TEST(KubernetesLists, OrderSumsAndPlaces) {
  expect_all(kKubernetesLists);
}
TEST(KubernetesLists, ExtensionOfCelGo) {
  expect_all(kExtension);
}
TEST(KubernetesLists, Sets) {
  expect_all(kSets);
}
TEST(KubernetesLists, RegularExpressions) {
  expect_all(kRegex);
}

TEST(KubernetesLists, SortsManyStably) {
  const Environment environment = Environment::kubernetes(36);
  const auto program = environment.compile(
      "lists.range(200).sortBy(x, x % 3).map(x, x % 3).isSorted() && "
      "lists.range(200).sortBy(x, x % 3).slice(0, 3) == [0, 3, 6]");
  ASSERT_OK(program);
  Evaluation evaluation;
  EXPECT_TRUE(evaluation.run(*program, {}).is_true());
}

TEST(KubernetesLists, ALargeListInsideOfAListDoesNotFillMemory) {
  const Environment environment = Environment::kubernetes(36);
  const auto program = environment.compile(
      "[lists.range(100000)].map(r, [r, r, r, r, r, r, r, r, r, r, r, r])[0].flatten().size()");
  ASSERT_OK(program);
  Evaluation evaluation;
  const Value value = evaluation.run(*program, {});
  ASSERT_TRUE(value.is_error());
  EXPECT_EQ(value.error().message, "flatten: more than 1000000 elements");
}

}  // namespace
}  // namespace seawall::cel
