#include "advisory/vendor_support.h"

namespace seawall::advisory {
namespace {

using advisory::test::Collector;

std::string cve(std::string_view states, std::string_view releases = "[]") {
  return R"({"name": "CVE-2023-52425", "threat_severity": "Important",
    "public_date": "2024-02-04T00:00:00Z", "cwe": "CWE-476->CWE-125|CWE-",
    "bugzilla": {"description": "expat: parsing large tokens", "id": "2262877"},
    "cvss3": {"cvss3_base_score": "7.5",
              "cvss3_scoring_vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"},
    "package_state": )" +
         std::string(states) + R"(, "affected_release": )" + std::string(releases) + "}";
}

std::string state(std::string_view cpe, std::string_view word, std::string_view package) {
  return R"([{"product_name": "x", "cpe": ")" + std::string(cpe) + R"(", "fix_state": ")" +
         std::string(word) + R"(", "package_name": ")" + std::string(package) + R"("}])";
}

constexpr const char* kRhel9 = "cpe:/o:redhat:enterprise_linux:9";

TEST(RedHatCve, DescribesTheVulnerability) {
  Collector sink;
  ASSERT_EQ(test::parse_document(vendor_formats(), cve("[]"), sink), "redhat-cve");
  ASSERT_EQ(sink.records.size(), 1u);
  const Record& record = sink.records[0];
  EXPECT_EQ(record.feed, "redhat");
  EXPECT_EQ(record.id, "CVE-2023-52425");
  EXPECT_EQ(record.severity, Severity::kHigh);
  EXPECT_EQ(record.summary, "expat: parsing large tokens");
  EXPECT_EQ(record.published, "2024-02-04");
  EXPECT_THAT(record.cwes, testing::ElementsAre("CWE-476", "CWE-125"));
  ASSERT_EQ(record.cvss.size(), 1u);
  EXPECT_DOUBLE_EQ(record.cvss[0].score, 7.5);
  EXPECT_EQ(record.cvss[0].source, "redhat");
  EXPECT_TRUE(record.affected.empty());
}

TEST(RedHatCve, MapsStatesThatAreNotFixed) {
  const std::pair<const char*, FixState> cases[] = {
      {"Affected", FixState::kAffected},
      {"Will not fix", FixState::kWillNotFix},
      {"Fix deferred", FixState::kDeferred},
      {"Out of support scope", FixState::kEndOfLife},
      {"Under investigation", FixState::kUnderInvestigation},
  };
  for (const auto& [word, expected] : cases) {
    Collector sink;
    test::parse_document(vendor_formats(), cve(state(kRhel9, word, "expat")), sink);
    const Affected* row = sink.row("redhat:9", "expat");
    ASSERT_NE(row, nullptr) << word;
    EXPECT_EQ(row->state, expected) << word;
    EXPECT_EQ(row->ranges, std::vector<Range>{Range{}});
  }
  for (const char* word : {"Not affected", "", "Something new"}) {
    Collector sink;
    test::parse_document(vendor_formats(), cve(state(kRhel9, word, "expat")), sink);
    EXPECT_EQ(sink.rows(), 0u) << word;
  }
}

TEST(RedHatCve, KnowsModulesContainersAndFlatpaks) {
  Collector sink;
  test::parse_document(vendor_formats(), cve(state(kRhel9, "Affected", "nodejs:18/nodejs")), sink);
  ASSERT_NE(sink.row("redhat:9", "nodejs"), nullptr);
  EXPECT_EQ(sink.row("redhat:9", "nodejs")->module, "nodejs:18");
  for (const char* package : {"openshift4/ose-console", "firefox:flatpak/firefox", "", "a:b/"}) {
    Collector other;
    test::parse_document(vendor_formats(), cve(state(kRhel9, "Affected", package)), other);
    for (const Record& record : other.records) {
      for (const Affected& row : record.affected) EXPECT_EQ(row.package, "a:b/") << package;
    }
  }
}

TEST(RedHatCve, ReadsProductsByCpe) {
  const std::pair<const char*, const char*> cases[] = {
      {"cpe:/o:redhat:enterprise_linux:9", "redhat:9"},
      {"cpe:/a:redhat:enterprise_linux:8::appstream", "redhat:8"},
      {"cpe:/o:redhat:enterprise_linux:10.0", "redhat:10"},
      {"cpe:/o:redhat:rhel_eus:9.2", "redhat-eus:9.2"},
      {"cpe:/a:redhat:rhel_e4s:8.6::appstream", "redhat-e4s:8.6"},
  };
  for (const auto& [cpe, ecosystem] : cases) {
    Collector sink;
    test::parse_document(vendor_formats(), cve(state(cpe, "Affected", "expat")), sink);
    EXPECT_NE(sink.row(ecosystem, "expat"), nullptr) << cpe;
  }
  for (const char* cpe :
       {"", "cpe:/o:redhat:enterprise_linux:5", "cpe:/o:redhat:enterprise_linux",
        "cpe:/a:redhat:jboss_core_services:1", "cpe:/o:suse:enterprise_linux:9",
        "cpe:/a:redhat:enterprise_linux:7::hypervisor", "cpe:/o:redhat:enterprise_linux:x",
        "cpe:/a:redhat:rhel_eus:9.2.3.4.5.6", "cpe:/o:redhat:enterprise_linux:8::fastdatapath"}) {
    Collector sink;
    test::parse_document(vendor_formats(), cve(state(cpe, "Affected", "expat")), sink);
    EXPECT_EQ(sink.rows(), 0u) << cpe;
  }
}

TEST(RedHatCve, AnErratumOfTheSameReleaseTakesTheRowsPlace) {
  const char* erratum = R"([{"cpe": "cpe:/a:redhat:enterprise_linux:9",
                             "package": "expat-0:2.5.0-1.el9_3.1"}])";
  Collector sink;
  test::parse_document(vendor_formats(), cve(state(kRhel9, "Affected", "expat"), erratum), sink);
  EXPECT_EQ(sink.rows(), 0u);
  Collector other;
  test::parse_document(vendor_formats(), cve(state(kRhel9, "Affected", "mingw-expat"), erratum),
                       other);
  EXPECT_EQ(other.rows(), 1u);
}

TEST(RedHatCve, PassesOverOtherShapes) {
  for (const char* text : {R"({"name": "CVE-2023-1", "threat_severity": "Low"})",
                           R"({"name": "CVE-2023-52425"})", R"({"threat_severity": "Low"})"}) {
    Collector sink;
    EXPECT_EQ(test::parse_document(vendor_formats(), text, sink), "") << text;
  }
  Collector sink;
  test::parse_document(vendor_formats(), cve("[1, null, {}, []]", "{\"a\": 1}"), sink);
  EXPECT_EQ(sink.rows(), 0u);
}

}  // namespace
}  // namespace seawall::advisory
