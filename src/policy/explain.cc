#include "policy/explain.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/strings.h"
#include "cel/paths.h"
#include "codec/json_writer.h"
#include "policy/evaluator.h"

namespace seawall::policy {
namespace {

constexpr size_t kMostValue = 120;  // bytes of a value that are shown

struct Input {
  std::string path, value;
};

// The value at a path, short; for what lies in a list, the number of elements.
std::string value_at(const Facts& facts, std::string_view path) {
  const Node* node = &facts.root();
  std::string_view rest = path;
  while (!rest.empty()) {
    const auto [part, after] = split_once(rest, '.');
    rest = after;
    const size_t list = part.find("[]");
    node = &(*node)[part.substr(0, list)];
    if (list != part.npos) {
      return node->is_array() ? fmt::format("{} elements", node->size()) : "not known";
    }
  }
  if (!node->exists()) return "not known";
  if (node->is_array() && node->size() > 3) return fmt::format("{} elements", node->size());
  std::string text = canonical_json(*node);
  if (text.size() > kMostValue) text = to_valid_utf8(text.substr(0, kMostValue)) + "...";
  return printable(text);
}

std::vector<Input> inputs_of(const PolicyRule& rule, const Facts& facts) {
  std::vector<Input> inputs;
  if (!rule.program) return inputs;
  for (const cel::MemberPath& path : cel::member_paths(*rule.program)) {
    std::string text = path.text;
    if (text.starts_with("finding.") || text == "finding") text = "findings[]" + text.substr(7);
    if (text.starts_with("container")) continue;  // shown as subjects
    const bool known = std::any_of(inputs.begin(), inputs.end(),
                                   [&](const Input& input) { return input.path == text; });
    if (!known) inputs.push_back({text, value_at(facts, text)});
  }
  return inputs;
}

const RuleOutcome* outcome_of(const Decision& decision, const PolicyRule& rule) {
  for (const RuleOutcome& outcome : decision.outcomes) {
    if (outcome.rule_id == rule.id || outcome.rule_id.starts_with(rule.id + "/")) return &outcome;
  }
  return nullptr;
}

void write_findings(std::string& text, const RuleOutcome& outcome, const Facts& facts) {
  constexpr size_t kMostShown = 5;
  const Node& findings = facts["findings"];
  for (size_t i = 0; i < outcome.findings.size() && i < kMostShown; ++i) {
    const Node& finding = findings[outcome.findings[i]];
    text +=
        fmt::format("      {}  {} {}  {}\n", finding["id"].string(), finding["package"].string(),
                    finding["version"].string(), finding["severity"].string());
  }
  if (outcome.findings.size() > kMostShown) {
    text += fmt::format("      and {} more\n", outcome.findings.size() - kMostShown);
  }
}

void write_rule(std::string& text, const RuleTrace& trace, const Decision& decision,
                const Facts& facts) {
  const PolicyRule& rule = *trace.rule;
  text += fmt::format("\n  {:<11}  {}  ({}{})\n", to_string(trace.state), rule.id,
                      to_string(rule.action),
                      rule.preset.empty() ? fmt::format(", {}:{}", rule.file, rule.line)
                                          : fmt::format(", preset {}", rule.preset));
  if (!rule.condition.empty()) text += fmt::format("      {}\n", printable(rule.condition));
  if (!trace.detail.empty()) text += fmt::format("      {}\n", printable(trace.detail));
  if (const RuleOutcome* outcome = outcome_of(decision, rule)) {
    text += fmt::format("      {}\n", printable(outcome->message));
    write_findings(text, *outcome, facts);
    for (const std::string& subject : outcome->subjects) {
      text += fmt::format("      {}\n", printable(subject));
    }
  }
  for (const Input& input : inputs_of(rule, facts)) {
    text += fmt::format("      {} = {}\n", input.path, input.value);
  }
}

void write_json(JsonWriter& json, const RuleTrace& trace, const Decision& decision,
                const Facts& facts) {
  const PolicyRule& rule = *trace.rule;
  json.begin_object();
  json.key("id").string(rule.id);
  json.key("state").string(to_string(trace.state));
  json.key("action").string(to_string(rule.action));
  json.key("condition").string(rule.condition);
  json.key("cost").integer(static_cast<int64_t>(trace.cost));
  json.optional("detail", trace.detail);
  if (const RuleOutcome* outcome = outcome_of(decision, rule)) {
    json.key("message").string(outcome->message);
  }
  json.key("inputs").begin_array();
  for (const Input& input : inputs_of(rule, facts)) {
    json.begin_object();
    json.key("path").string(input.path);
    json.key("value").string(input.value);
    json.end_object();
  }
  json.end_array().end_object();
}

}  // namespace

Explanation explain(const Policy& policy, Stage stage, const Facts& facts, UnixSeconds now) {
  Explanation out;
  std::vector<RuleTrace> traces;
  Evaluator evaluator(policy);
  out.decision = evaluator.decide(stage, facts, now, &traces);
  const Decision& decision = out.decision;
  out.text = fmt::format("{} at stage {}, {}\npolicy {}{}\n", to_string(decision.verdict),
                         to_string(stage), to_rfc3339(now), decision.policy,
                         decision.policy_digest.empty() ? "" : "  " + decision.policy_digest);
  // What spoke comes first.
  std::stable_sort(traces.begin(), traces.end(), [](const RuleTrace& left, const RuleTrace& right) {
    const auto spoke = [](const RuleTrace& trace) {
      return trace.state == RuleTrace::State::kHeld || trace.state == RuleTrace::State::kNoData ||
             trace.state == RuleTrace::State::kFailed;
    };
    return spoke(left) && !spoke(right);
  });
  for (const RuleTrace& trace : traces) write_rule(out.text, trace, decision, facts);
  out.text += "\nFacts\n";
  JsonWriter json(out.json);
  json.begin_object();
  json.key("verdict").string(to_string(decision.verdict));
  json.key("stage").string(to_string(stage));
  json.key("time").string(to_rfc3339(now));
  json.key("policy").string(decision.policy);
  json.optional("policyDigest", decision.policy_digest);
  json.key("rules").begin_array();
  for (const RuleTrace& trace : traces) write_json(json, trace, decision, facts);
  json.end_array();
  json.key("facts").begin_object();
  for (const Member& member : facts.root().members()) {
    const std::string digest = facts.digest_of(member.key);
    out.text += fmt::format("  {:<10} {}\n", member.key, digest);
    json.key(member.key).string(digest);
  }
  json.end_object().end_object();
  out.json += "\n";
  return out;
}

}  // namespace seawall::policy
