#include "scan/actions.h"

#include <algorithm>

#include "report/sample_report.h"
#include "support/support.h"

namespace seawall::scan {
namespace {

using test::debian_package;
using test::vulnerability;

TEST(PlanActions, NothingToDoForNothing) {
  EXPECT_TRUE(plan_actions(ScanReport()).empty());
}

TEST(PlanActions, GroupsTheBinaryPackagesOfASource) {
  const ScanReport report = test::sample_report();
  const auto actions = plan_actions(report);
  ASSERT_EQ(actions.size(), 4u);
  const Action& first = actions[0];
  EXPECT_EQ(first.package, "expat");
  EXPECT_EQ(first.from_version, "2.5.0-1");
  EXPECT_EQ(first.to_version, "2.5.0-1+deb12u2");  // the lowest that closes all six
  EXPECT_EQ(first.what, "upgrade expat (libexpat1, libexpat1-dev) to 2.5.0-1+deb12u2");
  EXPECT_EQ(first.closes.size(), 6u);
  EXPECT_EQ(first.denials_closed, 2u);
  EXPECT_EQ(first.layer, 0);
  EXPECT_EQ(first.instruction, "ADD rootfs.tar.xz /");
  EXPECT_EQ(actions[1].package, "erlang");
  EXPECT_EQ(actions[1].denials_closed, 1u);
}

TEST(PlanActions, EachFindingIsClosedOnce) {
  const ScanReport report = test::sample_report();
  std::vector<int> closed(report.findings.size());
  for (const Action& action : plan_actions(report)) {
    for (const size_t index : action.closes) ++closed.at(index);
  }
  for (size_t i = 0; i < closed.size(); ++i) {
    EXPECT_EQ(closed[i], report.findings[i].vulnerability.fixed_version.empty() ? 0 : 1);
  }
}

TEST(PlanActions, WhatTheBaseImageBroughtIsOneLine) {
  ScanReport report;
  report.artifact.base = {"debian:12", "", 1, 2, "history"};
  for (int i = 0; i < 3; ++i) {
    const std::string name = "base" + std::to_string(i);
    report.findings.push_back(vulnerability(debian_package(name, "1", name, 0),
                                            "CVE-2026-" + std::to_string(i), Severity::kLow, 2, "3",
                                            ""));
  }
  report.findings.push_back(vulnerability(debian_package("own", "1", "own", 1), "CVE-2026-9",
                                          Severity::kLow, 2, "2", ""));
  const auto actions = plan_actions(report);
  ASSERT_EQ(actions.size(), 2u);
  EXPECT_EQ(actions[0].what, "FROM debian:12: build on its newest release (base0, base1, base2)");
  EXPECT_EQ(actions[0].closes.size(), 3u);
  EXPECT_EQ(actions[0].layer, 0);
  EXPECT_EQ(actions[1].what, "upgrade own to 2");
}

TEST(PlanActions, DenialsComeBeforeNumbers) {
  ScanReport report;
  for (int i = 0; i < 5; ++i) {
    report.findings.push_back(vulnerability(debian_package("many", "1", "many", 0),
                                            "CVE-2026-" + std::to_string(i), Severity::kLow, 2, "3",
                                            ""));
  }
  report.findings.push_back(vulnerability(debian_package("one", "1", "one", 0), "CVE-1",
                                          Severity::kCritical, 9, "2", ""));
  test::set_baseline_decision(report);
  const auto actions = plan_actions(report);
  ASSERT_EQ(actions.size(), 2u);
  EXPECT_EQ(actions[0].what, "upgrade one to 2");
  EXPECT_EQ(actions[1].closes.size(), 5u);
}

TEST(PlanActions, TheOrderOfFindingsOnlyChangesIndexes) {
  ScanReport report = test::sample_report();
  const auto before = plan_actions(report);
  std::reverse(report.findings.begin(), report.findings.end());
  test::set_baseline_decision(report);
  const auto after = plan_actions(report);
  ASSERT_EQ(before.size(), after.size());
  for (size_t i = 0; i < before.size(); ++i) EXPECT_EQ(before[i].what, after[i].what);
}

TEST(PlanActions, InstalledTwiceIsUpgradedTwice) {
  ScanReport report;
  for (const auto* version : {"5.7.0", "7.3.7"}) {
    Package package;
    package.type = PackageType::kNpm;
    package.name = "semver";
    package.version = version;
    report.findings.push_back(vulnerability(package, "CVE-2022-25883", Severity::kHigh, 7.5,
                                            version[0] == '5' ? "5.7.2" : "7.5.2", ""));
  }
  const auto actions = plan_actions(report);
  ASSERT_EQ(actions.size(), 2u);
  EXPECT_EQ(actions[0].what, "upgrade semver to 5.7.2");
  EXPECT_EQ(actions[1].what, "upgrade semver to 7.5.2");
}

TEST(PlanActions, MalwareIsRemovedFirst) {
  ScanReport report = test::sample_report();
  Package package;
  package.type = PackageType::kNpm;
  package.name = "evil";
  package.version = "1.0.0";
  report.findings.push_back(
      vulnerability(package, "MAL-2026-1", Severity::kCritical, 0, "", "Steals tokens"));
  report.findings.back().vulnerability.malicious = true;
  const auto actions = plan_actions(report);
  EXPECT_EQ(actions[0].what, "remove evil 1.0.0: it is malicious");
  EXPECT_TRUE(actions[0].to_version.empty());
}

TEST(PlanActions, NamesTheGoToolchainAndLongListsAreCut) {
  ScanReport report;
  Package stdlib;
  stdlib.type = PackageType::kGolang;
  stdlib.name = "stdlib";
  stdlib.version = "1.22.1";
  report.findings.push_back(
      vulnerability(stdlib, "CVE-2024-24790", Severity::kCritical, 9.8, "1.22.4", ""));
  EXPECT_EQ(plan_actions(report)[0].what, "rebuild with Go 1.22.4");
  report.findings.clear();
  for (const auto* name : {"a", "b", "c", "d", "e"}) {
    report.findings.push_back(
        vulnerability(debian_package(name, "1", "src", 0), "CVE-1", Severity::kLow, 1, "2", ""));
  }
  EXPECT_EQ(plan_actions(report)[0].what, "upgrade src (a, b, c and 2 more) to 2");
}

TEST(PlanActions, IgnoresIndexesOutOfRange) {
  ScanReport report = test::sample_report();
  report.decision.outcomes[0].findings = {99999};
  EXPECT_EQ(plan_actions(report).size(), 4u);
}

}  // namespace
}  // namespace seawall::scan
