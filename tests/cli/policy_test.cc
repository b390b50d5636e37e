// The verbs of seawall policy.
#include "codec/json.h"
#include "support/support.h"

namespace seawall {
namespace {

using testing::HasSubstr;

class PolicyVerbs : public testing::Test {
 protected:
  test::RunResult policy(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "policy");
    return test::seawall(arguments);
  }
  test::ScratchDirectory scratch_;
};

TEST_F(PolicyVerbs, EvalGivesValueTypeAndCost) {
  const std::string data = scratch_.write(
      "d.yaml", "metadata: {name: web}\nspec: {replicas: 3, containers: [{name: a}, {name: b}]}\n");
  const test::RunResult one =
      policy({"eval", "object.spec.containers.map(c, c.name)", "--data", data});
  EXPECT_EQ(one.exit_code, 0) << one.err;
  const auto document = parse_json(one.out);
  ASSERT_OK(document);
  EXPECT_EQ(document->root()["value"].string(), "[a b]");
  EXPECT_EQ(document->root()["type"].string(), "list");
  EXPECT_EQ(document->root()["cost"].integer(), 32);
  EXPECT_EQ(document->root()["json"][1].string(), "b");
  EXPECT_THAT(policy({"eval", "spec.replicas == 3", "--data", data}).out, HasSubstr("\"true\""))
      << "members of the data are variables";
  const test::RunResult failed = policy({"eval", "object.nothing.at.all", "--data", data});
  EXPECT_EQ(failed.exit_code, 2);
  EXPECT_THAT(failed.out, HasSubstr("\"error\":\"no such key: nothing\""));
  const test::RunResult wrong = policy({"eval", "1 +", "--data", data});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.out, HasSubstr("compile_error"));
  EXPECT_EQ(policy({"eval", "[1].first()", "--kubernetes", "banana"}).exit_code, 2);
}

TEST_F(PolicyVerbs, EvalAsksTheGivenAuthorizer) {
  const std::string decisions = scratch_.write(
      "decisions.yaml",
      "- {user: ada, verb: create, group: apps, resource: deployments, namespace: prod,"
      " allowed: true, reason: by role}\n- {path: /healthz, verb: get, allowed: true}\n");
  const std::string data =
      scratch_.write("request.yaml",
                     "request: {userInfo: {username: ada}, namespace: prod, name: web,"
                     " resource: {group: apps, version: v1, resource: deployments}}\n");
  const auto ask = [&](const std::string& question) {
    return policy({"eval", question, "--data", data, "--authorizer", decisions}).out;
  };
  EXPECT_THAT(ask("authorizer.requestResource.check('create').reason()"), HasSubstr("by role"));
  EXPECT_THAT(ask("authorizer.requestResource.check('delete').allowed()"), HasSubstr("\"false\""));
  EXPECT_THAT(ask("authorizer.path('/healthz').check('get').allowed()"), HasSubstr("\"true\""));
  EXPECT_THAT(ask("authorizer.group('').resource('pods').check('get').reason()"),
              HasSubstr("no decision given"));
  EXPECT_THAT(policy({"eval", "authorizer.path('/healthz')", "--data", data}).out,
              HasSubstr("undeclared reference to 'authorizer'"));

  const std::string lines = scratch_.write(
      "l.jsonl",
      "{\"Expr\": \"authorizer.requestResource.check('create').allowed()\", \"Request\": "
      "{\"userInfo\": {\"username\": \"ada\"}, \"namespace\": \"prod\", \"resource\": "
      "{\"group\": \"apps\", \"resource\": \"deployments\"}}}\n");
  EXPECT_THAT(policy({"eval", "--lines", lines, "--authorizer", decisions}).out,
              HasSubstr("\"value\":\"true\""));

  const test::RunResult wrong = policy({"eval", "1", "--authorizer", data});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("is not one list of decisions"));
}

TEST_F(PolicyVerbs, EvalAnswersLines) {
  const std::string lines = scratch_.write("l.jsonl",
                                           "{\"Expr\": \"object.a + 1\", \"Object\": {\"a\": "
                                           "1}}\n\n{\"Expr\": \"params.b\", \"Params\": {\"b\": "
                                           "\"x\"}}\nnonsense\n{\"Expr\": \"1/0\"}\n{\"Expr\": "
                                           "\"semver('1.0.0')\", \"Version\": \"1.30\"}\n");
  const test::RunResult result = policy({"eval", "--lines", lines});
  EXPECT_EQ(result.exit_code, 2) << "one line was no question";
  std::vector<std::string> answers;
  std::string_view rest = result.out;
  while (!rest.empty()) {
    answers.emplace_back(rest.substr(0, rest.find('\n')));
    rest.remove_prefix(std::min(rest.size(), answers.back().size() + 1));
  }
  ASSERT_EQ(answers.size(), 5u) << result.out;
  EXPECT_THAT(answers[0], HasSubstr("\"value\":\"2\""));
  EXPECT_THAT(answers[1], HasSubstr("\"value\":\"x\""));
  EXPECT_THAT(answers[2], HasSubstr("bad_input"));
  EXPECT_THAT(answers[3], HasSubstr("\"error\":\"division by zero\""));
  EXPECT_THAT(answers[4], HasSubstr("undeclared reference to 'semver'"));
}

TEST_F(PolicyVerbs, CheckTestExplainReplay) {
  const std::string path = scratch_.write("seawall.yaml",
                                          "apiVersion: seawall.dev/v1\nkind: Policy\nmetadata: "
                                          "{name: p}\nrules:\n  - {id: tag, deny: image.tag == "
                                          "'latest', message: no latest}\n");
  EXPECT_EQ(policy({"check", path}).exit_code, 0);
  EXPECT_EQ(policy({"check", "gc-medium"}).exit_code, 0);
  const std::string wrong =
      scratch_.write("wrong.yaml",
                     "apiVersion: seawall.dev/v1\nkind: Policy\nmetadata: {name: p}\nrules:\n  - "
                     "{id: a, deny: image.pinned, "
                     "message: m}\n  - {id: b, deny: '!image.pinned', message: m}\n");
  const test::RunResult contradiction = policy({"check", wrong});
  EXPECT_EQ(contradiction.exit_code, 2);
  EXPECT_THAT(contradiction.out, HasSubstr("wrong.yaml:6: b: it contradicts a"));

  const std::string cases =
      scratch_.write("seawall.test.yaml",
                     "apiVersion: seawall.dev/v1\nkind: PolicyTest\npolicy: seawall.yaml\ncases:\n "
                     " - {name: latest, facts: {image: "
                     "{tag: latest}}, expect: {verdict: deny}}\n");
  EXPECT_EQ(policy({"test", cases}).exit_code, 0);
  EXPECT_EQ(policy({"test", scratch_.path()}).exit_code, 0);
  scratch_.write("fails.test.yaml",
                 "apiVersion: seawall.dev/v1\nkind: PolicyTest\npolicy: seawall.yaml\ncases:\n  - "
                 "{name: one, facts: {image: {tag: "
                 "'1'}}, expect: {verdict: deny}}\n");
  const test::RunResult failing = policy({"test", scratch_.path()});
  EXPECT_EQ(failing.exit_code, 1);
  EXPECT_THAT(failing.out, HasSubstr("expected deny, the policy says allow"));

  const std::string facts = scratch_.write("facts.json", R"({"image": {"tag": "latest"}})");
  const test::RunResult explained = policy({"explain", "--data", facts, "--policy", path});
  EXPECT_EQ(explained.exit_code, 1);
  EXPECT_THAT(explained.out, HasSubstr("image.tag = \"latest\""));
  EXPECT_OK(
      parse_json(policy({"explain", "--data", facts, "--policy", path, "--format", "json"}).out));
  EXPECT_EQ(policy({"explain"}).exit_code, 2);
}

TEST_F(PolicyVerbs, AScanIsRecordedAndReplayed) {
  scratch_.write("tree/a.txt", "nothing\n");
  const std::string record = scratch_.path() + "/decisions.jsonl";
  for (int i = 0; i < 3; ++i) {
    const test::RunResult scanned =
        test::seawall({"scan", "dir:" + scratch_.path() + "/tree", "--record", record, "--db",
                       scratch_.path() + "/none.swdb", "--no-cache"});
    EXPECT_EQ(scanned.exit_code, 3) << scanned.err;
  }
  const test::RunResult same = policy({"replay", "baseline", "--records", record});
  EXPECT_EQ(same.exit_code, 0) << same.err;
  EXPECT_THAT(same.out, HasSubstr("3 recorded decisions   same 3"));
  const std::string strict =
      scratch_.write("strict.yaml",
                     "apiVersion: seawall.dev/v1\nkind: Policy\nmetadata: {name: s}\nrules:\n  - "
                     "{id: some, deny: findings.size() == "
                     "0, message: m, stages: [scan]}\n");
  const test::RunResult denied =
      policy({"replay", strict, "--records", record, "--since", "1h", "--format", "json"});
  EXPECT_EQ(denied.exit_code, 1);
  const auto document = parse_json(denied.out);
  ASSERT_OK(document);
  EXPECT_EQ(document->root()["newlyDenied"].integer(), 3);
  const std::string id(document->root()["changes"][0]["lastId"].string());
  EXPECT_THAT(policy({"explain", id.substr(0, 10), "--records", record, "--policy", strict}).out,
              HasSubstr("spoke"));
  EXPECT_EQ(policy({"replay", strict, "--records", scratch_.path() + "/nothing"}).exit_code, 2);
}

TEST_F(PolicyVerbs, ThePublishedSchemaAcceptsThePresets) {
  if (!test::on_path("python3") ||
      test::run({"python3", "-c", "import jsonschema, yaml"}).exit_code != 0) {
    GTEST_SKIP() << "python3 with jsonschema and yaml is not installed";
  }
  const std::string program =
      "import json,sys,yaml,glob,jsonschema\n"
      "schema=json.load(open(sys.argv[1]+'/docs/schema/policy-1.json'))\n"
      "for f in glob.glob(sys.argv[1]+'/content/policy/presets/*.yaml'):\n"
      "  jsonschema.validate(yaml.safe_load(open(f)),schema)\n"
      "try:\n"
      "  "
      "jsonschema.validate({'apiVersion':'seawall.dev/"
      "v1','kind':'Policy','metadata':{'name':'a'},'rule':[]},schema)\n"
      "  sys.exit(3)\n"
      "except jsonschema.ValidationError: pass\n";
  const test::RunResult result = test::run({"python3", "-c", program, test::source_directory()});
  EXPECT_EQ(result.exit_code, 0) << result.err;
}

// A ValidatingAdmissionPolicy about replicas, a Gatekeeper template about images with its
// constraint, and a policy of our own, in one folder.
void write_mixed(const test::ScratchDirectory& scratch) {
  scratch.write("p/vap.yaml",
                "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\n"
                "metadata: {name: replicas}\nspec:\n  matchConstraints: {resourceRules: "
                "[{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: "
                "[deployments]}]}\n  validations: [{expression: object.spec.replicas > 1, message: "
                "one is none}]\n---\napiVersion: admissionregistration.k8s.io/v1\nkind: "
                "ValidatingAdmissionPolicyBinding\nmetadata: {name: all}\nspec: {policyName: "
                "replicas, validationActions: [Warn]}\n");
  scratch.write(
      "p/template.yaml",
      "apiVersion: templates.gatekeeper.sh/v1\nkind: ConstraintTemplate\nmetadata: "
      "{name: images}\nspec:\n  crd: {spec: {names: {kind: Images}, validation: "
      "{openAPIV3Schema: {type: object, properties: {from: {type: string}}}}}}\n  targets: "
      "[{target: admission.k8s.gatekeeper.sh, code: [{engine: K8sNativeValidation, source: "
      "{validations: [{expression: \"variables.anyObject.spec.containers.all(c, "
      "c.image.startsWith(variables.params.from))\", message: wrong registry}]}}]}]\n");
  scratch.write("p/constraint.yaml",
                "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: Images\nmetadata: {name: "
                "ours}\nspec: {match: {kinds: [{apiGroups: [''], kinds: [Pod]}], namespaces: "
                "['prod*']}, parameters: {from: r.example/}}\n");
  scratch.write("p/seawall.yaml",
                "apiVersion: seawall.dev/v1\nkind: Policy\nmetadata: {name: own}\nrules:\n  - "
                "{id: no-host, deny: workload.pod.?hostNetwork.orValue(false), message: host}\n");
}

constexpr std::string_view kPod =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: prod-1}\nspec: {hostNetwork: true, "
    "containers: [{name: c, image: other/x}]}\n";

TEST_F(PolicyVerbs, CheckAndLintTakePoliciesOfKubernetesTools) {
  write_mixed(scratch_);
  const std::string folder = scratch_.path() + "/p";
  const test::RunResult checked = policy({"check", folder});
  EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
  EXPECT_THAT(checked.out, HasSubstr("2 policies of admission, nothing wrong"));
  EXPECT_THAT(checked.out, HasSubstr("seawall.yaml: 1 rule"));
  const std::string pod = scratch_.write("m/pod.yaml", kPod);
  const std::string deployment =
      scratch_.write("m/d.yaml",
                     "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {replicas: "
                     "1, template: {spec: {containers: [{name: c, image: x}]}}}\n");
  const test::RunResult denied = test::seawall({"lint", pod, "--policy", folder});
  EXPECT_EQ(denied.exit_code, 1) << denied.err;
  EXPECT_THAT(denied.out, HasSubstr("denied by Images/ours/validations[0]: wrong registry"));
  EXPECT_THAT(denied.out, HasSubstr("Pod prod-1/a ("));
  EXPECT_THAT(denied.out, HasSubstr("denied by no-host: host"));
  const test::RunResult warned =
      test::seawall({"lint", deployment, "--policy", folder + "/vap.yaml"});
  EXPECT_EQ(warned.exit_code, 0) << warned.err;
  EXPECT_THAT(warned.out, HasSubstr("warned by replicas/all/validations[0]: one is none"));
  EXPECT_THAT(test::seawall({"lint", pod, "--policy", folder, "--format", "json"}).out,
              HasSubstr("Images/ours/validations[0]"));
}

TEST_F(PolicyVerbs, WhatCannotBeJudgedIsSaid) {
  write_mixed(scratch_);
  const std::string pod = scratch_.write("m/pod.yaml", kPod);
  const std::string constraint = scratch_.path() + "/p/constraint.yaml";
  const test::RunResult alone = policy({"check", constraint});
  EXPECT_EQ(alone.exit_code, 2);
  EXPECT_THAT(alone.out,
              HasSubstr("constraint.yaml:1:1: there is no ConstraintTemplate of Images"));
  EXPECT_EQ(test::seawall({"lint", pod, "--policy", constraint}).exit_code, 2);
  EXPECT_THAT(policy({"check", scratch_.path() + "/p/template.yaml"}).out,
              HasSubstr("no constraint uses Images"));
  scratch_.write("p/template.yaml",
                 "apiVersion: templates.gatekeeper.sh/v1\nkind: ConstraintTemplate\nmetadata: "
                 "{name: images}\nspec:\n  crd: {spec: {names: {kind: Images}, validation: "
                 "{legacySchema: true}}}\n  targets: [{target: admission.k8s.gatekeeper.sh, rego: "
                 "package images}]\n");
  const test::RunResult rego = test::seawall({"lint", pod, "--policy", scratch_.path() + "/p"});
  EXPECT_EQ(rego.exit_code, 2);
  EXPECT_THAT(rego.out, HasSubstr("not supported: the template has no code in CEL"));
  EXPECT_EQ(policy({"check", scratch_.path() + "/p"}).exit_code, 0) << "it is not wrong";
  scratch_.write("p/second.yaml", test::read(scratch_.path() + "/p/seawall.yaml"));
  EXPECT_THAT(test::seawall({"lint", pod, "--policy", scratch_.path() + "/p"}).err,
              HasSubstr("there are several policies"));
  scratch_.write("p/broken.yaml", "a: [\n");
  EXPECT_EQ(policy({"check", scratch_.path() + "/p"}).exit_code, 2);
  EXPECT_EQ(policy({"check", scratch_.path() + "/m"}).exit_code, 2) << "no policy below it";
}

TEST_F(PolicyVerbs, TestRunsSuitesOfOtherTools) {
  write_mixed(scratch_);
  scratch_.write("p/pod.yaml", kPod);
  const std::string suite = scratch_.write(
      "p/suite.yaml",
      "kind: Suite\napiVersion: test.gatekeeper.sh/v1alpha1\ntests:\n  - {name: t, template: "
      "template.yaml, constraint: constraint.yaml, cases: [{name: c, object: pod.yaml, assertions: "
      "[{violations: 1, message: registry}]}]}\n");
  const test::RunResult one = policy({"test", suite});
  EXPECT_EQ(one.exit_code, 0) << one.err;
  EXPECT_THAT(one.out, HasSubstr("1 of admission policies agree, 0 differ, 0 not judged"));
  EXPECT_THAT(policy({"test", scratch_.path() + "/p"}).out, HasSubstr("1 of admission"));
  scratch_.write("p/pod.yaml",
                 "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: []}\n");
  const test::RunResult differs = policy({"test", suite});
  EXPECT_EQ(differs.exit_code, 1);
  EXPECT_THAT(differs.out, HasSubstr("expected violations: 1 with the message registry, got 0"));
}

}  // namespace
}  // namespace seawall
