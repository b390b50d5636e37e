// The second half of the table: how many findings of each kind and severity, then the findings,
// grouped by what one upgrade replaces, worst first.
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "base/strings.h"
#include "report/document.h"
#include "report/table.h"

namespace seawall::report {
namespace {

constexpr size_t kRows = 15;       // findings shown without --all
constexpr size_t kOtherRows = 10;  // secrets, misconfigurations ... shown without --all
constexpr size_t kIdWidth = 24;
constexpr size_t kRuleWidth = 12;
constexpr size_t kFixWidth = 44;
constexpr size_t kNames = 3;  // binary packages named in a group's heading

Tone tone_of(Severity severity) {
  switch (severity) {
    case Severity::kCritical:
      return Tone::kBoldRed;
    case Severity::kHigh:
      return Tone::kRed;
    case Severity::kMedium:
      return Tone::kYellow;
    case Severity::kLow:
      return Tone::kPlain;
    default:
      return Tone::kDim;
  }
}

std::string_view heading_of(FindingKind kind) {
  switch (kind) {
    case FindingKind::kVulnerability:
      return "vulnerabilities";
    case FindingKind::kSecret:
      return "secrets";
    case FindingKind::kMisconfiguration:
      return "configuration";
    case FindingKind::kBenchmark:
      return "benchmark";
    case FindingKind::kLicense:
      return "licences";
    case FindingKind::kTrust:
      return "trust";
    case FindingKind::kBehaviour:
      return "behaviour";
  }
  return "";
}

// Worth a line without --all: what somebody should look at today.
bool needs_attention(const Finding& finding) {
  return finding.severity >= Severity::kHigh || finding.vulnerability.known_exploited ||
         finding.vulnerability.malicious;
}

std::string layer_of(const Location& location) {
  return location.layer < 0 ? std::string() : fmt::format("layer {}", location.layer + 1);
}

}  // namespace

void TableWriter::write_counts() {
  std::map<FindingKind, std::array<size_t, 6>> counts;
  std::array<bool, 6> used = {};
  for (size_t i = 2; i < used.size(); ++i) used[i] = true;
  for (const Finding& finding : report_.findings) {
    const size_t severity = static_cast<size_t>(finding.severity);
    ++counts[finding.kind][severity];
    used[severity] = true;
  }
  if (counts.empty()) return;
  out_ += '\n';
  std::vector<Column> columns(8, Column{.right = true});
  columns[0] = {.least = 9};
  Grid grid(columns);
  std::vector<Cell> head = {{}, {"total", Tone::kDim}};
  for (size_t i = used.size(); i-- > 0;) {
    head.push_back({used[i] ? std::string(to_string(static_cast<Severity>(i))) : "", Tone::kDim});
  }
  grid.row(head);
  for (const auto& [kind, by] : counts) {
    size_t total = 0;
    for (const size_t count : by) total += count;
    std::vector<Cell> row = {{std::string(heading_of(kind))}, {human_count(total)}};
    for (size_t i = used.size(); i-- > 0;) {
      const Tone tone = by[i] == 0 ? Tone::kDim : tone_of(static_cast<Severity>(i));
      row.push_back({!used[i] ? "" : by[i] == 0 ? "-" : human_count(by[i]), tone});
    }
    grid.row(row);
  }
  out_ += grid.render(2, width_, style_);
}

std::vector<TableWriter::Group> TableWriter::groups() const {
  using Key = std::tuple<PackageType, std::string_view, std::string_view>;
  std::vector<Group> groups;
  std::map<Key, size_t> index;
  for (const Finding& finding : report_.findings) {
    if (!is_vulnerability(finding)) continue;
    const Package& package = finding.package;
    const Key key(package.type, package.advisory_name(), package.advisory_version());
    const auto [at, fresh] = index.try_emplace(key, groups.size());
    if (fresh) groups.emplace_back();
    Group& group = groups[at->second];
    group.findings.push_back(&finding);
    group.packages.push_back(package.name);
  }
  for (Group& group : groups) {
    std::sort(group.packages.begin(), group.packages.end());
    group.packages.erase(std::unique(group.packages.begin(), group.packages.end()),
                         group.packages.end());
  }
  return groups;
}

void TableWriter::write_findings() {
  size_t total = 0, covered = 0;
  size_t rows_left = all_ ? report_.findings.size() : kRows;
  const std::vector<Group> list = groups();
  const bool any = std::any_of(list.begin(), list.end(), [&](const Group& group) {
    return all_ || needs_attention(*group.findings.front());
  });
  if (any) heading(all_ ? "Vulnerabilities" : "The worst vulnerabilities", Tone::kBold);
  Grid grid({{}, {}, {.right = true}, {}, {}, {.extra = true}});
  for (const Group& group : list) {
    total += group.findings.size();
    covered += add_group(grid, group, rows_left);
  }
  out_ += grid.render(4, width_, style_);
  if (any && covered < total) {
    line(fmt::format("{} and {} more: --all", style_.ellipsis(), human_count(total - covered)), 2,
         Tone::kDim);
  }
  write_other_findings();
}

size_t TableWriter::add_group(Grid& grid, const Group& group, size_t& rows_left) const {
  std::set<std::string_view> shown;
  size_t covered = 0;
  for (const Finding* finding : group.findings) {
    if (!all_ && !needs_attention(*finding)) continue;
    // The other binary packages of the source have the same entry: one line says it.
    if (shown.contains(finding->rule_id)) {
      ++covered;
      continue;
    }
    if (rows_left == 0) continue;
    shown.insert(finding->rule_id);
    ++covered;
    if (shown.size() == 1) grid.title(title_of(group));
    --rows_left;
    const VulnerabilityDetail& detail = finding->vulnerability;
    grid.row({{std::string(to_string(finding->severity)), tone_of(finding->severity)},
              {fit(style_.clean(finding->rule_id), kIdWidth, style_)},
              {detail.score > 0 ? fmt::format("{:.1f}", detail.score) : ""},
              {detail.known_exploited ? "KEV" : "", Tone::kBoldRed},
              {fit(style_.clean(fix_words(detail)), kFixWidth, style_)},
              {style_.clean(finding->title), Tone::kDim}});
  }
  return covered;
}

std::vector<Cell> TableWriter::title_of(const Group& group) const {
  const Package& package = group.findings.front()->package;
  std::string names;
  for (size_t i = 0; i < group.packages.size(); ++i) {
    if (group.packages.size() == 1 && group.packages[0] == package.advisory_name()) break;
    if (i == kNames) {
      names += fmt::format(" and {} more", group.packages.size() - kNames);
      break;
    }
    names += (i == 0 ? "" : ", ") + style_.clean(group.packages[i]);
  }
  return {{style_.clean(package.advisory_name() + " " + package.advisory_version()), Tone::kBold},
          {names, Tone::kDim},
          {layer_of(package.location), Tone::kDim}};
}

// Two lines each: what it is and where it came from, then the file and what was seen in it.
void TableWriter::write_other_findings() {
  std::vector<const Finding*> shown;
  size_t hidden = 0, id_width = 0;
  for (const Finding& finding : report_.findings) {
    if (is_vulnerability(finding)) continue;
    if (!all_ && (shown.size() == kOtherRows || finding.severity < Severity::kLow)) {
      ++hidden;
      continue;
    }
    shown.push_back(&finding);
    id_width =
        std::max(id_width, display_width(fit(style_.clean(finding.rule_id), kRuleWidth, style_)));
  }
  if (shown.empty()) return;
  heading("Secrets and configuration", Tone::kBold);
  constexpr size_t kSeverityWidth = 10;
  for (const Finding* finding : shown) {
    const std::string severity(to_string(finding->severity));
    const std::string id = fit(style_.clean(finding->rule_id), kRuleWidth, style_);
    const size_t before = 2 + kSeverityWidth + 2 + id_width + 2;
    std::string where = layer_words(*finding);
    if (!where.empty()) where = "  " + where;
    const size_t wanted = before + display_width(where);
    const size_t title_width = wanted + 16 <= width_ ? width_ - wanted : width_ - before;
    const std::string title =
        fit(style_.clean(finding->title.empty() ? finding->rule_id : finding->title), title_width,
            style_);
    const size_t room = before + display_width(title);
    out_ += "  " + style_.paint(severity, tone_of(finding->severity));
    out_.append(kSeverityWidth + 2 - severity.size(), ' ');
    out_ += style_.paint(id, Tone::kDim);
    out_.append(id_width + 2 - display_width(id), ' ');
    out_ += style_.paint(title, Tone::kBold);
    if (room < width_) out_ += style_.paint(fit(where, width_ - room, style_), Tone::kDim);
    out_ += '\n';
    std::string seen = style_.clean(subject_of(*finding));
    if (!finding->evidence.empty()) seen += "  " + style_.clean(finding->evidence);
    out_ += "    " + fit(seen, width_ - 4, style_) + '\n';
  }
  if (hidden != 0) {
    line(fmt::format("{} and {} more: --all", style_.ellipsis(), human_count(hidden)), 2,
         Tone::kDim);
  }
}

}  // namespace seawall::report
