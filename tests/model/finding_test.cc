#include "model/finding.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "model/scan_report.h"
#include "support/support.h"

namespace seawall {
namespace {

Finding finding(std::string rule, Severity severity, std::string package) {
  Finding made;
  made.rule_id = std::move(rule);
  made.severity = severity;
  made.package.type = PackageType::kDeb;
  made.package.name = std::move(package);
  made.package.version = "1.0";
  made.package.location.path = "var/lib/dpkg/status";
  set_fingerprint(made);
  return made;
}

TEST(FixState, IsReadAsItIsWritten) {
  for (int i = 0; i <= static_cast<int>(FixState::kUnderInvestigation); ++i) {
    const auto state = static_cast<FixState>(i);
    EXPECT_EQ(parse_fix_state(to_string(state)), state);
  }
  EXPECT_EQ(to_string(FixState::kWillNotFix), "will_not_fix");
  EXPECT_EQ(parse_fix_state("Fixed"), std::nullopt);
  EXPECT_EQ(parse_fix_state(""), std::nullopt);
}

TEST(Finding, HasWordsForItsKindAndVerdict) {
  EXPECT_EQ(to_string(FindingKind::kVulnerability), "vulnerability");
  EXPECT_EQ(to_string(FindingKind::kBehaviour), "behaviour");
  EXPECT_EQ(to_string(Verdict::kAllow), "allow");
  EXPECT_EQ(to_string(Verdict::kDeny), "deny");
}

TEST(Fingerprint, StaysWhenVersionsLayersAndSeveritiesChange) {
  const Finding first = finding("CVE-2024-1", Severity::kHigh, "expat");
  EXPECT_EQ(first.fingerprint.size(), 32u);
  EXPECT_EQ(first.fingerprint.find_first_not_of("0123456789abcdef"), std::string::npos);
  Finding second = first;
  second.package.version = "2.0";
  second.severity = Severity::kLow;
  second.package.location.layer = 3;
  second.location.line = 7;
  second.vulnerability.fixed_version = "3.0";
  set_fingerprint(second);
  EXPECT_EQ(second.fingerprint, first.fingerprint);
}

TEST(Fingerprint, DiffersByKindRuleSubjectAndPath) {
  const Finding first = finding("CVE-2024-1", Severity::kHigh, "expat");
  std::vector<Finding> others(6, first);
  others[0].kind = FindingKind::kTrust;
  others[1].rule_id = "CVE-2024-2";
  others[2].package.name = "zlib";
  others[3].package.type = PackageType::kApk;
  others[4].location.path = "etc/passwd";
  others[5].package.architecture = "i386";
  for (Finding& other : others) {
    set_fingerprint(other);
    EXPECT_NE(other.fingerprint, first.fingerprint);
  }
}

TEST(SortFindings, PutsTheWorstFirstWhateverTheInputOrder) {
  std::vector<Finding> findings = {
      finding("CVE-1", Severity::kLow, "z"),      finding("CVE-2", Severity::kCritical, "b"),
      finding("CVE-3", Severity::kCritical, "b"), finding("CVE-4", Severity::kCritical, "a"),
      finding("CVE-5", Severity::kCritical, "c"), finding("CVE-6", Severity::kUnknown, "c"),
      finding("CVE-7", Severity::kCritical, "c")};
  findings[0].vulnerability.known_exploited = true;
  findings[4].vulnerability.score = 9.8;
  findings[6].vulnerability.epss = 0.5;
  findings[5].vulnerability.score = std::nan("");
  std::mt19937 random(1);
  for (int i = 0; i < 50; ++i) {
    std::shuffle(findings.begin(), findings.end(), random);
    sort_findings(findings);
    std::string order;
    for (const Finding& f : findings) order += f.rule_id.substr(4);
    ASSERT_EQ(order, "1574236");
  }
}

TEST(ExitCode, RanksWhatWasNotReadOverDenialsOverDoubt) {
  ScanReport report;
  report.state = AssessmentState::kClean;
  EXPECT_EQ(exit_code_of(report), 0);
  report.state = AssessmentState::kFindings;
  EXPECT_EQ(exit_code_of(report), 0);
  for (const auto state :
       {AssessmentState::kStale, AssessmentState::kUnscanned, AssessmentState::kUnsupported}) {
    report.decision.verdict = Verdict::kWarn;
    report.state = state;
    EXPECT_EQ(exit_code_of(report), 3) << to_string(state);
    report.decision.verdict = Verdict::kDeny;
    EXPECT_EQ(exit_code_of(report), 1) << to_string(state);
  }
  report.problems.push_back({"layer 1", "truncated", "", Code::kMalformed});
  EXPECT_EQ(exit_code_of(report), 2);
  report.problems.clear();
  report.state = AssessmentState::kError;
  EXPECT_EQ(exit_code_of(report), 2);
}

TEST(AssessmentState, HasAWord) {
  EXPECT_EQ(to_string(AssessmentState::kClean), "clean");
  EXPECT_EQ(to_string(AssessmentState::kError), "error");
}

}  // namespace
}  // namespace seawall
