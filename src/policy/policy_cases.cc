#include "policy/policy_cases.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "base/file.h"
#include "base/strings.h"
#include "codec/json_writer.h"
#include "codec/yaml.h"
#include "policy/evaluator.h"
#include "policy/policy_choice.h"

namespace seawall::policy {
namespace {

constexpr uint64_t kMostBytes = 8u << 20;

std::string beside(const std::string& path, std::string_view name) {
  return (std::filesystem::path(path).parent_path() / std::filesystem::path(std::string(name)))
      .string();
}

std::string decision_json(const Decision& decision) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.key("verdict").string(to_string(decision.verdict));
  json.key("outcomes").begin_array();
  for (const RuleOutcome& outcome : decision.outcomes) {
    json.begin_object();
    json.key("rule").string(outcome.rule_id);
    json.key("verdict").string(to_string(outcome.verdict));
    json.key("message").string(outcome.message);
    json.key("findings").begin_array();
    for (const size_t index : outcome.findings) json.integer(static_cast<int64_t>(index));
    json.end_array();
    json.key("subjects").begin_array();
    for (const std::string& subject : outcome.subjects) json.string(subject);
    json.end_array();
    json.key("noData").boolean(outcome.no_data);
    json.end_object();
  }
  json.end_array().end_object();
  return out + "\n";
}

std::string compare(const Node& expect, const Decision& decision) {
  if (const std::string_view verdict = expect["verdict"].string();
      !verdict.empty() && verdict != to_string(decision.verdict)) {
    std::string rules;
    for (const RuleOutcome& outcome : decision.outcomes) rules += " " + outcome.rule_id;
    return fmt::format("expected {}, the policy says {}{}", verdict, to_string(decision.verdict),
                       rules.empty() ? "" : " by" + rules);
  }
  if (!expect["rules"].is_array()) return {};
  std::set<std::string> wanted, spoke;
  for (const Node& rule : expect["rules"].items()) wanted.emplace(rule.string());
  for (const RuleOutcome& outcome : decision.outcomes) spoke.insert(outcome.rule_id);
  std::string text;
  for (const std::string& rule : wanted) {
    if (!spoke.contains(rule)) text += fmt::format("{} did not speak; ", rule);
  }
  for (const std::string& rule : spoke) {
    if (!wanted.contains(rule)) text += fmt::format("{} spoke; ", rule);
  }
  if (!text.empty()) text.resize(text.size() - 2);
  return text;
}

std::string compare_golden(const std::string& path, const Decision& decision, bool update) {
  const std::string actual = decision_json(decision);
  if (update) {
    auto file = AtomicFile::create(path);
    if (!file.ok()) return file.error().text();
    if (auto written = file->write(actual); !written.ok()) return written.error().text();
    if (auto committed = file->commit(); !committed.ok()) return committed.error().text();
    return {};
  }
  const auto expected = read_file(path, kMostBytes);
  if (!expected.ok()) return expected.error().text() + " (--update writes it)";
  return *expected == actual ? std::string()
                             : fmt::format("the decision differs from {}:\n{}", path, actual);
}

struct CaseRunner {
  const std::string& path;
  const Policy& policy;
  UnixSeconds today;
  bool update_golden;

  // What is wrong; empty: nothing.
  std::string run(const Node& node) const {
    for (const Member& member : node.members()) {
      constexpr std::string_view kKeys[] = {"name", "stage", "now", "facts", "expect", "golden"};
      if (std::find(std::begin(kKeys), std::end(kKeys), member.key) == std::end(kKeys)) {
        return fmt::format("a case has no {}", member.key);
      }
    }
    const auto stage = parse_stage(node["stage"].string("scan"));
    if (!stage) return fmt::format("there is no stage \"{}\"", node["stage"].string());
    UnixSeconds time = today;
    if (node["now"].exists()) {
      const auto parsed = parse_time(node["now"].string());
      if (!parsed) return "now is a time like 2026-11-27T00:00:00Z";
      time = *parsed;
    }
    if (!node["expect"].is_object() && !node["golden"].is_string()) {
      return "a case says what it expects: expect or golden";
    }
    const auto facts = Facts::of(node["facts"]);
    if (!facts.ok()) return facts.error().text();
    Evaluator evaluator(policy);
    const Decision decision = evaluator.decide(*stage, *facts, time);
    std::string problem = compare(node["expect"], decision);
    if (problem.empty() && node["golden"].is_string()) {
      problem = compare_golden(beside(path, node["golden"].string()), decision, update_golden);
    }
    return problem;
  }
};

}  // namespace

bool is_policy_test(std::string_view text) {
  const auto documents = parse_yaml(text);
  return documents.ok() && !documents->empty() &&
         documents->front().root()["kind"].string() == "PolicyTest";
}

Result<std::vector<CaseResult>> run_policy_cases(const std::string& path, UnixSeconds today,
                                                 bool update_golden) {
  SEAWALL_TRY(const std::string text, read_file(path, kMostBytes));
  auto documents = parse_yaml(text);
  if (!documents.ok()) return std::move(documents.error()).at(path);
  if (documents->size() != 1 || (*documents)[0].root()["kind"].string() != "PolicyTest") {
    return malformed("a file of cases is one document of kind: PolicyTest").at(path);
  }
  const Node& root = documents->front().root();
  PolicyChoice choice;
  if (root["policy"].is_string()) choice.file = beside(path, root["policy"].string());
  for (const Node& preset : root["presets"].items()) choice.presets.emplace_back(preset.string());
  SEAWALL_TRY(const Policy policy, load_policy(choice, today));
  std::vector<CaseResult> results;
  const CaseRunner runner{path, policy, today, update_golden};
  for (const Node& node : root["cases"].items()) {
    results.push_back({fmt::format("{}:{}", path, node.line()),
                       std::string(node["name"].string("(no name)")), runner.run(node)});
  }
  if (results.empty()) return malformed("there are no cases in it").at(path);
  return results;
}

}  // namespace seawall::policy
