#include "policy/policy.h"

#include <fmt/format.h>

#include "policy/evaluator.h"
#include "policy/explain.h"
#include "policy/policy_cases.h"
#include "policy/policy_check.h"
#include "support/support.h"

namespace seawall::policy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr UnixSeconds kNow = 1795737600;  // 2026-11-27T00:00:00Z

std::string with(std::string_view rest) {
  return fmt::format("apiVersion: seawall.dev/v1\nkind: Policy\nmetadata: {{name: test}}\n{}",
                     rest);
}
Result<Policy> read(std::string_view rest) {
  return read_policy(with(rest), "p.yaml", kNow);
}

std::string error_of(std::string_view rest) {
  const auto policy = read(rest);
  return policy.ok() ? "no error" : policy.error().text() + " " + policy.error().hint();
}

Decision decide(const Policy& policy, Stage stage, std::string facts, UnixSeconds time = kNow) {
  const auto read_facts = Facts::read(std::move(facts));
  EXPECT_OK(read_facts);
  return Evaluator(policy).decide(stage, *read_facts, time);
}

TEST(PolicyDocument, ErrorsSayWhereAndWhat) {
  const struct {
    std::string_view text, message;
  } cases[] = {
      {"rules: [{id: a, deny: 'true', message: m, colour: red}]", "a rule has no colour"},
      {"rules: [{id: a, deny: 'true', mesage: m}]", "did you mean message?"},
      {"rules: [{id: a, deny: 'true'}]", "a has no message"},
      {"rules: [{id: a, message: m}]", "a has no condition"},
      {"rules: [{id: a, deny: 'true', warn: 'true', message: m}]", "two conditions"},
      {"rules: [{id: 'a b', deny: 'true', message: m}]", "an id of letters"},
      {"rules: [{id: a, deny: 'true', message: m}, {id: a, deny: 'true', message: m}]",
       "the rule a stands twice"},
      {"rules: [{id: a, deny: 'image.scanage > 1', message: m}]",
       "image has no member scanage; did you mean scanAge?"},
      {"rules: [{id: a, deny: 'imige.tag == \"x\"', message: m}]",
       "undeclared reference to 'imige'"},
      {"rules: [{id: a, deny: 'image.tag', message: m, stages: [build]}]",
       "not known at the stage build they are known at: scan, registry, admission, run"},
      {"rules: [{id: a, deny: '1 + 1', message: m}]", "this is int"},
      {"rules: [{id: a, deny: '1 +', message: m}]", "Syntax error"},
      {"rules: [{id: a, deny: 'true', message: m, stages: [deploy]}]", "no stage \"deploy\""},
      {"rules: [{id: a, deny: 'true', message: m, onNoData: maybe}]", "onNoData is deny, warn"},
      {"rules: [{id: a, deny: 'true', message: m, match: {image: [a]}}]", "did you mean images?"},
      {"rules: [{id: a, deny: 'true', message: m, match: {images: []}}]", "is not empty"},
      {"rules: [{id: a, deny: 'true', message: m, match: {labels: {a: 1}}}]",
       "put \"a\" in quotes"},
      {"rules: [{id: a, deny: 'true', message: m, match: {vulnerabilities: [CVE-1]}}]",
       "not asked of each"},
      {"rules: [{id: a, deny: 'finding.fixable && container.name == \"a\"', message: m}]",
       "names finding and container"},
      {"presets: [strict]", "there is no preset \"strict\""},
      {"presets: [{name: baseline, without: [x]}]", "has no rule x"},
      {"presets: [pss-restricted@1.x]", "p.yaml:4"},
      {"presets: [baseline]\nexceptions: [{rule: nothing, match: {images: [a]}, reason: r, owner: "
       "o, "
       "expires: 2026-12-01}]",
       "no rule of this policy is named nothing"},
      {"presets: [baseline]\nexceptions: [{rule: known-exploited, match: {images: [a]}, reason: r, "
       "owner: o}]",
       "expires is a text"},
      {"presets: [baseline]\nexceptions: [{rule: known-exploited, match: {images: [a]}, reason: r, "
       "owner: o, expires: never}]",
       "every exception has one"},
      {"presets: [baseline]\nexceptions: [{rule: known-exploited, match: {images: [a]}, reason: r, "
       "owner: o, expires: 2028-12-01}]",
       "ends within a year"},
      {"presets: [baseline]\nexceptions: [{rule: known-exploited, match: {}, reason: r, owner: o, "
       "expires: 2026-12-01}]",
       "says what it is about"},
      {"rules: []", "decides nothing"},
      {"rules: {a: b}", "rules is a list"},
      {"rules: [{id: a, id: b, deny: 'true', message: m}]", "p.yaml"},
  };
  for (const auto& test : cases)
    EXPECT_THAT(error_of(test.text), HasSubstr(test.message)) << test.text;
  EXPECT_THAT(error_of("rules:\n  - id: a\n    deny: 'image.nope'\n    message: m\n"),
              HasSubstr("p.yaml:6: a"))
      << "the line of the condition";
  EXPECT_THAT(read_policy("a: b\n---\nc: d\n", "p.yaml", kNow).error().text(),
              HasSubstr("a policy is one document; this has 2"));
  EXPECT_THAT(
      read_policy("apiVersion: v1\nkind: Pod\nmetadata: {name: a}", "p.yaml", kNow).error().text(),
      HasSubstr("a policy begins with"));
}

TEST(PolicyDocument, EveryPresetLoadsAndCanBeCombined) {
  for (const std::string& name : preset_names()) {
    const auto preset = load_preset(name);
    ASSERT_TRUE(preset.ok()) << name << ": " << preset.error().text();
    EXPECT_FALSE(preset->rules.empty());
    for (const PolicyRule& rule : preset->rules) EXPECT_FALSE(rule.preset.empty()) << rule.id;
    EXPECT_TRUE(check_policy(*preset, kNow).empty()) << name;
  }
  const auto policy = read(
      "presets: [pss-restricted@1.30, {name: restricted, without: [high-with-fix]}]\n"
      "rules: [{id: critical-with-fix, warn: finding.fixable, message: mine}]\n");
  ASSERT_OK(policy);
  std::map<std::string, int> count;
  for (const PolicyRule& rule : policy->rules) ++count[rule.id];
  EXPECT_EQ(count["critical-with-fix"], 1) << "the document's own rule stands for the preset's";
  EXPECT_EQ(count["high-with-fix"], 0);
  EXPECT_EQ(policy->rules[0].action, Verdict::kWarn);
}

TEST(Evaluator, TheStrongestRuleDecides) {
  const auto policy = read(
      "rules:\n"
      "  - {id: a, audit: image.tag == 'a', message: m}\n"
      "  - {id: w, warn: \"image.tag in ['a', 'b']\", message: m}\n"
      "  - {id: d, deny: image.tag == 'b', message: m, fix: f}\n");
  ASSERT_OK(policy);
  EXPECT_EQ(decide(*policy, Stage::kScan, R"({"image": {"tag": "c"}})").verdict, Verdict::kAllow);
  const Decision warned = decide(*policy, Stage::kScan, R"({"image": {"tag": "a"}})");
  EXPECT_EQ(warned.verdict, Verdict::kWarn);
  EXPECT_EQ(warned.outcomes.size(), 2u);
  const Decision denied = decide(*policy, Stage::kScan, R"({"image": {"tag": "b"}})");
  EXPECT_EQ(denied.verdict, Verdict::kDeny);
  EXPECT_EQ(denied.outcomes.back().fix, "f");
  EXPECT_EQ(decide(*policy, Stage::kBuild, R"({"image": {"tag": "b"}})").verdict, Verdict::kAllow)
      << "an image is not known there";
}

TEST(Evaluator, NoDataIsNeverClean) {
  const auto policy = read(
      "rules:\n"
      "  - {id: d, deny: image.scanAge > duration('1h'), message: m}\n"
      "  - {id: w, deny: image.age > duration('1h'), message: m, onNoData: warn}\n"
      "  - {id: a, deny: image.databaseAge > duration('1h'), message: m, onNoData: allow}\n"
      "  - {id: f, deny: finding.knownExploited, message: m}\n");
  ASSERT_OK(policy);
  const Decision decision = decide(*policy, Stage::kScan, R"({"image": {}})");
  ASSERT_EQ(decision.outcomes.size(), 3u);
  EXPECT_EQ(decision.outcomes[0].verdict, Verdict::kDeny);
  EXPECT_TRUE(decision.outcomes[0].no_data);
  EXPECT_EQ(decision.outcomes[0].message, "m (cannot say: no such key: scanAge)");
  EXPECT_EQ(decision.outcomes[1].verdict, Verdict::kWarn);
  EXPECT_EQ(decision.outcomes[2].message, "m (cannot say: findings are not known)");
}

TEST(Evaluator, WhatFailsDenies) {
  const auto policy =
      read("rules: [{id: d, deny: '1 / findings.size() > 5', message: m, onNoData: allow}]");
  ASSERT_OK(policy);
  const Decision decision = decide(*policy, Stage::kScan, R"({"findings": []})");
  EXPECT_EQ(decision.verdict, Verdict::kDeny);
  EXPECT_THAT(decision.outcomes[0].message, HasSubstr("division by zero"));
}

TEST(Evaluator, TheCostOfAllConditionsIsBounded) {
  std::string rules = "rules:\n", items;
  for (int i = 0; i < 60; ++i) items += "{\"id\": \"x\"},";
  items.pop_back();
  for (int i = 0; i < 40; ++i) {
    rules += fmt::format(
        "  - {{id: r{}, deny: 'findings.all(a, findings.all(b, findings.all(c, a.id + b.id + c.id "
        "== "
        "\"\")))', message: m}}\n",
        i);
  }
  const auto policy = read(rules);
  ASSERT_OK(policy);
  const Decision decision = decide(*policy, Stage::kScan, "{\"findings\": [" + items + "]}");
  EXPECT_EQ(decision.verdict, Verdict::kAllow) << "each stops at its first answer";
  const auto endless = read(
      "rules: [{id: r, deny: 'findings.all(a, findings.all(b, findings.all(c, findings.all(d, a.id "
      "!= "
      "\"\"))))', message: m}]");
  ASSERT_OK(endless);
  const Decision stopped = decide(*endless, Stage::kScan, "{\"findings\": [" + items + "]}");
  EXPECT_EQ(stopped.verdict, Verdict::kDeny);
  EXPECT_THAT(stopped.outcomes[0].message, HasSubstr("actual cost limit exceeded"));
}

TEST(Evaluator, ContainersAreNamed) {
  const auto policy = read(
      "rules: [{id: p, deny: container.?securityContext.?privileged.orValue(false), message: m}]");
  ASSERT_OK(policy);
  const Decision decision = decide(
      *policy, Stage::kAdmission,
      R"({"workload": {"pod": {"initContainers": [{"name": "i", "securityContext": {"privileged": true}}],
          "containers": [{"name": "a"}, {"name": "b", "securityContext": {"privileged": true}}],
          "ephemeralContainers": [{"name": "e", "securityContext": {"privileged": true}}]}}})");
  ASSERT_EQ(decision.outcomes.size(), 1u);
  EXPECT_THAT(decision.outcomes[0].subjects,
              ElementsAre("container i", "container b", "container e"));
}

TEST(Evaluator, PodSecurityNamesItsChecks) {
  const auto policy = read("presets: [pss-baseline@1.30]");
  ASSERT_OK(policy);
  const Decision decision = decide(
      *policy, Stage::kAdmission,
      R"({"workload": {"podMetadata": {}, "pod": {"hostNetwork": true, "containers": [{"name": "a", "image": "b"}]}}})");
  ASSERT_EQ(decision.outcomes.size(), 1u);
  EXPECT_EQ(decision.outcomes[0].rule_id, "pss-baseline@1.30/hostNamespaces");
  EXPECT_EQ(decision.outcomes[0].message, "host namespaces (hostNetwork=true)");
}

TEST(Exceptions, SetAsideWhatTheyNameAndNothingElse) {
  const auto policy = read(
      "presets: [baseline]\n"
      "exceptions:\n"
      "  - {rule: critical-with-fix, match: {images: ['r.example/old/*'], vulnerabilities: "
      "[CVE-1]}, "
      "reason: r, owner: o, expires: 2026-12-01}\n"
      "  - {rule: known-exploited, match: {images: ['r.example/old/*']}, reason: r, owner: o, "
      "expires: "
      "2026-11-01}\n");
  ASSERT_OK(policy);
  const auto facts = [](std::string_view image, std::string_view ids) {
    std::string findings;
    for (const char id : ids) {
      findings += fmt::format(
          R"({}{{"kind": "vulnerability", "id": "CVE-{}", "aliases": [], "severity": "critical", "fixable": true, "knownExploited": false}})",
          findings.empty() ? "" : ",", id);
    }
    return fmt::format(R"({{"image": {{"name": "{}"}}, "findings": [{}]}})", image, findings);
  };
  EXPECT_EQ(decide(*policy, Stage::kScan, facts("r.example/old/a", "1")).verdict, Verdict::kAllow);
  EXPECT_EQ(decide(*policy, Stage::kScan, facts("r.example/new/a", "1")).verdict, Verdict::kDeny);
  const Decision other = decide(*policy, Stage::kScan, facts("r.example/old/a", "12"));
  ASSERT_EQ(other.outcomes.size(), 1u);
  EXPECT_THAT(other.outcomes[0].findings, ElementsAre(1u));
  EXPECT_EQ(decide(*policy, Stage::kScan, facts("r.example/old/a", "1"),
                   *parse_time("2026-12-01T23:59:59Z"))
                .verdict,
            Verdict::kAllow)
      << "the last day counts";
  EXPECT_EQ(decide(*policy, Stage::kScan, facts("r.example/old/a", "1"),
                   *parse_time("2026-12-02T00:00:00Z"))
                .verdict,
            Verdict::kDeny);
  Evaluator evaluator(*policy);
  EXPECT_THAT(evaluator.exception_notes(kNow),
              ElementsAre("p.yaml:6: nothing needed the exception to critical-with-fix (o)",
                          "p.yaml:7: the exception to known-exploited ended on 2026-11-01 (o)"));
}

TEST(PolicyCheck, FindsWhatCannotBeMeant) {
  const auto policy = read(
      "rules:\n"
      "  - {id: never, deny: 1 > 2, message: m}\n"
      "  - {id: always, deny: 'true', message: m}\n"
      "  - {id: pinned, deny: image.pinned, message: m}\n"
      "  - {id: unpinned, deny: '!image.pinned', message: m}\n"
      "  - {id: kev, deny: finding.knownExploited, message: m}\n"
      "  - {id: kev-again, warn: ' finding.knownExploited ', message: m, match: {severities: "
      "[high]}}\n"
      "exceptions:\n"
      "  - {rule: kev, match: {images: ['*']}, reason: r, owner: o, expires: 2026-12-01}\n"
      "  - {rule: pinned, match: {vulnerabilities: [CVE-1]}, reason: r, owner: o, expires: "
      "2026-01-01}\n");
  ASSERT_OK(policy);
  std::string text;
  for (const PolicyRemark& remark : check_policy(*policy, kNow)) {
    text += remark.rule + ": " + remark.message + "\n";
  }
  for (const char* part :
       {"never: it can never speak", "always: it denies everything",
        "unpinned: it contradicts pinned", "kev-again: it adds nothing to kev",
        "kev: this exception is about everything", "pinned: this exception ended on 2026-01-01",
        "pinned: this exception names findings"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST(Explain, ShowsWhatWasReadAndItsDigest) {
  const auto policy = read("rules: [{id: d, deny: image.tag == 'latest', message: no latest}]");
  ASSERT_OK(policy);
  const auto facts = Facts::read(R"({"image": {"tag": "latest", "name": "a:latest"}})");
  const Explanation explained = explain(*policy, Stage::kScan, *facts, kNow);
  EXPECT_EQ(explained.decision.verdict, Verdict::kDeny);
  EXPECT_THAT(explained.text, HasSubstr("image.tag = \"latest\""));
  EXPECT_THAT(explained.text, HasSubstr(facts->digest_of("image")));
  const auto reordered = Facts::read(R"({"image": {"name": "a:latest",   "tag": "latest"}})");
  EXPECT_EQ(facts->digest_of("image"), reordered->digest_of("image"));
}

TEST(PolicyCases, SayWhatIsNotAsExpected) {
  test::ScratchDirectory scratch;
  scratch.write("p.yaml", with("rules: [{id: d, deny: image.tag == 'latest', message: m}]"));
  const std::string path = scratch.write(
      "p.test.yaml",
      "apiVersion: seawall.dev/v1\nkind: PolicyTest\npolicy: p.yaml\ncases:\n"
      "  - {name: good, facts: {image: {tag: latest}}, expect: {verdict: deny, rules: [d]}}\n"
      "  - {name: bad, facts: {image: {tag: '1'}}, expect: {verdict: deny}}\n"
      "  - {name: other rules, facts: {image: {tag: latest}}, expect: {verdict: deny, rules: "
      "[e]}}\n"
      "  - {name: wrong, facts: {imag: {}}, expect: {verdict: deny}}\n"
      "  - {name: golden, facts: {image: {tag: latest}}, golden: g.json}\n");
  auto results = run_policy_cases(path, kNow, false);
  ASSERT_OK(results);
  ASSERT_EQ(results->size(), 5u);
  EXPECT_EQ((*results)[0].problem, "");
  EXPECT_EQ((*results)[1].problem, "expected deny, the policy says allow");
  EXPECT_EQ((*results)[2].problem, "e did not speak; d spoke");
  EXPECT_THAT((*results)[3].problem, HasSubstr("there is no fact imag"));
  EXPECT_THAT((*results)[4].problem, HasSubstr("--update writes it"));
  results = run_policy_cases(path, kNow, true);
  EXPECT_EQ((*results)[4].problem, "");
  EXPECT_EQ((*run_policy_cases(path, kNow, false))[4].problem, "");
  EXPECT_THAT((*results)[1].where, HasSubstr("p.test.yaml:6"));
}

}  // namespace
}  // namespace seawall::policy
