// What all forms of a diff say in the same words.
#include <array>

#include <fmt/format.h>

#include "base/strings.h"
#include "report/diff.h"

namespace seawall::report {
namespace {

std::string severities_of(const std::vector<Finding>& findings) {
  std::string out;
  for (const Severity severity : {Severity::kCritical, Severity::kHigh}) {
    size_t count = 0;
    for (const Finding& finding : findings) count += finding.severity == severity;
    if (count != 0)
      out += fmt::format("{}{} {}", out.empty() ? " (" : ", ", count, to_string(severity));
  }
  return out.empty() ? out : out + ")";
}

std::string packages_of(const ReportDiff& diff) {
  std::string out;
  for (const ChangeKind kind :
       {ChangeKind::kUpgraded, ChangeKind::kDowngraded, ChangeKind::kAdded, ChangeKind::kRemoved}) {
    size_t count = 0;
    for (const PackageChange& change : diff.packages)
      count += change.kind == kind ? change.names.size() : 0;
    if (count == 0) continue;
    out += out.empty()
               ? fmt::format("{} {}", count == 1 ? "1 package" : fmt::format("{} packages", count),
                             to_string(kind))
               : fmt::format(", {} {}", count, to_string(kind));
  }
  return out;
}

}  // namespace

std::string size_change(const ReportDiff& diff) {
  const uint64_t before = diff.before->artifact.size, after = diff.after->artifact.size;
  if (before == 0 || after == 0 || before == after) return "";
  return after > before ? "+" + human_bytes(after - before) : "-" + human_bytes(before - after);
}

std::string change_words(const PackageChange& change) {
  std::string text = fmt::format("{} {}", to_string(change.kind), change.name);
  if (!change.from_version.empty()) text += " " + change.from_version;
  if (!change.from_version.empty() && !change.to_version.empty()) text += " ->";
  if (!change.to_version.empty()) text += " " + change.to_version;
  return text;
}

std::string diff_summary(const ReportDiff& diff) {
  const size_t introduced = diff.introduced.size(), fixed = diff.fixed.size();
  std::string text = introduced == 0 && fixed == 0 ? "no difference in findings"
                     : introduced == 0             ? "better"
                     : fixed == 0                  ? "worse"
                                                   : "mixed";
  if (introduced + fixed != 0) {
    text += fmt::format(": {} introduced{}, {} fixed{}", introduced, severities_of(diff.introduced),
                        fixed, severities_of(diff.fixed));
  }
  if (const std::string packages = packages_of(diff); !packages.empty()) text += "; " + packages;
  if (const std::string size = size_change(diff); !size.empty()) text += "; " + size;
  return text;
}

}  // namespace seawall::report
