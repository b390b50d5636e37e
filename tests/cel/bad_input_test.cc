// Expressions from people who mean harm or mistype: they end, quickly, with words that help.
#include <chrono>

#include "cel/environment.h"
#include "codec/json.h"
#include "support/support.h"

namespace seawall::cel {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::string_view kTooDear = "operation cancelled: actual cost limit exceeded";

class BadInputTest : public ::testing::Test {
 protected:
  void SetUp() override { environment_.add_variable("object", &types::dyn); }
  std::string answer(std::string_view expression, std::string_view json = "{}") {
    const auto document = parse_json(std::string(json));
    const auto program = environment_.compile(expression);
    if (!program.ok()) return program.error().message();
    const Value object = Value::of(document->root());
    return to_text(evaluation_.run(*program, std::span(&object, 1)));
  }
  std::string compile_error(std::string_view expression) {
    const auto program = environment_.compile(expression);
    return program.ok() ? "compiles" : program.error().message();
  }
  // Seconds that this takes.
  template <typename F>
  static double seconds(F work) {
    const auto from = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
  }

  Environment environment_ = Environment::kubernetes(36);
  Evaluation evaluation_;
};

std::string repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

TEST_F(BadInputTest, NestedLoopsEndAtTheCostLimit) {
  const std::string list = "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]";
  std::string loops = "true";
  for (const char* name : {"a", "b", "c", "d", "e", "f", "g", "h"}) {
    loops = list + ".all(" + name + ", " + loops + ")";  // 20^8 steps
  }
  const double took = seconds([&] { EXPECT_EQ(answer(loops), kTooDear); });
  EXPECT_LT(took, 2);
  EXPECT_GE(evaluation_.cost(), kPerCallLimit);
  EXPECT_LT(evaluation_.cost(), kPerCallLimit + 100);
}

TEST_F(BadInputTest, ValuesThatGrowEndAtTheCostLimit) {
  const std::string list = "[1,2,3,4,5,6,7,8,9,10]";
  std::string lists = list;  // a list of lists of lists: 10^9 elements
  for (int i = 0; i < 8; ++i) lists = list + ".map(v" + std::to_string(i) + ", " + lists + ")";
  const double took = seconds([&] { EXPECT_EQ(answer(lists), kTooDear); });
  EXPECT_LT(took, 2);
  // Text that doubles with every step, paid by its length.
  const std::string text = "'" + std::string(1000, 'x') + "'";
  std::string doubling = "[" + text + "]";
  for (int i = 0; i < 20; ++i) {
    const std::string name = "s" + std::to_string(i);
    doubling += ".map(" + name + ", " + name + " + " + name + ")";
  }
  EXPECT_LT(seconds([&] { EXPECT_EQ(answer(doubling + "[0].size()"), kTooDear); }), 2);
}

TEST_F(BadInputTest, ALowLimitStopsSooner) {
  Evaluation evaluation(50);
  const auto program = environment_.compile("[1,2,3,4,5,6,7,8,9].all(x, x > 0 && x < 100)");
  ASSERT_OK(program);
  const Value object;
  const Value value = evaluation.run(*program, std::span(&object, 1));
  ASSERT_TRUE(value.is_error());
  EXPECT_EQ(value.error().message, kTooDear);
  evaluation.set_limit(1000);
  EXPECT_TRUE(evaluation.run(*program, std::span(&object, 1)).is_true());
}

TEST_F(BadInputTest, PatternsAreLinear) {
  const std::string text(20'000, 'a');
  const std::string json = R"({"text": ")" + text + R"(!"})";
  EXPECT_LT(seconds([&] {
              EXPECT_EQ(answer("object.text.matches('^(a+)+$')", json), "false");
              EXPECT_EQ(answer("object.text.matches('^(a|aa)+$')", json), "false");
              EXPECT_EQ(answer("object.text.matches('^(.*a){12}b$')", json), "false");
              EXPECT_EQ(answer("object.text.find('(x+x+)+y')", json), "");
            }),
            2);
  EXPECT_THAT(answer("'a'.matches('(')"), HasSubstr("invalid matches argument"));
  EXPECT_THAT(answer("'a'.matches(object.p)", R"j({"p": "(?!x)"})j"),
              HasSubstr("error parsing regexp"));
}

TEST_F(BadInputTest, DeepExpressions) {
  EXPECT_EQ(answer(repeated("(", 100) + "1" + repeated(")", 100)), "1");
  EXPECT_EQ(answer(repeated("[", 100) + repeated("]", 100) + ".size()"), "1");
  EXPECT_EQ(answer("object" + repeated(".a", 90) + " == 1"), "no such key: a");
  for (const auto& [open, close] : {std::pair("(", ")"),
                                    {"[", "]"},
                                    {"!(", ")"},
                                    {"-(", ")"},
                                    {"{'a': ", "}"},
                                    {"size(", ")"},
                                    {"true ? 1 : (", ")"}}) {
    const auto program =
        environment_.compile_unchecked(repeated(open, 300) + "1" + repeated(close, 300));
    ASSERT_FALSE(program.ok()) << open;
    EXPECT_LT(program.error().message().size(), 5000u) << open;
    EXPECT_THAT(program.error().message(), ::testing::AnyOf(HasSubstr("deep"), HasSubstr("depth"),
                                                            HasSubstr("recursion limit")))
        << open;
  }
  // However deep: the stack is never used up.
  for (const std::string_view open : {"(", "[", "{", "!", "-", "a.", "f(", "a[", "1+", "a?b:"}) {
    const auto program = environment_.compile(repeated(open, 100'000));
    EXPECT_FALSE(program.ok()) << open;
  }
}

TEST_F(BadInputTest, LongExpressions) {
  // A flat chain is not deep.
  EXPECT_EQ(answer("1" + repeated(" == 1 && 1", 200) + " == 1"), "true");
  EXPECT_EQ(answer("true" + repeated(" || false", 5000)), "true");
  EXPECT_EQ(answer("[0" + repeated(", 1", 20'000) + "].size()"), "20001");
  EXPECT_EQ(answer("'" + std::string(500'000, 'x') + "'.size()"), "500000");
  CompileLimits limits;
  limits.expression_bytes = 100;
  const auto program = environment_.compile("'" + std::string(100, 'x') + "'", limits);
  ASSERT_FALSE(program.ok());
  EXPECT_EQ(program.error().code(), Code::kLimit);
  limits = {};
  limits.nodes = 100;
  EXPECT_FALSE(environment_.compile("[0" + repeated(", 1", 200) + "]", limits).ok());
  // Macros that multiply what they are given.
  std::string macros = "x";
  for (int i = 0; i < 60; ++i) macros = "[1].existsOne(x, " + macros + " == x)";
  (void)environment_.compile_unchecked(macros);
}

TEST_F(BadInputTest, NumbersThatDoNotFit) {
  for (const char* expression :
       {"9223372036854775807 + 1", "-9223372036854775808 - 1", "9223372036854775807 * 2",
        "-(-9223372036854775808)", "-9223372036854775808 / -1"}) {
    EXPECT_EQ(answer(expression), "integer overflow") << expression;
  }
  for (const char* expression :
       {"18446744073709551615u + 1u", "0u - 1u", "18446744073709551615u * 2u"}) {
    EXPECT_EQ(answer(expression), "unsigned integer overflow") << expression;
  }
  EXPECT_EQ(answer("1 / 0"), "division by zero");
  EXPECT_EQ(answer("1u / 0u"), "division by zero");
  EXPECT_EQ(answer("1 % 0"), "modulus by zero");
  EXPECT_EQ(answer("-9223372036854775808 % -1"), "integer overflow");
  EXPECT_EQ(answer("int(object.a)", R"({"a": 1e99})"), "integer overflow");
  EXPECT_EQ(answer("uint(object.a)", R"({"a": -1})"), "unsigned integer overflow");
  EXPECT_THAT(answer("int(18446744073709551615u)"), HasSubstr("integer overflow"));
  EXPECT_THAT(compile_error("9223372036854775808"), HasSubstr("invalid int literal"));
  EXPECT_THAT(compile_error("18446744073709551616u"), HasSubstr("invalid uint literal"));
  EXPECT_THAT(compile_error("0x1" + std::string(64, '0')), HasSubstr("invalid int literal"));
  EXPECT_EQ(answer("1e308 * 10.0 > 1e308"), "true");
}

TEST_F(BadInputTest, TimesThatDoNotFit) {
  for (const char* expression : {"timestamp('9999-12-31T23:59:59Z') + duration('2s')",
                                 "timestamp('0001-01-01T00:00:00Z') - duration('1s')"}) {
    EXPECT_EQ(answer(expression), "timestamp overflow") << expression;
  }
  for (const char* expression :
       {"timestamp('9999-12-31T23:59:59Z') - timestamp('0001-01-01T00:00:00Z')",
        "duration('2562047h') + duration('2562047h')",
        "duration('-2562047h') - duration('2562047h')"}) {
    EXPECT_EQ(answer(expression), "integer overflow") << expression;
  }
  EXPECT_THAT(answer("timestamp('10000-01-01T00:00:00Z')"),
              HasSubstr("invalid timestamp argument"));
  EXPECT_THAT(answer("timestamp(object.t)", R"({"t": "2023-02-30T00:00:00Z"})"),
              HasSubstr("2023-02-30"));
}

TEST_F(BadInputTest, DamagedText) {
  EXPECT_FALSE(environment_.compile("'\xff'").ok());
  EXPECT_FALSE(environment_.compile("'\xed\xa0\x80'").ok());  // half of a pair of surrogates
  EXPECT_FALSE(environment_.compile("\xc3").ok());
  EXPECT_FALSE(environment_.compile(std::string_view("'a\0b' + \0", 9)).ok());
  EXPECT_FALSE(environment_.compile("'\\ud800'").ok());
  EXPECT_FALSE(environment_.compile("'\\U00110000'").ok());
  EXPECT_THAT(answer("string(b'\\xff')"), HasSubstr("invalid UTF-8"));
  EXPECT_EQ(answer("b'\\xff'.size()"), "1");
  EXPECT_EQ(answer("'\\u00e9'.size()"), "1");
}

TEST_F(BadInputTest, ErrorsShowThePlace) {
  EXPECT_EQ(compile_error("1 + 'a'"),
            "ERROR: <input>:1:3: found no matching overload for '_+_' applied to '(int, string)'\n"
            " | 1 + 'a'\n"
            " | ..^");
  EXPECT_EQ(compile_error("object.a == 1 &&\n  undefined"),
            "ERROR: <input>:2:3: undeclared reference to 'undefined' (in container '')\n"
            " |   undefined\n"
            " | ..^");
  EXPECT_EQ(compile_error("size(x) + y"),
            "ERROR: <input>:1:6: undeclared reference to 'x' (in container '')\n"
            " | size(x) + y\n"
            " | .....^\n"
            "ERROR: <input>:1:11: undeclared reference to 'y' (in container '')\n"
            " | size(x) + y\n"
            " | ..........^");
}

// A column counts characters; under those outside ASCII the API server prints wide dots, and so do
// we.
TEST_F(BadInputTest, CaretsStandUnderCharacters) {
  EXPECT_EQ(compile_error("'\u00e9\u00e9' + x"),
            "ERROR: <input>:1:8: undeclared reference to 'x' (in container '')\n"
            " | '\u00e9\u00e9' + x\n"
            " | .\uff0e\uff0e....^");
  EXPECT_EQ(compile_error("'\u4e16\u754c' + x"),
            "ERROR: <input>:1:8: undeclared reference to 'x' (in container '')\n"
            " | '\u4e16\u754c' + x\n"
            " | .\uff0e\uff0e....^");
}

TEST_F(BadInputTest, SyntaxErrorsAreNeverAccepted) {
  for (const char* expression : {"",
                                 " ",
                                 "1 +",
                                 "+ 1",
                                 "(",
                                 ")",
                                 "[1",
                                 "{1}",
                                 "{1:}",
                                 "a..b",
                                 "a.",
                                 "1 2",
                                 "'a",
                                 "\"a",
                                 "'''a",
                                 "a ? b",
                                 "a ? b :",
                                 "&& a",
                                 "a & b",
                                 "a = b",
                                 "a === b",
                                 "1.a.",
                                 "f(",
                                 "f(,)",
                                 "[,]",
                                 "a[]",
                                 "b'\\u00e9'",
                                 "'\\z'",
                                 "0x",
                                 "1e",
                                 "1.e",
                                 "08x",
                                 "`",
                                 "`a`",
                                 "a.`",
                                 "@",
                                 "#",
                                 "a; b",
                                 "//",
                                 "in",
                                 "a in",
                                 "true false",
                                 "has(a)",
                                 "has(1)",
                                 "[1].all(x.y, true)",
                                 "[1].map(1, 2)",
                                 "a.if",
                                 "if",
                                 "\\",
                                 "a\\b",
                                 "!",
                                 "-",
                                 "a ?. b",
                                 "?a"}) {
    EXPECT_FALSE(environment_.compile(expression).ok()) << expression;
    EXPECT_THAT(compile_error(expression), StartsWith("ERROR: <input>:")) << expression;
  }
}

TEST_F(BadInputTest, MacrosThatDoubleTheirTargetAreCounted) {
  const auto chain = [](std::string_view link, int times) {
    std::string text = "optional.none()";
    for (int i = 0; i < times; ++i) text += link;
    return text;
  };
  EXPECT_LT(seconds([&] {
              EXPECT_THAT(compile_error(chain(".optMap(y, y + 1)", 40)),
                          HasSubstr("exceeds limit"));
              EXPECT_THAT(compile_error(chain(".optFlatMap(y, optional.of(y))", 40)),
                          HasSubstr("exceeds limit"));
            }),
            1.0);
  EXPECT_EQ(compile_error(chain(".optMap(y, y)", 8)), "compiles");
}

}  // namespace
}  // namespace seawall::cel
