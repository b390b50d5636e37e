#include "policy/policy_choice.h"

#include "policy/report_facts.h"

#include "support/support.h"

namespace seawall::policy {
namespace {

Finding vulnerability(Severity severity, bool fixed, bool exploited = false) {
  Finding finding;
  finding.severity = severity;
  if (fixed) finding.vulnerability.fixed_version = "2";
  finding.vulnerability.known_exploited = exploited;
  return finding;
}

Decision decide(const PolicyChoice& choice, const std::vector<Finding>& findings) {
  const auto policy = load_policy(choice, 0);
  EXPECT_OK(policy);
  auto decision = decide_findings(*policy, Stage::kScan, findings, 0);
  EXPECT_OK(decision);
  return std::move(decision).value();
}

TEST(PolicyChoice, DeniesExploitedAndCriticalWithFixOnly) {
  const std::vector<Finding> findings{
      vulnerability(Severity::kCritical, false), vulnerability(Severity::kHigh, true),
      vulnerability(Severity::kLow, false, true), vulnerability(Severity::kCritical, true)};
  const Decision decision = decide({}, findings);
  EXPECT_EQ(decision.verdict, Verdict::kDeny);
  ASSERT_EQ(decision.outcomes.size(), 2u);
  EXPECT_EQ(decision.outcomes[0].rule_id, "known-exploited");
  EXPECT_THAT(decision.outcomes[0].findings, testing::ElementsAre(2u));
  EXPECT_EQ(decision.outcomes[1].rule_id, "critical-with-fix");
  EXPECT_THAT(decision.outcomes[1].findings, testing::ElementsAre(3u));
  EXPECT_EQ(decide({}, {findings[0], findings[1]}).verdict, Verdict::kAllow);
  EXPECT_EQ(decide({}, {}).verdict, Verdict::kAllow);
}

TEST(PolicyChoice, OtherKindsAreNotItsBusiness) {
  Finding secret = vulnerability(Severity::kCritical, true, true);
  secret.kind = FindingKind::kSecret;
  EXPECT_EQ(decide({}, {secret}).verdict, Verdict::kAllow);
}

TEST(PolicyChoice, FailOnAddsASeverity) {
  const auto verdict = [](std::string_view word, const Finding& finding) {
    const auto policy = parse_fail_on(word);
    EXPECT_OK(policy);
    return decide(*policy, {finding}).verdict;
  };
  EXPECT_EQ(verdict("high", vulnerability(Severity::kHigh, false)), Verdict::kDeny);
  EXPECT_EQ(verdict("high", vulnerability(Severity::kMedium, true)), Verdict::kAllow);
  EXPECT_EQ(verdict("high-fixable", vulnerability(Severity::kHigh, false)), Verdict::kAllow);
  EXPECT_EQ(verdict("high-fixable", vulnerability(Severity::kHigh, true)), Verdict::kDeny);
  EXPECT_EQ(verdict("negligible", vulnerability(Severity::kNegligible, false)), Verdict::kDeny);
  EXPECT_EQ(verdict("none", vulnerability(Severity::kCritical, true, true)), Verdict::kAllow);
  EXPECT_EQ(verdict("default", vulnerability(Severity::kCritical, true)), Verdict::kDeny);
}

TEST(PolicyChoice, UnknownWordsListTheKnownOnes) {
  for (const char* word : {"", "High", "fixable", "-fixable", "unknown", "none-fixable"}) {
    const auto policy = parse_fail_on(word);
    ASSERT_FALSE(policy.ok()) << word;
    EXPECT_EQ(policy.error().code(), Code::kUsage);
    EXPECT_NE(policy.error().hint().find("high-fixable"), std::string::npos);
  }
}

}  // namespace
}  // namespace seawall::policy
