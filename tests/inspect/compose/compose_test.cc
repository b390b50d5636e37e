// Every example of every rule on Compose files, and how a file as a whole is judged.
#include "inspect/compose/compose.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/strings.h"
#include "codec/yaml.h"
#include "inspect/collecting_sink.h"

namespace seawall::inspect {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const std::vector<ComposeRule>& all_rules() {
  static const std::vector<ComposeRule> rules = [] {
    auto loaded = load_compose_rules();
    EXPECT_OK(loaded);
    return std::move(loaded).value_or({});
  }();
  return rules;
}

ComposeLint lint(std::string_view text) {
  return lint_compose(text, all_rules());
}

// The findings of one rule.
std::vector<Finding> of_rule(const ComposeLint& lint, std::string_view id) {
  std::vector<Finding> out;
  for (const Finding& finding : lint.findings) {
    if (finding.rule_id == id) out.push_back(finding);
  }
  return out;
}

std::vector<Finding> findings_of(std::string_view id, std::string_view text) {
  return of_rule(lint(text), id);
}

// An example as a file: a service's body is put into one. "<|>" keeps secrets from being found
// here.
std::string file_of(std::string_view example) {
  const std::string text = replace_all(example, "<|>", "");
  if (text.starts_with("services:")) return text;
  std::string file = "services:\n  web:\n";
  for_each_line(text,
                [&](std::string_view line, size_t) { file += fmt::format("    {}\n", line); });
  return file;
}

TEST(ComposeRules, EveryExampleHolds) {
  EXPECT_GE(all_rules().size(), 60u);
  for (const ComposeRule& rule : all_rules()) {
    for (const auto* side : {&rule.pass, &rule.fail}) {
      EXPECT_THAT(*side, Not(IsEmpty())) << rule.rule.id;
      for (const std::string& example : *side) {
        const ComposeLint found = lint_compose(file_of(example), {rule});
        EXPECT_THAT(found.problems, IsEmpty()) << rule.rule.id << "\n" << file_of(example);
        EXPECT_EQ(found.findings.empty(), side == &rule.pass) << rule.rule.id << "\n"
                                                              << file_of(example);
      }
    }
  }
}

TEST(ComposeRules, AreWellFormed) {
  std::set<std::string> ids;
  for (const ComposeRule& rule : all_rules()) {
    EXPECT_TRUE(rule.rule.id.starts_with("SW-C")) << rule.rule.id;
    EXPECT_TRUE(ids.empty() || *ids.rbegin() < rule.rule.id) << rule.rule.id;
    ids.insert(rule.rule.id);
    EXPECT_FALSE(rule.rule.why.en.empty() || rule.rule.why.fr.empty()) << rule.rule.id;
    EXPECT_FALSE(rule.rule.frameworks.empty()) << rule.rule.id;
  }
  EXPECT_EQ(find_compose_check("no such check"), nullptr);
}

TEST(Compose, AFindingNamesServiceLineAndFix) {
  const auto found = findings_of("SW-C0001",
                                 "services:\n"
                                 "  db:\n"
                                 "    image: postgres:16\n"
                                 "  web:\n"
                                 "    privileged: true\n");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].evidence, "service web: privileged: true");
  EXPECT_EQ(found[0].location.line, 5u);
  EXPECT_EQ(found[0].kind, FindingKind::kMisconfiguration);
  EXPECT_EQ(found[0].severity, Severity::kHigh);
  EXPECT_FALSE(found[0].remediation.empty());
  EXPECT_FALSE(found[0].fingerprint.empty());
}

TEST(Compose, WhatIsMissingIsReportedAtTheServicesName) {
  const auto found = findings_of("SW-C0032",
                                 "services:\n"
                                 "  # a comment\n"
                                 "  \"web\": # another\n"
                                 "\n"
                                 "    # and one more\n"
                                 "    image: a:1\n"
                                 "  db: {image: b:1}\n");
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[0].location.line, 3u);
  EXPECT_EQ(found[1].location.line, 7u);
}

TEST(Compose, FindingsAreSortedByLineThenRule) {
  const ComposeLint found = lint(
      "services:\n  b: {image: x, privileged: true, pid: host}\n  a: {image: y, user: root}\n");
  EXPECT_GT(found.findings.size(), 10u);
  EXPECT_TRUE(std::is_sorted(
      found.findings.begin(), found.findings.end(), [](const Finding& a, const Finding& b) {
        return std::tie(a.location.line, a.rule_id) < std::tie(b.location.line, b.rule_id);
      }));
}

TEST(Compose, AnchorsAndMergeKeysAreFollowed) {
  const std::string_view text =
      "x-base: &base\n"
      "  privileged: true\n"
      "  mem_limit: 1g\n"
      "x-env: &env {DB_PASSWORD: hunter2}\n"
      "services:\n"
      "  web:\n"
      "    <<: *base\n"
      "    image: a:1\n"
      "    environment: {<<: *env, MODE: x}\n"
      "  worker:\n"
      "    <<: *base\n"
      "    privileged: false\n"
      "    image: a:1\n";
  const ComposeLint found = lint(text);
  const auto privileged = of_rule(found, "SW-C0001");
  ASSERT_THAT(privileged, SizeIs(1)) << "the service's own key stands over the merged one";
  EXPECT_EQ(privileged[0].location.line, 2u);
  EXPECT_THAT(privileged[0].evidence, HasSubstr("web"));
  EXPECT_THAT(of_rule(found, "SW-C0032"), IsEmpty());
  ASSERT_THAT(of_rule(found, "SW-C0027"), SizeIs(1));
}

TEST(Compose, ExtensionFieldsAreNoServices) {
  EXPECT_THAT(lint("x-template:\n  privileged: true\nservices: {}\n").findings, IsEmpty());
}

TEST(Compose, ExtendsCountsForWhatIsMissing) {
  const std::string_view text =
      "services:\n"
      "  base: {image: a:1, mem_limit: 1g}\n"
      "  web: {extends: base}\n"
      "  far: {extends: {file: other.yaml, service: base}}\n"
      "  gone: {extends: nowhere, image: a:1}\n"
      "  round: {extends: about, image: a:1}\n"
      "  about: {extends: round}\n";
  EXPECT_THAT(findings_of("SW-C0032", text), IsEmpty());
  const auto cpu = findings_of("SW-C0033", text);
  ASSERT_THAT(cpu, SizeIs(2)) << "other files and circles decide nothing";
  EXPECT_THAT(cpu[0].evidence, HasSubstr("base"));
  EXPECT_THAT(cpu[1].evidence, HasSubstr("web"));
}

TEST(Compose, AnOverrideFileLacksNothing) {
  const ComposeLint found = lint("services:\n  web:\n    ports: ['127.0.0.1:80:80']\n");
  EXPECT_THAT(found.findings, IsEmpty());
}

TEST(Compose, ALaterDocumentChangesAService) {
  const std::string_view text =
      "services: {web: {image: a:1}}\n---\nservices: {web: {mem_limit: 1g, privileged: true}}\n";
  EXPECT_THAT(findings_of("SW-C0032", text), IsEmpty());
  EXPECT_THAT(findings_of("SW-C0001", text), SizeIs(1));
}

TEST(Compose, UnknownVariablesAreNotJudged) {
  const ComposeLint found = lint(
      "services:\n"
      "  web:\n"
      "    image: ${IMAGE}\n"
      "    privileged: ${PRIVILEGED}\n"
      "    user: $USER_ID\n"
      "    ports: ['${PORT}', '${IP:?none}:5432:5432']\n"
      "    volumes: ['$DATA/x:/x', '${DIR}:/y']\n"
      "    environment: {DB_PASSWORD: '${PASS}', A_TOKEN: 'x${REST}'}\n"
      "    command: app --password=${PASS}\n");
  for (const Finding& finding : found.findings) {
    const bool missing = finding.location.line == 2;
    EXPECT_TRUE(missing || finding.rule_id == "SW-C0039") << finding.evidence;
  }
}

TEST(Compose, SecretsAreMasked) {
  const std::string_view text =
      "services:\n"
      "  db:\n"
      "    environment:\n"
      "      MYSQL_ROOT_PASSWORD: correct-horse-battery\n"
      "      - ignored\n";
  EXPECT_THAT(lint(text).problems, SizeIs(1)) << "a list inside a mapping is no YAML";
  const ComposeLint found = lint(
      "services:\n"
      "  db:\n"
      "    environment:\n"
      "      - MYSQL_ROOT_PASSWORD=correct-horse-battery\n"
      "    command: [serve, --token, staple-staple-staple]\n");
  ASSERT_THAT(of_rule(found, "SW-C0027"), SizeIs(1));
  ASSERT_THAT(of_rule(found, "SW-C0031"), SizeIs(1));
  std::set<std::string> hashes;
  for (const Finding& finding : found.findings) {
    EXPECT_THAT(finding.evidence, Not(HasSubstr("horse")));
    EXPECT_THAT(finding.evidence, Not(HasSubstr("staple-")));
    if (!finding.secret_hash.empty()) hashes.insert(finding.secret_hash);
  }
  EXPECT_THAT(hashes, SizeIs(2));
}

TEST(Compose, AKnownFormatSpeaksInsteadOfTheName) {
  const std::string text =
      "services:\n"
      "  web:\n"
      "    environment:\n"
      "      MAPS_API_KEY: AIza84" +
      std::string("EKlpclN0sfQzyvva-JeNtyguhE1lDW6rX\n") +
      "configs:\n"
      "  c:\n"
      "    content: key=AIza84" +
      std::string("EKlpclN0sfQzyvva-JeNtyguhE1lDW6rY\n");
  const auto found = lint(text);
  EXPECT_THAT(of_rule(found, "SW-C0027"), IsEmpty());
  const auto formats = of_rule(found, "SW-C0028");
  ASSERT_THAT(formats, SizeIs(2));
  EXPECT_THAT(formats[0].evidence, HasSubstr("service web"));
  EXPECT_THAT(formats[1].evidence, HasSubstr("line 7"));
  EXPECT_THAT(formats[0].evidence, Not(HasSubstr("EKlpclN0sf")));
}

TEST(Compose, CommentsSetFindingsAside) {
  const ComposeLint found = lint(
      "services:\n"
      "  web:\n"
      "    image: a:1\n"
      "    privileged: true # seawall ignore=SW-C0001 it drives the bus\n"
      "    # seawall ignore=5.16,SW-C0008\n"
      "    pid: host\n"
      "    ipc: host\n"
      "    # seawall ignore=SW-C0038 the firewall is elsewhere\n"
      "    ports:\n"
      "    - 5432:5432\n"
      "    - 3306:3306\n"
      "  # seawall ignore=sw-c0038\n"
      "  db:\n"
      "    ports: ['5432:5432']\n"
      "  cache:\n"
      "    ports: ['6379:6379']\n");
  const auto privileged = of_rule(found, "SW-C0001");
  ASSERT_THAT(privileged, SizeIs(1));
  EXPECT_EQ(privileged[0].suppression.by, "inline");
  EXPECT_EQ(privileged[0].suppression.reason, "it drives the bus");
  ASSERT_THAT(of_rule(found, "SW-C0007"), SizeIs(1));
  EXPECT_TRUE(of_rule(found, "SW-C0007")[0].suppression.active()) << "by an alias";
  EXPECT_FALSE(of_rule(found, "SW-C0008")[0].suppression.active()) << "a line too far";
  const auto ports = of_rule(found, "SW-C0038");
  ASSERT_THAT(ports, SizeIs(4));
  for (size_t i = 0; i < 3; ++i) EXPECT_TRUE(ports[i].suppression.active()) << ports[i].evidence;
  EXPECT_FALSE(ports[3].suppression.active()) << "the next service is not meant";
}

TEST(Compose, CommentsNameSeveralRulesOrAll) {
  const ComposeLint found = lint(
      "services:\n"
      "  a: {image: x, privileged: true} # seawall ignore=SW-C0001, SW-C0032 ,5.12 as agreed, "
      "twice\n"
      "  b: {image: y} #seawall: ignore = all\n");
  EXPECT_EQ(of_rule(found, "SW-C0001")[0].suppression.reason, "as agreed, twice");
  EXPECT_TRUE(of_rule(found, "SW-C0032")[0].suppression.active());
  EXPECT_TRUE(of_rule(found, "SW-C0033")[0].suppression.active());
  EXPECT_FALSE(of_rule(found, "SW-C0034")[0].suppression.active());
  for (const Finding& finding : found.findings) {
    if (finding.location.line != 3) continue;
    EXPECT_TRUE(finding.suppression.active()) << finding.rule_id;
  }
}

TEST(Compose, AGlobalCommentCoversTheFile) {
  const ComposeLint found = lint(
      "services:\n"
      "  a: {image: x, privileged: true}\n"
      "  b: {image: y, privileged: true}\n"
      "# seawall global ignore=SW-C0001 a test bench\n");
  for (const Finding& finding : of_rule(found, "SW-C0001"))
    EXPECT_TRUE(finding.suppression.active());
  for (const Finding& finding : of_rule(found, "SW-C0032"))
    EXPECT_FALSE(finding.suppression.active());
}

TEST(Compose, IgnoredIdsGiveNothing) {
  const std::string_view text = "services:\n  a: {image: x:1, privileged: true, pid: host}\n";
  const ComposeLint found = lint_compose(text, all_rules(), {"SW-C0001", "cis-docker-1.8.0/5.16"});
  EXPECT_THAT(of_rule(found, "SW-C0001"), IsEmpty());
  EXPECT_THAT(of_rule(found, "SW-C0007"), IsEmpty());
  EXPECT_THAT(of_rule(found, "SW-C0032"), SizeIs(1));
}

Node root_of(std::string_view text, std::vector<Document>& keep) {
  auto documents = parse_yaml(text);
  EXPECT_OK(documents);
  keep = std::move(documents).value();
  return keep.front().root();
}

TEST(Compose, KnowsItsFiles) {
  std::vector<Document> keep;
  const auto looks = [&](std::string_view path, std::string_view text) {
    return looks_like_compose(path, root_of(text, keep));
  };
  EXPECT_TRUE(looks("a/docker-compose.yml", "services: {web: {ports: ['80:80']}}"));
  EXPECT_TRUE(looks("deploy.yaml", "services: {web: {image: a}}"));
  EXPECT_TRUE(looks("compose.override.yaml", "services: {web: }\n"));
  EXPECT_FALSE(looks("config/services.yaml", "services: {_defaults: {autowire: true}}"));
  EXPECT_FALSE(looks("deploy.yaml", "services: {web: image}"));
  EXPECT_FALSE(looks("deploy.yaml", "services: [a]"));
  EXPECT_FALSE(looks("compose.yaml", "a: b"));
  EXPECT_FALSE(looks("compose.yaml", "[services]"));
  EXPECT_FALSE(looks("compose.yaml", "{apiVersion: v1, kind: X, services: {a: {image: b}}}"));
}

TEST(Compose, TheInspectorSkipsWhatIsNoComposeFile) {
  const std::string_view compose = "services:\n  web:\n    image: a:1\n    privileged: true\n";
  EXPECT_THAT(inspect_text(inspect_compose, "compose.yaml", compose).findings, Not(IsEmpty()));
  EXPECT_THAT(inspect_text(inspect_compose, "x.yaml", compose).findings, Not(IsEmpty()));
  const CollectingSink other =
      inspect_text(inspect_compose, "x.yaml", "services:\n  a: {class: B}\n");
  EXPECT_THAT(other.findings, IsEmpty());
  EXPECT_THAT(inspect_text(inspect_compose, "x.yaml", "services:\n\t- {").problems, IsEmpty());
  EXPECT_THAT(inspect_text(inspect_compose, "compose.yaml", "services:\n\t- {").problems,
              SizeIs(1));
}

TEST(ComposeBadInput, IsAProblemWithItsPlace) {
  const auto problem = [](std::string_view text) {
    const ComposeLint found = lint(text);
    return found.problems.empty() ? std::string() : found.problems.front().text();
  };
  EXPECT_THAT(problem(std::string_view("\x00\x01\xff\xfe\x80zz", 7)), HasSubstr("UTF-8"));
  EXPECT_THAT(problem("services:\n  web: {image: a"), HasSubstr("line 3"));
  EXPECT_THAT(problem("services:\n  web: nginx\n"),
              HasSubstr("line 2: service web is no mapping but of kind string"));
  EXPECT_THAT(problem("services: [a]\n"), HasSubstr("no mapping"));
  EXPECT_THAT(problem("just words"), HasSubstr("no Compose file"));
  EXPECT_THAT(problem(""), HasSubstr("no Compose file"));
  EXPECT_THAT(problem("services:\n  a: {image: b}\n  a: {image: c}\n"), HasSubstr("line 3"));
}

TEST(ComposeBadInput, TheOtherServicesAreStillJudged) {
  const ComposeLint found = lint("services:\n  a: words\n  b: {image: x, privileged: true}\n");
  EXPECT_THAT(found.problems, SizeIs(1));
  EXPECT_THAT(of_rule(found, "SW-C0001"), SizeIs(1));
}

TEST(ComposeBadInput, ValuesOfAnotherKindGiveNothing) {
  EXPECT_THAT(lint("services:\n"
                   "  a:\n"
                   "    ports: {x: y}\n"
                   "    volumes: words\n"
                   "    environment: 5\n"
                   "    cap_add: {a: b}\n"
                   "    devices: [[], {}, null]\n"
                   "    ulimits: [nproc]\n"
                   "    healthcheck: []\n"
                   "    build: 7\n"
                   "    deploy: none\n"
                   "    post_start: {privileged: true}\n"
                   "    extends: [a]\n"
                   "volumes: 3\n"
                   "secrets: [a]\n"
                   "networks: {x: }\n")
                  .findings,
              IsEmpty());
  const ComposeLint odd = lint(
      "services:\n"
      "  a:\n"
      "    ports: ['', ':', '::', '[', '[]', ']:1:2', '1:2:3:4:5', '[::1]', '-', '/', null, []]\n"
      "    volumes: ['', ':', '::', 'C:', 'C:\\', '/:', ':ro', null, [], {}]\n");
  EXPECT_THAT(odd.problems, IsEmpty());
}

TEST(ComposeBadInput, AliasBombsEnd) {
  std::string nodes = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    nodes += fmt::format("a{}: &a{} [", i, i);
    for (int k = 0; k < 10; ++k) nodes += fmt::format("{}*a{}", k == 0 ? "" : ", ", i - 1);
    nodes += "]\n";
  }
  const ComposeLint many = lint(nodes + "services: {a: {ports: *a9}}\n");
  ASSERT_THAT(many.problems, SizeIs(1));
  EXPECT_EQ(many.problems[0].code(), Code::kLimit);

  std::string text = "x: &x [" + std::string(1 << 20, 'y') + "]\nservices:\n";
  for (int i = 0; i < 1000; ++i) text += fmt::format("  s{}: {{volumes: *x}}\n", i);
  const ComposeLint large = lint(text);
  ASSERT_THAT(large.problems, SizeIs(1));
  EXPECT_THAT(large.problems[0].text(), HasSubstr("aliases"));
}

TEST(ComposeBadInput, AHundredThousandServices) {
  std::string text = "services:\n";
  for (int i = 0; i < 100'000; ++i)
    text += fmt::format("  s{}: {{image: a, privileged: true}}\n", i);
  text += "  last: {image: a:1, pid: host}\n";
  const ComposeLint found = lint(text);
  EXPECT_THAT(of_rule(found, "SW-C0001"), SizeIs(ComposeRule::kMostFindings));
  EXPECT_THAT(of_rule(found, "SW-C0007"), SizeIs(1)) << "a flood of one rule hides no other";
  EXPECT_THAT(found.problems, Not(IsEmpty()));
  EXPECT_THAT(found.problems[0].text(), HasSubstr("more findings are not shown"));
}

TEST(ComposeBadInput, ManyCommentsAndBraces) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "# seawall ignore=SW-C0001\n";
  text += "services:\n  a:\n    image: " + std::string(3000, '$') + "\n    user: ";
  for (int i = 0; i < 1000; ++i) text += "${A:-";
  EXPECT_THAT(lint(text).problems, SizeIs(1)) << "only so many comments count";
}

}  // namespace
}  // namespace seawall::inspect
