#include "policy/admission/kyverno_functions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/yaml.h"
#include "policy/admission/admission_policies.h"

namespace seawall::policy {
namespace {

using testing::HasSubstr;

TEST(KyvernoFunctions, LookUpsBecomeIndexes) {
  const std::pair<const char*, const char*> cases[] = {
      {"resource.Get('v1', \"pods\", object.a, f(x, y))",
       "resource.Get['v1'][ \"pods\"][ object.a][ f(x, y)]"},
      {"1 + resource.List('v1', 'pods', '').items.size()",
       "1 + resource.List['v1'][ 'pods'][ ''].items.size()"},
      {"resource.List('a', resource.Get('b', 'c', 'd', 'e').f, 'g')",
       "resource.List['a'][ resource.Get['b'][ 'c'][ 'd'][ 'e'].f][ 'g']"},
  };
  for (const auto& [from, to] : cases) EXPECT_EQ(plain_cel(from), to);
}

TEST(KyvernoFunctions, NothingElseIsTouched) {
  for (const char* text :
       {"'resource.Get(a, b, c, d)'", "'''it's resource.Get(a, b, c, d)'''",
        "r'\\' + 'resource.Get(a, b, c, d)'", "\"\\\"resource.Get(a, b, c, d)\"",
        "my.resource.Get(a, b, c, d)", "xresource.Get(a, b, c, d)", "resource.Get(a, b)",
        "resource.Get(a, b, c, d", "resource.Get('", "resource.Post(a, b, c)", ""}) {
    EXPECT_EQ(plain_cel(text), text);
  }
}

TEST(KyvernoFunctions, DepthIsBounded) {
  std::string deep = "x";
  for (int i = 0; i < 2000; ++i) deep = "parseServiceAccount(" + deep + ")";
  EXPECT_THAT(plain_cel(deep), HasSubstr("parseServiceAccount("));
}

TEST(KyvernoFunctions, ObjectsStandWhereTheyAreLookedFor) {
  const auto objects = parse_yaml(
      "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop}, data: {k: 1}}\n---\n"
      "{apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: dev}}\n---\n"
      "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}\n");
  const Node* given[] = {&(*objects)[0].root(), &(*objects)[1].root(), &(*objects)[2].root()};
  Arena arena;
  const Node made = make_lookups(given, arena);
  EXPECT_EQ(made["Get"]["v1"]["configmaps"]["shop"]["a"]["data"]["k"].integer(), 1);
  EXPECT_FALSE(made["Get"]["v1"]["configmaps"][""]["a"].exists());
  EXPECT_EQ(made["Get"]["v1"]["namespaces"][""]["shop"]["kind"].string(), "Namespace");
  EXPECT_EQ(made["List"]["v1"]["configmaps"]["dev"]["items"].size(), 1u);
  EXPECT_EQ(made["List"]["v1"]["configmaps"][""]["items"].size(), 2u);
}

// One ValidatingPolicy of this expression about a ConfigMap.
AdmissionVerdict judge(const std::string& expression, std::span<const Node* const> resources,
                       const char* user = "{username: 'system:serviceaccount:ci:bot'}") {
  AdmissionPolicies policies;
  EXPECT_TRUE(
      policies
          .add("apiVersion: policies.kyverno.io/v1\nkind: ValidatingPolicy\nmetadata: {name: "
               "k}\nspec:\n  validationActions: [Deny]\n  matchConstraints: {resourceRules: "
               "[{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: "
               "[configmaps]}]}\n  validations: [{expression: \"" +
                   expression + "\"}]\n",
               "k.yaml")
          .ok());
  EXPECT_TRUE(policies.problems().empty()) << policies.problems()[0].text();
  const auto object =
      parse_yaml("{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {most: '5'}}");
  const auto users = parse_yaml(user);
  AdmissionRequest request = AdmissionRequest::of_object(object->front().root(), "shop");
  request.user_info = &users->front().root();
  AdmissionContext context;
  context.resources = resources;
  return AdmissionEvaluator(policies).evaluate(request, context);
}

TEST(KyvernoFunctions, AnswersComeFromWhatWasGivenAndFromNowhereElse) {
  const auto limits = parse_yaml(
      "{apiVersion: v1, kind: ConfigMap, metadata: {name: limits, namespace: shop}, data: {most: "
      "'5'}}");
  const Node* const given[] = {&limits->front().root()};
  const std::string same =
      "object.data.most == resource.Get('v1', 'configmaps', object.metadata.namespace, "
      "'limits').data.most";
  EXPECT_EQ(judge(same, given).verdict, AdmissionDecision::kAllow);
  const AdmissionVerdict other =
      judge("resource.Get('v1', 'secrets', 'shop', 'limits') != null", given);
  EXPECT_EQ(other.verdict, AdmissionDecision::kDeny) << "what is not there fails closed";
  const AdmissionVerdict nothing = judge(same, {});
  EXPECT_EQ(nothing.verdict, AdmissionDecision::kAllow);
  ASSERT_EQ(nothing.problems.size(), 1u) << "but it is not judged";
  EXPECT_THAT(nothing.problems[0], HasSubstr("resource needs a cluster"));
}

TEST(KyvernoFunctions, ServiceAccountsAreTakenApart) {
  const std::string ours =
      "parseServiceAccount(request.userInfo.username).Namespace == 'ci' && "
      "parseServiceAccount(request.userInfo.username).Name == 'bot'";
  EXPECT_EQ(judge(ours, {}).verdict, AdmissionDecision::kAllow);
  EXPECT_EQ(judge(ours, {}, "{username: 'system:serviceaccount:cd:bot'}").verdict,
            AdmissionDecision::kDeny);
  const std::string nobody = "parseServiceAccount(request.userInfo.username).Name == ''";
  EXPECT_EQ(judge(nobody, {}, "{username: 'system:serviceaccount:a:b:c'}").verdict,
            AdmissionDecision::kAllow);
}

}  // namespace
}  // namespace seawall::policy
