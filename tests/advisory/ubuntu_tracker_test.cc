#include "advisory/vendor_support.h"

namespace seawall::advisory {
namespace {

using advisory::test::Collector;

std::string tracker(std::string_view packages) {
  return R"({"candidate": "CVE-2024-45491", "description": "", "priority": "medium",
    "public_date": "2024-08-30 03:15:00 UTC",
    "ubuntu_description": "\nAn integer overflow\nin expat.\n",
    "cvss": {"nvd": " CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H [9.8 CRITICAL]", "x": "junk"},
    "packages": )" +
         std::string(packages) + "}";
}

const Affected* parse_one(Collector& sink, const std::string& release, const std::string& status,
                          const std::string& ecosystem) {
  EXPECT_EQ(
      test::parse_document(
          vendor_formats(),
          tracker("{\"" + release + R"(": {"expat": {"name": "expat", )" + status + "}}}"), sink),
      "ubuntu-cve-tracker");
  return sink.row(ecosystem, "expat");
}

TEST(UbuntuTracker, AReleasedFixIsARange) {
  Collector sink;
  const Affected* row = parse_one(
      sink, "jammy", R"("status": "released", "note": "2.4.7-1ubuntu0.4")", "ubuntu:22.04");
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->state, FixState::kFixed);
  EXPECT_EQ(row->ranges[0].fixed, "2.4.7-1ubuntu0.4");
  EXPECT_EQ(row->note, "");
  const Record& record = sink.records[0];
  EXPECT_EQ(record.feed, "ubuntu");
  EXPECT_EQ(record.severity, Severity::kMedium);
  EXPECT_EQ(record.published, "2024-08-30");
  EXPECT_EQ(record.summary, "An integer overflow in expat.");
  ASSERT_EQ(record.cvss.size(), 1u);
  EXPECT_DOUBLE_EQ(record.cvss[0].score, 9.8);
  EXPECT_EQ(record.cvss[0].source, "nvd");
}

TEST(UbuntuTracker, MapsEveryStatus) {
  struct Case {
    const char* status;
    FixState state;
    const char* note;
  };
  const Case cases[] = {
      {R"("status": "needed")", FixState::kAffected, ""},
      {R"("status": "active", "note": "x")", FixState::kAffected, "x"},
      {R"("status": "pending", "note": "2.4-1")", FixState::kAffected, "fix prepared: 2.4-1"},
      {R"("status": "pending", "note": "soon")", FixState::kAffected, ""},
      {R"("status": "needs-triage")", FixState::kUnderInvestigation, ""},
      {R"("status": "deferred", "note": "2024-06-17")", FixState::kDeferred, "2024-06-17"},
      {R"("status": "ignored", "note": "end of life, was needed")", FixState::kEndOfLife, ""},
      {R"("status": "ignored", "note": "end of standard support")", FixState::kEndOfLife, ""},
      {R"("status": "ignored", "note": "too invasive")", FixState::kWillNotFix, "too invasive"},
      {R"("status": "ignored")", FixState::kWillNotFix, ""},
  };
  for (const Case& test_case : cases) {
    Collector sink;
    const Affected* row = parse_one(sink, "noble", test_case.status, "ubuntu:24.04");
    ASSERT_NE(row, nullptr) << test_case.status;
    EXPECT_EQ(row->state, test_case.state) << test_case.status;
    EXPECT_EQ(row->note, test_case.note) << test_case.status;
    EXPECT_EQ(row->ranges, std::vector<Range>{Range{}});
  }
}

TEST(UbuntuTracker, LeavesOutWhatHasNoRow) {
  for (const char* status :
       {R"("status": "DNE")", R"("status": "not-affected", "note": "code not present")",
        R"("status": "released")", R"("status": "released", "note": "see USN")",
        R"("status": "ignored", "note": "superseded by linux-hwe-5.13")",
        R"("status": "ignored", "note": "replaced by linux-raspi")",
        R"("status": "ignored", "note": "end of kernel support")", R"("status": 7)",
        R"("note": "x")"}) {
    Collector sink;
    EXPECT_EQ(parse_one(sink, "noble", status, "ubuntu:24.04"), nullptr) << status;
    EXPECT_TRUE(sink.records.empty());
  }
}

TEST(UbuntuTracker, PocketsOfProAreApart) {
  const std::pair<const char*, const char*> cases[] = {
      {"esm-infra/focal", "ubuntu-pro:20.04"},
      {"esm-apps/jammy", "ubuntu-pro:22.04"},
      {"trusty/esm", "ubuntu-pro:14.04"},
      {"esm-infra-legacy/trusty", "ubuntu-pro:14.04"},
      {"questing", "ubuntu:25.10"},
  };
  for (const auto& [release, ecosystem] : cases) {
    Collector sink;
    EXPECT_NE(parse_one(sink, release, R"("status": "needed")", ecosystem), nullptr) << release;
  }
  for (const char* release : {"upstream", "devel", "snap", "fips/focal", "fips-updates/focal",
                              "ros-esm/xenial", "vivid/ubuntu-core", "lucid", "precise/esm",
                              "mystery", "", "/", "esm-infra/", "/esm", "kinetic"}) {
    Collector sink;
    parse_one(sink, release, R"("status": "needed")", "");
    EXPECT_TRUE(sink.records.empty()) << release;
  }
}

TEST(UbuntuTracker, OldAndNewNameOfAPocketAreOneRow) {
  Collector sink;
  test::parse_document(vendor_formats(),
                       tracker(R"({"trusty/esm": {"a": {"status": "released", "note": "1-1"}},
                   "esm-infra-legacy/trusty": {"a": {"status": "released", "note": "1-1"}}})"),
                       sink);
  EXPECT_NE(sink.row("ubuntu-pro:14.04", "a"), nullptr);
  EXPECT_EQ(sink.rows(), 1u);
}

TEST(UbuntuTracker, TakesOnlyCandidatesThatAreCves) {
  for (const char* text :
       {R"({"candidate": "CVE-1", "packages": {}})", R"({"candidate": 1, "packages": {}})",
        R"({"candidate": "CVE-2024-45491", "packages": []})"}) {
    Collector sink;
    EXPECT_EQ(test::parse_document(vendor_formats(), text, sink), "") << text;
  }
}

}  // namespace
}  // namespace seawall::advisory
