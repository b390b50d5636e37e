// Suites of gator: ours, and Gatekeeper's whole library below $SEAWALL_SUITES.
#include "policy/suites/gator_suite.h"

#include <cstdlib>
#include <filesystem>

#include "support/support.h"

namespace seawall::policy {
namespace {

using testing::HasSubstr;

class GatorSuites : public testing::Test {
 protected:
  void SetUp() override {
    scratch_.write(
        "t.yaml",
        "apiVersion: templates.gatekeeper.sh/v1\nkind: ConstraintTemplate\nmetadata: "
        "{name: nolatest}\nspec:\n  crd: {spec: {names: {kind: NoLatest}, validation: "
        "{openAPIV3Schema: {type: object, properties: {tags: {type: array, items: {type: "
        "string}}}}}}}\n  targets:\n    - target: admission.k8s.gatekeeper.sh\n      "
        "code: [{engine: K8sNativeValidation, source: {validations: [{expression: "
        "\"!(variables.anyObject.spec.tag in variables.params.tags)\", message: tag "
        "not allowed}, {expression: 'request.operation != \"UPDATE\"', message: "
        "updated}]}}]\n");
    scratch_.write("c.yaml", constraint("tags: [latest]"));
    scratch_.write("wrong.yaml", constraint("tags: 1"));
    scratch_.write("bad.yaml",
                   "apiVersion: v1\nkind: X\nmetadata: {name: a}\nspec: {tag: latest}\n");
    scratch_.write("good.yaml", "apiVersion: v1\nkind: X\nmetadata: {name: a}\nspec: {tag: v1}\n");
    scratch_.write("review.yaml",
                   "apiVersion: admission.k8s.io/v1\nkind: AdmissionReview\nrequest: {operation: "
                   "UPDATE, object: {apiVersion: v1, kind: X, metadata: {name: a}, spec: {tag: "
                   "latest}}}\n");
  }
  static std::string constraint(const std::string& parameters) {
    return "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: NoLatest\nmetadata: {name: "
           "c}\nspec: {parameters: {" +
           parameters + "}}\n";
  }
  // A suite of one test; `rest` follows its template.
  TestSummary run(const std::string& rest, bool verbose = true) {
    const std::string path = scratch_.write(
        "suite.yaml",
        "kind: Suite\napiVersion: test.gatekeeper.sh/v1alpha1\nmetadata: {name: s}\ntests:\n  - "
        "{name: t, template: t.yaml, " +
            rest + "}\n");
    const auto summary = run_policy_tests({path}, {verbose});
    EXPECT_TRUE(summary.ok());
    return *summary;
  }
  TestSummary assert_of(const std::string& object, const std::string& assertions) {
    return run("constraint: c.yaml, cases: [{name: a, object: " + object + ", assertions: [" +
               assertions + "]}]");
  }
  test::ScratchDirectory scratch_;
};

TEST_F(GatorSuites, AssertionsCountViolationsAndReadMessages) {
  EXPECT_EQ(assert_of("bad.yaml",
                      "{violations: yes}, {violations: 1}, {}, {message: 'not a.*d$'}, "
                      "{violations: no, message: other}")
                .passed,
            1u);
  EXPECT_EQ(assert_of("good.yaml", "{violations: no}, {violations: 0}").passed, 1u);
  EXPECT_EQ(assert_of("review.yaml", "{violations: 2}, {violations: 1, message: updated}").passed,
            1u);
  const TestSummary differs = assert_of("bad.yaml", "{violations: no}");
  EXPECT_EQ(differs.failed, 1u);
  EXPECT_THAT(differs.text, HasSubstr("expected violations: no, got 1; tag not allowed"));
  EXPECT_EQ(assert_of("bad.yaml", "{violations: 2}").failed, 1u);
  EXPECT_EQ(assert_of("bad.yaml", "{violations: yes, message: other}").failed, 1u);
}

TEST_F(GatorSuites, WhatIsWrongDiffers) {
  EXPECT_THAT(assert_of("bad.yaml", "{violations: maybe}").text, HasSubstr("yes, no or a number"));
  EXPECT_EQ(assert_of("bad.yaml", "{message: '('}").failed, 1u);
  EXPECT_EQ(assert_of("bad.yaml", "").failed, 1u) << "a case asserts something";
  EXPECT_EQ(assert_of("nothing.yaml", "{violations: no}").failed, 1u);
  EXPECT_EQ(run("cases: []").failed, 1u) << "there is no constraint";
  EXPECT_EQ(run("constraint: wrong.yaml, cases: [{object: good.yaml, assertions: [{}]}]").failed,
            1u);
  scratch_.write("two.yaml", "{kind: A}\n---\n{kind: B}\n");
  EXPECT_THAT(assert_of("two.yaml", "{}").text, HasSubstr("2 objects, not one"));
}

TEST_F(GatorSuites, InvalidConstraintsAreExpectedAndSkippedTestsAreNotCounted) {
  EXPECT_EQ(run("constraint: wrong.yaml, invalid: true").passed, 1u);
  EXPECT_EQ(run("constraint: c.yaml, invalid: true").failed, 1u);
  const TestSummary skipped = run("constraint: c.yaml, skip: true, cases: [{object: bad.yaml}]");
  EXPECT_EQ(skipped.passed + skipped.failed + skipped.not_judged, 0u);
  const TestSummary one = run("constraint: c.yaml, cases: [{skip: true, object: bad.yaml}]");
  EXPECT_EQ(one.passed + one.failed + one.not_judged, 0u);
}

TEST_F(GatorSuites, WhatNeedsMoreIsNotJudged) {
  const TestSummary expanded = run(
      "constraint: c.yaml, expansion: e.yaml, cases: [{object: bad.yaml}, {object: good.yaml}]");
  EXPECT_EQ(expanded.not_judged, 2u);
  EXPECT_EQ(expanded.passed, 0u);
}

TEST_F(GatorSuites, FilesAreKnownByWhatStandsInThem) {
  run("constraint: c.yaml, cases: []");
  EXPECT_TRUE(is_admission_test(scratch_.path() + "/suite.yaml"));
  EXPECT_FALSE(is_admission_test(scratch_.path() + "/t.yaml"));
  const auto whole = run_policy_tests({scratch_.path()}, {});
  ASSERT_OK(whole);
  EXPECT_EQ(whole->failed, 0u);
  EXPECT_FALSE(run_policy_tests({scratch_.path() + "/none"}, {}).ok());
}

TEST(GatorLibrary, EveryCaseInCelAgrees) {
  const char* directory = std::getenv("SEAWALL_SUITES");
  if (directory == nullptr) GTEST_SKIP() << "SEAWALL_SUITES is not set";
  const std::string path = std::string(directory) + "/gatekeeper-library";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there";
  const auto summary = run_policy_tests({path}, {});
  ASSERT_OK(summary);
  std::printf("%zu agree, %zu differ, %zu not judged\n", summary->passed, summary->failed,
              summary->not_judged);
  EXPECT_GE(summary->passed, 131u);
  EXPECT_EQ(summary->failed, 0u) << summary->text;
}

}  // namespace
}  // namespace seawall::policy
