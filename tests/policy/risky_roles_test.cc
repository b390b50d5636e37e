#include "policy/risky_roles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/yaml.h"
#include "support/support.h"

namespace seawall::policy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kApi = "apiVersion: rbac.authorization.k8s.io/v1\n";

std::string role(const std::string& name, const std::string& rules) {
  return kApi + ("kind: Role\nmetadata: {name: " + name + ", namespace: shop}\nrules: [" + rules +
                 "]\n---\n");
}
std::string binding(const std::string& kind, const std::string& name,
                    const std::string& subject = "{kind: ServiceAccount, name: bot}") {
  return kApi + ("kind: RoleBinding\nmetadata: {name: b, namespace: shop}\nroleRef: {kind: " +
                 kind + ", name: " + name + "}\nsubjects: [" + subject + "]\n---\n");
}

std::optional<std::vector<std::string_view>> risks(const std::string& text,
                                                   std::string_view account = "bot",
                                                   std::string_view name_space = "shop") {
  const auto documents = parse_yaml(text + "{}");
  EXPECT_TRUE(documents.ok());
  RiskyRoles roles;
  for (const Document& document : *documents) roles.add(document.root());
  return roles.of(name_space, account);
}

TEST(RiskyRoles, EachRiskFromBothSides) {
  struct Case {
    const char *risky, *word, *harmless;
  };
  const Case cases[] = {
      {"{apiGroups: [''], resources: [secrets], verbs: [list]}", "view-secrets",
       "{apiGroups: [''], resources: [secrets], verbs: [delete]}"},
      {"{apiGroups: [''], resources: [pods], verbs: [create]}", "create-pods",
       "{apiGroups: [''], resources: [pods], verbs: [get]}"},
      {"{apiGroups: [''], resources: [pods/exec], verbs: [create]}", "exec-into-pods",
       "{apiGroups: [''], resources: [pods/log], verbs: [create]}"},
      {"{apiGroups: [apps], resources: [deployments], verbs: ['*']}", "any-workload",
       "{apiGroups: [apps], resources: [deployments], verbs: [get]}"},
      {"{apiGroups: [rbac.authorization.k8s.io], resources: [roles], verbs: ['*']}", "any-rbac",
       "{apiGroups: [rbac.authorization.k8s.io], resources: [roles], verbs: [list]}"},
  };
  for (const Case& one : cases) {
    const auto found = risks(role("r", one.risky) + binding("Role", "r"));
    ASSERT_TRUE(found) << one.word;
    EXPECT_THAT(*found, ElementsAre(one.word));
    const auto none = risks(role("r", one.harmless) + binding("Role", "r"));
    ASSERT_TRUE(none) << one.word;
    EXPECT_THAT(*none, IsEmpty()) << one.word;
  }
  EXPECT_EQ(
      risks(role("r", "{apiGroups: ['*'], resources: ['*'], verbs: ['*']}") + binding("Role", "r"))
          ->size(),
      5u);
}

TEST(RiskyRoles, RolesThatEveryClusterHas) {
  EXPECT_EQ(risks(binding("ClusterRole", "cluster-admin"))->size(), 5u);
  EXPECT_EQ(risks(binding("ClusterRole", "edit"))->size(), 3u);
  EXPECT_THAT(*risks(binding("ClusterRole", "view")), IsEmpty());
}

TEST(RiskyRoles, WhatIsNotKnownHasNoAnswer) {
  EXPECT_FALSE(risks(""));
  EXPECT_FALSE(risks(binding("ClusterRole", "mystery")));
  EXPECT_FALSE(risks(binding("ClusterRole", "view"), "other"));
  EXPECT_FALSE(risks(binding("ClusterRole", "view"), "bot", "elsewhere"));
  EXPECT_FALSE(risks(role("r", "") + binding("ClusterRole", "r"))) << "another kind of role";
}

TEST(RiskyRoles, GroupsOfAccounts) {
  const std::string all = "{kind: Group, name: 'system:serviceaccounts'}";
  EXPECT_EQ(risks(binding("ClusterRole", "edit", all), "any")->size(), 3u);
  EXPECT_FALSE(risks(binding("ClusterRole", "view", all), "any")) << "there may be more";
  EXPECT_EQ(
      risks(binding("ClusterRole", "edit", "{kind: Group, name: 'system:serviceaccounts:shop'}"))
          ->size(),
      3u);
  EXPECT_EQ(
      risks(binding("ClusterRole", "edit", "{kind: User, name: 'system:serviceaccount:shop:bot'}"))
          ->size(),
      3u);
}

TEST(RiskyRoles, LintKnowsThemFromAnyFile) {
  const test::ScratchDirectory scratch;
  const std::string policy = scratch.write(
      "seawall.yaml",
      "apiVersion: seawall.dev/v1\nkind: Policy\nmetadata: {name: p}\nrules:\n  - {id: risky, "
      "deny: "
      "'workload.riskyRoles.exists(r, r == \"view-secrets\")', message: it reads secrets}\n");
  scratch.write("m/a.yaml",
                "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec: "
                "{serviceAccountName: bot, containers: [{name: c, image: x}]}\n");
  scratch.write("m/z.yaml", binding("ClusterRole", "edit"));
  const test::RunResult denied = test::seawall({"lint", scratch.path() + "/m", "--policy", policy});
  EXPECT_EQ(denied.exit_code, 1) << denied.err;
  EXPECT_THAT(denied.out, testing::HasSubstr("denied by risky: it reads secrets\n"));
  scratch.write("m/z.yaml", binding("ClusterRole", "view"));
  EXPECT_EQ(test::seawall({"lint", scratch.path() + "/m", "--policy", policy}).exit_code, 0);
  scratch.write("m/z.yaml", "{}\n");
  EXPECT_THAT(test::seawall({"lint", scratch.path() + "/m", "--policy", policy}).out,
              testing::HasSubstr("cannot say"));
}

}  // namespace
}  // namespace seawall::policy
