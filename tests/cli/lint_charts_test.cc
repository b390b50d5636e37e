// seawall lint of trees with Helm charts and kustomizations, and of manifests that are damaged.
#include <sys/stat.h>

#include <cstdlib>

#include <fmt/format.h>

#include "codec/json.h"
#include "support/support.h"

namespace seawall {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kPod =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: bad}\nspec: {hostNetwork: true, containers: []}\n";

class LintCharts : public testing::Test {
 protected:
  test::RunResult lint(std::vector<std::string> arguments, const std::string& helm = {}) {
    arguments.insert(arguments.begin(), {"lint", "--preset", "pss-baseline"});
    std::string path = scratch_.path() + "/none";
    if (!helm.empty()) {
      const std::string program = scratch_.write("bin/helm", "#!/bin/sh\n" + helm);
      ::chmod(program.c_str(), 0755);
      path = scratch_.path() + "/bin";
    }
    return test::seawall(arguments, {"PATH=" + path});
  }
  void chart(const std::string& name) {
    scratch_.write("t/" + name + "/Chart.yaml",
                   "apiVersion: v2\nname: " + name + "\nversion: 0.1.0\n");
    scratch_.write("t/" + name + "/templates/p.yaml",
                   "kind: Pod\napiVersion: v1\nmetadata: {name: {{ .Values.a }}}\n");
  }
  test::ScratchDirectory scratch_;
};

TEST_F(LintCharts, AreJudgedAsHelmRendersThem) {
  chart("web");
  chart("web/charts/cache");
  const std::string helm = fmt::format(
      "printf -- '---\\n# Source: web/templates/p.yaml\\n%s' '{}'\n"
      "printf -- '---\\n# Source: web/charts/cache/templates/p.yaml\\nkind: [\\n'\n",
      kPod);
  const test::RunResult result = lint({scratch_.path() + "/t", "--format", "json"}, helm);
  EXPECT_EQ(result.exit_code, 2) << result.err;
  const auto document = parse_json(result.out);
  ASSERT_OK(document);
  const Node& outcomes = document->root()["decision"]["outcomes"];
  ASSERT_EQ(outcomes.size(), 1u) << result.out;
  EXPECT_THAT(std::string(outcomes[0]["subjects"][0].string()),
              HasSubstr("/t/web/templates/p.yaml, rendered:3)"));
  EXPECT_THAT(result.out, Not(HasSubstr("is a template"))) << "templates are not judged raw";
}

TEST_F(LintCharts, WhatATemplateIsCalledDoesNotMatter) {
  chart("web");
  const std::string helm = fmt::format(
      "printf -- '---\n# Source: web/templates/off.yaml\n# only a comment\n'\n"
      "printf -- '---\n# Source: web/templates/Dockerfile\n%s' '{}'\n",
      kPod);
  const test::RunResult result = lint({scratch_.path() + "/t"}, helm);
  EXPECT_EQ(result.exit_code, 1) << result.err << result.out;
  EXPECT_THAT(result.out, HasSubstr("templates/Dockerfile, rendered:3"));
}

TEST_F(LintCharts, WithoutHelmEachIsOneProblemAndTheRestIsJudged) {
  chart("one");
  chart("two");
  scratch_.write("t/two/templates/q.yaml", "{{ if }}\n");
  scratch_.write("t/plain.yaml", kPod);
  const test::RunResult result = lint({scratch_.path() + "/t", "--format", "json"});
  EXPECT_EQ(result.exit_code, 2) << result.err;
  EXPECT_THAT(result.out, HasSubstr("helm is not installed: 1 template of chart"));
  EXPECT_THAT(result.out, HasSubstr("helm is not installed: 2 templates of chart"));
  EXPECT_THAT(result.out, HasSubstr("plain.yaml:1"));
  const auto document = parse_json(result.out);
  ASSERT_OK(document);
  EXPECT_EQ(document->root()["problems"].size(), 2u);
}

TEST_F(LintCharts, AHostileChartHidesNoOther) {
  chart("bad");
  chart("good");
  const std::string helm = fmt::format(
      "case \"$(head -n2 \"$4/Chart.yaml\" | tail -n1)\" in *bad*) yes;; esac\n"
      "printf -- '---\\n# Source: good/templates/p.yaml\\n%s' '{}'\n",
      kPod);
  const test::RunResult result = lint({scratch_.path() + "/t"}, helm);
  EXPECT_EQ(result.exit_code, 2) << result.err;
  EXPECT_THAT(result.out, HasSubstr("t/bad: helm cannot render it"));
  EXPECT_THAT(result.out, HasSubstr("Pod bad ("));
}

TEST_F(LintCharts, ValuesAreGivenInTheirOrder) {
  chart("web");
  const std::string helm =
      "printf -- '---\\n# Source: web/templates/p.yaml\\n'; cat \"$4\" \"$6\"\n";
  const std::string first =
      scratch_.write("1.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: of-values}\n");
  const std::string second = scratch_.write("2.yaml", "spec: {hostPID: true, containers: []}\n");
  const test::RunResult result =
      lint({"--helm-values", first, "--helm-values", second, scratch_.path() + "/t"}, helm);
  EXPECT_EQ(result.exit_code, 1) << result.err;
  EXPECT_THAT(result.out, HasSubstr("Pod of-values"));
  EXPECT_THAT(result.out, HasSubstr("hostPID=true"));
}

TEST_F(LintCharts, PatchesOfAKustomizationAreNoObjects) {
  scratch_.write("t/base/pod.yaml",
                 "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: "
                 "{containers: []}\n");
  scratch_.write("t/over/kustomization.yaml",
                 "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: "
                 "[../base/pod.yaml]\npatches: [{path: patch.yaml}]\n");
  scratch_.write("t/over/patch.yaml", kPod);
  const test::RunResult result = lint({scratch_.path() + "/t"});
  EXPECT_EQ(result.exit_code, 0) << result.out;
  EXPECT_THAT(result.out, HasSubstr("1 file"));
  EXPECT_EQ(lint({scratch_.path() + "/t/over/patch.yaml"}).exit_code, 1)
      << "a file that is named is judged";
  // What kustomize prints is a stream.
  const std::string stream = "apiVersion: v1\nkind: Namespace\nmetadata: {name: n}\n---\n";
  const test::RunResult built =
      test::run({test::seawall_binary(), "lint", "-", "--preset", "pss-baseline"},
                stream + std::string(kPod));
  EXPECT_EQ(built.exit_code, 1) << built.err;
  EXPECT_THAT(built.out, HasSubstr("Pod bad (-:5)"));
}

TEST_F(LintCharts, BytesThatAreNoTextAreAProblemOfTheirFile) {
  scratch_.write("t/bad.yaml", std::string(kPod) + "---\nkind: Pod\napiVersion: v1\nspec: \xff\n");
  scratch_.write("t/good.yaml", kPod);
  const test::RunResult result = lint({scratch_.path() + "/t"});
  EXPECT_EQ(result.exit_code, 2) << result.out;
  EXPECT_THAT(result.out, HasSubstr("bad.yaml"));
  EXPECT_THAT(result.out, HasSubstr("good.yaml:1"));
}

TEST_F(LintCharts, AFileThatBreaksInTheMiddleHidesNoOther) {
  const std::string cut = std::string(kPod).substr(0, kPod.size() - 8);
  for (const char* name : {"t/a.yaml", "t/m.yaml", "t/z.json"}) scratch_.write(name, cut);
  scratch_.write("t/n.yaml", kPod);
  const test::RunResult result = lint({scratch_.path() + "/t", "--format", "json"});
  EXPECT_EQ(result.exit_code, 2) << result.out;
  const auto document = parse_json(result.out);
  ASSERT_OK(document);
  EXPECT_EQ(document->root()["problems"].size(), 3u) << result.out;
  EXPECT_THAT(result.out, HasSubstr("n.yaml:1"));
}

}  // namespace
}  // namespace seawall
