#include "policy/policy_choice.h"

#include <fmt/format.h>

#include "base/file.h"

namespace seawall::policy {
namespace {

constexpr uint64_t kMostBytes = 8u << 20;

// The rule that --fail-on stands for.
Result<PolicyRule> severity_rule(const PolicyChoice& choice) {
  PolicyRule rule;
  rule.id = "fail-on";
  rule.file = "--fail-on";
  rule.asked_of = AskedOf::kFindings;
  rule.condition = fmt::format("finding.rank >= {}{}", static_cast<int>(choice.fail_on),
                               choice.only_fixable ? " && finding.fixable" : "");
  rule.message = fmt::format("severity {} or worse{}", to_string(choice.fail_on),
                             choice.only_fixable ? ", with a fix" : "");
  SEAWALL_TRY(rule.program, compile_condition(rule.condition, rule.reads));
  return rule;
}

}  // namespace

Result<PolicyChoice> parse_fail_on(std::string_view word) {
  PolicyChoice choice;
  if (word == "default") return choice;
  if (word == "none") {
    choice.builtin_rules = false;
    return choice;
  }
  constexpr std::string_view kFixable = "-fixable";
  std::string_view severity = word;
  if (severity.ends_with(kFixable)) {
    choice.only_fixable = true;
    severity.remove_suffix(kFixable.size());
  }
  for (Severity candidate : {Severity::kCritical, Severity::kHigh, Severity::kMedium,
                             Severity::kLow, Severity::kNegligible}) {
    if (severity == to_string(candidate)) {
      choice.fail_on = candidate;
      return choice;
    }
  }
  return usage_error(fmt::format("--fail-on does not know \"{}\"", word))
      .hint(
          "one of: critical, high, medium, low, negligible (each also as high-fixable ...), "
          "default, none");
}

Result<Policy> load_policy(const PolicyChoice& choice, UnixSeconds today) {
  Policy policy;
  if (!choice.file.empty()) {
    SEAWALL_TRY(const std::string text, read_file(choice.file, kMostBytes));
    SEAWALL_TRY(policy, read_policy(text, choice.file, today));
  }
  const bool builtin = choice.builtin_rules && choice.file.empty() && choice.presets.empty();
  std::vector<std::string> presets = choice.presets;
  if (builtin) presets = {"baseline"};
  for (const std::string& name : presets) {
    SEAWALL_TRY(Policy preset, load_preset(name));
    policy.name += (policy.name.empty() ? "" : " + ") + preset.name;
    add_rules(policy, std::move(preset));
  }
  if (policy.name.empty()) policy.name = "none";
  if (choice.fail_on != Severity::kUnknown) {
    policy.name += fmt::format(" + fail-on {}{}", to_string(choice.fail_on),
                               choice.only_fixable ? "-fixable" : "");
    SEAWALL_TRY(PolicyRule rule, severity_rule(choice));
    policy.rules.push_back(std::move(rule));
  }
  return policy;
}

}  // namespace seawall::policy
