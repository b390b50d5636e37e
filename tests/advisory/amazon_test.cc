#include "advisory/vendor_support.h"

namespace seawall::advisory {
namespace {

using advisory::test::Collector;

std::string alas(std::string_view collection, std::string_view packages) {
  return R"({"ID": "ALAS2-2023-1", "Severity": "important", "Issued": {"Date": "2023-08-21 20:59"},
    "Title": "Amazon Linux 2 2.0 - ALAS2-2023-1: important priority package update for x",
    "References": {"Reference": [{"ID": "CVE-2023-2454", "Type": "cve"},
      {"ID": "RHSA-2023:1", "Type": "redhat"}, {"ID": "junk", "Type": "cve"}]},
    "Pkglist": {"Collection": {"Short": ")" +
         std::string(collection) + R"(", "Package": [)" + std::string(packages) + "]}}}";
}

std::string build(std::string_view name, std::string_view epoch, std::string_view version,
                  std::string_view release, std::string_view architecture) {
  return R"({"Name": ")" + std::string(name) + R"(", "Epoch": ")" + std::string(epoch) +
         R"(", "Version": ")" + std::string(version) + R"(", "Release": ")" + std::string(release) +
         R"(", "Arch": ")" + std::string(architecture) + R"("})";
}

TEST(Amazon, ANoticeCoversItsCves) {
  Collector sink;
  ASSERT_EQ(test::parse_document(
                vendor_formats(),
                alas("amazon-linux-2", build("expat", "0", "2.1.0", "15.amzn2", "x86_64") + "," +
                                           build("expat", "0", "2.1.0", "15.amzn2", "aarch64") +
                                           "," + build("bind", "32", "9", "1", "i686") + "," +
                                           build("expat-debuginfo", "0", "2", "1", "x86_64") + "," +
                                           build("expat", "0", "2.1.0", "15.amzn2", "src")),
                sink),
            "amazon-alas");
  ASSERT_EQ(sink.records.size(), 1u);
  const Record& record = sink.records[0];
  EXPECT_EQ(record.feed, "amazon");
  EXPECT_EQ(record.id, "ALAS2-2023-1");
  EXPECT_THAT(record.covers, testing::ElementsAre("CVE-2023-2454"));
  EXPECT_TRUE(record.aliases.empty());
  EXPECT_EQ(record.severity, Severity::kHigh);
  EXPECT_EQ(record.published, "2023-08-21");
  EXPECT_EQ(record.summary, "important priority package update for x");
  EXPECT_EQ(sink.rows(), 2u);
  EXPECT_EQ(sink.row("amazon:2", "expat")->ranges[0].fixed, "2.1.0-15.amzn2");
  EXPECT_TRUE(sink.row("amazon:2", "expat")->architectures.empty());
  EXPECT_EQ(sink.row("amazon:2", "bind")->ranges[0].fixed, "32:9-1");
  EXPECT_THAT(sink.row("amazon:2", "bind")->architectures, testing::ElementsAre("i686"));
}

TEST(Amazon, CollectionsAreReleases) {
  const std::pair<const char*, const char*> cases[] = {
      {"amazon-linux-ami", "amazon:1"},     {"amazon-linux", "amazon:1"},
      {"amazon-linux-2", "amazon:2"},       {"amazon-linux-2022", "amazon:2022"},
      {"amazon-linux-2023", "amazon:2023"}, {"amazon-linux-2023---kernel-livepatch", "amazon:2023"},
  };
  for (const auto& [collection, ecosystem] : cases) {
    Collector sink;
    test::parse_document(vendor_formats(), alas(collection, build("a", "0", "1", "1", "noarch")),
                         sink);
    EXPECT_NE(sink.row(ecosystem, "a"), nullptr) << collection;
  }
  for (const char* collection : {"", "amazon-linux-", "amazon-linux-x", "amazon-linuxes", "rhel"}) {
    Collector sink;
    test::parse_document(vendor_formats(), alas(collection, build("a", "0", "1", "1", "noarch")),
                         sink);
    EXPECT_EQ(sink.rows(), 0u) << collection;
  }
}

TEST(Amazon, RowsOfATopicBeginWithItsStream) {
  struct Case {
    const char *topic, *epoch, *version, *start;
  };
  const Case cases[] = {
      {"kernel-5.10", "0", "5.10.35", "5.10"},   {"postgresql14", "0", "14.8", "14"},
      {"mariadb10.5", "3", "10.5.18", "3:10.5"}, {"mate-desktop1.x", "0", "1.19.1", "1"},
      {"ruby3.0", "0", "2.5.1", "2.5"},          {"docker", "0", "20.10.23", ""},
      {"redis6", "0", "60.1.2", "60.1"},         {"r4", "0", "7", "7"},
  };
  for (const Case& test_case : cases) {
    Collector sink;
    test::parse_document(vendor_formats(),
                         alas(std::string("amazon-linux-2---") + test_case.topic,
                              build("a", test_case.epoch, test_case.version, "1", "x86_64")),
                         sink);
    const Affected* row = sink.row("amazon:2", "a");
    ASSERT_NE(row, nullptr) << test_case.topic;
    EXPECT_EQ(row->ranges[0].introduced, test_case.start) << test_case.topic;
    EXPECT_EQ(row->note, std::string("extras topic ") + test_case.topic);
  }
}

TEST(Amazon, PassesOverDamagedParts) {
  Collector sink;
  test::parse_document(vendor_formats(), alas("amazon-linux-2", R"(1, {}, {"Name": "a"})"), sink);
  EXPECT_TRUE(sink.records.empty());
  EXPECT_EQ(test::parse_document(vendor_formats(), R"({"ID": "ALAS-1", "Pkglist": 1})", sink), "");
}

}  // namespace
}  // namespace seawall::advisory
