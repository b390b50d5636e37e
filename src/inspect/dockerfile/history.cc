#include "inspect/dockerfile/history.h"

#include <algorithm>

#include "base/strings.h"

namespace seawall::inspect {
namespace {

// One line, so that line numbers are steps. A here-document's text is in the history as it was.
std::string on_one_line(std::string_view instruction) {
  std::string out;
  for (const char c : instruction) out += c == '\n' || c == '\r' ? ' ' : c;
  while (out.ends_with('\\') || out.ends_with(' ')) out.pop_back();
  return out;
}

bool is_secret_rule(const DockerRule& rule) {
  return rule.check_name == "secret-in-env" || rule.check_name == "secret-on-command-line";
}

}  // namespace

std::vector<Finding> lint_history(const std::vector<HistoryStep>& steps, size_t base_steps,
                                  const std::vector<DockerRule>& rules, const Limits& limits) {
  std::string text = "FROM scratch\n";
  for (const HistoryStep& step : steps) text += on_one_line(step.instruction) + "\n";
  std::vector<DockerRule> asked;
  for (const DockerRule& rule : rules) {
    if (rule.history) asked.push_back(rule);
  }
  std::vector<Finding> out;
  for (Finding& finding : lint_dockerfile(text, asked, {}, limits).findings) {
    if (finding.location.line < 2 || finding.location.line - 2 >= steps.size()) continue;
    const size_t at = finding.location.line - 2;
    const auto rule = std::find_if(asked.begin(), asked.end(), [&](const DockerRule& one) {
      return one.rule.id == finding.rule_id;
    });
    if (at < base_steps && !is_secret_rule(*rule)) continue;
    finding.location.line = 0;
    finding.location.layer = steps[at].layer;
    finding.location.instruction = steps[at].instruction;
    set_fingerprint(finding);
    out.push_back(std::move(finding));
  }
  return out;
}

}  // namespace seawall::inspect
