// The table for people: the answer and its reason first, then what to do, then the rest counted,
// then what could not be checked, and at the end the next command.
#include "report/table.h"

#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "base/strings.h"
#include "report/document.h"
#include "report/report.h"

namespace seawall::report {
namespace {

constexpr size_t kLeastWidth = 40;
constexpr size_t kRowsOfRule = 5;  // findings shown of one rule
constexpr size_t kActionRows = 5;
constexpr size_t kGapOfItems = 2;

bool answered(const ScanReport& report) {
  return report.state == AssessmentState::kClean || report.state == AssessmentState::kFindings;
}

std::string plural(size_t count, std::string_view word) {
  return fmt::format("{} {}{}", human_count(count), word, count == 1 ? "" : "s");
}

// "CVSS 9.8  EPSS 0.9 %", "in KEV since 2025-06-09": why a finding weighs.
std::string why(const Finding& finding) {
  const VulnerabilityDetail& detail = finding.vulnerability;
  if (!is_vulnerability(finding)) return finding.title;
  if (detail.malicious) return "malicious package";
  if (detail.known_exploited) {
    std::string text = detail.kev_date_added.empty() ? "known to be exploited"
                                                     : "in KEV since " + detail.kev_date_added;
    return detail.ransomware ? text + ", ransomware" : text;
  }
  std::string text = detail.score > 0 ? fmt::format("CVSS {:.1f}", detail.score)
                                      : std::string(to_string(finding.severity));
  if (detail.epss) text += fmt::format("  EPSS {:.1f} %", *detail.epss * 100);
  return text;
}

// The action without the names of the binary packages, which the findings below list.
std::string short_action(const Action& action) {
  if (action.to_version.empty() || !action.what.starts_with("upgrade ")) return action.what;
  return fmt::format("upgrade {} to {}", action.package, action.to_version);
}

}  // namespace

TableWriter::TableWriter(const ScanReport& report, const TableOptions& options)
    : report_(report),
      style_{options.color, options.ascii},
      all_(options.all),
      width_(std::max<size_t>(options.width, kLeastWidth)) {}

std::string TableWriter::render() {
  write_header();
  write_verdict();
  write_state();
  write_problems();
  write_actions();
  write_counts();
  write_findings();
  write_suppressed();
  write_notes();
  write_next();
  return std::move(out_);
}

void TableWriter::line(std::string_view text, size_t indent, Tone tone) {
  for (const std::string& part : wrap(text, width_ - indent)) {
    out_.append(indent, ' ');
    out_ += style_.paint(part, tone);
    out_ += '\n';
  }
}

void TableWriter::heading(std::string_view text, Tone tone) {
  out_ += '\n';
  line(text, 0, tone);
}

// Items that stay whole, two spaces apart, on as many lines as they need.
void TableWriter::items(const std::vector<std::string>& list, Tone first) {
  size_t used = 0;
  for (size_t i = 0; i < list.size(); ++i) {
    const std::string text = fit(list[i], used == 0 ? width_ : width_ - kGapOfItems, style_);
    const size_t columns = display_width(text);
    if (used != 0 && used + kGapOfItems + columns > width_) {
      out_ += "\n  ";
      used = kGapOfItems;
    } else if (used != 0) {
      out_.append(kGapOfItems, ' ');
      used += kGapOfItems;
    }
    out_ += style_.paint(text, i == 0 ? first : Tone::kPlain);
    used += columns;
  }
  out_ += '\n';
}

void TableWriter::write_header() {
  const ArtifactInfo& artifact = report_.artifact;
  std::vector<std::string> list = {style_.clean(artifact.name)};
  if (!artifact.digest.empty()) list.push_back(artifact.digest.short_text());
  if (!artifact.platform.empty()) list.push_back(style_.clean(artifact.platform));
  const Distribution& distribution = report_.inventory.distribution;
  if (distribution.known()) {
    list.push_back(style_.clean(distribution.pretty_name.empty()
                                    ? distribution.id + " " + distribution.version_id
                                    : distribution.pretty_name));
  }
  if (!artifact.base.name.empty()) list.push_back("from " + style_.clean(artifact.base.name));
  if (!artifact.layers.empty()) list.push_back(plural(artifact.layers.size(), "layer"));
  list.push_back(plural(report_.inventory.packages.size(), "package"));
  if (artifact.size != 0) list.push_back(human_bytes(artifact.size));
  if (report_.seconds > 0) {
    list.push_back(report_.seconds < 0.095
                       ? fmt::format("scanned in {:.0f} ms", report_.seconds * 1000)
                       : fmt::format("scanned in {:.1f} s", report_.seconds));
  }
  items(list, Tone::kBold);

  const DatabaseInfo& database = report_.database;
  std::vector<std::string> second;
  if (!database.present) {
    second.emplace_back("no advisory data");
  } else if (database.data_date > 0) {
    const UnixSeconds age = report_.scanned_at - database.data_date;
    std::string text = "advisories of " + machine_time(database.data_date).substr(0, 10);
    if (report_.scanned_at > 0) text += fmt::format(" ({} old)", human_duration(age));
    second.push_back(std::move(text));
  }
  if (!report_.decision.policy.empty()) {
    second.push_back("policy: " + style_.clean(report_.decision.policy));
  }
  if (!second.empty()) items(second, Tone::kPlain);
}

void TableWriter::write_verdict() {
  if (report_.decision.verdict == Verdict::kDeny) {
    write_outcomes(Verdict::kDeny, "DENIED", Tone::kBoldRed);
  } else if (answered(report_) && report_.problems.empty()) {
    if (report_.state == AssessmentState::kClean && report_.findings.empty()) {
      heading("CLEAN: everything was checked, nothing was found", Tone::kBold);
    } else {
      heading("ALLOWED: no rule of the policy denies this", Tone::kBold);
    }
  }
  write_outcomes(Verdict::kWarn, "WARNED", Tone::kYellow);
}

void TableWriter::write_outcomes(Verdict verdict, std::string_view word, Tone tone) {
  std::vector<const RuleOutcome*> outcomes;
  for (const RuleOutcome& outcome : report_.decision.outcomes) {
    if (outcome.verdict == verdict) outcomes.push_back(&outcome);
  }
  if (outcomes.empty() && verdict != Verdict::kDeny) return;
  heading(outcomes.empty() ? std::string(word)
                           : fmt::format("{} by {}", word, plural(outcomes.size(), "rule")),
          tone);
  Grid grid({{}, {.least = 12}, {.least = 14}, {.least = 14}, {.least = 14}, {.least = 12}});
  for (const RuleOutcome* outcome : outcomes) add_outcome(grid, *outcome, tone);
  // Where the row would lose its end, the reason and the fix go under it instead.
  if (grid.natural_width() + 2 <= width_) {
    out_ += grid.render(2, width_, style_);
    return;
  }
  write_outcomes_stacked(outcomes, tone);
}

std::vector<TableWriter::Subject> TableWriter::subjects_of(const RuleOutcome& outcome) const {
  using Key = std::tuple<std::string_view, PackageType, std::string_view, std::string_view>;
  std::map<Key, size_t> known;
  std::vector<Subject> subjects;
  for (const size_t index : outcome.findings) {
    if (index >= report_.findings.size()) continue;
    const Finding& finding = report_.findings[index];
    const Package& package = finding.package;
    if (!package.name.empty()) {
      const Key key(finding.rule_id, package.type, package.advisory_name(),
                    package.advisory_version());
      const auto [at, fresh] = known.try_emplace(key, subjects.size());
      if (!fresh) {
        ++subjects[at->second].others;
        continue;
      }
    }
    subjects.push_back({&finding, 0});
  }
  return subjects;
}

std::string TableWriter::subject_text(const Subject& subject) const {
  std::string text = style_.clean(subject_of(*subject.finding));
  if (subject.others != 0) text += fmt::format(" (+{})", subject.others);
  return text;
}

void TableWriter::add_outcome(Grid& grid, const RuleOutcome& outcome, Tone tone) const {
  const std::vector<Subject> subjects = subjects_of(outcome);
  const std::string rule = style_.clean(outcome.rule_id);
  if (subjects.empty()) {
    grid.row({{std::string(style_.cross()), tone},
              {rule, Tone::kBold},
              {},
              {},
              {},
              {style_.clean(outcome.message)}});
  }
  size_t shown = 0;
  for (const Subject& subject : subjects) {
    if (!all_ && shown == kRowsOfRule) {
      grid.row(
          {{},
           {},
           {fmt::format("{} and {} more: --all", style_.ellipsis(), subjects.size() - kRowsOfRule),
            Tone::kDim},
           {},
           {},
           {}});
      break;
    }
    const Finding& finding = *subject.finding;
    const bool first = shown++ == 0;
    grid.row({{first ? std::string(style_.cross()) : "", tone},
              {first ? rule : "", Tone::kBold},
              {style_.clean(finding.rule_id)},
              {subject_text(subject)},
              {style_.clean(why(finding))},
              {style_.clean(is_vulnerability(finding) ? fix_words(finding.vulnerability) : "")}});
  }
}

void TableWriter::write_outcomes_stacked(const std::vector<const RuleOutcome*>& outcomes,
                                         Tone tone) {
  for (const RuleOutcome* outcome : outcomes) {
    const std::vector<Subject> subjects = subjects_of(*outcome);
    out_ += "  " + style_.paint(style_.cross(), tone) + " " +
            style_.paint(fit(style_.clean(outcome->rule_id), width_ - 4, style_), Tone::kBold) +
            "\n";
    if (subjects.empty()) line(style_.clean(outcome->message), 4);
    size_t shown = 0;
    for (const Subject& subject : subjects) {
      if (!all_ && shown++ == kRowsOfRule) {
        line(fmt::format("{} and {} more: --all", style_.ellipsis(), subjects.size() - kRowsOfRule),
             4, Tone::kDim);
        break;
      }
      const Finding& finding = *subject.finding;
      Grid grid({{.least = 14}, {.least = 14}, {.least = 10}});
      grid.row(
          {{style_.clean(finding.rule_id)}, {subject_text(subject)}, {style_.clean(why(finding))}});
      out_ += grid.render(4, width_, style_);
      if (is_vulnerability(finding)) line(style_.clean(fix_words(finding.vulnerability)), 6);
    }
  }
}

void TableWriter::write_state() {
  if (answered(report_)) return;
  heading(fmt::format("CANNOT SAY ({})", to_string(report_.state)), Tone::kYellow);
  line(report_.state_message.empty() ? std::string(default_state_message(report_.state))
                                     : style_.clean(report_.state_message),
       2);
  const std::string hint = report_.state_hint.empty()
                               ? std::string(default_state_hint(report_.state))
                               : style_.clean(report_.state_hint);
  if (!hint.empty()) line("What to do: " + hint, 2);
}

void TableWriter::write_problems() {
  if (report_.problems.empty()) return;
  heading("Not checked: " + plural(report_.problems.size(), "part"), Tone::kYellow);
  for (const Problem& problem : report_.problems) {
    line(problem.where.empty() ? style_.clean(problem.message)
                               : style_.clean(problem.where) + ": " + style_.clean(problem.message),
         2);
    if (!problem.hint.empty()) line("What to do: " + style_.clean(problem.hint), 4, Tone::kDim);
  }
}

// "4 set aside: 3 by VEX, 1 ignored (the first expires 2026-12-20)"; each with its reason on --all.
void TableWriter::write_suppressed() {
  if (report_.suppressed.empty()) return;
  size_t vex = 0;
  std::string first;
  for (const Finding& finding : report_.suppressed) {
    const Suppression& why = finding.suppression;
    vex += why.by == "vex";
    if (!why.expires.empty() && (first.empty() || why.expires < first)) first = why.expires;
  }
  const size_t others = report_.suppressed.size() - vex;
  std::string text = fmt::format("{} set aside:", human_count(report_.suppressed.size()));
  if (vex > 0) text += fmt::format(" {} by VEX", human_count(vex));
  if (others > 0) text += fmt::format("{} {} ignored", vex > 0 ? "," : "", human_count(others));
  if (!first.empty()) text += fmt::format(" (the first expires {})", first);
  out_ += '\n';
  line(text, 0, Tone::kDim);
  if (!all_) return;
  for (const Finding& finding : report_.suppressed) {
    const Suppression& why = finding.suppression;
    std::string reason = why.reason;
    if (!why.justification.empty())
      reason = why.justification + (reason.empty() ? "" : ", " + reason);
    line(style_.clean(fmt::format("{} {}: {} ({})", finding.rule_id, subject_of(finding), reason,
                                  why.source)),
         2, Tone::kDim);
  }
}

void TableWriter::write_notes() {
  constexpr size_t kNotes = 5;
  if (report_.notes.empty()) return;
  heading("Notes", Tone::kDim);
  size_t shown = 0;
  for (const Problem& note : report_.notes) {
    if (!all_ && shown++ == kNotes) {
      line(fmt::format("{} and {} more: --all", style_.ellipsis(), report_.notes.size() - kNotes),
           2, Tone::kDim);
      break;
    }
    line(style_.clean(note.where) + ": " + style_.clean(note.message), 2, Tone::kDim);
  }
}

void TableWriter::write_actions() {
  if (!report_.actions.empty()) {
    heading("What to do first", Tone::kBold);
    write_action_rows();
    if (!all_ && report_.actions.size() > kActionRows) {
      line(fmt::format("{} and {}: --all", style_.ellipsis(),
                       plural(report_.actions.size() - kActionRows, "more upgrade")),
           2, Tone::kDim);
    }
  }
  write_without_fix();
}

void TableWriter::write_action_rows() {
  const auto total =
      std::count_if(report_.findings.begin(), report_.findings.end(), is_vulnerability);
  size_t digits = 1;
  for (const Action& action : report_.actions) {
    digits = std::max(digits, human_count(action.closes.size()).size());
  }
  Grid wide({{.right = true}, {}, {}, {.least = 12}});
  Grid stacked({{.right = true}, {.least = 20}});
  size_t where_width = 0;
  for (size_t i = 0; i < report_.actions.size() && (all_ || i < kActionRows); ++i) {
    const Action& action = report_.actions[i];
    const std::string number = std::to_string(i + 1);
    const Cell what = {style_.clean(short_action(action)),
                       action.denials_closed != 0 ? Tone::kBold : Tone::kPlain};
    std::string closes = fmt::format("closes {:>{}} of {}", human_count(action.closes.size()),
                                     digits, human_count(static_cast<size_t>(total)));
    if (action.denials_closed != 0) {
      closes += fmt::format(", {} denied", human_count(action.denials_closed));
    }
    std::string where;
    if (action.layer >= 0) where = fmt::format("layer {}", action.layer + 1);
    if (!action.instruction.empty()) {
      where += (where.empty() ? "" : ": ") + style_.clean(action.instruction);
    }
    where_width = std::max(where_width, display_width(where));
    wide.row({{number}, what, {closes}, {where, Tone::kDim}});
    stacked.row({{number}, what});
    stacked.row({{}, {where.empty() ? closes : closes + "  " + where, Tone::kDim}});
  }
  // The version to go to is the point of a row: where it would be cut, a row takes two lines.
  const size_t least = wide.natural_width() - where_width + std::min<size_t>(where_width, 18);
  out_ += (least + 2 <= width_ ? wide : stacked).render(2, width_, style_);
}

// "Nothing to upgrade for 6: 4 no fix yet, 2 will not be fixed".
void TableWriter::write_without_fix() {
  std::vector<std::pair<std::string, size_t>> reasons;
  size_t total = 0;
  for (const Finding& finding : report_.findings) {
    const VulnerabilityDetail& detail = finding.vulnerability;
    if (!is_vulnerability(finding) || detail.malicious || !detail.fixed_version.empty()) continue;
    const std::string words = fix_words(detail);
    const auto at = std::find_if(reasons.begin(), reasons.end(),
                                 [&](const auto& reason) { return reason.first == words; });
    if (at == reasons.end()) {
      reasons.emplace_back(words, 1);
    } else {
      ++at->second;
    }
    ++total;
  }
  if (total == 0) return;
  std::sort(reasons.begin(), reasons.end(), [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  std::string text = fmt::format("Nothing to upgrade for {}:", human_count(total));
  for (size_t i = 0; i < reasons.size(); ++i) {
    text += fmt::format("{} {} {}", i == 0 ? "" : ",", human_count(reasons[i].second),
                        reasons[i].first);
  }
  if (report_.actions.empty()) out_ += '\n';
  line(text, 2, Tone::kDim);
}

void TableWriter::write_next() {
  const bool stale =
      report_.state == AssessmentState::kStale || report_.state == AssessmentState::kUnscanned;
  std::vector<std::string> list;
  if (stale) list.emplace_back("seawall db update");
  if (!all_ && !report_.findings.empty()) list.emplace_back("every finding: --all");
  std::string names;
  for (const Format& format : formats()) {
    const bool variant = format.name.find('-') != std::string_view::npos;  // "cyclonedx-xml"
    if (!variant) names += (names.empty() ? "" : "|") + std::string(format.name);
  }
  list.push_back("for machines: --format " + names);
  list.front().insert(0, "Next: ");
  out_ += '\n';
  items(list, Tone::kPlain);
}

std::string render_table(const ScanReport& report, const TableOptions& options) {
  return TableWriter(report, options).render();
}

}  // namespace seawall::report
