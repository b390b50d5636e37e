// Debian: the tracker's JSON and the lists of notices.

#include "advisory/vendor_support.h"

namespace seawall::advisory {
namespace {

using advisory::test::Collector;

constexpr const char* kTracker = R"({
  "brandnew": {},
  "expat": {"CVE-2024-45491": {"description": "An issue in libexpat.\nMore text.",
    "scope": "remote", "releases": {
      "bookworm": {"status": "resolved", "repositories": {"bookworm": "2.5.0-1+deb12u1"},
                   "fixed_version": "2.5.0-1+deb12u1", "urgency": "not yet assigned"},
      "bullseye": {"status": "open", "urgency": "medium**", "nodsa": "Minor issue",
                   "nodsa_reason": "postponed"},
      "trixie": {"status": "open", "urgency": "low", "nodsa": "Too intrusive",
                 "nodsa_reason": "ignored"},
      "buster": {"status": "open", "urgency": "end-of-life"},
      "forky": {"status": "undetermined", "urgency": "not yet assigned"},
      "stretch": {"status": "open", "urgency": "unimportant", "nodsa": "", "nodsa_reason": ""},
      "jessie": {"status": "open", "urgency": "high"},
      "sid": {"status": "resolved", "fixed_version": "0", "urgency": "high"},
      "potato": {"status": "open", "urgency": "high"}}},
    "CVE-2024-8": {"releases": {"sid": {"status": "open"}}}},
  "bash": {"TEMP-0841856-B18BAF": {"releases": {"sid": {"status": "open",
                                                        "urgency": "unimportant"}}}}
})";

TEST(DebianTracker, MapsEveryStateOfARelease) {
  Collector sink;
  ASSERT_EQ(test::parse_document(vendor_formats(), kTracker, sink), "debian-tracker");
  EXPECT_TRUE(sink.problems.empty());
  ASSERT_EQ(sink.records.size(), 2u);
  const Record& record = sink.records[0];
  EXPECT_EQ(record.feed, "debian");
  EXPECT_EQ(record.id, "CVE-2024-45491");
  EXPECT_EQ(record.summary, "An issue in libexpat.");

  const Affected* fixed = sink.row("debian:12", "expat");
  ASSERT_NE(fixed, nullptr);
  EXPECT_EQ(fixed->state, FixState::kFixed);
  ASSERT_EQ(fixed->ranges.size(), 1u);
  EXPECT_EQ(fixed->ranges[0].fixed, "2.5.0-1+deb12u1");
  EXPECT_EQ(fixed->severity, Severity::kUnknown);

  const Affected* postponed = sink.row("debian:11", "expat");
  ASSERT_NE(postponed, nullptr);
  EXPECT_EQ(postponed->state, FixState::kDeferred);
  EXPECT_EQ(postponed->note, "Minor issue");
  EXPECT_EQ(postponed->severity, Severity::kMedium);
  ASSERT_EQ(postponed->ranges.size(), 1u);
  EXPECT_EQ(postponed->ranges[0], Range{});

  EXPECT_EQ(sink.row("debian:13", "expat")->state, FixState::kWillNotFix);
  EXPECT_EQ(sink.row("debian:10", "expat")->state, FixState::kEndOfLife);
  EXPECT_EQ(sink.row("debian:14", "expat")->state, FixState::kUnderInvestigation);
  EXPECT_EQ(sink.row("debian:9", "expat")->state, FixState::kDeferred);
  EXPECT_EQ(sink.row("debian:9", "expat")->severity, Severity::kNegligible);
  EXPECT_EQ(sink.row("debian:8", "expat")->state, FixState::kAffected);
}

TEST(DebianTracker, LeavesOutWhatNeverWasAffectedAndUnknownReleases) {
  Collector sink;
  test::parse_document(vendor_formats(), kTracker, sink);
  EXPECT_EQ(sink.row("debian:sid", "expat"), nullptr);  // fixed_version "0"
  EXPECT_EQ(sink.rows(), 8u);
  EXPECT_EQ(sink.row("debian:sid", "bash")->severity, Severity::kNegligible);
}

TEST(DebianTracker, PassesOverOtherShapes) {
  for (const char* text : {"{}", "[]", "1", R"({"a": {"b": {}}})", R"({"a": {"CVE-2024-1234": 1}})",
                           R"({"a": [], "b": "c"})"}) {
    Collector sink;
    EXPECT_EQ(test::parse_document(vendor_formats(), text, sink), "") << text;
    // And nothing happens when it is parsed all the same.
    const auto document = parse_json(std::string(text));
    ASSERT_OK(document);
    FeedContext context{"x", sink};
    for (const FeedFormat& format : vendor_formats()) {
      if (format.parse) format.parse(document->root(), context);
    }
    EXPECT_TRUE(sink.records.empty()) << text;
  }
}

TEST(DebianList, NoticesNameWhatTheyCover) {
  Collector sink;
  ASSERT_EQ(test::parse_stream(vendor_formats(),
                               "[29 Mar 2023] DSA-5380-1 xorg-server - security update\n"
                               "\t{CVE-2023-1393 CVE-2023-1394}\n"
                               "\t[bullseye] - xorg-server 2:1.20.11-1+deb11u6\n"
                               "\tNOTE: {CVE-2020-0001}\n"
                               "[17 Mar 2023] DSA-5356-2 sox - regression update\n"
                               "\t[bullseye] - sox 14.4.2+git20190427-2+deb11u2\n"
                               "[01 Apr 2023] DLA-3380-1 firmware-nonfree - security update\r\n"
                               "\t{CVE-2020-12362 junk}\r\n",
                               sink),
            "debian-list");
  ASSERT_EQ(sink.records.size(), 2u);  // a notice that covers nothing says nothing
  EXPECT_EQ(sink.records[0].id, "DSA-5380-1");
  EXPECT_EQ(sink.records[0].published, "2023-03-29");
  EXPECT_EQ(sink.records[0].summary, "xorg-server - security update");
  EXPECT_THAT(sink.records[0].covers, testing::ElementsAre("CVE-2023-1393", "CVE-2023-1394"));
  EXPECT_TRUE(sink.records[0].affected.empty());
  EXPECT_EQ(sink.records[1].id, "DLA-3380-1");
  EXPECT_THAT(sink.records[1].covers, testing::ElementsAre("CVE-2020-12362"));
}

TEST(DebianList, RefusesOtherText) {
  for (const char* line : {"", "[", "[]", "[29 Mar 2023]", "[29 Mar 2023] RHSA-1", "CVE-2023-1",
                           "[99 Mar 2023] DSA-1-1 x", "[29 arM 2023] DSA-1-1 x",
                           "[29 Mar 99999999999999999999] DSA-1-1 x"}) {
    Collector sink;
    EXPECT_EQ(test::parse_stream(vendor_formats(), line, sink), "") << line;
  }
}

TEST(DebianList, ALineWithoutEndIsALimit) {
  Collector sink;
  const std::string text = "[29 Mar 2023] DSA-1-1 x\n" + std::string(3 << 20, 'x');
  EXPECT_EQ(test::parse_stream(vendor_formats(), text, sink), "debian-list");
  ASSERT_EQ(sink.problems.size(), 1u);
  EXPECT_THAT(sink.problems[0], testing::HasSubstr("line 2 is longer than"));
}

TEST(VendorFormats, HaveNamesFeedsAndOneKindOfParser) {
  std::vector<std::string> names;
  for (const auto* formats : {&vendor_formats(), &signal_formats()}) {
    for (const FeedFormat& format : *formats) {
      names.emplace_back(format.name);
      EXPECT_FALSE(format.feed.empty()) << format.name;
      EXPECT_FALSE(format.description.empty()) << format.name;
      EXPECT_NE(format.parse == nullptr, format.parse_text == nullptr) << format.name;
      EXPECT_EQ(format.accepts == nullptr, format.parse == nullptr) << format.name;
      EXPECT_EQ(format.accepts_text == nullptr, format.parse_text == nullptr) << format.name;
    }
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::unique(names.begin(), names.end()), names.end());
}

}  // namespace
}  // namespace seawall::advisory
