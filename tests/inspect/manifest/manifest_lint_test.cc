// Every example of every rule on Kubernetes objects, places, exceptions, and bad input.
#include "inspect/manifest/manifest_lint.h"

#include <set>

#include <fmt/format.h>

#include "base/file.h"
#include "base/strings.h"
#include "inspect/collecting_sink.h"
#include "inspect/manifest/pod_security.h"

namespace seawall::inspect {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const std::vector<ManifestRule>& all_rules() {
  static const std::vector<ManifestRule> rules = [] {
    auto loaded = load_manifest_rules();
    EXPECT_OK(loaded);
    return std::move(loaded).value_or({});
  }();
  return rules;
}

ManifestLint lint(const std::string& text, const std::vector<ManifestRule>& rules = all_rules()) {
  const ManifestFile file = ManifestFile::read(text);
  EXPECT_THAT(file.problems(), IsEmpty()) << text;
  const ManifestSource sources[] = {{text, &file}};
  return std::move(lint_manifests(sources, rules, {}, 1).front());
}

std::vector<Finding> of_rule(const ManifestLint& lint, std::string_view id) {
  std::vector<Finding> out;
  for (const Finding& finding : lint.findings) {
    if (finding.rule_id == id) out.push_back(finding);
  }
  return out;
}

// An example as a file: a container and a pod's spec are put into a Pod.
std::string file_of(const ManifestRule& rule, const std::string& example) {
  if (example.find("apiVersion:") != std::string::npos) return example;
  const std::string pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:";
  return rule.of == AskedOf::kContainer ? pod + "\n  containers:\n  - " + example
                                        : pod + " " + example;
}

constexpr std::string_view kPod =
    "apiVersion: v1\n"
    "kind: Pod\n"
    "metadata:\n"
    "  name: web\n"
    "  namespace: shop\n"
    "  annotations: {%}\n"
    "spec:\n"
    "  containers:\n"
    "  - name: app\n"
    "    image: a:1\n"
    "    securityContext:\n"
    "      privileged: true\n"
    "  - name: side\n"
    "    image: a:1\n"
    "    securityContext: {privileged: true}\n";
constexpr std::string_view kPrivileged = "SW-K0001";

std::vector<Finding> with_annotations(std::string_view annotations) {
  return of_rule(lint(replace_all(kPod, "%", annotations)), kPrivileged);
}

TEST(ManifestRules, EveryExampleHolds) {
  EXPECT_GE(all_rules().size(), 115u);
  for (const ManifestRule& rule : all_rules()) {
    for (const auto* side : {&rule.pass, &rule.fail}) {
      EXPECT_THAT(*side, Not(IsEmpty())) << rule.rule.id;
      for (const std::string& example : *side) {
        const std::string text = file_of(rule, example);
        const ManifestLint found = lint(text, {rule});
        EXPECT_THAT(found.problems, IsEmpty()) << rule.rule.id << "\n" << text;
        EXPECT_EQ(found.findings.empty(), side == &rule.pass) << rule.rule.id << "\n" << text;
      }
    }
  }
}

TEST(ManifestRules, AreWellFormed) {
  std::set<std::string> ids, aliases;
  for (const ManifestRule& rule : all_rules()) {
    EXPECT_TRUE(rule.rule.id.starts_with("SW-K")) << rule.rule.id;
    EXPECT_TRUE(ids.insert(rule.rule.id).second) << rule.rule.id;
    EXPECT_FALSE(rule.rule.why.en.empty() || rule.rule.why.fr.empty()) << rule.rule.id;
    EXPECT_FALSE(rule.rule.frameworks.empty()) << rule.rule.id;
    aliases.insert(rule.rule.aliases.begin(), rule.rule.aliases.end());
  }
  for (const PodSecurityCheck& check : pod_security_checks())
    EXPECT_TRUE(aliases.contains(fmt::format("pss/{}", check.id))) << check.id;
}

TEST(ManifestRules, MistakesAreTold) {
  const auto with = [](std::string_view keys) {
    return read_manifest_rules(
        fmt::format("rules:\n- id: SW-K9999\n  title: {{en: a, fr: a}}\n  fix: {{en: a, fr: a}}\n"
                    "  severity: low\n  examples: {{pass: [a], fail: [a]}}\n{}",
                    keys),
        "x.yaml");
  };
  EXPECT_OK(with("  of: pod\n  breaks: 'true'\n"));
  for (const char* bad : {"  of: pod\n", "  of: node\n  breaks: 'true'\n",
                          "  of: pod\n  breaks: 'pod.'\n", "  of: pod\n  breaks: 'nothing'\n",
                          "  of: pod\n  check: none\n", "  of: pod\n  pod-security: none\n",
                          "  of: pod\n  breaks: 'true'\n  check: liveness-port\n"}) {
    const auto rules = with(bad);
    ASSERT_FALSE(rules.ok()) << bad;
    EXPECT_THAT(rules.error().text(), HasSubstr("x.yaml:2 SW-K9999")) << bad;
  }
}

TEST(ManifestLint, AFindingNamesObjectContainerPathAndLine) {
  const auto found = with_annotations("");
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_THAT(
      found[0].evidence,
      HasSubstr("Pod shop/web container app: spec.containers[0].securityContext.privileged"));
  EXPECT_EQ(found[0].location.line, 12u);
  EXPECT_EQ(found[1].location.line, 15u);
  EXPECT_EQ(found[0].severity, Severity::kHigh);
  EXPECT_FALSE(found[0].suppression.active());
}

TEST(ManifestLint, WhatRefersToAnotherFileFindsIt) {
  const std::string service =
      "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {selector: {app: web}}}";
  const std::string pod =
      "{apiVersion: v1, kind: Pod, metadata: {name: p, labels: {app: web}}, spec: {containers: "
      "[]}}";
  const ManifestFile files[] = {ManifestFile::read(service), ManifestFile::read(pod)};
  const ManifestSource both[] = {{service, &files[0]}, {pod, &files[1]}};
  EXPECT_THAT(of_rule(lint_manifests(both, all_rules(), {}, 2)[0], "SW-K0301"), IsEmpty());
  EXPECT_THAT(of_rule(lint_manifests({both, 1}, all_rules(), {}, 2)[0], "SW-K0301"), SizeIs(1));
  EXPECT_THAT(
      of_rule(lint_manifests({both, 1}, all_rules(), {"kube-linter/dangling-service"}, 1)[0],
              "SW-K0301"),
      IsEmpty());
}

TEST(ManifestExceptions, AnnotationsSetAsideWithTheirReason) {
  for (const char* one : {"seawall.dev/ignore: \"SW-K0001 it is the agent\"",
                          "seawall.dev/ignore: \"SW-K0002,SW-K0001 it is the agent\"",
                          "seawall.dev/ignore: \"SW-K0002 no\\nSW-K0001 it is the agent\"",
                          "ignore-check.kube-linter.io/privileged-container: it is the agent",
                          "kube-linter.io/ignore-all: it is the agent"}) {
    const auto found = with_annotations(one);
    ASSERT_THAT(found, SizeIs(2)) << one;
    for (const Finding& finding : found) {
      EXPECT_EQ(finding.suppression.by, "inline") << one;
      EXPECT_EQ(finding.suppression.reason, "it is the agent") << one;
      EXPECT_THAT(finding.suppression.source, HasSubstr("annotation ")) << one;
    }
  }
  for (const char* one : {"polaris.fairwinds.com/exempt: \"true\"",
                          "polaris.fairwinds.com/runAsPrivileged-exempt: \"true\""})
    EXPECT_TRUE(with_annotations(one)[1].suppression.active()) << one;
}

TEST(ManifestExceptions, OfOneContainer) {
  const auto found = with_annotations("seawall.dev/ignore.side: SW-K0001 needs it");
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_FALSE(found[0].suppression.active());
  EXPECT_EQ(found[1].suppression.reason, "needs it");
}

TEST(ManifestExceptions, WhatSpeaksOfSomethingElseSetsNothingAside) {
  for (const char* one :
       {"seawall.dev/ignore: \"\"", "seawall.dev/ignore: SW-K0002 x",
        "seawall.dev/ignored: SW-K0001 x", "ignore-check.kube-linter.io/host-pid: x",
        "ignore-check.kube-linter.io/: x", "polaris.fairwinds.com/exempt: \"false\"",
        "polaris.fairwinds.com/hostPIDSet-exempt: \"true\"",
        "polaris.fairwinds.com/other: \"true\"", "polaris.fairwinds.com/-exempt: \"true\""}) {
    for (const Finding& finding : with_annotations(one))
      EXPECT_FALSE(finding.suppression.active()) << one;
  }
}

TEST(ManifestExceptions, CommentsBeforeTheFieldAndBeforeTheObject) {
  const std::string plain = replace_all(kPod, "%", "");
  const auto of = [](const std::string& text) { return of_rule(lint(text), kPrivileged); };
  const std::string field = replace_all(
      plain, "      privileged", "      # seawall ignore=SW-K0001 the agent\n      privileged");
  ASSERT_THAT(of(field), SizeIs(2));
  EXPECT_EQ(of(field)[0].suppression.reason, "the agent");
  EXPECT_FALSE(of(field)[1].suppression.active());
  const std::string object = "# seawall ignore=SW-K0001 the agent\n" + plain;
  EXPECT_TRUE(of(object)[0].suppression.active());
  EXPECT_TRUE(of(object)[1].suppression.active());
}

TEST(ManifestLint, ValuesOfOtherKindsAreNoProblem) {
  const ManifestLint found = lint(
      "apiVersion: v1\nkind: Pod\nmetadata: [a]\nspec:\n  hostPID: 'true'\n  volumes: {a: b}\n"
      "  securityContext: null\n  containers:\n  - name: [x]\n    image: 7\n    env: [1, {name: "
      "2}]\n"
      "    ports: [{containerPort: x, name: 3}]\n    resources: text\n    securityContext:\n"
      "      capabilities: {add: [1, null], drop: all}\n      runAsUser: '0'\n");
  EXPECT_THAT(found.problems, IsEmpty());
  EXPECT_THAT(found.findings, Not(IsEmpty()));
}

TEST(ManifestLint, ManyFindingsOfOneRuleAreCutWithAProblem) {
  std::string text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n";
  for (int i = 0; i < 1100; ++i) text += fmt::format("  - {{name: c{}, image: a}}\n", i);
  const ManifestLint found = lint(text);
  EXPECT_THAT(of_rule(found, "SW-K0101"), SizeIs(ManifestLint::kMostFindings));
  ASSERT_THAT(found.problems, Not(IsEmpty()));
  EXPECT_THAT(found.problems[0].message(), HasSubstr("100 more findings are not shown"));
}

TEST(ManifestInspector, InSourceTreesWithoutWhatNeedsOtherFiles) {
  const auto sink = inspect_text(inspect_manifest, "deploy/web.yaml", replace_all(kPod, "%", ""));
  EXPECT_GE(sink.findings.size(), 5u);
  for (const Finding& finding : sink.findings) EXPECT_NE(finding.rule_id, "SW-K0309");
  EXPECT_THAT(inspect_text(inspect_manifest, "a.yaml", "a: b\n").findings, IsEmpty());
}

// The table in docs/manifests.md is made from the rules; SEAWALL_UPDATE_GOLDEN=1 writes it.
TEST(ManifestRules, TheDocumentListsThemAll) {
  std::string table = "| id | severity | what | also |\n|---|---|---|---|\n";
  for (const ManifestRule& rule : all_rules()) {
    table += fmt::format("| {} | {} | {} | {} |\n", rule.rule.id, to_string(rule.rule.severity),
                         rule.rule.title.en, join(rule.rule.aliases, ", "));
  }
  const std::string path = test::source_directory() + "/docs/manifests.md";
  const std::string before = test::read(path);
  constexpr std::string_view kMark = "<!-- rules -->\n";
  const size_t mark = before.find(kMark);
  ASSERT_NE(mark, std::string::npos);
  const std::string wanted = before.substr(0, mark + kMark.size()) + "\n" + table;
  if (std::getenv("SEAWALL_UPDATE_GOLDEN")) {
    ASSERT_OK(write_file(path, wanted));
  } else {
    EXPECT_EQ(before, wanted) << "docs/manifests.md is old; SEAWALL_UPDATE_GOLDEN=1 writes it anew";
  }
}

}  // namespace
}  // namespace seawall::inspect
