// seawall lint of Kubernetes manifests: decided by a policy, whatever the file looks like.
#include <fmt/format.h>

#include "base/time.h"
#include "codec/json.h"
#include "support/support.h"

namespace seawall {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kGood =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: good}\nspec:\n  securityContext: {runAsNonRoot: "
    "true, "
    "seccompProfile: {type: RuntimeDefault}}\n  containers:\n    - name: a\n      image: "
    "r.example/a:1\n"
    "      securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}\n";
constexpr std::string_view kBad =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: bad, namespace: prod}\nspec: {hostNetwork: true, "
    "containers: [{name: a, image: r.example/a:1}]}\n";

class LintManifests : public testing::Test {
 protected:
  test::RunResult run(std::string_view text, std::vector<std::string> arguments,
                      std::string_view name = "m.yaml") {
    arguments.insert(arguments.begin(), {"lint", scratch_.write(name, text)});
    return test::seawall(arguments);
  }
  test::ScratchDirectory scratch_;
};

TEST_F(LintManifests, TheFormatOfKubesecHasAReportForEachObject) {
  const test::RunResult result =
      run(fmt::format("{}---\n{}", kGood, kBad), {"--format", "kubesec"});
  const auto document = parse_json(result.out);
  ASSERT_TRUE(document.ok()) << result.out << result.err;
  const Node& reports = document->root();
  ASSERT_EQ(reports.size(), 2u);
  EXPECT_EQ(reports[0]["object"].string(), "Pod/good.default");
  EXPECT_EQ(reports[0]["fileName"].string(), "m.yaml");
  EXPECT_GT(reports[0]["score"].integer().value_or(0), 0);
  EXPECT_EQ(reports[1]["score"].integer(), -9);
  EXPECT_EQ(reports[1]["scoring"]["critical"][0]["id"].string(), "HostNetwork");
}

TEST_F(LintManifests, ThePresetsDecideAsKubernetesDoes) {
  EXPECT_EQ(run(kGood, {"--preset", "pss-restricted@1.30"}).exit_code, 0);
  const test::RunResult bad = run(kBad, {"--preset", "pss-baseline@1.30"});
  EXPECT_EQ(bad.exit_code, 1);
  EXPECT_THAT(bad.out, HasSubstr("denied by pss-baseline@1.30/hostNamespaces: host namespaces "
                                 "(hostNetwork=true)"));
  EXPECT_THAT(bad.out, HasSubstr("Pod prod/bad ("));
  EXPECT_EQ(run(kBad, {"--preset", "pss-privileged"}).exit_code, 0);
  EXPECT_EQ(run(kBad, {"--preset", "pss-baseline@1.x"}).exit_code, 2);
  // A check that came with a version.
  const std::string windows =
      "apiVersion: v1\nkind: Pod\nmetadata: {name: w}\nspec:\n  os: {name: windows}\n  "
      "securityContext: "
      "{runAsNonRoot: true}\n  containers: [{name: a, image: b}]\n";
  EXPECT_EQ(run(windows, {"--preset", "pss-restricted@1.24"}).exit_code, 1);
  EXPECT_EQ(run(windows, {"--preset", "pss-restricted@1.25"}).exit_code, 0);
}

TEST_F(LintManifests, EveryWayOfWritingAPodIsTheSame) {
  // A merge key, an alias, a list, JSON: the verdict does not depend on the form.
  const std::string_view forms[] = {
      "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nx-base: &base {hostNetwork: true}\nspec:\n  "
      "<<: "
      "*base\n  containers: [{name: a, image: b}]\n",
      "apiVersion: v1\nkind: Pod\nmetadata: {name: &n a}\nspec: {hostNetwork: &yes yes, hostPID: "
      "*yes, "
      "containers: [{name: *n, image: b}]}\n",
      "apiVersion: v1\nkind: List\nitems:\n  - {apiVersion: v1, kind: Pod, metadata: {name: a}, "
      "spec: "
      "{hostNetwork: on, containers: []}}\n",
      R"({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"hostNetwork": true, "containers": []}})",
      "# a comment first\n---\n---\napiVersion: batch/v1\nkind: CronJob\nmetadata: {name: "
      "a}\nspec: "
      "{jobTemplate: {spec: {template: {spec: {hostNetwork: true, containers: []}}}}}\n",
  };
  for (const std::string_view form : forms) {
    const test::RunResult result = run(form, {"--preset", "pss-baseline"});
    EXPECT_EQ(result.exit_code, 1) << form << result.out << result.err;
    EXPECT_THAT(result.out, HasSubstr("hostNamespaces")) << form;
  }
}

TEST_F(LintManifests, WhatCannotBeJudgedIsSaidAndTheRestIsJudged) {
  const std::string stream = std::string(kGood) +
                             "---\napiVersion: v1\nkind: Pod\nkind: Deployment\nspec: {}\n---\n" +
                             std::string(kBad) + "---\nspec: {a: [}\n";
  const test::RunResult result = run(stream, {"--preset", "pss-baseline"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.out, HasSubstr("hostNamespaces")) << "the document behind the broken one";
  EXPECT_THAT(result.out, HasSubstr("line 12")) << "the duplicate key";
  EXPECT_THAT(result.out, HasSubstr("m.yaml"));
  const test::RunResult nothing = run("kind: Pod\nmetadata: {name: a}\napiVersion: 1\n", {});
  EXPECT_EQ(nothing.exit_code, 2) << nothing.out;
  const test::RunResult unknown = run(
      "apiVersion: example.org/v9\nkind: Thing\nmetadata: {name: a}\nspec: {hostNetwork: true}\n",
      {"--preset", "pss-restricted"});
  EXPECT_EQ(unknown.exit_code, 0) << "a kind without pods: " << unknown.out;
  const test::RunResult template_text =
      run("apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Values.name }}}\nspec: {}\n", {});
  EXPECT_EQ(template_text.exit_code, 2);
  EXPECT_THAT(template_text.out, HasSubstr("Helm")) << template_text.out;
}

TEST_F(LintManifests, APolicyNamesObjectsAndContainers) {
  const std::string policy =
      scratch_.write("p/seawall.yaml",
                     "apiVersion: seawall.dev/v1\nkind: Policy\nmetadata: {name: ours}\nrules:\n"
                     "  - id: versioned\n    deny: '!container.image.matches(\":[0-9]\")'\n    "
                     "message: no version\n    fix: "
                     "Name one.\n"
                     "  - id: prod-only\n    warn: workload.namespace != 'prod'\n    match: "
                     "{kinds: [Pod]}\n    message: not "
                     "prod\n");
  const std::string text =
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d, namespace: prod}\nspec: "
      "{template: {spec: "
      "{initContainers: [{name: i, image: a}], containers: [{name: a, image: 'a:1'}, {name: b, "
      "image: "
      "b}]}}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: test}\nspec: "
      "{containers: "
      "[{name: a, image: 'a:1'}]}\n";
  const test::RunResult result = run(text, {"--policy", policy, "--format", "json"});
  EXPECT_EQ(result.exit_code, 1) << result.err;
  const auto document = parse_json(result.out);
  ASSERT_OK(document);
  const Node& decision = document->root()["decision"];
  EXPECT_EQ(decision["policy"].string(), "ours");
  EXPECT_THAT(std::string(decision["policyDigest"].string()), HasSubstr("sha256:"));
  ASSERT_EQ(decision["outcomes"].size(), 2u);
  EXPECT_THAT(std::string(decision["outcomes"][0]["subjects"][0].string()),
              HasSubstr("Deployment prod/d ("));
  EXPECT_THAT(std::string(decision["outcomes"][0]["subjects"][0].string()),
              HasSubstr("container i container b"));
  EXPECT_EQ(decision["outcomes"][1]["verdict"].string(), "warn");
  EXPECT_THAT(run(text, {"--policy", policy}).out, HasSubstr("Name one."));
  EXPECT_EQ(run(text, {"--policy", scratch_.path() + "/none.yaml"}).exit_code, 2);
}

TEST_F(LintManifests, RulesAboutPodsSayNothingOfObjectsWithoutPods) {
  const std::string policy =
      scratch_.write("seawall.yaml",
                     "apiVersion: seawall.dev/v1\nkind: Policy\nmetadata: {name: p}\nrules:\n"
                     "  - {id: host, deny: workload.pod.?hostNetwork.orValue(false), message: m}\n"
                     "  - {id: owner, deny: 'workload.labels.owner == \"\"', message: m}\n");
  const test::RunResult service =
      run("apiVersion: v1\nkind: Service\nmetadata: {name: s, labels: {owner: web}}\nspec: {}\n",
          {"--policy", policy});
  EXPECT_EQ(service.exit_code, 0) << service.out;
  const test::RunResult unlabelled =
      run("apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {}\n", {"--policy", policy});
  EXPECT_EQ(unlabelled.exit_code, 1);
  EXPECT_THAT(unlabelled.out, HasSubstr("denied by owner: m (cannot say: no such key: labels)"));
  EXPECT_THAT(unlabelled.out, Not(HasSubstr("host")));
  EXPECT_EQ(run(kBad, {"--policy", policy}).exit_code, 1);
}

TEST_F(LintManifests, ExceptionsThatNothingNeededAreNamedAndOthersAreNot) {
  const std::string policy = scratch_.write(
      "seawall.yaml",
      fmt::format("apiVersion: seawall.dev/v1\nkind: Policy\nmetadata: {{name: p}}\nrules:\n"
                  "  - {{id: host, deny: workload.pod.?hostNetwork.orValue(false), message: m}}\n"
                  "  - {{id: pid, deny: workload.pod.?hostPID.orValue(false), message: m}}\n"
                  "exceptions:\n"
                  "  - {{rule: host, match: {{namespaces: [prod]}}, reason: r, owner: o, expires: "
                  "{0}}}\n"
                  "  - {{rule: pid, match: {{namespaces: [dev]}}, reason: r, owner: o, expires: "
                  "{0}}}\n",
                  to_date(now() + 30 * 86400)));
  const test::RunResult result = run(kBad, {"--policy", policy, "--format", "json"});
  EXPECT_EQ(result.exit_code, 0) << result.out;
  EXPECT_THAT(result.out, HasSubstr("nothing needed the exception to pid"));
  EXPECT_THAT(result.out, Not(HasSubstr("nothing needed the exception to host")));
}

TEST_F(LintManifests, OfStandardInput) {
  const test::RunResult result =
      test::run({test::seawall_binary(), "lint", "-", "--preset", "pss-baseline"}, kBad);
  EXPECT_EQ(result.exit_code, 1) << result.err;
  EXPECT_THAT(result.out, HasSubstr("Pod prod/bad (-:1)"));
}

TEST_F(LintManifests, FiftyMegabytes) {
  std::string text;
  text.reserve(51u << 20);
  const std::string filler(900, 'x');
  for (int i = 0; text.size() < (50u << 20); ++i) {
    text += fmt::format(
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{}}}\ndata: {{a: {}}}\n", i,
        filler);
  }
  text += "---\n" + std::string(kBad);
  const test::RunResult result = run(text, {"--preset", "pss-baseline"});
  EXPECT_EQ(result.exit_code, 1) << result.err;
  EXPECT_THAT(result.out, HasSubstr("Pod prod/bad"));
  const test::RunResult cut =
      run(text.substr(0, text.size() - 20) + "[", {"--preset", "pss-baseline"});
  EXPECT_EQ(cut.exit_code, 2);
  EXPECT_THAT(cut.out, Not(HasSubstr("nothing found")));
}

}  // namespace
}  // namespace seawall
