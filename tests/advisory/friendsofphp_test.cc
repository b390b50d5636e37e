#include "advisory/vendor_support.h"

namespace seawall::advisory {
namespace {

using advisory::test::Collector;

TEST(FriendsOfPhp, EveryBranchIsARange) {
  Collector sink;
  ASSERT_EQ(test::parse_document(vendor_formats(), R"({"title": "HTTP Proxy header vulnerability",
    "link": "https://example.org", "cve": "CVE-2016-5385", "reference": "composer://Amphp/Artax",
    "branches": {"master": {"time": "2016-07-18T16:37:40", "versions": [">=2", "<2.0.4"]},
                 "1.x": {"time": "2016-07-17T00:00:00", "versions": [">0.7.1", "<1.0.4"]},
                 "0.x": {"time": null, "versions": ["<=0.5"]}, "empty": {"versions": []}}})",
                                 sink),
            "friendsofphp");
  ASSERT_EQ(sink.records.size(), 1u);
  EXPECT_EQ(sink.records[0].feed, "composer");
  EXPECT_EQ(sink.records[0].id, "CVE-2016-5385");
  EXPECT_EQ(sink.records[0].published, "2016-07-17");
  const Affected* row = sink.row("composer", "amphp/artax");
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->state, FixState::kFixed);
  EXPECT_THAT(row->ranges, testing::ElementsAre(Range{"", "", "0.5"}, Range{"0.7.1.1", "1.0.4", ""},
                                                Range{"2", "2.0.4", ""}));
}

TEST(FriendsOfPhp, WithoutACveTheFileNameIsTheId) {
  Collector sink;
  test::parse_document(vendor_formats(), R"({"title": "t", "cve": null,
    "reference": "composer://a/b", "branches": {"x": {"versions": ["<1"]}},
    "_path": "a/b/2018-03-06.yaml"})",
                       sink);
  ASSERT_EQ(sink.records.size(), 1u);
  EXPECT_EQ(sink.records[0].id, "FRIENDSOFPHP-a/b/2018-03-06");
}

TEST(FriendsOfPhp, PassesOverTheRestAndReportsBadRequirements) {
  Collector sink;
  EXPECT_EQ(test::parse_document(vendor_formats(), R"({"name": "Validation", "jobs": {"run": {}}})",
                                 sink),
            "");
  test::parse_document(vendor_formats(), R"({"cve": "CVE-2020-1234", "title": "t",
    "reference": "composer://a/b", "branches": {"x": {"versions": ["^1"]}}})",
                       sink);
  EXPECT_TRUE(sink.records.empty());
  ASSERT_EQ(sink.problems.size(), 1u);
  EXPECT_THAT(sink.problems[0], testing::HasSubstr("CVE-2020-1234"));
}

}  // namespace
}  // namespace seawall::advisory
