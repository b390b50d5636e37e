// What the API server refuses once the types are right: literals that cannot be converted, lists
// of several types, formats that do not fit what they are given.
#include "cel/environment.h"
#include "support/support.h"

namespace seawall::cel {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string compile_error(std::string_view expression) {
  Environment environment = Environment::kubernetes(36);
  environment.add_variable("object", &types::dyn);
  const auto program = environment.compile(expression);
  return program.ok() ? "compiles" : program.error().message();
}

TEST(LiteralChecks, FormatsAreHeldAgainstTheirArguments) {
  struct Case {
    std::string_view expression, wanted;
  };
  const Case cases[] = {
      {"'%d'.format(['a'])", "1:14: error during formatting: decimal clause can only be used on"},
      {"'%d'.format([1.5])", "was given double"},
      {"'%s'.format([1, 2])", "1:12: too many arguments supplied to string.format (expected 1, "},
      {"'%s %s'.format([1])", "1:15: index 1 out of range"},
      {"'%'.format([1])", "1:11: unexpected end of string"},
      {"'%k'.format([1])", "could not parse formatting clause: unrecognized formatting clause"},
      {"'%.'.format([1])", "could not find end of precision specifier"},
      {"'%.3f|%e'.format([true, 1.5])", "fixed-point clause can only be used on doubles, was"},
      {"'%e'.format([1])", "scientific clause can only be used on doubles, was given int"},
      {"'%b'.format([[]])", "formatted as binary, was given list"},
      {"'%x'.format([1.5])", "formatted as hex, was given double"},
      {"'%o'.format(['7'])", "octal clause can only be used on integers, was given string"},
      {"'%s'.format([ip('::1')])", "durations, and timestamps, was given net.IP"},
      {"'%s'.format([[1, optional.none()]])", "was given optional_type"},
      {"'%s'.format([{'a': quantity('1')}])", "was given kubernetes.Quantity"},
  };
  for (const Case& one : cases) {
    EXPECT_THAT(compile_error(one.expression), HasSubstr(one.wanted)) << one.expression;
  }
}

TEST(LiteralChecks, WhatIsOnlyKnownLaterIsLeftToTheRun) {
  for (const char* expression :
       {"'%d'.format([object.a])", "'%s'.format([object, 'a', 1].filter(x, true))",
        "object.text.format([1, 2])", "'%%'.format([])", "'%f'.format(['NaN'])",
        "'%s %s'.format([[1, 'a'], {'a': null}])", "duration(object.d)", "'a'.matches(object.p)"}) {
    EXPECT_EQ(compile_error(expression), "compiles") << expression;
  }
}

TEST(LiteralChecks, TypesComeFirst) {
  EXPECT_THAT(compile_error("duration('x') + 'a'"), Not(HasSubstr("invalid duration")));
  EXPECT_THAT(compile_error("[1, 'a'] + 1"), Not(HasSubstr("expected type")));
  EXPECT_THAT(compile_error("[duration('x'), timestamp('y')]"), HasSubstr("invalid duration"));
  EXPECT_THAT(compile_error("[duration('x'), timestamp('y')]"), HasSubstr("invalid timestamp"));
}

}  // namespace
}  // namespace seawall::cel
