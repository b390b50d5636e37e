// Evaluations of admission rules: their answers, and that they take no memory from the system once
// the arena of the Evaluation has grown.
#include <atomic>
#include <cstdlib>
#include <new>

#include "cel/environment.h"
#include "cel/workload.h"
#include "codec/json.h"
#include "support/support.h"

namespace {
std::atomic<size_t> allocations{0};
}  // namespace

// Counts what this program takes from the system. Not inlined, or the compiler sees malloc() paired
// with delete.
[[gnu::noinline]] void* operator new(size_t bytes) {
  ++allocations;
  if (void* place = std::malloc(bytes > 0 ? bytes : 1)) return place;
  std::abort();
}
[[gnu::noinline]] void operator delete(void* place) noexcept {
  std::free(place);
}
[[gnu::noinline]] void operator delete(void* place, size_t) noexcept {
  std::free(place);
}

namespace seawall::cel {
namespace {

class EvaluationTest : public ::testing::Test {
 protected:
  void SetUp() override { environment_.add_variable("object", &types::dyn); }
  // The answer to an expression over a JSON document.
  std::string answer(std::string_view expression, std::string_view json = "{}") {
    document_ = *parse_json(std::string(json));
    auto program = environment_.compile(expression);
    if (!program.ok()) return program.error().message();
    program_ = std::move(program).value();
    object_ = Value::of(document_.root());
    return to_text(evaluation_.run(program_, std::span(&object_, 1)));
  }
  // Calls to operator new in one more run, the last of three.
  size_t allocations_of_a_run() {
    size_t taken = 0;
    for (int i = 0; i < 3; ++i) {
      const size_t before = allocations;
      evaluation_.run(program_, std::span(&object_, 1));
      taken = allocations - before;
    }
    return taken;
  }

  Environment environment_ = Environment::kubernetes(36);
  Document document_ = *parse_json("{}");
  Program program_ = *environment_.compile("true");
  Evaluation evaluation_;
  Value object_;
};

TEST_F(EvaluationTest, RulesTakeNoMemoryOnceWarm) {
  for (const std::string_view rule :
       {test::kSecurityContext, test::kTrustedImages, test::kOptionalList}) {
    EXPECT_EQ(answer(rule, test::kPod), "true") << rule;
    EXPECT_EQ(allocations_of_a_run(), 0u) << rule;
  }
  const std::string workload = test::deployment();
  EXPECT_GT(workload.size(), 7500u);
  EXPECT_LT(workload.size(), 9500u);
  for (const std::string_view rule : test::kRules) {
    EXPECT_EQ(answer(rule, workload), "true") << rule;
    EXPECT_EQ(allocations_of_a_run(), 0u) << rule;
  }
}

TEST_F(EvaluationTest, ValuesThatAreMadeTakeNoMemoryEither) {
  for (const char* rule : {"object.spec.containers.map(c, c.name + '!')[1] == 'proxy!'",
                           "object.spec.containers.filter(c, c.name == 'web').size() == 1",
                           "{'a': object.metadata.name}.a == 'web'",
                           "object.metadata.labels.transformMap(k, v, v + k).app == 'webapp'",
                           "size(object.spec.containers + object.spec.containers) == 4",
                           "(object.spec.nothing == 1) || true",
                           "object.spec.containers[1].image.split('/').size() == 3"}) {
    EXPECT_EQ(answer(rule, test::kPod), "true") << rule;
    EXPECT_EQ(allocations_of_a_run(), 0u) << rule;
  }
}

TEST_F(EvaluationTest, KeepsValuesWhenAsked) {
  ASSERT_EQ(answer("object.a + 'b'", R"({"a": "a"})"), "ab");
  evaluation_.keep();
  const Value first = evaluation_.run(program_, std::span(&object_, 1));
  const auto other = parse_json(R"({"a": "other"})");
  ASSERT_OK(other);
  const Value variable = Value::of(other->root());
  const Value second = evaluation_.run(program_, std::span(&variable, 1));
  EXPECT_EQ(first.string(), "ab");
  EXPECT_EQ(second.string(), "otherb");
}

TEST_F(EvaluationTest, SaysWhichVariablesAProgramReads) {
  environment_.add_variable("oldObject", &types::dyn);
  environment_.add_variable("params", &types::dyn);
  const auto program = environment_.compile("object.a == params.b");
  ASSERT_OK(program);
  const auto read = program->variables();
  EXPECT_EQ(std::vector<size_t>(read.begin(), read.end()), (std::vector<size_t>{0, 2}));
  EXPECT_EQ(program->result_type(), &types::boolean);
  EXPECT_EQ(program->expression(), "object.a == params.b");
}

TEST_F(EvaluationTest, CostsAreThoseOfTheLastRun) {
  ASSERT_EQ(answer("object.a == 1", R"({"a": 1})"), "true");
  const uint64_t once = evaluation_.cost();
  EXPECT_EQ(once, 3u);
  evaluation_.run(program_, std::span(&object_, 1));
  EXPECT_EQ(evaluation_.cost(), once);
}

TEST_F(EvaluationTest, ErrorsKnowTheirPlace) {
  ASSERT_EQ(answer("1 == 1 && object.b == 2", R"({"a": 1})"), "no such key: b");
  const Value value = evaluation_.run(program_, std::span(&object_, 1));
  ASSERT_TRUE(value.is_error());
  EXPECT_GE(value.error().position, 10u);
  EXPECT_LE(value.error().position, 16u);
}

}  // namespace
}  // namespace seawall::cel
