// Gatekeeper's templates in CEL: each field of a constraint from both sides, parameters, and what
// is not judged.
#include "policy/admission/gatekeeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "codec/json.h"
#include "codec/yaml.h"
#include "policy/admission/admission_policies.h"

namespace seawall::policy {
namespace {

using testing::HasSubstr;

// The objects whose image does not begin with one of parameters.repos are against it.
constexpr const char* kTemplate = R"yaml(
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: repos}
spec:
  crd:
    spec:
      names: {kind: Repos}
      validation:
        openAPIV3Schema:
          type: object
          properties:
            repos: {type: array, items: {type: string}}
            least: {type: integer, default: 1, minimum: 0}
  targets:
    - target: admission.k8s.gatekeeper.sh
      code:
        - engine: Rego
          source: {rego: "package repos"}
        - engine: K8sNativeValidation
          source:
            variables:
              - {name: repos, expression: "has(variables.params.repos) ? variables.params.repos : []"}
            validations:
              - expression: variables.anyObject.spec.image in variables.repos
                messageExpression: "'image ' + string(variables.anyObject.spec.image) + ', least ' + string(variables.params.least)"
)yaml";

std::string constraint(const std::string& spec) {
  return "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: Repos\nmetadata: {name: c}\nspec: "
         "{" +
         spec + "}\n";
}

struct Judged {
  AdmissionVerdict verdict;
  std::vector<std::string> problems;
  bool denied() const { return verdict.verdict == AdmissionDecision::kDeny; }
};

const Document& thing() {
  static const Document made = *parse_json(
      R"({"apiVersion": "x.example/v1", "kind": "Thing", "metadata": {"name": "web-1", "namespace": "shop-eu",
          "labels": {"app": "web"}}, "spec": {"image": "a"}})");
  return made;
}

Judged judge(const std::string& text, const Node& object = thing().root(),
             std::string_view operation = "CREATE", const AdmissionContext& context = {},
             std::string_view point = "validation.gatekeeper.sh") {
  AdmissionPolicies policies;
  EXPECT_TRUE(policies.add(text, "g.yaml").ok());
  Judged judged;
  for (const Error& problem : policies.problems()) judged.problems.push_back(problem.text());
  AdmissionRequest request = AdmissionRequest::of_object(object);
  request.operation = operation;
  if (operation == "DELETE") std::swap(request.object, request.old_object);
  AdmissionOptions options;
  options.outcomes = true;
  options.enforcement_point = point;
  judged.verdict = AdmissionEvaluator(policies).evaluate(request, context, options);
  return judged;
}

Judged with(const std::string& spec) {
  return judge(std::string(kTemplate) + "---\n" + constraint(spec));
}

TEST(Gatekeeper, ParametersAndDefaultsReachTheExpressions) {
  const Judged bad = with("parameters: {repos: [b]}");
  ASSERT_EQ(bad.verdict.messages.size(), 1u);
  const AdmissionMessage& message = bad.verdict.messages[0];
  EXPECT_EQ(message.message, "image a, least 1");
  EXPECT_EQ(message.policy, "Repos");
  EXPECT_EQ(message.binding, "c");
  EXPECT_EQ(message.rule, "validations[0]");
  EXPECT_THAT(message.where, HasSubstr("g.yaml:"));
  EXPECT_FALSE(with("parameters: {repos: [a, b]}").denied());
}

TEST(Gatekeeper, WithoutParametersTheyAreNullAndHaveNoField) {
  const Judged judged = with("match: {}");
  ASSERT_EQ(judged.verdict.messages.size(), 1u);
  EXPECT_FALSE(judged.verdict.messages[0].is_error);
  EXPECT_EQ(judged.verdict.messages[0].message,
            "failed expression: variables.anyObject.spec.image in variables.repos")
      << "the message reads a parameter";
}

TEST(Gatekeeper, TheOrderOfTemplateAndConstraintDoesNotMatter) {
  const std::string policy = constraint("parameters: {repos: [b]}");
  EXPECT_TRUE(judge(policy + "---" + kTemplate).denied());
  const Judged alone = judge(policy);
  ASSERT_EQ(alone.problems.size(), 1u);
  EXPECT_THAT(alone.problems[0], HasSubstr("there is no ConstraintTemplate of Repos"));
  ASSERT_EQ(alone.verdict.problems.size(), 1u) << "and every request says so";
  EXPECT_EQ(alone.verdict.outcomes[0].result, AdmissionOutcome::Result::kNotJudged);
}

TEST(Gatekeeper, OnDeletionAnyObjectIsTheOldOne) {
  EXPECT_TRUE(judge(std::string(kTemplate) + "---\n" + constraint("parameters: {repos: [b]}"),
                    thing().root(), "DELETE")
                  .denied());
}

// Each match on the left fits the object, each on the right does not.
TEST(Gatekeeper, MatchIsAllThatItSays) {
  const std::pair<const char*, const char*> cases[] = {
      {"kinds: [{apiGroups: [x.example], kinds: [Thing]}]",
       "kinds: [{apiGroups: [''], kinds: [Thing]}]"},
      {"kinds: [{kinds: ['*']}]", "kinds: [{kinds: [Pod]}]"},
      {"kinds: [{kinds: [Pod]}, {apiGroups: ['*']}]",
       "kinds: [{kinds: [Pod]}, {apiGroups: [apps]}]"},
      {"scope: Namespaced", "scope: Cluster"},
      {"namespaces: ['shop-*']", "namespaces: [shop]"},
      {"namespaces: ['*-eu']", "namespaces: ['*-us']"},
      {"namespaces: ['*op-*']", "namespaces: ['*pp*']"},
      {"excludedNamespaces: [shop]", "excludedNamespaces: ['shop-*']"},
      {"labelSelector: {matchLabels: {app: web}}", "labelSelector: {matchLabels: {app: db}}"},
      {"labelSelector: {matchExpressions: [{key: app, operator: Exists}]}",
       "labelSelector: {matchExpressions: [{key: app, operator: DoesNotExist}]}"},
      {"namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop-eu}}",
       "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: dev}}"},
      {"name: web-1", "name: web"},
      {"name: 'web-*'", "name: '*-2'"},
      {"source: Original", "source: Generated"},
      {"source: All", "source: Generated"},
  };
  for (const auto& [fits, other] : cases) {
    EXPECT_TRUE(with(fmt::format("parameters: {{repos: []}}, match: {{{}}}", fits)).denied())
        << fits;
    const Judged judged = with(fmt::format("parameters: {{repos: []}}, match: {{{}}}", other));
    EXPECT_FALSE(judged.denied()) << other;
    EXPECT_TRUE(judged.verdict.outcomes.empty()) << other;
  }
}

TEST(Gatekeeper, NamespacesAreSelectedByTheirOwnLabelsOrNotJudged) {
  const std::string policy =
      std::string(kTemplate) + "---\n" +
      constraint(
          "parameters: {repos: []}, match: {namespaceSelector: {matchLabels: {tier: gold}}}");
  const Judged unknown = judge(policy);
  EXPECT_FALSE(unknown.denied());
  ASSERT_EQ(unknown.verdict.problems.size(), 1u);
  EXPECT_THAT(unknown.verdict.problems[0], HasSubstr("Namespace shop-eu"));
  const auto given = parse_yaml(
      "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop-eu, labels: {tier: gold}}\nspec: "
      "{image: a}\n");
  const Node* const namespaces[] = {&given->front().root()};
  AdmissionContext context;
  context.namespaces = namespaces;
  EXPECT_TRUE(judge(policy, thing().root(), "CREATE", context).denied());
  EXPECT_TRUE(judge(policy, given->front().root()).denied()) << "a Namespace has labels itself";
}

TEST(Gatekeeper, ActionsSayHowStronglyAndWhere) {
  const auto action = [](const std::string& spec,
                         std::string_view point = "validation.gatekeeper.sh") {
    const Judged judged =
        judge(std::string(kTemplate) + "---\n" + constraint("parameters: {repos: []}, " + spec),
              thing().root(), "CREATE", {}, point);
    EXPECT_TRUE(judged.problems.empty()) << judged.problems[0];
    return judged.verdict.messages.empty()                               ? std::string("silent")
           : judged.verdict.messages[0].action == AdmissionAction::kDeny ? "deny"
           : judged.verdict.messages[0].action == AdmissionAction::kWarn ? "warn"
                                                                         : "audit";
  };
  EXPECT_EQ(action("enforcementAction: deny"), "deny");
  EXPECT_EQ(action("enforcementAction: warn"), "warn");
  EXPECT_EQ(action("enforcementAction: dryrun"), "audit");
  const std::string scoped =
      "enforcementAction: scoped, scopedEnforcementActions: [{action: warn, enforcementPoints: "
      "[{name: validation.gatekeeper.sh}]}, {action: deny, enforcementPoints: [{name: "
      "gator.gatekeeper.sh}]}]";
  EXPECT_EQ(action(scoped), "warn");
  EXPECT_EQ(action(scoped, "gator.gatekeeper.sh"), "deny");
  EXPECT_EQ(action(scoped, "audit.gatekeeper.sh"), "silent");
}

TEST(Gatekeeper, WhatIsWrittenWronglyIsAProblemWithItsPlace) {
  const std::pair<const char*, const char*> cases[] = {
      {"parameters: {repos: b}", "parameters.repos: is string, not array"},
      {"parameters: {repo: [b]}", "parameters.repo: is a field that the template does not know"},
      {"parameters: {least: -1}", "parameters.least"},
      {"enforcementAction: block", "enforcementAction is one of deny"},
      {"enforcementAction: scoped", "scopedEnforcementActions"},
      {"enforcementAction: scoped, scopedEnforcementActions: [{action: deny, enforcementPoints: "
       "[{}]}]",
       "name is missing"},
      {"enforcementAction: scoped, scopedEnforcementActions: [{enforcementPoints: [{name: '*'}]}]",
       "action is missing"},
      {"match: {kind: [Pod]}", "kind"},
      {"match: {namespaces: ['a*b']}", "is no name"},
      {"match: {labelSelector: {matchExpressions: [{key: a, operator: Is}]}}", "label selector"},
      {"match: {scope: cluster}", "scope is one of"},
  };
  for (const auto& [spec, words] : cases) {
    const Judged judged = with(spec);
    ASSERT_EQ(judged.problems.size(), 1u) << spec;
    EXPECT_THAT(judged.problems[0], HasSubstr(words));
    EXPECT_THAT(judged.problems[0], HasSubstr("g.yaml:"));
  }
}

std::string replaced(std::string_view from, std::string_view to) {
  std::string text = kTemplate;
  const size_t at = text.find(from);
  EXPECT_NE(at, text.npos) << from;
  return text.replace(at, from.size(), to) + "---\n" + constraint("parameters: {repos: []}");
}

TEST(Gatekeeper, TemplatesAreReadStrictly) {
  EXPECT_THAT(judge(replaced("{name: repos}", "{name: other}")).problems[0],
              HasSubstr("the template of Repos is named repos"));
  EXPECT_THAT(judge(replaced("name: repos, expression", "name: gatekeeper_internal_a, expression"))
                  .problems[0],
              HasSubstr("gatekeeper_internal_"));
  EXPECT_THAT(
      judge(replaced("variables:", "matchConditions: []\n            variables:")).problems[0],
      HasSubstr("matchConditions"));
  EXPECT_THAT(judge(replaced("sh/v1\n", "sh/v9\n")).problems[0], HasSubstr("version v9"));
  EXPECT_THAT(judge(std::string(kTemplate) + "---" + kTemplate).problems[0],
              HasSubstr("another ConstraintTemplate"));
}

TEST(Gatekeeper, ConditionsOperationsAndFailurePolicy) {
  EXPECT_FALSE(judge(replaced("variables:",
                              "matchCondition: [{name: n, expression: 'false'}]\n"
                              "            variables:"))
                   .denied());
  EXPECT_FALSE(
      judge(replaced("    - target: admission.k8s.gatekeeper.sh",
                     "    - target: admission.k8s.gatekeeper.sh\n      operations: [UPDATE]"))
          .denied());
  EXPECT_TRUE(judge(replaced("    - target: admission.k8s.gatekeeper.sh",
                             "    - target: admission.k8s.gatekeeper.sh\n      operations: ['*']"))
                  .denied());
  const std::string wrong = "variables.anyObject.spec.nothing == 1";
  EXPECT_TRUE(judge(replaced("variables.anyObject.spec.image in variables.repos", wrong)).denied());
  EXPECT_FALSE(
      judge(replaced("variables:\n", "failurePolicy: Ignore\n            variables:\n") + "")
          .verdict.messages.empty())
      << "what is false stays false";
  std::string ignored = replaced("variables.anyObject.spec.image in variables.repos", wrong);
  ignored.replace(ignored.find("variables:\n"), 0, "failurePolicy: Ignore\n            ");
  EXPECT_FALSE(judge(ignored).denied());
}

TEST(Gatekeeper, UsersSeeNeitherTheConstraintNorAnAuthorizer) {
  for (const char* expression : {"params.spec.parameters.repos == []", "anyObject != null",
                                 "authorizer.group('').resource('pods').check('get').allowed()"}) {
    const Judged judged = judge(replaced("variables.anyObject.spec.image in variables.repos",
                                         fmt::format("\"{}\"", expression)));
    ASSERT_EQ(judged.problems.size(), 1u) << expression;
    EXPECT_THAT(judged.problems[0], HasSubstr("undeclared reference"));
    EXPECT_TRUE(judged.denied()) << "it fails closed";
  }
}

TEST(Gatekeeper, RegoAloneIsNotJudgedAndSaysSo) {
  const Judged judged = judge(replaced("engine: K8sNativeValidation", "engine: Other"));
  ASSERT_EQ(judged.problems.size(), 1u);
  EXPECT_THAT(judged.problems[0], HasSubstr("only in Rego"));
  EXPECT_EQ(judged.verdict.verdict, AdmissionDecision::kAllow);
  ASSERT_EQ(judged.verdict.outcomes.size(), 1u);
  EXPECT_EQ(judged.verdict.outcomes[0].result, AdmissionOutcome::Result::kNotJudged);
  EXPECT_THAT(judged.verdict.problems[0], HasSubstr("Repos/c: not supported"));
}

TEST(Gatekeeper, TemplatesWithoutConstraintsAreUnused) {
  AdmissionPolicies policies;
  ASSERT_TRUE(policies.add(kTemplate, "g.yaml").ok());
  ASSERT_EQ(policies.unused().size(), 1u);
  EXPECT_THAT(policies.unused()[0].text(), HasSubstr("no constraint uses Repos"));
}

}  // namespace
}  // namespace seawall::policy
