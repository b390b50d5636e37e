// Small policies of our own, each field from both sides, and hostile ones.
#include "policy/admission/admission_policies.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "codec/json.h"

namespace seawall::policy {
namespace {

const Document& pod() {
  static const Document made = *parse_json(
      R"({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "namespace": "shop",
          "labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "nginx:1"}]}})");
  return made;
}

constexpr const char* kHead =
    "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\n"
    "metadata: {name: p}\nspec:\n";

AdmissionVerdict judge(const std::string& spec, std::vector<std::string>* problems = nullptr) {
  AdmissionPolicies policies;
  policies.set_bind_all();
  EXPECT_TRUE(policies.add(kHead + spec, "p.yaml").ok());
  if (problems != nullptr) {
    for (const Error& problem : policies.problems()) problems->push_back(problem.text());
  }
  AdmissionEvaluator evaluator(policies);
  return evaluator.evaluate(AdmissionRequest::of_object(pod().root()));
}

TEST(AdmissionPolicies, MessagesAsTheApiServerWritesThem) {
  const auto plain = judge("  validations: [{expression: ' false '}]\n");
  ASSERT_EQ(plain.messages.size(), 1u);
  EXPECT_EQ(plain.messages[0].message, "failed expression: false");
  EXPECT_EQ(plain.messages[0].reason, "Invalid");
  const auto made = judge(
      "  validations: [{expression: 'false', message: m, messageExpression: \"' pod ' + "
      "string(object.metadata.name)\", reason: Forbidden}]\n");
  ASSERT_EQ(made.messages.size(), 1u);
  EXPECT_EQ(made.messages[0].message, "pod web");
  EXPECT_EQ(made.messages[0].reason, "Forbidden");
  EXPECT_EQ(judge("  validations: [{expression: 'true'}]\n").verdict, AdmissionDecision::kAllow);
}

TEST(AdmissionPolicies, FailurePolicyDecidesAboutErrors) {
  const std::string wrong = "  validations: [{expression: 'object.spec.nope == 1'}]\n";
  EXPECT_EQ(judge(wrong).verdict, AdmissionDecision::kDeny);
  EXPECT_EQ(judge("  failurePolicy: Ignore\n" + wrong).verdict, AdmissionDecision::kAllow);
}

TEST(AdmissionPolicies, UnknownFieldsAndTypesAreProblems) {
  std::vector<std::string> problems;
  judge("  validation: [{expression: 'false'}]\n", &problems);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_NE(problems[0].find("p.yaml:5"), std::string::npos) << problems[0];
  problems.clear();
  const auto verdict = judge("  validations: [{expression: 'request.nosuch == 1'}]\n", &problems);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_NE(problems[0].find("undefined field 'nosuch'"), std::string::npos) << problems[0];
  EXPECT_EQ(verdict.verdict, AdmissionDecision::kDeny);
}

TEST(AdmissionPolicies, SelectorsAndRules) {
  const std::string no = "  validations: [{expression: 'false'}]\n";
  const auto with = [&](const std::string& match) {
    return judge("  matchConstraints: {" + match + "}\n" + no).verdict;
  };
  EXPECT_EQ(with("objectSelector: {matchLabels: {app: web}}"), AdmissionDecision::kDeny);
  EXPECT_EQ(with("objectSelector: {matchLabels: {app: db}}"), AdmissionDecision::kAllow);
  EXPECT_EQ(with("namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}"),
            AdmissionDecision::kDeny);
  EXPECT_EQ(with("namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: dev}}"),
            AdmissionDecision::kAllow);
  EXPECT_EQ(with("resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], "
                 "resources: [pods], resourceNames: [other]}]"),
            AdmissionDecision::kAllow);
}

TEST(AdmissionPolicies, VariablesCannotReadThemselves) {
  std::vector<std::string> problems;
  judge(
      "  variables: [{name: a, expression: variables.a}]\n"
      "  validations: [{expression: 'variables.a == 1'}]\n",
      &problems);
  ASSERT_FALSE(problems.empty());
  EXPECT_NE(problems[0].find("undefined field 'a'"), std::string::npos) << problems[0];
}

TEST(AdmissionPolicies, ChainsOfVariablesAndManyValidationsAreBounded) {
  std::string chain = "  variables:\n  - {name: v0, expression: '1'}\n";
  for (int i = 1; i < 990; ++i) {
    chain += fmt::format("  - {{name: v{}, expression: '((((variables.v{} + 1))))'}}\n", i, i - 1);
  }
  std::vector<std::string> problems;
  judge(chain + "  validations: [{expression: 'variables.v989 > 0'}]\n", &problems);
  ASSERT_FALSE(problems.empty());
  EXPECT_NE(problems[0].find("too deep"), std::string::npos) << problems[0];
  std::string many = "  validations:\n";
  for (int i = 0; i < 1000; ++i) many += "  - {expression: 'false'}\n";
  EXPECT_EQ(judge(many).messages.size(), 1000u);
}

TEST(AdmissionPolicies, KyvernoJudgesControllersAsPodsAndNothingItCannotKnow) {
  const auto deployment = parse_json(
      R"({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"},
          "spec": {"template": {"spec": {"hostNetwork": true}}}})");
  const auto with = [&](const std::string& expression) {
    AdmissionPolicies policies;
    EXPECT_TRUE(policies
                    .add("apiVersion: policies.kyverno.io/v1\nkind: ValidatingPolicy\n"
                         "metadata: {name: k}\nspec:\n  validationActions: [Deny]\n"
                         "  matchConstraints: {resourceRules: [{apiGroups: [''], apiVersions: "
                         "[v1], operations: [CREATE], resources: [pods]}]}\n"
                         "  validations: [{expression: \"" +
                             expression + "\"}]\n",
                         "k.yaml")
                    .ok());
    return AdmissionEvaluator(policies).evaluate(
        AdmissionRequest::of_object(deployment->root(), "default"));
  };
  EXPECT_EQ(with("!object.spec.?hostNetwork.orValue(false)").verdict, AdmissionDecision::kDeny);
  EXPECT_EQ(with("object.spec.hostNetwork").verdict, AdmissionDecision::kAllow);
  const auto asked = with("image('x').registry() == ''");
  ASSERT_EQ(asked.problems.size(), 1u);
  EXPECT_NE(asked.problems[0].find("needs a network"), std::string::npos);
}

}  // namespace
}  // namespace seawall::policy
