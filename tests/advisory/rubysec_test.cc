#include "advisory/vendor_support.h"

namespace seawall::advisory {
namespace {

using advisory::test::Collector;

TEST(RubySec, AffectedIsWhatIsNotSafe) {
  Collector sink;
  ASSERT_EQ(test::parse_document(vendor_formats(), R"({"gem": "actionmailer", "cve": "2024-47889",
    "ghsa": "h47h-mwp9-c6q6", "osvdb": 12, "url": "https://example.org/a",
    "title": "Possible ReDoS", "date": "2024-10-15", "cvss_v4": 6.6, "cvss_v3": 9.9,
    "unaffected_versions": ["< 3.0.0"],
    "patched_versions": ["~> 6.1.7.9", "~> 7.0.8, >= 7.0.8.5", ">= 7.2.1.1"]})",
                                 sink),
            "rubysec");
  ASSERT_EQ(sink.records.size(), 1u);
  const Record& record = sink.records[0];
  EXPECT_EQ(record.feed, "gem");
  EXPECT_EQ(record.id, "CVE-2024-47889");
  EXPECT_THAT(record.aliases, testing::ElementsAre("GHSA-h47h-mwp9-c6q6", "OSVDB-12"));
  EXPECT_EQ(record.severity, Severity::kMedium);
  EXPECT_EQ(record.published, "2024-10-15");
  EXPECT_THAT(record.references, testing::ElementsAre("https://example.org/a"));
  const Affected* row = sink.row("gem", "actionmailer");
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->state, FixState::kFixed);
  EXPECT_THAT(row->ranges,
              testing::ElementsAre(Range{"3.0.0", "6.1.7.9", ""}, Range{"6.1.8.a", "7.0.8.5", ""},
                                   Range{"7.1.a", "7.2.1.1", ""}));
}

TEST(RubySec, WithoutAPatchEverythingIsAffected) {
  Collector sink;
  test::parse_document(vendor_formats(), R"({"gem": "old", "osvdb": 7, "title": "t", "url": "x",
    "platform": "jruby"})",
                       sink);
  EXPECT_EQ(sink.records[0].id, "OSVDB-7");
  EXPECT_EQ(sink.row("gem", "old")->ranges, std::vector<Range>{Range{}});
  EXPECT_EQ(sink.row("gem", "old")->state, FixState::kUnknown);
  EXPECT_EQ(sink.row("gem", "old")->note, "platform jruby");
  EXPECT_TRUE(sink.records[0].references.empty());
}

TEST(RubySec, TheFileNameIsTheLastResort) {
  Collector sink;
  test::parse_document(vendor_formats(), R"({"gem": "a", "title": "t", "url": "x",
    "_path": "gems/a/LOCAL-2020-1.yml"})",
                       sink);
  EXPECT_EQ(sink.records[0].id, "LOCAL-2020-1");
  Collector lines;
  test::parse_document(vendor_formats(), R"({"gem": "a", "title": "t", "url": "x"})", lines,
                       "rubysec.jsonl");
  EXPECT_TRUE(lines.records.empty());
}

TEST(RubySec, PassesOverInterpretersAndReportsBadRequirements) {
  Collector sink;
  EXPECT_EQ(test::parse_document(vendor_formats(),
                                 R"({"engine": "jruby", "cve": "2010-1330", "title": "t"})", sink),
            "");
  test::parse_document(vendor_formats(), R"({"gem": "a", "cve": "2020-1234", "title": "t",
    "patched_versions": [">= "]})",
                       sink);
  EXPECT_TRUE(sink.records.empty());
  ASSERT_EQ(sink.problems.size(), 1u);
  EXPECT_THAT(sink.problems[0], testing::HasSubstr("CVE-2020-1234"));
}

}  // namespace
}  // namespace seawall::advisory
