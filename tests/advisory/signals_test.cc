#include "advisory/vendor_support.h"

namespace seawall::advisory {
namespace {

using advisory::test::Collector;

TEST(Kev, ReadsTheCatalogue) {
  Collector sink;
  ASSERT_EQ(test::parse_document(signal_formats(), R"({"title": "x", "catalogVersion": "2026.08.07",
    "dateReleased": "2026-08-07T16:45:47.0648Z", "vulnerabilities": [
    {"cveID": "CVE-2021-44228", "dateAdded": "2021-12-10", "dueDate": "2021-12-24",
     "knownRansomwareCampaignUse": "Known"},
    {"cveID": "CVE-2026-8037", "dateAdded": "2026-08-07", "dueDate": "soon",
     "knownRansomwareCampaignUse": "Unknown"}, {"cveID": "nonsense"}, 3]})",
                                 sink),
            "kev");
  ASSERT_EQ(sink.exploited.size(), 2u);
  EXPECT_EQ(sink.exploited[0].cve, "CVE-2021-44228");
  EXPECT_EQ(sink.exploited[0].date_added, "2021-12-10");
  EXPECT_EQ(sink.exploited[0].due_date, "2021-12-24");
  EXPECT_TRUE(sink.exploited[0].ransomware);
  EXPECT_FALSE(sink.exploited[1].ransomware);
  EXPECT_EQ(sink.exploited[1].due_date, "");
  EXPECT_EQ(to_date(sink.date), "2026-08-07");
}

TEST(Kev, ReadsTables) {
  Collector sink;
  ASSERT_EQ(test::parse_stream(signal_formats(),
                               "CVE,CVSS3,EPSS,EPSS Percentile,Description,Vendor,Product\r\n"
                               "CVE-2025-62593,8.8,0.01015,0.60644,\"a \"\"b\"\",\nc\",V,P\r\n"
                               "CVE-2025-62594,8.8,,,d,V,P\r\n",
                               sink),
            "kev-csv");
  EXPECT_TRUE(sink.problems.empty());
  ASSERT_EQ(sink.exploited.size(), 2u);
  ASSERT_EQ(sink.scores.size(), 1u);
  EXPECT_DOUBLE_EQ(sink.scores[0].score, 0.01015);
  EXPECT_DOUBLE_EQ(sink.scores[0].percentile, 0.60644);
  Collector cisa;
  ASSERT_EQ(test::parse_stream(signal_formats(),
                               "\"cveID\",\"vendorProject\",\"product\",\"dateAdded\",\"dueDate\","
                               "\"knownRansomwareCampaignUse\"\n"
                               "CVE-2021-44228,Apache,Log4j2,2021-12-10,2021-12-24,Known\n",
                               cisa),
            "kev-csv");
  ASSERT_EQ(cisa.exploited.size(), 1u);
  EXPECT_TRUE(cisa.exploited[0].ransomware);
  EXPECT_EQ(cisa.exploited[0].due_date, "2021-12-24");
  EXPECT_TRUE(cisa.scores.empty());
}

TEST(EpssTable, ReadsBothSeparators) {
  Collector sink;
  ASSERT_EQ(test::parse_stream(signal_formats(),
                               "#model_version:v2025.03.14,score_date:2026-08-16T12:55:00+0000\n"
                               "cve,epss,percentile\nCVE-2021-44228,0.94358,0.99957\n\n",
                               sink),
            "epss");
  ASSERT_EQ(sink.scores.size(), 1u);
  EXPECT_EQ(sink.scores[0].cve, "CVE-2021-44228");
  EXPECT_DOUBLE_EQ(sink.scores[0].score, 0.94358);
  EXPECT_DOUBLE_EQ(sink.scores[0].percentile, 0.99957);
  EXPECT_EQ(to_date(sink.date), "2026-08-16");
  EXPECT_TRUE(sink.exploited.empty());
  Collector other;
  ASSERT_EQ(test::parse_stream(signal_formats(),
                               "cve;epss;percentile\nCVE-1999-1593;0.181260000;0.969460000", other),
            "epss");
  ASSERT_EQ(other.scores.size(), 1u);
  EXPECT_DOUBLE_EQ(other.scores[0].score, 0.18126);
}

TEST(EpssTable, ReportsBadRowsAndGoesOn) {
  Collector sink;
  std::string text = "cve,epss,percentile\nCVE-2021-44228,2,0.9\nCVE-2021-44228,nan,0\n";
  for (int i = 0; i < 50; ++i) text += "junk\n";
  test::parse_stream(signal_formats(), text + "CVE-2021-44229,0.5,7\n", sink);
  ASSERT_EQ(sink.scores.size(), 1u);
  EXPECT_DOUBLE_EQ(sink.scores[0].percentile, 0);
  EXPECT_EQ(sink.problems.size(), 10u);
  EXPECT_THAT(sink.problems[0], testing::HasSubstr("line 2"));
}

TEST(EpssTable, DamagedStreamsAreErrors) {
  const std::pair<std::string, const char*> cases[] = {
      {"#model_version:1,score_date:x\n", "no header"},
      {"#model_version:1\nfoo,bar\n", "no header with a CVE"},
      {"cve,epss\n\"open\nCVE-2021-44228", "never closed"},
      {"cve,epss\n" + std::string(3 << 20, 'x'), "longer than"},
      {"cve,epss\n" + std::string(1000, ','), "256 fields"},
  };
  for (const auto& [text, message] : cases) {
    Collector sink;
    EXPECT_EQ(test::parse_stream(signal_formats(), text, sink), "epss");
    ASSERT_EQ(sink.problems.size(), 1u) << message;
    EXPECT_THAT(sink.problems[0], testing::HasSubstr(message));
  }
  Collector sink;
  EXPECT_EQ(test::parse_stream(signal_formats(), "name,version\n", sink), "");
  EXPECT_EQ(test::parse_stream(signal_formats(), "", sink), "");
}

TEST(EndOfLifeData, ReadsCyclesOfOneProduct) {
  Collector sink;
  ASSERT_EQ(test::parse_document(signal_formats(), R"([{"cycle": "12", "eol": "2028-06-30"},
    {"cycle": 11, "eol": true}, {"cycle": "13", "eol": false}, {"eol": "2020-01-01"}, 5])",
                                 sink, "eol/debian.json"),
            "endoflife-v0");
  ASSERT_EQ(sink.ends.size(), 2u);
  EXPECT_EQ(sink.ends[0].product, "debian");
  EXPECT_EQ(sink.ends[0].cycle, "12");
  EXPECT_EQ(sink.ends[0].date, "2028-06-30");
  EXPECT_EQ(sink.ends[1].cycle, "11");
  EXPECT_EQ(sink.ends[1].date, "");
}

TEST(EndOfLifeData, ReadsProductsOfTheNewInterface) {
  const std::string product = R"({"name": "alpine", "releases": [
    {"name": "3.20", "isEol": false, "eolFrom": "2026-04-01"}, {"name": "3.1", "isEol": true},
    {"name": "edge", "isEol": false}]})";
  for (const std::string& result : {product, "[" + product + "]"}) {
    Collector sink;
    ASSERT_EQ(test::parse_document(signal_formats(),
                                   R"({"schema_version": "1.2.0",
                                     "generated_at": "2026-08-01T00:00:00+00:00", "result": )" +
                                       result + "}",
                                   sink),
              "endoflife-v1");
    ASSERT_EQ(sink.ends.size(), 2u);
    EXPECT_EQ(sink.ends[0].product, "alpine");
    EXPECT_EQ(sink.ends[0].date, "2026-04-01");
    EXPECT_EQ(sink.ends[1].date, "");
    EXPECT_EQ(to_date(sink.date), "2026-08-01");
  }
}

TEST(EndOfLifeData, ReleaseDataNeedsTheFilesName) {
  const char* text = R"({"releases": {"6.0": {"name": "6.0", "eol": "2023-09-30"},
    "7.0": {"releaseDate": "2024-01-01"}}, "versions": {}})";
  Collector sink;
  ASSERT_EQ(test::parse_document(signal_formats(), text, sink, "releases/solr.json"),
            "endoflife-releases");
  ASSERT_EQ(sink.ends.size(), 1u);
  EXPECT_EQ(sink.ends[0].product, "solr");
  EXPECT_EQ(sink.ends[0].cycle, "6.0");
  Collector lines;
  test::parse_document(signal_formats(), text, lines, "eol-releases.jsonl");
  EXPECT_TRUE(lines.ends.empty());
}

TEST(Signals, PassOverOtherDocuments) {
  for (const char* text : {"{}", "[]", "[1]", R"({"vulnerabilities": []})", R"({"releases": {},
    "versions": {}})",
                           R"({"schema_version": "1", "result": {}})"}) {
    Collector sink;
    EXPECT_EQ(test::parse_document(signal_formats(), text, sink), "") << text;
  }
}

}  // namespace
}  // namespace seawall::advisory
