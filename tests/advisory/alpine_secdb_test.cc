#include "advisory/vendor_support.h"

namespace seawall::advisory {
namespace {

using advisory::test::Collector;

std::string secdb(std::string_view release, std::string_view fixes) {
  return R"({"apkurl": "x", "archs": ["x86_64"], "reponame": "main", "distroversion": ")" +
         std::string(release) + R"(", "packages": [{"pkg": {"name": "xen", "secfixes": )" +
         std::string(fixes) + "}}]}";
}

TEST(AlpineSecdb, AFixIsARowBelowItsVersion) {
  Collector sink;
  ASSERT_EQ(test::parse_document(vendor_formats(),
                                 secdb("v3.20", R"({"4.18-r1": ["CVE-2024-31146"]})"), sink),
            "alpine-secdb");
  ASSERT_EQ(sink.records.size(), 1u);
  EXPECT_EQ(sink.records[0].feed, "alpine");
  EXPECT_EQ(sink.records[0].id, "CVE-2024-31146");
  const Affected* row = sink.row("alpine:3.20", "xen");
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->state, FixState::kFixed);
  ASSERT_EQ(row->ranges.size(), 1u);
  EXPECT_EQ(row->ranges[0].fixed, "4.18-r1");
  EXPECT_EQ(row->ranges[0].introduced, "");
}

TEST(AlpineSecdb, VersionZeroNeverWasAffected) {
  Collector sink;
  test::parse_document(vendor_formats(), secdb("v3.20", R"({"0": ["CVE-2020-29571"]})"), sink);
  EXPECT_TRUE(sink.records.empty());
  EXPECT_TRUE(sink.problems.empty());
}

TEST(AlpineSecdb, OneStringMayGiveSeveralNames) {
  Collector sink;
  test::parse_document(vendor_formats(), secdb("edge", R"js({"1-r0": ["CVE-2022-42336  XSA-431",
                   "CVE-2021-1111 CVE-2021-2222 XSA-300", "CVE-2024-3333 / GHSA-crjg-33f3-4mfg",
                   "XSA-7", "CVE-2019-4444 # (BGP)", "CVE-20XX-XXXX TS-2020-001",
                   "ELEMENTSEC-2021-1, GHSA-fp2j-3hc6-rwv5", "N/A", "CVE_2020-1", "CVE-2020"],
                   "2-r0": null, "3-r0": [1, {}]})js"),
                       sink);
  std::vector<std::string> ids;
  for (const Record& record : sink.records) ids.push_back(record.id);
  EXPECT_THAT(ids, testing::ElementsAre("CVE-2022-42336", "CVE-2021-1111", "CVE-2021-2222",
                                        "CVE-2024-3333", "XSA-7", "CVE-2019-4444", "TS-2020-001",
                                        "ELEMENTSEC-2021-1", "GHSA-fp2j-3hc6-rwv5"));
  // A GHSA beside one CVE is the same vulnerability; an XSA may be several.
  EXPECT_THAT(sink.records[3].aliases, testing::ElementsAre("GHSA-crjg-33f3-4mfg"));
  EXPECT_TRUE(sink.records[0].aliases.empty());
  EXPECT_EQ(sink.records[0].affected[0].ecosystem, "alpine:edge");
}

TEST(AlpineSecdb, AFixThatHadToBeRepeatedIsTwoRows) {
  Collector sink;
  test::parse_document(vendor_formats(),
                       secdb("v3.9", R"({"1-r0": ["CVE-2018-1111"], " 2-r0 ": ["CVE-2018-1111"]})"),
                       sink);
  ASSERT_EQ(sink.records.size(), 2u);
  EXPECT_EQ(sink.records[0].affected[0].ranges[0].fixed, "1-r0");
  EXPECT_EQ(sink.records[1].affected[0].ranges[0].fixed, "2-r0");
}

TEST(AlpineSecdb, AnUnknownReleaseIsAProblem) {
  for (const char* release : {"", "3.20", "v3", "v3.x", "vx.1", "v3.99999999999999999999999"}) {
    Collector sink;
    test::parse_document(vendor_formats(), secdb(release, R"({"1-r0": ["CVE-2018-1111"]})"), sink,
                         "3.20/main.json");
    EXPECT_TRUE(sink.records.empty());
    ASSERT_EQ(sink.problems.size(), 1u) << release;
    EXPECT_THAT(sink.problems[0], testing::StartsWith("3.20/main.json: "));
  }
}

TEST(AlpineSecdb, PassesOverPackagesWithoutNamesOrFixes) {
  Collector sink;
  test::parse_document(vendor_formats(),
                       R"({"distroversion": "v3.21", "packages": [{"pkg": {"name": "", "secfixes":
                   {"1": ["CVE-2018-1111"]}}}, {"pkg": 1}, 2, {"pkg": {"name": "a"}}]})",
                       sink);
  EXPECT_TRUE(sink.records.empty());
}

}  // namespace
}  // namespace seawall::advisory
