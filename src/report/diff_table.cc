#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"
#include "report/diff.h"
#include "report/document.h"
#include "report/table_text.h"

namespace seawall::report {
namespace {

constexpr size_t kRows = 12;  // of each part without --all

Tone tone_of(Severity severity) {
  if (severity == Severity::kCritical) return Tone::kBoldRed;
  if (severity == Severity::kHigh) return Tone::kRed;
  return severity == Severity::kMedium ? Tone::kYellow : Tone::kPlain;
}

class DiffTable {
 public:
  DiffTable(const ReportDiff& diff, const TableOptions& options)
      : diff_(diff),
        style_{options.color, options.ascii},
        all_(options.all),
        width_(std::max(options.width, 40u)) {}

  std::string render() {
    line(fmt::format("{}  ->  {}", diff_.before->artifact.name, diff_.after->artifact.name), 0,
         Tone::kBold);
    const bool denied = diff_.decision.verdict == Verdict::kDeny;
    line(diff_summary(diff_), 0, denied ? Tone::kBoldRed : Tone::kBold);
    for (const RuleOutcome& outcome : diff_.decision.outcomes) {
      if (outcome.verdict == Verdict::kDeny)
        line(fmt::format("DENIED by {}: {} introduced", outcome.rule_id, outcome.message), 0,
             Tone::kBoldRed);
    }
    write_state(*diff_.before);
    write_state(*diff_.after);
    if (diff_.other_distribution)
      line(fmt::format("another distribution: {} -> {}", name_of(*diff_.before),
                       name_of(*diff_.after)),
           0, Tone::kYellow);
    write_findings("Introduced", diff_.introduced);
    write_findings("Fixed", diff_.fixed);
    write_packages();
    write_settings();
    write_layers();
    return std::move(out_);
  }

 private:
  static std::string name_of(const ScanReport& report) {
    const Distribution& distribution = report.inventory.distribution;
    return distribution.known() ? distribution.id + " " + distribution.version_id : "unknown";
  }

  void line(std::string_view text, size_t indent, Tone tone = Tone::kPlain) {
    for (const std::string& part : wrap(style_.clean(text), width_ - indent)) {
      out_.append(indent, ' ');
      out_ += style_.paint(part, tone) + "\n";
    }
  }

  void heading(std::string_view text) {
    out_ += "\n";
    line(text, 0, Tone::kBold);
  }

  size_t shown(size_t count) const { return all_ ? count : std::min(count, kRows); }
  void more(size_t count) {
    if (count > shown(count)) line(fmt::format("and {} more: --all", count - shown(count)), 2);
  }

  void write_state(const ScanReport& report) {
    for (const Problem& problem : report.problems)
      line(fmt::format("{}: {}: {}", report.artifact.name, problem.where, problem.message), 0,
           Tone::kRed);
    if (!report.asks_vulnerabilities || report.state == AssessmentState::kClean ||
        report.state == AssessmentState::kFindings || report.state == AssessmentState::kError)
      return;
    line(fmt::format("{}: {}", report.artifact.name, report.state_message), 0, Tone::kYellow);
    if (!report.state_hint.empty()) line(report.state_hint, 2);
  }

  void write_findings(std::string_view title, const std::vector<Finding>& findings) {
    if (findings.empty()) return;
    heading(fmt::format("{} {}", title, findings.size()));
    Grid grid({{}, {}, {.least = 16}, {.least = 16, .extra = true}});
    for (size_t i = 0; i < shown(findings.size()); ++i) {
      const Finding& finding = findings[i];
      grid.row({{std::string(to_string(finding.severity)), tone_of(finding.severity)},
                {style_.clean(finding.rule_id)},
                {style_.clean(subject_of(finding))},
                {style_.clean(is_vulnerability(finding) ? fix_words(finding.vulnerability)
                                                        : finding.title),
                 Tone::kDim}});
    }
    out_ += grid.render(2, width_, style_);
    more(findings.size());
  }

  void write_packages() {
    if (diff_.packages.empty()) return;
    heading("Packages");
    Grid grid({{}, {.least = 12}, {.least = 10}, {}, {.least = 10}});
    const std::string arrow = "->";
    for (size_t i = 0; i < shown(diff_.packages.size()); ++i) {
      const PackageChange& change = diff_.packages[i];
      std::string name = change.name;
      if (change.names.size() > 1) name += fmt::format(" ({} packages)", change.names.size());
      const bool both = !change.from_version.empty() && !change.to_version.empty();
      grid.row(
          {{std::string(to_string(change.kind))},
           {style_.clean(name)},
           {style_.clean(change.from_version.empty() ? change.to_version : change.from_version)},
           {both ? arrow : ""},
           {both ? style_.clean(change.to_version) : ""}});
    }
    out_ += grid.render(2, width_, style_);
    more(diff_.packages.size());
  }

  void write_settings() {
    if (diff_.settings.empty()) return;
    heading("Settings");
    for (const SettingChange& change : diff_.settings) {
      if (change.from.empty())
        line(fmt::format("{} {} added", change.what, change.to), 2);
      else if (change.to.empty())
        line(fmt::format("{} {} removed", change.what, change.from), 2);
      else
        line(fmt::format("{}: {} -> {}", change.what, change.from, change.to), 2);
    }
  }

  void write_layers() {
    const auto& before = diff_.before->artifact.layers;
    const auto& after = diff_.after->artifact.layers;
    if (before.empty() || after.empty()) return;
    heading(fmt::format("Layers: {} shared, {} replaced by {}", diff_.shared_layers,
                        before.size() - diff_.shared_layers, after.size() - diff_.shared_layers));
    for (const auto& [sign, layers] : {std::pair('-', &before), std::pair('+', &after)}) {
      for (size_t i = diff_.shared_layers; i < layers->size(); ++i) {
        const LayerInfo& layer = (*layers)[i];
        out_ += fit(fmt::format("  {} {:>9}  {}", sign, human_bytes(layer.unpacked_size),
                                style_.clean(layer.instruction)),
                    width_, style_) +
                "\n";
      }
    }
  }

  const ReportDiff& diff_;
  const Style style_;
  const bool all_;
  const size_t width_;
  std::string out_;
};

}  // namespace

std::string render_diff_table(const ReportDiff& diff, const TableOptions& options) {
  return DiffTable(diff, options).render();
}

}  // namespace seawall::report
