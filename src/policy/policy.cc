#include "policy/policy.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/content.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/strings.h"
#include "cel/paths.h"
#include "codec/yaml.h"
#include "policy/strict_fields.h"

namespace seawall::policy {
namespace {

constexpr size_t kMostEntries = 10'000;
constexpr int64_t kLongestException = 366 * 86400LL;

struct Conditions {
  cel::Environment environment = cel::Environment::kubernetes(36);
  std::vector<std::string> variables;
};
const Conditions& conditions() {
  static const Conditions all = [] {
    Conditions made;
    for (const Fact& fact : FactSchema::built_in().roots()) {
      made.environment.add_variable(fact.name, &cel::types::dyn);
      made.variables.push_back(fact.name);
    }
    return made;
  }();
  return all;
}

Result<std::string> text_of(const Node& node, std::string_view file, std::string_view key,
                            bool needed) {
  const Node& value = node[key];
  if (value.is_string() && !trim(value.string()).empty()) {
    return std::string(trim(value.string()));
  }
  if (!value.exists() && !needed) return std::string();
  return wrong_at(file, value.exists() ? value : node, fmt::format("{} is a text", key));
}

bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '/';
  });
}

std::optional<Verdict> parse_verdict(std::string_view word) {
  for (const Verdict verdict : {Verdict::kAllow, Verdict::kAudit, Verdict::kWarn, Verdict::kDeny}) {
    if (to_string(verdict) == word) return verdict;
  }
  return std::nullopt;
}

std::string stage_words(StageSet stages) {
  std::string words;
  for (unsigned i = 0; i < kStages; ++i) {
    if ((stages & bit(static_cast<Stage>(i))) == 0) continue;
    words += (words.empty() ? "" : ", ") + std::string(to_string(static_cast<Stage>(i)));
  }
  return words.empty() ? "none" : words;
}

class PolicyReader {
 public:
  PolicyReader(const std::string& file, UnixSeconds today) : file_(file), today_(today) {}

  Result<Policy> read(std::string_view yaml) {
    Limits limits;
    limits.document_bytes = 8u << 20;
    auto documents = parse_yaml(yaml, limits);
    if (!documents.ok()) return std::move(documents.error()).at(file_);
    std::erase_if(*documents, [](const Document& document) { return document.root().is_null(); });
    if (documents->size() != 1) {
      return malformed(fmt::format("a policy is one document; this has {}", documents->size()))
          .at(file_);
    }
    SEAWALL_CHECK(read_document(documents->front().root()));
    policy_.digest = digest_of(yaml).text();
    return std::move(policy_);
  }

 private:
  Error wrong(const Node& node, std::string message) const {
    return wrong_at(file_, node, std::move(message));
  }

  Status read_document(const Node& root) {
    SEAWALL_CHECK(
        check_fields(root, file_, "a policy",
                     {"apiVersion", "kind", "metadata", "presets", "rules", "exceptions"}));
    if (root["apiVersion"].string() != "seawall.dev/v1" || root["kind"].string() != "Policy") {
      return wrong(root, "a policy begins with apiVersion: seawall.dev/v1 and kind: Policy");
    }
    const Node& metadata = root["metadata"];
    SEAWALL_CHECK(check_fields(metadata, file_, "metadata",
                               {"name", "description", "labels", "annotations"}));
    SEAWALL_TRY(policy_.name, text_of(metadata, file_, "name", true));
    SEAWALL_CHECK(read_list(root, "rules", [&](const Node& node) { return read_rule(node); }));
    SEAWALL_CHECK(read_list(root, "presets", [&](const Node& node) { return read_preset(node); }));
    SEAWALL_CHECK(
        read_list(root, "exceptions", [&](const Node& node) { return read_exception(node); }));
    if (policy_.rules.empty())
      return wrong(root, "a policy without rules or presets decides nothing");
    return {};
  }

  template <typename Read>
  Status read_list(const Node& root, std::string_view key, Read read) {
    const Node& list = root[key];
    if (!list.exists()) return {};
    if (!list.is_array()) return wrong(list, fmt::format("{} is a list", key));
    if (list.size() > kMostEntries) {
      return limit_reached(fmt::format("{}: more than {} {}", file_, kMostEntries, key));
    }
    for (const Node& item : list.items()) SEAWALL_CHECK(read(item));
    return {};
  }

  Status read_preset(const Node& node) {
    std::string_view name = node.string();
    std::set<std::string, std::less<>> without;
    if (node.is_object()) {
      SEAWALL_CHECK(check_fields(node, file_, "a preset", {"name", "without"}));
      name = node["name"].string();
      for (const Node& id : node["without"].items()) without.emplace(id.string());
    }
    auto preset = load_preset(name);
    if (!preset.ok()) return std::move(preset.error()).at(fmt::format("{}:{}", file_, node.line()));
    for (const std::string& id : without) {
      const bool known = std::any_of(preset->rules.begin(), preset->rules.end(),
                                     [&](const PolicyRule& rule) { return rule.id == id; });
      if (!known) return wrong(node, fmt::format("the preset {} has no rule {}", name, id));
    }
    std::erase_if(preset->rules, [&](const PolicyRule& rule) { return without.contains(rule.id); });
    add_rules(policy_, std::move(*preset));
    return {};
  }

  Status read_rule(const Node& node) {
    SEAWALL_CHECK(check_fields(node, file_, "a rule",
                               {"id", "description", "stages", "match", "except", "deny", "warn",
                                "audit", "message", "messageExpression", "fix", "onNoData"}));
    PolicyRule rule;
    rule.file = file_;
    rule.line = node.line();
    rule.id = node["id"].string();
    if (!is_id(rule.id)) return wrong(node, "a rule has an id of letters, digits and -_./");
    if (!ids_.insert(rule.id).second) {
      return wrong(node["id"], fmt::format("the rule {} stands twice", rule.id));
    }
    SEAWALL_CHECK(read_condition(node, rule));
    SEAWALL_CHECK(read_stages(node, rule));
    if (node["match"].exists()) {
      SEAWALL_TRY(rule.match, read_match(node["match"], file_));
    }
    if (node["except"].exists()) {
      SEAWALL_TRY(rule.except, read_match(node["except"], file_));
    }
    if (rule.match.about_findings() || rule.except.about_findings()) {
      if (rule.asked_of != AskedOf::kFindings) {
        return wrong(node["match"],
                     fmt::format("{} matches findings, but its condition is not asked of each; "
                                 "name the variable finding in it",
                                 rule.id));
      }
    }
    SEAWALL_CHECK(read_words(node, rule));
    policy_.rules.push_back(std::move(rule));
    return {};
  }

  Status read_condition(const Node& node, PolicyRule& rule) {
    const Node* condition = nullptr;
    for (const Verdict action : {Verdict::kDeny, Verdict::kWarn, Verdict::kAudit}) {
      const Node& given = node[to_string(action)];
      if (!given.exists()) continue;
      if (condition != nullptr) {
        return wrong(
            given, fmt::format("{} has two conditions; deny, warn or audit, one of them", rule.id));
      }
      condition = &given;
      rule.action = action;
    }
    if (condition == nullptr) {
      return wrong(node, fmt::format("{} has no condition: deny, warn or audit", rule.id));
    }
    if (condition->kind() == NodeKind::kBool) {
      rule.condition = condition->boolean() ? "true" : "false";
    } else {
      SEAWALL_TRY(rule.condition, text_of(node, file_, to_string(rule.action), true));
    }
    auto program = compile_condition(rule.condition, rule.reads);
    if (!program.ok()) {
      return std::move(program.error())
          .at(fmt::format("{}:{}: {}", file_, condition->line(), rule.id));
    }
    rule.program = std::move(*program);
    const auto reads = [&](std::string_view name) {
      return std::find(rule.reads.begin(), rule.reads.end(), name) != rule.reads.end();
    };
    if (reads("finding")) rule.asked_of = AskedOf::kFindings;
    if (reads("container")) {
      if (rule.asked_of == AskedOf::kFindings) {
        return wrong(*condition, fmt::format("{} names finding and container; a rule is asked of "
                                             "one of them",
                                             rule.id));
      }
      rule.asked_of = AskedOf::kContainers;
    }
    return {};
  }

  Status read_stages(const Node& node, PolicyRule& rule) {
    const StageSet possible = FactSchema::built_in().stages_of(rule.reads);
    rule.stages = possible;
    const Node& stages = node["stages"];
    if (!stages.exists()) {
      if (possible == 0) {
        return wrong(node, fmt::format("{} reads facts that no stage has together", rule.id));
      }
      return {};
    }
    rule.stages = 0;
    for (const Node& word : stages.items()) {
      const auto stage = parse_stage(word.string());
      if (!stage) {
        return wrong(word, fmt::format("there is no stage \"{}\"", word.string()))
            .hint("build, scan, registry, admission, run");
      }
      if ((possible & bit(*stage)) == 0) {
        return wrong(word, fmt::format("{} reads facts that are not known at the stage {}", rule.id,
                                       to_string(*stage)))
            .hint("they are known at: " + stage_words(possible));
      }
      rule.stages |= bit(*stage);
    }
    if (rule.stages == 0) return wrong(stages, "stages is a list that is not empty");
    return {};
  }

  Status read_words(const Node& node, PolicyRule& rule) {
    SEAWALL_TRY(rule.message, text_of(node, file_, "message", false));
    SEAWALL_TRY(rule.fix, text_of(node, file_, "fix", false));
    SEAWALL_TRY(const std::string expression, text_of(node, file_, "messageExpression", false));
    if (rule.message.empty() && expression.empty()) {
      return wrong(node, fmt::format("{} has no message: what is the person told?", rule.id));
    }
    if (!expression.empty()) {
      const auto& environment = conditions().environment;
      auto program = environment.compile(expression);
      if (!program.ok()) {
        return std::move(program.error())
            .at(fmt::format("{}:{}: {}", file_, node["messageExpression"].line(), rule.id));
      }
      rule.message_program = std::move(*program);
    }
    rule.on_no_data = rule.action;
    if (const Node& word = node["onNoData"]; word.exists()) {
      const auto verdict = parse_verdict(word.string());
      if (!verdict) return wrong(word, "onNoData is deny, warn, audit or allow");
      rule.on_no_data = *verdict;
    }
    return {};
  }

  Status read_exception(const Node& node) {
    SEAWALL_CHECK(
        check_fields(node, file_, "an exception", {"rule", "match", "reason", "owner", "expires"}));
    PolicyException exception;
    exception.file = file_;
    exception.line = node.line();
    SEAWALL_TRY(exception.rule, text_of(node, file_, "rule", true));
    SEAWALL_TRY(exception.reason, text_of(node, file_, "reason", true));
    SEAWALL_TRY(exception.owner, text_of(node, file_, "owner", true));
    SEAWALL_TRY(exception.expires, text_of(node, file_, "expires", true));
    const Node& expires = node["expires"];
    const auto day = exception.expires.size() == 10 ? parse_time(exception.expires) : std::nullopt;
    if (!day) return wrong(expires, "expires is a day, like 2026-12-20; every exception has one");
    if (*day > today_ + kLongestException) {
      return wrong(expires, "an exception ends within a year; renew it then");
    }
    exception.ends = *day + 86400;
    SEAWALL_TRY(exception.match, read_match(node["match"], file_));
    if (exception.match.empty()) return wrong(node, "an exception says what it is about: match");
    const bool known =
        std::any_of(policy_.rules.begin(), policy_.rules.end(), [&](const PolicyRule& rule) {
          return rule.id == exception.rule || rule_fits(exception.rule, rule.id);
        });
    if (!known) {
      return wrong(node["rule"], fmt::format("no rule of this policy is named {}", exception.rule));
    }
    policy_.exceptions.push_back(std::move(exception));
    return {};
  }

  static bool rule_fits(std::string_view pattern, std::string_view id) {
    return pattern == id ||
           (pattern.ends_with('*') && id.starts_with(pattern.substr(0, pattern.size() - 1)));
  }

  const std::string& file_;
  UnixSeconds today_;
  Policy policy_;
  std::set<std::string> ids_;
};

}  // namespace

const std::vector<std::string>& condition_variables() {
  return conditions().variables;
}

Result<cel::Program> compile_condition(std::string_view expression,
                                       std::vector<std::string>& variables) {
  SEAWALL_TRY(cel::Program program, conditions().environment.compile(expression));
  const cel::TypeKind kind = program.result_type()->kind;
  if (kind != cel::TypeKind::kBool && kind != cel::TypeKind::kDyn) {
    const cel::Issue issue{"a condition is true or false; this is " + program.result_type()->text(),
                           0};
    return malformed(cel::render_issues(expression, {&issue, 1}));
  }
  std::vector<cel::Issue> issues;
  for (const cel::MemberPath& path : cel::member_paths(program)) {
    if (auto problem = FactSchema::built_in().problem_of(path.text)) {
      issues.push_back({std::move(*problem), path.position});
    }
  }
  if (!issues.empty()) return malformed(cel::render_issues(expression, issues));
  variables.clear();
  for (const size_t slot : program.variables()) variables.push_back(conditions().variables[slot]);
  return program;
}

std::vector<std::string> Policy::facts_read() const {
  std::set<std::string> names;
  for (const PolicyRule& rule : rules) {
    for (const std::string& fact : rule.reads) names.insert(fact == "finding" ? "findings" : fact);
    if (rule.pod_security) names.insert("workload");
    if (rule.asked_of == AskedOf::kContainers) names.insert("workload");
  }
  return {names.begin(), names.end()};
}

Result<Policy> read_policy(std::string_view yaml, const std::string& file, UnixSeconds today) {
  return PolicyReader(file, today).read(yaml);
}

void add_rules(Policy& policy, Policy more) {
  for (PolicyRule& rule : more.rules) {
    const bool known = std::any_of(policy.rules.begin(), policy.rules.end(),
                                   [&](const PolicyRule& other) { return other.id == rule.id; });
    if (!known) policy.rules.push_back(std::move(rule));
  }
}

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  constexpr std::string_view kFolder = "policy/presets/";
  for (const ContentFile& file : built_in_content()) {
    if (!file.name.starts_with(kFolder)) continue;
    std::string_view name = file.name.substr(kFolder.size());
    names.emplace_back(name.substr(0, name.rfind('.')));
  }
  names.insert(names.end(), {"pss-baseline", "pss-restricted"});
  return names;
}

Result<Policy> load_preset(std::string_view name) {
  if (name.starts_with("pss-")) {
    SEAWALL_TRY(const inspect::PodSecurityPolicy level, inspect::parse_pod_security_policy(name));
    Policy policy;
    policy.name = name;
    PolicyRule rule;
    rule.id = name;
    rule.preset = name;
    rule.stages = bit(Stage::kBuild) | bit(Stage::kAdmission);
    rule.reads = {"workload"};
    rule.message = "breaks the Pod Security Standards, " + inspect::to_string(level);
    rule.pod_security = level;
    policy.rules.push_back(std::move(rule));
    return policy;
  }
  const std::string_view yaml = built_in_content(fmt::format("policy/presets/{}.yaml", name));
  if (yaml.empty()) {
    return usage_error(fmt::format("there is no preset \"{}\"", printable(name)))
        .hint(join(preset_names(), ", ") + "; pss-... may end with a version: pss-restricted@1.30");
  }
  SEAWALL_TRY(Policy policy, read_policy(yaml, fmt::format("preset {}", name), now()));
  for (PolicyRule& rule : policy.rules) {
    if (rule.preset.empty()) rule.preset = name;
  }
  policy.digest.clear();
  return policy;
}

}  // namespace seawall::policy
