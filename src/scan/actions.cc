#include "scan/actions.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "advisory/version.h"
#include "base/strings.h"

namespace seawall::scan {
namespace {

// Names listed before "and 3 more".
constexpr size_t kNamesShown = 3;

struct Group {
  Action action;
  std::set<std::string> names;  // of the binary packages
  PackageType type = PackageType::kGeneric;
  bool malicious = false;
  Severity worst = Severity::kUnknown;
  double risk = 0;
};

// What one upgrade replaces.
using Key = std::tuple<PackageType, std::string, std::string, bool>;

advisory::VersionScheme scheme_of(PackageType type) {
  return advisory::parse_version_scheme(to_string(type))
      .value_or(advisory::VersionScheme::kGeneric);
}

bool can_be_closed(const Finding& finding) {
  if (finding.kind != FindingKind::kVulnerability || finding.package.name.empty()) return false;
  return finding.vulnerability.malicious || !finding.vulnerability.fixed_version.empty();
}

std::vector<bool> denied_findings(const ScanReport& report) {
  std::vector<bool> denied(report.findings.size(), false);
  for (const RuleOutcome& outcome : report.decision.outcomes) {
    if (outcome.verdict != Verdict::kDeny) continue;
    for (const size_t index : outcome.findings) {
      if (index < denied.size()) denied[index] = true;
    }
  }
  return denied;
}

void add(Group& group, const Finding& finding, size_t index, bool denied) {
  const Package& package = finding.package;
  const VulnerabilityDetail& detail = finding.vulnerability;
  Action& action = group.action;
  if (action.closes.empty()) {
    group.type = package.type;
    group.malicious = detail.malicious;
    action.package = package.advisory_name();
    action.from_version = package.advisory_version();
    action.to_version = detail.malicious ? std::string() : detail.fixed_version;
    action.layer = package.location.layer;
    action.instruction = package.location.instruction;
  } else {
    if (!group.malicious &&
        advisory::compare(scheme_of(group.type), detail.fixed_version, action.to_version) > 0) {
      action.to_version = detail.fixed_version;
    }
    // The lowest layer is where the package first came in, so where the change belongs.
    if (package.location.layer < action.layer) {
      action.layer = package.location.layer;
      action.instruction = package.location.instruction;
    }
  }
  group.names.insert(package.name);
  action.closes.push_back(index);
  if (denied) ++action.denials_closed;
  group.worst = std::max(group.worst, finding.severity);
  group.risk = std::max(group.risk, detail.risk);
}

std::string describe(const Group& group) {
  const Action& action = group.action;
  if (group.malicious) {
    return fmt::format("remove {} {}: it is malicious", action.package, action.from_version);
  }
  if (group.type == PackageType::kGolang && action.package == "stdlib") {
    return fmt::format("rebuild with Go {}", action.to_version);
  }
  std::string others;
  size_t listed = 0;
  for (const std::string& name : group.names) {
    if (group.names.size() == 1 && name == action.package) break;
    if (listed == kNamesShown) {
      others += fmt::format(" and {} more", group.names.size() - listed);
      break;
    }
    others += (listed++ == 0 ? "" : ", ") + name;
  }
  return others.empty()
             ? fmt::format("upgrade {} to {}", action.package, action.to_version)
             : fmt::format("upgrade {} ({}) to {}", action.package, others, action.to_version);
}

// Packages of the distribution in the base image's layers: its next build brings their fixes.
bool is_of_base(const Package& package, const BaseImage& base) {
  return is_os_package(package.type) && package.location.layer >= 0 &&
         static_cast<size_t>(package.location.layer) < base.layers;
}

Group of_base(Group group, const BaseImage& base) {
  Action& action = group.action;
  const std::string name = base.name.empty() ? "the base image" : "FROM " + base.name;
  action.what = fmt::format("{}: build on its newest release", name);
  if (group.names.size() <= kNamesShown)
    action.what += fmt::format(" ({})", fmt::join(group.names.begin(), group.names.end(), ", "));
  else
    action.what += fmt::format(" ({} packages)", group.names.size());
  action.package = base.name;
  action.from_version.clear();
  action.to_version.clear();
  return group;
}

bool comes_before(const Group& a, const Group& b) {
  // Malware first: no number of other findings outweighs code that is there to do harm.
  return std::tuple(!a.malicious, b.action.denials_closed, b.action.closes.size(), b.worst, b.risk,
                    a.type, std::string_view(a.action.package),
                    std::string_view(a.action.from_version)) <
         std::tuple(!b.malicious, a.action.denials_closed, a.action.closes.size(), a.worst, a.risk,
                    b.type, std::string_view(b.action.package),
                    std::string_view(b.action.from_version));
}

}  // namespace

std::vector<Action> plan_actions(const ScanReport& report) {
  const std::vector<bool> denied = denied_findings(report);
  std::map<Key, Group> groups;
  Group base;
  for (size_t i = 0; i < report.findings.size(); ++i) {
    const Finding& finding = report.findings[i];
    if (!can_be_closed(finding)) continue;
    const Package& package = finding.package;
    if (is_of_base(package, report.artifact.base)) {
      add(base, finding, i, denied[i]);
      continue;
    }
    Group& group = groups[Key(package.type, package.advisory_name(), package.advisory_version(),
                              finding.vulnerability.malicious)];
    add(group, finding, i, denied[i]);
  }
  std::vector<Group> order;
  order.reserve(groups.size() + 1);
  for (auto& [key, group] : groups) order.push_back(std::move(group));
  if (!base.action.closes.empty()) order.push_back(of_base(std::move(base), report.artifact.base));
  std::sort(order.begin(), order.end(), comes_before);
  std::vector<Action> actions;
  actions.reserve(order.size());
  for (Group& group : order) {
    if (group.action.what.empty()) group.action.what = describe(group);
    actions.push_back(std::move(group.action));
  }
  return actions;
}

}  // namespace seawall::scan
