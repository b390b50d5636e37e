#include "advisory/vendor_support.h"

namespace seawall::advisory {
namespace {

using advisory::test::Collector;

std::string group(std::string_view status, std::string_view fixed) {
  return R"({"name": "AVG-1003", "packages": ["inetutils", "", 3], "advisories": ["ASA-202106-20"],
    "status": ")" +
         std::string(status) + R"(", "affected": "1.9.4-9", "fixed": )" + std::string(fixed) +
         R"(, "issues": ["CVE-2020-10188", "x"], "severity": "High",
    "type": "arbitrary code execution", "ticket": null})";
}

TEST(Arch, AFixedGroupIsARange) {
  Collector sink;
  ASSERT_EQ(test::parse_document(vendor_formats(), group("Fixed", R"("2.0-1")"), sink), "arch-avg");
  ASSERT_EQ(sink.records.size(), 1u);
  EXPECT_EQ(sink.records[0].id, "AVG-1003");
  EXPECT_EQ(sink.records[0].severity, Severity::kHigh);
  EXPECT_EQ(sink.records[0].summary, "inetutils: arbitrary code execution");
  EXPECT_THAT(sink.records[0].covers, testing::ElementsAre("CVE-2020-10188"));
  ASSERT_NE(sink.row("arch", "inetutils"), nullptr);
  EXPECT_EQ(sink.row("arch", "inetutils")->state, FixState::kFixed);
  EXPECT_EQ(sink.row("arch", "inetutils")->ranges[0].fixed, "2.0-1");
  EXPECT_EQ(sink.row("arch", "inetutils")->ranges[0].introduced, "");
}

TEST(Arch, StatusesWithoutAFix) {
  const std::pair<const char*, FixState> cases[] = {{"Vulnerable", FixState::kAffected},
                                                    {"Unknown", FixState::kUnderInvestigation}};
  for (const auto& [status, state] : cases) {
    Collector sink;
    test::parse_document(vendor_formats(), group(status, "null"), sink);
    EXPECT_EQ(sink.row("arch", "inetutils")->state, state);
  }
  Collector testing_repository;
  test::parse_document(vendor_formats(), group("Testing", R"("2.0-1")"), testing_repository);
  EXPECT_EQ(testing_repository.row("arch", "inetutils")->state, FixState::kFixed);
  Collector none;
  test::parse_document(vendor_formats(), group("Not affected", "null"), none);
  EXPECT_TRUE(none.records.empty());
}

}  // namespace
}  // namespace seawall::advisory
