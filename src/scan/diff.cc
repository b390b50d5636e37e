#include "scan/diff.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "advisory/version.h"
#include "base/strings.h"

#include "policy/report_facts.h"

namespace seawall::scan {
namespace {

using Key = std::tuple<PackageType, std::string, std::string>;  // type, name, architecture

struct Versions {
  std::vector<const Package*> before, after;
};

bool is_less(const Package& a, const Package& b) {
  const auto scheme =
      advisory::parse_version_scheme(to_string(a.type)).value_or(advisory::VersionScheme::kGeneric);
  const auto order = advisory::compare(scheme, a.version, b.version);
  return order != 0 ? order < 0 : a.version < b.version;
}

// One of each version, in their order, without those that both sides have.
void reduce(Versions& versions) {
  std::set<std::string> before, after;
  for (const Package* package : versions.before) before.insert(package->version);
  for (const Package* package : versions.after) after.insert(package->version);
  const auto keep = [](std::vector<const Package*>& list, const std::set<std::string>& others) {
    std::set<std::string> seen;
    std::erase_if(list, [&](const Package* package) {
      return others.contains(package->version) || !seen.insert(package->version).second;
    });
    std::sort(list.begin(), list.end(),
              [](const Package* a, const Package* b) { return is_less(*a, *b); });
  };
  keep(versions.before, after);
  keep(versions.after, before);
}

// What moves together: binary packages of one source from one version to another.
using Group = std::tuple<ChangeKind, PackageType, std::string, std::string, std::string>;

class PackageDiff {
 public:
  std::vector<PackageChange> run(const ScanReport& before, const ScanReport& after) {
    std::map<Key, Versions> versions;
    for (const Package& package : before.inventory.packages)
      versions[key_of(package)].before.push_back(&package);
    for (const Package& package : after.inventory.packages)
      versions[key_of(package)].after.push_back(&package);
    for (auto& [key, list] : versions) {
      reduce(list);
      const size_t pairs = std::min(list.before.size(), list.after.size());
      for (size_t i = 0; i < pairs; ++i) add(list.before[i], list.after[i]);
      for (size_t i = pairs; i < list.before.size(); ++i) add(list.before[i], nullptr);
      for (size_t i = pairs; i < list.after.size(); ++i) add(nullptr, list.after[i]);
    }
    std::vector<PackageChange> out;
    for (auto& [group, names] : groups_) {
      const auto& [kind, type, name, from, to] = group;
      out.push_back({kind, type, name, {names.begin(), names.end()}, from, to});
    }
    return out;
  }

 private:
  static Key key_of(const Package& package) {
    return {package.type, package.name, package.architecture};
  }

  void add(const Package* before, const Package* after) {
    const Package& one = after ? *after : *before;
    const ChangeKind kind = !before                    ? ChangeKind::kAdded
                            : !after                   ? ChangeKind::kRemoved
                            : is_less(*before, *after) ? ChangeKind::kUpgraded
                                                       : ChangeKind::kDowngraded;
    groups_[Group(kind, one.type, one.advisory_name(), before ? before->version : std::string(),
                  after ? after->version : std::string())]
        .insert(one.name);
  }

  std::map<Group, std::set<std::string>> groups_;
};

std::string command_text(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

class SettingsDiff {
 public:
  std::vector<SettingChange> run(const ImageSettings& before, const ImageSettings& after) {
    compare("user", before.user, after.user);
    compare("entry point", command_text(before.entry_point), command_text(after.entry_point));
    compare("command", command_text(before.command), command_text(after.command));
    compare("working directory", before.working_directory, after.working_directory);
    compare("stop signal", before.stop_signal, after.stop_signal);
    compare("health check", before.health_check, after.health_check);
    compare_names("port", before.ports, after.ports);
    compare_names("volume", before.volumes, after.volumes);
    compare_names("environment", before.environment, after.environment);
    std::map<std::string, std::pair<std::string, std::string>> labels;
    for (const auto& [name, value] : before.labels) labels[name].first = value;
    for (const auto& [name, value] : after.labels) labels[name].second = value;
    for (const auto& [name, values] : labels) compare("label " + name, values.first, values.second);
    return std::move(out_);
  }

 private:
  void compare(std::string what, const std::string& before, const std::string& after) {
    if (before != after) out_.push_back({std::move(what), before, after});
  }

  void compare_names(std::string_view what, const std::vector<std::string>& before,
                     const std::vector<std::string>& after) {
    const std::set<std::string> left(before.begin(), before.end());
    const std::set<std::string> right(after.begin(), after.end());
    for (const std::string& name : left) {
      if (!right.contains(name)) out_.push_back({std::string(what), name, ""});
    }
    for (const std::string& name : right) {
      if (!left.contains(name)) out_.push_back({std::string(what), "", name});
    }
  }

  std::vector<SettingChange> out_;
};

std::set<std::string> fingerprints(const ScanReport& report) {
  std::set<std::string> out;
  for (const Finding& finding : report.findings) out.insert(finding.fingerprint);
  return out;
}

std::vector<Finding> without(const ScanReport& report, const std::set<std::string>& others) {
  std::vector<Finding> out;
  for (const Finding& finding : report.findings) {
    if (!others.contains(finding.fingerprint)) out.push_back(finding);
  }
  sort_findings(out);
  return out;
}

size_t shared_layers(const ScanReport& before, const ScanReport& after) {
  const auto& left = before.artifact.layers;
  const auto& right = after.artifact.layers;
  size_t count = 0;
  while (count < left.size() && count < right.size() && !left[count].diff_id.empty() &&
         left[count].diff_id == right[count].diff_id)
    ++count;
  return count;
}

}  // namespace

Result<ReportDiff> diff(const ScanReport& before, const ScanReport& after,
                        const policy::PolicyChoice& policy) {
  ReportDiff out;
  out.before = &before;
  out.after = &after;
  out.packages = PackageDiff().run(before, after);
  const std::set<std::string> left = fingerprints(before), right = fingerprints(after);
  out.introduced = without(after, left);
  out.fixed = without(before, right);
  out.unchanged = after.findings.size() - out.introduced.size();
  out.settings = SettingsDiff().run(before.artifact.settings, after.artifact.settings);
  out.other_distribution =
      before.inventory.distribution.id != after.inventory.distribution.id ||
      before.inventory.distribution.version_id != after.inventory.distribution.version_id;
  out.shared_layers = shared_layers(before, after);
  SEAWALL_TRY(const policy::Policy loaded, policy::load_policy(policy, now()));
  SEAWALL_TRY(out.decision,
              policy::decide_findings(loaded, policy::Stage::kScan, out.introduced, now()));
  return out;
}

int exit_code_of(const ReportDiff& diff) {
  const int before = seawall::exit_code_of(*diff.before),
            after = seawall::exit_code_of(*diff.after);
  if (before == 2 || after == 2) return 2;
  if (diff.decision.verdict == Verdict::kDeny) return 1;
  const auto cannot_say = [](const ScanReport& report) {
    return report.state == AssessmentState::kStale || report.state == AssessmentState::kUnscanned ||
           report.state == AssessmentState::kUnsupported;
  };
  const bool asked = diff.before->asks_vulnerabilities && diff.after->asks_vulnerabilities;
  return asked && (cannot_say(*diff.before) || cannot_say(*diff.after)) ? 3 : 0;
}

}  // namespace seawall::scan
