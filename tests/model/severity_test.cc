#include "model/severity.h"

#include <cmath>

#include "support/support.h"

namespace seawall {
namespace {

TEST(Severity, ReadsTheWordsOfAllVendors) {
  struct Case {
    std::string_view word;
    Severity severity;
  };
  for (const Case& known : {Case{"critical", Severity::kCritical},
                            {"CRITICAL", Severity::kCritical},
                            {"Important", Severity::kHigh},
                            {"high", Severity::kHigh},
                            {"High**", Severity::kHigh},
                            {"moderate", Severity::kMedium},
                            {" medium ", Severity::kMedium},
                            {"low", Severity::kLow},
                            {"minor", Severity::kLow},
                            {"negligible", Severity::kNegligible},
                            {"unimportant", Severity::kNegligible},
                            {"not yet assigned", Severity::kUnknown},
                            {"untriaged", Severity::kUnknown},
                            {"", Severity::kUnknown},
                            {"***", Severity::kUnknown}}) {
    EXPECT_EQ(parse_severity(known.word), known.severity) << known.word;
  }
  for (const Severity severity : {Severity::kNegligible, Severity::kLow, Severity::kMedium,
                                  Severity::kHigh, Severity::kCritical}) {
    EXPECT_EQ(parse_severity(to_string(severity)), severity);
  }
  EXPECT_LT(Severity::kUnknown, Severity::kNegligible);
  EXPECT_LT(Severity::kHigh, Severity::kCritical);
}

TEST(Severity, FollowsTheRatingScale) {
  EXPECT_EQ(severity_of_score(0), Severity::kUnknown);
  EXPECT_EQ(severity_of_score(std::nan("")), Severity::kUnknown);
  EXPECT_EQ(severity_of_score(0.1), Severity::kLow);
  EXPECT_EQ(severity_of_score(3.9), Severity::kLow);
  EXPECT_EQ(severity_of_score(4.0), Severity::kMedium);
  EXPECT_EQ(severity_of_score(6.9), Severity::kMedium);
  EXPECT_EQ(severity_of_score(7.0), Severity::kHigh);
  EXPECT_EQ(severity_of_score(8.9), Severity::kHigh);
  EXPECT_EQ(severity_of_score(9.0), Severity::kCritical);
}

// Scores published by FIRST and NVD.
TEST(Cvss, ComputesBaseScores) {
  struct Case {
    std::string_view vector;
    double score;
  };
  for (const Case& known : {
           Case{"AV:N/AC:L/Au:N/C:N/I:N/A:C", 7.8},  // CVE-2002-0392
           {"AV:N/AC:L/Au:N/C:C/I:C/A:C", 10.0},     // CVE-2003-0818
           {"AV:L/AC:H/Au:N/C:C/I:C/A:C", 6.2},      // CVE-2003-0062
           {"(AV:N/AC:L/Au:N/C:P/I:P/A:P)", 7.5},
           {"AV:N/AC:L/Au:N/C:P/I:P/A:P/E:POC/RL:OF/RC:C", 7.5},
           {"AV:L/AC:H/Au:M/C:N/I:N/A:N", 0.0},
           {"CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1},
           {"CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1},
           {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 7.5},   // CVE-2014-0160
           {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10.0},  // CVE-2021-44228
           {"CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 6.4},
           {"CVSS:3.1/A:H/I:H/C:H/S:U/UI:N/PR:N/AC:L/AV:N", 9.8},
           {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0.0},
           {"CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N/E:P/MAV:N", 1.6},
           {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 10.0},
           {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 9.3},
           {"CVSS:4.0/AV:L/AC:L/AT:N/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U", 8.5},
           {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", 0.0},
       }) {
    const auto score = cvss_base_score(known.vector);
    ASSERT_OK(score);
    EXPECT_DOUBLE_EQ(*score, known.score) << known.vector;
  }
}

// 3.1 only ever rounds up what 3.0's floating point did not push up already.
TEST(Cvss, ScoresOf30AreNotBelow31) {
  for (const char scope : {'U', 'C'}) {
    for (const char pr : {'N', 'L', 'H'}) {
      for (const char c : {'H', 'L', 'N'}) {
        for (const char a : {'H', 'L', 'N'}) {
          const std::string rest =
              std::string("/AV:A/AC:H/PR:") + pr + "/UI:N/S:" + scope + "/C:" + c + "/I:L/A:" + a;
          const auto old = cvss_base_score("CVSS:3.0" + rest);
          const auto current = cvss_base_score("CVSS:3.1" + rest);
          ASSERT_OK(old);
          ASSERT_OK(current);
          EXPECT_GE(*old, *current) << rest;
          EXPECT_LE(*old, *current + 0.1001) << rest;
        }
      }
    }
  }
}

TEST(Cvss, NamesTheBadMetric) {
  struct Case {
    std::string_view vector, named;
  };
  for (const Case& bad :
       {Case{"", "empty"},
        {"AV:N", "\"AC\" is missing"},
        {"CVSS:3.1/AV:N", "\"AC\" is missing"},
        {"CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "AV:X"},
        {"CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "twice"},
        {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/ZZ:1", "ZZ:1"},
        {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H//", "\"\""},
        {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:R/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "UI:R"},
        {"CVSS:5.0/AV:N", "5.0"},
        {"nonsense", "nonsense"}}) {
    const auto score = cvss_base_score(bad.vector);
    ASSERT_FALSE(score.ok()) << bad.vector;
    EXPECT_EQ(score.error().code(), Code::kMalformed);
    EXPECT_THAT(score.error().text(), testing::HasSubstr(bad.named)) << bad.vector;
  }
}

}  // namespace
}  // namespace seawall
