#include "report/lint_table.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "report/table_text.h"

namespace seawall::report {
namespace {

// The id under which people of another linter know the rule.
std::string known_as(const Finding& finding) {
  for (const std::string_view tool : {"hadolint/", "trivy/", "cis-docker-1.8.0/"}) {
    for (const std::string& alias : finding.aliases) {
      if (!alias.starts_with(tool)) continue;
      const std::string id = (tool.starts_with("cis") ? "CIS " : "") + alias.substr(tool.size());
      if (id.size() <= 8) return id;
    }
  }
  return "";
}

std::string count_of(size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

class LintTable {
 public:
  LintTable(const ScanReport& report, const LintTableOptions& options)
      : report_(report),
        options_(options),
        style_{options.table.color, options.table.ascii},
        width_(std::max(options.table.width, 40u)) {}

  std::string render() {
    std::map<std::string, std::vector<const Finding*>> files;
    for (const Finding& finding : report_.findings)
      files[finding.location.path].push_back(&finding);
    for (auto& [path, findings] : files) {
      std::stable_sort(findings.begin(), findings.end(), [](const Finding* a, const Finding* b) {
        return std::tie(a->location.line, a->rule_id) < std::tie(b->location.line, b->rule_id);
      });
      write_file(path, findings);
    }
    for (const Problem& problem : report_.problems) {
      line(fmt::format("{}: {}", problem.where, problem.message), Tone::kRed);
      if (!problem.hint.empty()) line("  " + problem.hint, Tone::kPlain);
    }
    for (const RuleOutcome& outcome : report_.decision.outcomes) write_outcome(outcome);
    write_summary();
    return std::move(out_);
  }

 private:
  void line(std::string_view text, Tone tone) {
    for (const std::string& part : wrap(style_.clean(text), width_))
      out_ += style_.paint(part, tone) + "\n";
  }

  void write_file(const std::string& path, const std::vector<const Finding*>& findings) {
    line(path, Tone::kBold);
    Grid grid({{.right = true}, {}, {}, {}, {.least = 40}, {.least = 12, .extra = true}});
    for (const Finding* finding : findings) {
      const Tone tone = tone_of(finding->severity);
      const uint32_t at = finding->location.line;  // none in what is rendered from a template
      grid.row({{at == 0 ? "" : std::to_string(at), Tone::kDim},
                {std::string(to_string(finding->severity)), tone},
                {finding->rule_id},
                {known_as(*finding), Tone::kDim},
                {style_.clean(finding->title)},
                {style_.clean(finding->evidence), Tone::kDim}});
    }
    out_ += grid.render(2, width_, style_);
    out_ += "\n";
  }

  // A rule of the policy that spoke of objects, which are no findings.
  void write_outcome(const RuleOutcome& outcome) {
    constexpr size_t kMostShown = 10;
    if (!outcome.findings.empty()) return;
    const bool denied = outcome.verdict == Verdict::kDeny;
    const std::string_view word = denied                              ? "denied"
                                  : outcome.verdict == Verdict::kWarn ? "warned"
                                                                      : "audit";
    line(fmt::format("{} by {}: {}", word, outcome.rule_id, outcome.message),
         denied ? Tone::kBoldRed : Tone::kYellow);
    for (size_t i = 0; i < outcome.subjects.size() && i < kMostShown; ++i) {
      line("  " + outcome.subjects[i], Tone::kPlain);
    }
    if (outcome.subjects.size() > kMostShown) {
      line(fmt::format("  and {} more", outcome.subjects.size() - kMostShown), Tone::kDim);
    }
    if (!outcome.fix.empty()) line("  " + outcome.fix, Tone::kDim);
  }

  static Tone tone_of(Severity severity) {
    if (severity == Severity::kCritical) return Tone::kBoldRed;
    if (severity == Severity::kHigh) return Tone::kRed;
    if (severity == Severity::kMedium) return Tone::kYellow;
    return severity == Severity::kLow ? Tone::kPlain : Tone::kDim;
  }

  void write_summary() {
    std::array<size_t, 8> counts{};
    for (const Finding& finding : report_.findings)
      ++counts[static_cast<size_t>(finding.severity) % counts.size()];
    std::string text = count_of(options_.files, "file", "files") + ": ";
    const size_t rules = static_cast<size_t>(
        std::count_if(report_.decision.outcomes.begin(), report_.decision.outcomes.end(),
                      [](const RuleOutcome& outcome) { return outcome.findings.empty(); }));
    if (report_.findings.empty() && rules != 0) {
      text += count_of(rules, "rule of the policy is broken", "rules of the policy are broken");
    } else if (report_.findings.empty()) {
      text += report_.problems.empty() ? "nothing found" : "no finding in what could be read";
    } else {
      text += count_of(report_.findings.size(), "finding", "findings");
      for (const Severity severity : {Severity::kCritical, Severity::kHigh, Severity::kMedium,
                                      Severity::kLow, Severity::kNegligible}) {
        if (const size_t count = counts[static_cast<size_t>(severity)]; count != 0)
          text += fmt::format(", {} {}", count, to_string(severity));
      }
    }
    if (options_.corrected != 0) text += fmt::format("; {} corrected", options_.corrected);
    line(text, report_.decision.verdict == Verdict::kDeny ? Tone::kBoldRed : Tone::kBold);
    if (options_.correctable != 0)
      line(fmt::format("seawall lint --fix corrects {} of them", options_.correctable),
           Tone::kPlain);
    if (!report_.findings.empty()) {
      line(fmt::format("why and how: seawall lint --explain {}", report_.findings.front().rule_id),
           Tone::kPlain);
    }
  }

  const ScanReport& report_;
  const LintTableOptions& options_;
  const Style style_;
  const size_t width_;
  std::string out_;
};

}  // namespace

std::string render_lint_table(const ScanReport& report, const LintTableOptions& options) {
  return LintTable(report, options).render();
}

}  // namespace seawall::report
