#include "advisory/vendor_support.h"

namespace seawall::advisory {
namespace {

using advisory::test::Collector;

std::string update(std::string_view id, std::string_view collection, std::string_view packages) {
  return "<update author=\"a@example.com\" status=\"final\" type=\"security\" "
         "version=\"1.4\"><id>" +
         std::string(id) + "</id><title>Amazon Linux 2 - " + std::string(id) +
         ": medium priority package update for expat</title>"
         "<issued date=\"2024-01-19 01:27\"/><updated date=\"2024-02-01 10:00\"/>"
         "<severity>medium</severity><description>Less &lt;than&gt; that</description>"
         "<references><reference href=\"https://example.com/1\" id=\"CVE-2023-52425\" "
         "type=\"cve\"/>"
         "<reference href=\"https://example.com/2\" id=\"RHSA-2024:1\" "
         "type=\"redhat\"/></references>"
         "<pkglist><collection short=\"" +
         std::string(collection) + "\"><name>Amazon Linux 2</name>" + std::string(packages) +
         "</collection></pkglist></update>";
}

constexpr std::string_view kExpat =
    R"(<package arch="x86_64" epoch="0" name="expat" release="15.amzn2.0.3" version="2.1.0">)"
    R"(<filename>Packages/expat.rpm</filename></package>)"
    R"(<package arch="aarch64" epoch="0" name="expat" release="15.amzn2.0.3" version="2.1.0"/>)";

TEST(AmazonUpdateinfo, SaysWhatTheJsonSays) {
  Collector sink;
  const std::string docker =
      R"(<package arch="x86_64" epoch="2" name="docker" release="1.amzn2" version="25.0.3"/>)";
  EXPECT_EQ(
      test::parse_stream(vendor_formats(),
                         "<?xml version=\"1.0\" ?>\n<updates>" +
                             update("ALAS2-2024-2405", "amazon-linux-2", kExpat) + "\n" +
                             update("ALAS2DOCKER-2024-040", "amazon-linux-2---docker", docker) +
                             update("FEDORA-2024-1", "fedora-40", kExpat) + "</updates>\n",
                         sink),
      "amazon-updateinfo");
  EXPECT_TRUE(sink.problems.empty());
  ASSERT_EQ(sink.records.size(), 2u);
  const Record& record = sink.records[0];
  EXPECT_EQ(record.feed, "amazon");
  EXPECT_EQ(record.id, "ALAS2-2024-2405");
  EXPECT_EQ(record.severity, Severity::kMedium);
  EXPECT_EQ(record.published, "2024-01-19");
  EXPECT_EQ(record.summary, "medium priority package update for expat");
  EXPECT_THAT(record.covers, testing::ElementsAre("CVE-2023-52425"));
  ASSERT_TRUE(sink.row("amazon:2", "expat"));
  EXPECT_EQ(sink.row("amazon:2", "expat")->ranges[0].fixed, "2.1.0-15.amzn2.0.3");
  ASSERT_TRUE(sink.row("amazon:2", "docker"));
  EXPECT_EQ(sink.row("amazon:2", "docker")->ranges[0].fixed, "2:25.0.3-1.amzn2");
  EXPECT_EQ(sink.row("amazon:2", "docker")->note, "extras topic docker");
}

TEST(AmazonUpdateinfo, OneOfManyReadsAndOverAnyBoundary) {
  std::string text = "<updates>";
  for (int i = 0; i < 3000; ++i)
    text += update("ALAS2-2024-" + std::to_string(i), "amazon-linux-2", kExpat);
  text += "</updates>";
  Collector sink;
  test::parse_stream(vendor_formats(), text, sink);
  EXPECT_TRUE(sink.problems.empty());
  EXPECT_EQ(sink.records.size(), 3000u);
}

TEST(AmazonUpdateinfo, DamageIsNamedAndTheRestGoesOn) {
  Collector sink;
  test::parse_stream(vendor_formats(),
                     "<updates><update x=\"1\"><id>ALAS2-1</title></update>" +
                         update("ALAS2-2024-2405", "amazon-linux-2", kExpat) + "<update ",
                     sink);
  EXPECT_EQ(sink.records.size(), 1u);
  EXPECT_EQ(sink.problems.size(), 2u);
  for (const std::string_view text :
       {"<?xml version=\"1.0\"?>\n<html></html>", "<updates></updates>", "<updates>"}) {
    Collector nothing;
    test::parse_stream(vendor_formats(), text, nothing);
    EXPECT_TRUE(nothing.records.empty());
    EXPECT_EQ(nothing.problems.size(), 1u) << text;
  }
}

}  // namespace
}  // namespace seawall::advisory
