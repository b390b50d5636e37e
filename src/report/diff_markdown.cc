#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"
#include "report/diff.h"
#include "report/document.h"
#include "report/markdown_text.h"

namespace seawall::report {
namespace {

// Rows of each table; with headings and texts the sum stays below 60 lines.
constexpr size_t kFindingRows = 12;
constexpr size_t kPackageRows = 12;
constexpr size_t kSettingRows = 6;
constexpr size_t kCellBytes = 160;

std::string cell(std::string_view text) {
  return escape_markdown(text, kCellBytes);
}

void write_findings(std::string& out, std::string_view title,
                    const std::vector<Finding>& findings) {
  if (findings.empty()) return;
  out += fmt::format("\n**{} {}**\n\n| severity | finding | where | |\n|---|---|---|---|\n", title,
                     findings.size());
  for (size_t i = 0; i < std::min(findings.size(), kFindingRows); ++i) {
    const Finding& finding = findings[i];
    out += fmt::format(
        "| {} | {} | {} | {} |\n", to_string(finding.severity), cell(finding.rule_id),
        cell(subject_of(finding)),
        cell(is_vulnerability(finding) ? fix_words(finding.vulnerability) : finding.title));
  }
  if (findings.size() > kFindingRows)
    out += fmt::format("\n{} more\n", findings.size() - kFindingRows);
}

}  // namespace

std::string render_diff_markdown(const ReportDiff& diff) {
  std::string out = fmt::format("### Seawall: {}\n\n`{}` to `{}`\n", cell(diff_summary(diff)),
                                cell(diff.before->artifact.name), cell(diff.after->artifact.name));
  for (const RuleOutcome& outcome : diff.decision.outcomes) {
    if (outcome.verdict == Verdict::kDeny)
      out += fmt::format("\n**Denied** by {}: {}\n", cell(outcome.rule_id), cell(outcome.message));
  }
  for (const ScanReport* report : {diff.before, diff.after}) {
    if (!report->problems.empty())
      out += fmt::format("\n{} part(s) of {} could not be examined\n", report->problems.size(),
                         cell(report->artifact.name));
  }
  write_findings(out, "Introduced", diff.introduced);
  write_findings(out, "Fixed", diff.fixed);
  if (!diff.packages.empty()) {
    out += "\n| package | change | from | to |\n|---|---|---|---|\n";
    for (size_t i = 0; i < std::min(diff.packages.size(), kPackageRows); ++i) {
      const PackageChange& change = diff.packages[i];
      out += fmt::format("| {} | {} | {} | {} |\n", cell(change.name), to_string(change.kind),
                         cell(change.from_version), cell(change.to_version));
    }
    if (diff.packages.size() > kPackageRows)
      out += fmt::format("\n{} more\n", diff.packages.size() - kPackageRows);
  }
  for (size_t i = 0; i < std::min(diff.settings.size(), kSettingRows); ++i) {
    const SettingChange& change = diff.settings[i];
    out += fmt::format("{}- {}: {} to {}\n", i == 0 ? "\n" : "", cell(change.what),
                       change.from.empty() ? "nothing" : cell(change.from),
                       change.to.empty() ? "nothing" : cell(change.to));
  }
  return out;
}

}  // namespace seawall::report
