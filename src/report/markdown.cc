// Markdown for a merge request: the answer, why, what to do, the counts, in under 60 lines whatever
// the size of the report. Text from outside is escaped so that it can neither format, link, close a
// table nor notify anybody.
#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "base/strings.h"
#include "report/document.h"
#include "report/markdown_text.h"
#include "report/renderers.h"

namespace seawall::report {
namespace {

// Rows of each table. With headings and texts the sum stays below 60 lines.
constexpr size_t kDenialRows = 10;
constexpr size_t kActionRows = 8;
constexpr size_t kProblemRows = 4;
constexpr size_t kCellBytes = 160;
constexpr size_t kTextBytes = 400;

std::string cell(std::string_view text, size_t limit = kCellBytes) {
  return escape_markdown(text, limit);
}

bool answered(const ScanReport& report) {
  return report.state == AssessmentState::kClean || report.state == AssessmentState::kFindings;
}

std::string headline(const ScanReport& report) {
  const auto rules = [&](Verdict verdict) {
    const auto& outcomes = report.decision.outcomes;
    const auto count = std::count_if(outcomes.begin(), outcomes.end(), [&](const auto& outcome) {
      return outcome.verdict == verdict;
    });
    return fmt::format("{} {}", count, count == 1 ? "rule" : "rules");
  };
  if (report.decision.verdict == Verdict::kDeny) return "denied by " + rules(Verdict::kDeny);
  if (!answered(report) || !report.problems.empty()) return "no complete answer";
  if (report.decision.verdict == Verdict::kWarn) return "warned by " + rules(Verdict::kWarn);
  return report.state == AssessmentState::kClean ? "clean" : "allowed";
}

class Markdown {
 public:
  explicit Markdown(const ScanReport& report) : report_(report) {}

  std::string render() {
    line(fmt::format("### Seawall: {}", headline(report_)));
    line("");
    write_subject();
    write_state();
    write_denials();
    write_actions();
    write_counts();
    return std::move(out_);
  }

 private:
  void line(std::string_view text) { out_.append(text).append("\n"); }

  void write_subject() {
    const ArtifactInfo& artifact = report_.artifact;
    std::vector<std::string> parts = {"**" + cell(artifact.name) + "**"};
    if (!artifact.digest.empty()) parts.push_back("`" + artifact.digest.short_text() + "`");
    if (!artifact.platform.empty()) parts.push_back(cell(artifact.platform));
    const Distribution& distribution = report_.inventory.distribution;
    if (distribution.known()) {
      parts.push_back(
          cell(distribution.pretty_name.empty() ? distribution.id : distribution.pretty_name));
    }
    parts.push_back(human_count(report_.inventory.packages.size()) + " packages");
    line(join(parts, ", ") + "  ");
    std::string second = "Policy: " + cell(report_.decision.policy);
    if (report_.database.present) {
      second += ", advisories of " + machine_time(report_.database.data_date).substr(0, 10);
    }
    line(second);
    line("");
  }

  void write_state() {
    if (!answered(report_)) {
      line(fmt::format("**{}**: {}", to_string(report_.state),
                       report_.state_message.empty() ? default_state_message(report_.state)
                                                     : cell(report_.state_message, kTextBytes)));
      const std::string hint = report_.state_hint.empty()
                                   ? std::string(default_state_hint(report_.state))
                                   : cell(report_.state_hint, kTextBytes);
      if (!hint.empty()) line("What to do: " + hint);
      line("");
    }
    if (report_.problems.empty()) return;
    line(fmt::format("**Not checked** ({}):", report_.problems.size()));
    line("");
    for (size_t i = 0; i < report_.problems.size() && i < kProblemRows; ++i) {
      const Problem& problem = report_.problems[i];
      line(fmt::format("- {}: {} {}", cell(problem.where), cell(problem.message, kTextBytes),
                       cell(problem.hint)));
    }
    more(report_.problems.size(), kProblemRows, "- ");
    line("");
  }

  void more(size_t count, size_t shown, std::string_view before = "\n") {
    if (count > shown) line(fmt::format("{}and {} more", before, human_count(count - shown)));
  }

  void write_denials() {
    std::vector<std::pair<const RuleOutcome*, const Finding*>> rows;
    size_t count = 0;
    for (const RuleOutcome& outcome : report_.decision.outcomes) {
      if (outcome.verdict != Verdict::kDeny) continue;
      if (outcome.findings.empty()) rows.emplace_back(&outcome, nullptr);
      for (const size_t index : outcome.findings) {
        if (index < report_.findings.size()) rows.emplace_back(&outcome, &report_.findings[index]);
      }
    }
    count = rows.size();
    if (count == 0) return;
    line("| Denied by | Finding | Severity | Where | Fix |");
    line("|---|---|---|---|---|");
    for (size_t i = 0; i < count && i < kDenialRows; ++i) {
      const auto& [outcome, finding] = rows[i];
      if (!finding) {
        line(fmt::format("| {} | {} | | | |", cell(outcome->rule_id), cell(outcome->message)));
        continue;
      }
      const bool exploited = finding->vulnerability.known_exploited;
      line(fmt::format("| {} | {}{} | {} | {} | {} |", cell(outcome->rule_id),
                       cell(finding->rule_id), exploited ? " (known exploited)" : "",
                       to_string(finding->severity), cell(subject_of(*finding)),
                       cell(is_vulnerability(*finding) ? fix_words(finding->vulnerability)
                                                       : finding->remediation)));
    }
    more(count, kDenialRows);
    line("");
  }

  void write_actions() {
    if (report_.actions.empty()) return;
    const auto total =
        std::count_if(report_.findings.begin(), report_.findings.end(), is_vulnerability);
    line("| | What to do first | Closes | Layer |");
    line("|--:|---|--:|---|");
    for (size_t i = 0; i < report_.actions.size() && i < kActionRows; ++i) {
      const Action& action = report_.actions[i];
      std::string closes =
          fmt::format("{} of {}", action.closes.size(), human_count(static_cast<size_t>(total)));
      if (action.denials_closed != 0) closes += fmt::format(" ({} denied)", action.denials_closed);
      std::string layer = action.layer >= 0 ? std::to_string(action.layer + 1) : "";
      if (!action.instruction.empty()) layer += " " + cell(action.instruction, 80);
      line(fmt::format("| {} | {} | {} | {} |", i + 1, cell(action.what), closes, layer));
    }
    more(report_.actions.size(), kActionRows);
    line("");
  }

  void write_counts() {
    std::map<FindingKind, std::array<size_t, 6>> counts;
    for (const Finding& finding : report_.findings) {
      ++counts[finding.kind][static_cast<size_t>(finding.severity)];
    }
    if (counts.empty()) {
      // Nothing found is only good news when everything was looked at.
      line(report_.state == AssessmentState::kClean && report_.problems.empty()
               ? "Nothing found."
               : "Nothing found in what could be checked.");
      return;
    }
    line("| Findings | Critical | High | Medium | Low | Negligible | Unknown |");
    line("|---|--:|--:|--:|--:|--:|--:|");
    for (const auto& [kind, by] : counts) {
      line(fmt::format("| {} | {} | {} | {} | {} | {} | {} |", to_string(kind), by[5], by[4], by[3],
                       by[2], by[1], by[0]));
    }
  }

  const ScanReport& report_;
  std::string out_;
};

}  // namespace

std::string render_markdown(const ScanReport& report) {
  return Markdown(report).render();
}

}  // namespace seawall::report
