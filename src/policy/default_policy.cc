#include "policy/default_policy.h"

#include <fmt/format.h>

namespace seawall::policy {
namespace {

template <typename Condition>
void apply(Decision& decision, const std::vector<Finding>& findings, std::string rule,
           std::string message, Condition condition) {
  RuleOutcome outcome{std::move(rule), Verdict::kDeny, std::move(message), {}};
  for (size_t i = 0; i < findings.size(); ++i) {
    if (condition(findings[i])) outcome.findings.push_back(i);
  }
  if (outcome.findings.empty()) return;
  decision.verdict = Verdict::kDeny;
  decision.outcomes.push_back(std::move(outcome));
}

bool is_vulnerability(const Finding& finding) {
  return finding.kind == FindingKind::kVulnerability;
}
bool has_fix(const Finding& finding) {
  return !finding.vulnerability.fixed_version.empty();
}

}  // namespace

Result<DefaultPolicy> parse_fail_on(std::string_view word) {
  if (word == "default") return DefaultPolicy{};
  if (word == "none") return DefaultPolicy{false, Severity::kUnknown, false};
  DefaultPolicy policy;
  constexpr std::string_view kFixable = "-fixable";
  std::string_view severity = word;
  if (severity.ends_with(kFixable)) {
    policy.only_fixable = true;
    severity.remove_suffix(kFixable.size());
  }
  for (Severity candidate : {Severity::kCritical, Severity::kHigh, Severity::kMedium,
                             Severity::kLow, Severity::kNegligible}) {
    if (severity == to_string(candidate)) {
      policy.fail_on = candidate;
      return policy;
    }
  }
  return usage_error(fmt::format("--fail-on does not know \"{}\"", word))
      .hint(
          "one of: critical, high, medium, low, negligible (each also as high-fixable ...), "
          "default, none");
}

Decision decide(const DefaultPolicy& policy, const std::vector<Finding>& findings) {
  Decision decision;
  decision.policy = policy.builtin_rules ? "built-in baseline" : "none";
  if (policy.builtin_rules) {
    apply(decision, findings, "known-exploited",
          "a vulnerability that is exploited in the wild (CISA KEV)",
          [](const Finding& f) { return is_vulnerability(f) && f.vulnerability.known_exploited; });
    apply(decision, findings, "critical-with-fix",
          "a critical vulnerability for which a fix is out", [](const Finding& f) {
            return is_vulnerability(f) && f.severity == Severity::kCritical && has_fix(f);
          });
  }
  if (policy.fail_on != Severity::kUnknown) {
    decision.policy += fmt::format(" + fail-on {}{}", to_string(policy.fail_on),
                                   policy.only_fixable ? "-fixable" : "");
    apply(decision, findings, "fail-on",
          fmt::format("severity {} or worse{}", to_string(policy.fail_on),
                      policy.only_fixable ? ", with a fix" : ""),
          [&](const Finding& f) {
            return f.severity >= policy.fail_on && (!policy.only_fixable || has_fix(f));
          });
  }
  return decision;
}

}  // namespace seawall::policy
