// Pod security against what others wrote: the published pods of k8s.io/pod-security-admission
// (SEAWALL_PSS_FIXTURES: the folder with baseline/ and restricted/), and pods that
// tests/peers/pod_security.py makes, whose questions are answered here for it to compare.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "base/strings.h"
#include "codec/json_writer.h"
#include "inspect/manifest/pod_security.h"
#include "support/support.h"

namespace seawall::inspect {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// The check that a fixture's file is named after: "hostports12" is of hostPorts.
const PodSecurityCheck* check_of(std::string_view stem) {
  static const auto checks = pod_security_checks();
  while (!stem.empty() && stem.back() >= '0' && stem.back() <= '9') stem.remove_suffix(1);
  const auto found = std::find_if(checks.begin(), checks.end(), [&](const PodSecurityCheck& one) {
    return equal_ignoring_case(one.id, stem);
  });
  return found == checks.end() ? nullptr : &*found;
}

bool names_check(const PodSecurityVerdict& verdict, const PodSecurityCheck& wanted) {
  static const auto checks = pod_security_checks();
  return std::any_of(verdict.violations.begin(), verdict.violations.end(), [&](const auto& one) {
    return one.check == wanted.id ||
           std::any_of(checks.begin(), checks.end(), [&](const PodSecurityCheck& check) {
             return check.id == one.check && check.overrides == wanted.id;
           });
  });
}

struct Fixture {
  std::string level, version, expected, stem, path;
};

std::vector<Fixture> fixtures_below(const std::filesystem::path& root) {
  std::vector<Fixture> out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    const auto& path = entry.path();
    if (path.extension() != ".yaml") continue;
    const auto folder = path.parent_path();
    out.push_back({folder.parent_path().parent_path().filename().string(),
                   folder.parent_path().filename().string(), folder.filename().string(),
                   path.stem().string(), path.string()});
  }
  return out;
}

// How the fixture's pod is judged, alone or as the template of a CronJob.
PodSecurityVerdict judge(const Fixture& fixture, std::string_view text) {
  const ManifestFile file = ManifestFile::read(text);
  EXPECT_EQ(file.objects().size(), 1u) << fixture.path;
  if (file.objects().empty()) return {};
  const auto pods = pod_templates(file.objects()[0]);
  const auto policy = parse_pod_security_policy(fixture.level + "@" + fixture.version);
  EXPECT_TRUE(pods.size() == 1 && policy.ok()) << fixture.path;
  if (pods.size() != 1 || !policy.ok()) return {};
  return evaluate_pod_security(*policy, pods[0]);
}

std::string as_cron_job(std::string_view pod) {
  std::string out =
      "apiVersion: batch/v1\nkind: CronJob\nspec:\n  jobTemplate:\n    spec:\n      template:\n";
  for_each_line(pod,
                [&](std::string_view line, size_t) { out += fmt::format("        {}\n", line); });
  return out;
}

TEST(PodSecurityPeers, EveryPublishedPodIsJudgedAlike) {
  const std::string root = variable("SEAWALL_PSS_FIXTURES");
  if (root.empty())
    GTEST_SKIP() << "SEAWALL_PSS_FIXTURES does not name a folder with the published pods";
  const std::vector<Fixture> fixtures = fixtures_below(root);
  EXPECT_GE(fixtures.size(), 4000u) << root;
  for (const Fixture& fixture : fixtures) {
    const std::string text = test::read(fixture.path);
    const PodSecurityVerdict verdict = judge(fixture, text);
    EXPECT_EQ(verdict.allowed(), fixture.expected == "pass") << fixture.path << verdict.text();
    EXPECT_TRUE(verdict.unreadable.empty()) << fixture.path;
    EXPECT_EQ(judge(fixture, as_cron_job(text)).text(), verdict.text()) << fixture.path;
    if (verdict.allowed()) continue;
    const PodSecurityCheck* check = check_of(fixture.stem);
    ASSERT_NE(check, nullptr) << fixture.path;
    EXPECT_TRUE(names_check(verdict, *check)) << fixture.path << verdict.text();
  }
}

std::string answer(const Node& question) {
  const auto policy = parse_pod_security_policy(
      fmt::format("{}@{}", question["Level"].string(), question["Version"].string("latest")));
  std::string out;
  JsonWriter json(out, JsonWriter::kCompact);
  json.begin_object();
  if (!policy.ok()) {
    json.key("bad_input").string(policy.error().text()).end_object();
    return out;
  }
  const Node& pod = question["Pod"];
  const PodSecurityVerdict verdict = evaluate_pod_security(*policy, pod["metadata"], pod["spec"]);
  json.key("checks").begin_array();
  for (const PodSecurityViolation& one : verdict.violations) json.string(one.check);
  json.end_array().key("reasons").begin_array();
  for (const PodSecurityViolation& one : verdict.violations) json.string(one.reason);
  json.end_array().key("details").begin_array();
  for (const PodSecurityViolation& one : verdict.violations) json.string(one.detail);
  json.end_array().key("unreadable").begin_array();
  for (const UnreadableField& one : verdict.unreadable)
    json.string(fmt::format("{}: {}", one.field.json_path, one.message));
  json.end_array().end_object();
  return out;
}

TEST(PodSecurityPeers, AnswersQuestions) {
  const std::string questions = variable("SEAWALL_PSS_QUESTIONS");
  const std::string answers = variable("SEAWALL_PSS_ANSWERS");
  if (questions.empty() || answers.empty())
    GTEST_SKIP() << "only tests/peers/pod_security.py asks (SEAWALL_PSS_QUESTIONS, _ANSWERS)";
  std::ofstream out(answers);
  for_each_line(test::read(questions), [&](std::string_view line, size_t number) {
    const auto document = parse_json(std::string(line));
    ASSERT_TRUE(document.ok()) << "line " << number << ": " << document.error().text();
    out << answer(document->root()) << "\n";
  });
}

}  // namespace
}  // namespace seawall::inspect
