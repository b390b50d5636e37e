#include <map>

#include "advisory/feed_format.h"
#include "advisory/osv_ranges.h"
#include "advisory/osv_text.h"
#include "codec/json.h"
#include "support/support.h"

namespace seawall::advisory {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Collector : RecordSink {
  std::vector<Record> records;
  std::vector<Error> problems;
  void record(Record record) override { records.push_back(std::move(record)); }
  void known_exploited(KnownExploited) override { FAIL(); }
  void epss(Epss) override { FAIL(); }
  void end_of_life(EndOfLife) override { FAIL(); }
  void data_date(UnixSeconds) override {}
  void problem(Error error) override { problems.push_back(std::move(error)); }
};

Collector parse(const std::string& json) {
  Collector sink;
  auto document = parse_json(json);
  EXPECT_TRUE(document.ok()) << document.error().text();
  if (!document.ok()) return sink;
  const FeedFormat& osv = osv_formats().front();
  EXPECT_TRUE(osv.accepts(document->root()));
  FeedContext context{"test.json", sink};
  osv.parse(document->root(), context);
  return sink;
}

// A record with these affected elements; "modified" is added.
std::string osv(const std::string& id, const std::string& affected, const std::string& more = "") {
  return R"({"id":")" + id + R"(","modified":"2024-05-01T00:00:00Z",)" + more + R"("affected":[)" +
         affected + "]}";
}
std::string row(const std::string& ecosystem, const std::string& name, const std::string& events,
                const std::string& more = "") {
  return R"({"package":{"ecosystem":")" + ecosystem + R"(","name":")" + name +
         R"("},"ranges":[{"type":"ECOSYSTEM","events":[)" + events + "]}]" + more + "}";
}
std::string fixed(const std::string& version) {
  return R"({"introduced":"0"},{"fixed":")" + version + "\"}";
}

TEST(OsvFormat, IsToldByIdAndModified) {
  const auto accepts = [](const char* json) {
    auto document = parse_json(json);
    return osv_formats().front().accepts(document->root());
  };
  EXPECT_TRUE(accepts(R"({"id":"GHSA-1","modified":"2024-01-01"})"));
  EXPECT_FALSE(accepts(R"({"id":"GHSA-1"})"));
  EXPECT_FALSE(accepts(R"({"id":1,"modified":"x"})"));
  EXPECT_FALSE(accepts(R"({"@context":"openvex","id":"x","modified":"y"})"));
  EXPECT_FALSE(accepts(R"({"_path":"gems/x.yml","gem":"x"})"));
  EXPECT_FALSE(accepts("[]"));
}

TEST(OsvParse, ReadsALanguageAdvisory) {
  const auto sink =
      parse(osv("GHSA-aaaa-bbbb-cccc",
                row("PyPI", "Foo_Bar", fixed("1.2.0"), R"(,"versions":["1.0","1.1","9.0"])"),
                R"("aliases":["CVE-2024-1234","GHSA-aaaa-bbbb-cccc"],"related":["CVE-2000-0001"],
         "summary":"Foo\tis  bad","published":"2024-04-30T10:00:00Z",
         "severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"},
                     {"type":"CVSS_V3","score":"CVSS:3.1/nonsense"}],
         "references":[{"type":"PACKAGE","url":"https://p.example"},
                       {"type":"WEB","url":"https://w.example"},
                       {"type":"FIX","url":"https://f.example"},
                       {"type":"WEB","url":"javascript:alert"},
                       {"type":"ADVISORY","url":"https://a.example"}],
         "database_specific":{"severity":"MODERATE","cwe_ids":["CWE-79","nonsense"]},)"));
  ASSERT_EQ(sink.records.size(), 1u);
  const Record& record = sink.records[0];
  EXPECT_EQ(record.feed, "pypi");
  EXPECT_THAT(record.aliases, ElementsAre("CVE-2024-1234"));
  EXPECT_THAT(record.covers, IsEmpty());
  EXPECT_EQ(record.summary, "Foo is bad");
  EXPECT_EQ(record.severity, Severity::kMedium);
  EXPECT_EQ(record.published, "2024-04-30");
  EXPECT_THAT(record.cwes, ElementsAre("CWE-79"));
  EXPECT_THAT(record.references,
              ElementsAre("https://a.example", "https://f.example", "https://w.example"));
  ASSERT_EQ(record.cvss.size(), 1u);
  EXPECT_EQ(record.cvss[0].source, "ghsa");
  EXPECT_DOUBLE_EQ(record.cvss[0].score, 9.8);
  ASSERT_EQ(record.affected.size(), 1u);
  EXPECT_EQ(record.affected[0].package, "foo-bar");
  EXPECT_EQ(record.affected[0].state, FixState::kFixed);
  EXPECT_THAT(record.affected[0].ranges, ElementsAre(Range{"", "1.2.0", ""}));
  EXPECT_THAT(record.affected[0].versions, ElementsAre("9.0"));
}

TEST(OsvParse, SplitsARecordByFeed) {
  const auto sink =
      parse(osv("CVE-2024-1234", row("Debian:12", "expat", fixed("2.5.0-1")) + "," +
                                     row("Alpine:v3.20", "expat", fixed("2.6.0-r0"))));
  ASSERT_EQ(sink.records.size(), 2u);
  EXPECT_EQ(sink.records[0].feed, "alpine");
  EXPECT_EQ(sink.records[1].feed, "debian");
  EXPECT_EQ(sink.records[0].id, sink.records[1].id);
  EXPECT_EQ(sink.records[1].affected[0].ecosystem, "debian:12");
}

TEST(OsvParse, TakesTheCveOutOfDistributionIds) {
  for (const char* id : {"DEBIAN-CVE-2024-1234", "ALPINE-CVE-2024-1234", "UBUNTU-CVE-2024-1234"}) {
    const auto sink =
        parse(osv(id, row("Debian:12", "x", fixed("1")), R"("upstream":["CVE-2024-1234"],)"));
    ASSERT_EQ(sink.records.size(), 1u);
    EXPECT_EQ(sink.records[0].id, "CVE-2024-1234");
    EXPECT_THAT(sink.records[0].aliases, IsEmpty());
    EXPECT_THAT(sink.records[0].covers, IsEmpty());
  }
}

TEST(OsvParse, DebianStatesAndUrgencies) {
  const auto urgency = [](const char* word) {
    return std::string(R"(,"ecosystem_specific":{"urgency":")") + word + "\"}";
  };
  const auto sink =
      parse(osv("CVE-2024-1234",
                row("Debian:11", "a", R"({"introduced":"0"})", urgency("unimportant")) + "," +
                    row("Debian:11", "b", R"({"introduced":"0"})", urgency("end-of-life")) + "," +
                    row("Debian:11", "c", fixed("0"), urgency("low**")) + "," +
                    row("Debian:11", "d", fixed("1.0"),
                        urgency("not yet assigned") + R"(,"versions":["7"])")));
  ASSERT_EQ(sink.records.size(), 1u);
  const auto& rows = sink.records[0].affected;
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[0].state, FixState::kAffected);
  EXPECT_EQ(rows[0].severity, Severity::kNegligible);
  EXPECT_EQ(rows[1].state, FixState::kEndOfLife);
  EXPECT_EQ(rows[2].state, FixState::kNotAffected);
  EXPECT_THAT(rows[2].ranges, IsEmpty());
  EXPECT_EQ(rows[2].severity, Severity::kLow);
  EXPECT_EQ(rows[3].state, FixState::kFixed);
  EXPECT_EQ(rows[3].severity, Severity::kUnknown);
  EXPECT_THAT(rows[3].versions, IsEmpty()) << "Debian's enumerations only spell out the range";
}

TEST(OsvParse, DebianNoticesOnlyAddTheirName) {
  const auto sink = parse(osv("DSA-5770-1", row("Debian:12", "expat", fixed("2.5.0-1+deb12u1")),
                              R"("related":["CVE-2024-45490","CVE-2024-45491","GHSA-1"],)"));
  ASSERT_EQ(sink.records.size(), 1u);
  EXPECT_EQ(sink.records[0].feed, "debian");
  EXPECT_THAT(sink.records[0].affected, IsEmpty());
  EXPECT_THAT(sink.records[0].covers, ElementsAre("CVE-2024-45490", "CVE-2024-45491"));
  // Without CVEs the notice itself is the finding.
  const auto alone = parse(osv("DSA-1-1", row("Debian:12", "expat", fixed("2"))));
  ASSERT_EQ(alone.records.size(), 1u);
  EXPECT_EQ(alone.records[0].affected.size(), 1u);
}

TEST(OsvParse, ExtendedDebianIsNoDebian) {
  const auto sink = parse(
      R"({"id":"ELA-669-1","modified":"2022-08-31","related":["CVE-2020-8287"],"affected":[
          {"package":{"ecosystem":"Debian:8","name":"http-parser"},
           "ranges":{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2.1-2+deb8u1"}]}}]})");
  ASSERT_EQ(sink.records.size(), 1u);
  EXPECT_EQ(sink.records[0].feed, "debian-elts");
  EXPECT_EQ(sink.records[0].affected[0].ecosystem, "debian-elts:8");
  EXPECT_THAT(sink.records[0].affected[0].ranges, ElementsAre(Range{"", "2.1-2+deb8u1", ""}));
}

TEST(OsvParse, MergesRedHatStreamsAndDropsDebugPackages) {
  const std::string module = "1:14.17.3-2.module+el8.4.0+11738+3bd42762";
  const auto sink = parse(
      osv("RHSA-2021:3074",
          row("Red Hat:enterprise_linux:8::appstream", "nodejs", fixed(module)) + "," +
              row("Red Hat:enterprise_linux:8::crb", "nodejs", fixed(module)) + "," +
              row("Red Hat:enterprise_linux:8::appstream", "nodejs-debuginfo", fixed(module)) +
              "," + row("Red Hat:rhel_eus:8.2::appstream", "nodejs", fixed(module)) + "," +
              row("Red Hat:openshift:4.6::el8", "nodejs", fixed("1:1-1")) + "," +
              row("Red Hat:enterprise_linux:8::baseos", "bash", fixed("0:4.4-1.el8")),
          R"("summary":"Red Hat Security Advisory: nodejs:14 security update",
         "related":["CVE-2021-22918","CVE-2021-23362"],
         "severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"}],
         "references":[{"type":"ARTICLE",
           "url":"https://access.redhat.com/security/updates/classification/#important"}],)"));
  ASSERT_EQ(sink.records.size(), 1u);
  const Record& record = sink.records[0];
  EXPECT_EQ(record.severity, Severity::kHigh);
  EXPECT_THAT(record.cvss, IsEmpty()) << "one vector cannot be that of two vulnerabilities";
  EXPECT_EQ(record.covers.size(), 2u);
  ASSERT_EQ(record.affected.size(), 3u);
  EXPECT_EQ(record.affected[0].ecosystem, "redhat-eus:8.2");
  EXPECT_EQ(record.affected[1].package, "bash");
  EXPECT_EQ(record.affected[1].module, "");
  EXPECT_EQ(record.affected[2].package, "nodejs");
  EXPECT_EQ(record.affected[2].module, "nodejs:14");
  EXPECT_EQ(record.affected[2].ranges.size(), 1u);
}

TEST(OsvParse, KeepsModularAndPlainBuildsApart) {
  const auto sink =
      parse(osv("ALSA-2024:1",
                row("AlmaLinux:8", "ruby", fixed("2.5.9-112.module_el8.10.0+3871")) + "," +
                    row("AlmaLinux:8", "ruby", fixed("2.5.9-1.el8")),
                R"("summary":"Moderate: ruby security update","related":["CVE-2024-27280"],)"));
  ASSERT_EQ(sink.records.size(), 1u);
  EXPECT_EQ(sink.records[0].affected.size(), 2u);
  EXPECT_EQ(sink.records[0].severity, Severity::kMedium);
}

TEST(OsvParse, BugfixNoticesWithoutACveAreNoVulnerabilities) {
  EXPECT_THAT(parse(osv("ALBA-2024:1", row("AlmaLinux:8", "x", fixed("1")))).records, IsEmpty());
  EXPECT_EQ(parse(osv("ALBA-2024:1", row("AlmaLinux:8", "x", fixed("1")),
                      R"("related":["CVE-2024-1234"],)"))
                .records.size(),
            1u);
  EXPECT_EQ(parse(osv("ALSA-2024:1", row("AlmaLinux:8", "x", fixed("1")))).records.size(), 1u);
}

TEST(OsvParse, SuseNamesBinaryPackages) {
  const auto sink = parse(
      osv("SUSE-SU-2024:1-1",
          row("SUSE:Linux Enterprise Module for Basesystem 15 SP5", "python3", fixed("3.6-1"),
              R"(,"ecosystem_specific":{"binaries":[{"python3-base":"3.6-1","libpython3":"3.6-2",
              "python3-debuginfo":"3.6-1"}]})") +
              "," + row("openSUSE:Tumbleweed", "redis", fixed("7.2-1")) + "," +
              row("SUSE:Linux Enterprise Server 15 SP5-LTSS", "zlib", fixed("1.3")),
          R"("related":["CVE-2024-1234"],)"));
  ASSERT_EQ(sink.records.size(), 1u);
  std::map<std::string, std::string> rows;
  for (const auto& affected : sink.records[0].affected) {
    rows[affected.ecosystem + " " + affected.package] = affected.ranges[0].fixed;
  }
  const std::map<std::string, std::string> expected = {
      {"opensuse-tumbleweed redis", "7.2-1"}, {"sles:15.5 python3-base", "3.6-1"},
      {"sles:15.5 libpython3", "3.6-2"},      {"sles-ltss:15.5 python3-base", "3.6-1"},
      {"sles-ltss:15.5 libpython3", "3.6-2"}, {"sles-ltss:15.5 zlib", "1.3"},
  };
  EXPECT_EQ(rows, expected);
}

TEST(OsvParse, FlagsMaliciousAndWithdrawn) {
  const auto bad = parse(
      osv("MAL-2024-1", row("npm", "evil", R"({"introduced":"0"})"), R"("aliases":["GHSA-1"],)"));
  ASSERT_EQ(bad.records.size(), 1u);
  EXPECT_TRUE(bad.records[0].malicious);
  EXPECT_EQ(bad.records[0].severity, Severity::kCritical);
  EXPECT_THAT(bad.records[0].affected[0].ranges, ElementsAre(Range{}));
  const auto gone = parse(
      osv("GHSA-2", row("npm", "x", fixed("1.0.0")), R"("withdrawn":"2024-01-01T00:00:00Z",)"));
  ASSERT_EQ(gone.records.size(), 1u);
  EXPECT_TRUE(gone.records[0].withdrawn);
}

TEST(OsvParse, MergesGithubsOneEntryARange) {
  const auto sink =
      parse(osv("GHSA-3", row("Hex", "plug", fixed("1.0.4")) + "," +
                              row("Hex", "plug", R"({"introduced":"1.1.0"},{"fixed":"1.1.7"})") +
                              "," + row("Hex", "plug", fixed("1.0.4"))));
  ASSERT_EQ(sink.records.size(), 1u);
  ASSERT_EQ(sink.records[0].affected.size(), 1u);
  EXPECT_THAT(sink.records[0].affected[0].ranges,
              ElementsAre(Range{"", "1.0.4", ""}, Range{"1.1.0", "1.1.7", ""}));
}

TEST(OsvParse, UnmaintainedCratesAreNegligible) {
  const auto sink =
      parse(osv("RUSTSEC-2024-1", row("crates.io", "old", R"({"introduced":"0.0.0-0"})",
                                      R"(,"database_specific":{"informational":"unmaintained"})")));
  ASSERT_EQ(sink.records.size(), 1u);
  EXPECT_EQ(sink.records[0].affected[0].note, "unmaintained");
  EXPECT_EQ(sink.records[0].affected[0].severity, Severity::kNegligible);
}

TEST(OsvParse, PassesOverWhatItCannotUse) {
  for (
      const char* affected :
      {"", "null", "1", "[]", "{}", R"({"package":null})", R"({"package":{"ecosystem":"npm"}})",
       R"({"package":{"ecosystem":"npm","name":"x"}})",
       R"({"package":{"ecosystem":"npm","name":"x"},"ranges":7,"versions":"1"})",
       R"({"package":{"ecosystem":"npm","name":"x"},"ranges":[{"type":"GIT","events":[{"introduced":"0"}]}]})",
       R"({"package":{"ecosystem":"npm","name":"x"},"ranges":[{"events":[{"fixed":"1"}]}]})",
       R"({"package":{"ecosystem":"Wolfi","name":"x"},"versions":["1"]})",
       R"({"package":{"ecosystem":"npm","name":"x"},"versions":[1,null,""," ","a b"]})"}) {
    const auto sink = parse(osv("GHSA-4", affected));
    EXPECT_THAT(sink.records, IsEmpty()) << affected;
    EXPECT_THAT(sink.problems, IsEmpty()) << affected;
  }
  const auto sink = parse(osv("SUSE-SU-403 Forbidden-1", ""));
  ASSERT_EQ(sink.problems.size(), 1u);
  EXPECT_THAT(sink.problems[0].text(), ::testing::HasSubstr("403 Forbidden"));
}

OsvVersions versions_of(const std::string& json, bool enumerate = true) {
  auto document = parse_json(json);
  EXPECT_TRUE(document.ok());
  return read_osv_versions(document->root(), VersionScheme::kSemver, enumerate);
}
std::string events(const std::string& list, const std::string& more = "") {
  return R"({"ranges":[{"type":"SEMVER","events":[)" + list + "]}]" + more + "}";
}

TEST(OsvRanges, ReadsPairsInAnyOrder) {
  const std::vector<Range> expected = {{"1.0.0", "1.2.0", ""}, {"2.0.0", "2.1.0", ""}};
  EXPECT_EQ(versions_of(events(R"({"introduced":"1.0.0"},{"fixed":"1.2.0"},
                                  {"introduced":"2.0.0"},{"fixed":"2.1.0"})"))
                .ranges,
            expected);
  EXPECT_EQ(versions_of(events(R"({"fixed":"2.1.0"},{"fixed":"1.2.0"},
                                  {"introduced":"2.0.0"},{"introduced":"1.0.0"})"))
                .ranges,
            expected);
  EXPECT_EQ(versions_of(events(R"({"introduced":"1.0.0","fixed":"1.2.0"},
                                  {"introduced":"2.0.0","fixed":"2.1.0"})"))
                .ranges,
            expected);
}

TEST(OsvRanges, BoundsByLastAffectedAndLimit) {
  EXPECT_THAT(versions_of(events(R"({"introduced":"0"},{"last_affected":"1.4.0"})")).ranges,
              ElementsAre(Range{"", "", "1.4.0"}));
  EXPECT_THAT(versions_of(events(R"({"introduced":"1.4.0"},{"last_affected":"1.4.0"})")).ranges,
              ElementsAre(Range{"1.4.0", "", "1.4.0"}));
  EXPECT_THAT(versions_of(events(R"({"introduced":"1.0.0"},{"limit":"2.0.0"})")).ranges,
              ElementsAre(Range{"1.0.0", "2.0.0", ""}));
  EXPECT_THAT(versions_of(events(R"({"introduced":"1.0.0"},{"limit":"*"})")).ranges,
              ElementsAre(Range{"1.0.0", "", ""}));
}

TEST(OsvRanges, OpenEndsAndDoubledEvents) {
  EXPECT_THAT(
      versions_of(events(R"({"introduced":"8.0.0"},{"fixed":"8.0.22"},{"introduced":"9.0.0"})"))
          .ranges,
      ElementsAre(Range{"8.0.0", "8.0.22", ""}, Range{"9.0.0", "", ""}));
  EXPECT_THAT(versions_of(events(R"({"introduced":"0"},{"introduced":"1.0.0"},{"fixed":"2.0.0"},
                                    {"fixed":"3.0.0"})"))
                  .ranges,
              ElementsAre(Range{"", "2.0.0", ""}));
}

TEST(OsvRanges, EmptyRangesAffectNothing) {
  for (const char* list :
       {R"({"introduced":"0"},{"fixed":"0"})", R"({"introduced":"1.0.0"},{"fixed":"1.0.0"})"}) {
    const auto read = versions_of(events(list));
    EXPECT_THAT(read.ranges, IsEmpty()) << list;
    EXPECT_TRUE(read.not_affected) << list;
  }
  EXPECT_FALSE(versions_of(events("")).not_affected);
  EXPECT_FALSE(versions_of("{}").not_affected);
}

TEST(OsvRanges, HonoursGithubsLastKnownRange) {
  const auto known = [](const std::string& text) {
    return R"(,"database_specific":{"last_known_affected_version_range":")" + text + "\"}";
  };
  const std::string open = R"({"introduced":"1.0.0"})";
  EXPECT_THAT(versions_of(events(open, known("<= 1.2.3"))).ranges,
              ElementsAre(Range{"1.0.0", "", "1.2.3"}));
  EXPECT_THAT(versions_of(events(open, known("< 1.2.3"))).ranges,
              ElementsAre(Range{"1.0.0", "1.2.3", ""}));
  for (const char* nonsense : {"", "<=", "1.2.3", "> 1.2.3", "<= 1 2"}) {
    EXPECT_THAT(versions_of(events(open, known(nonsense))).ranges,
                ElementsAre(Range{"1.0.0", "", ""}));
  }
  EXPECT_THAT(
      versions_of(events(R"({"introduced":"0"},{"fixed":"2.0.0"})", known("<= 1.2.3"))).ranges,
      ElementsAre(Range{"", "2.0.0", ""}))
      << "a fix says more";
}

TEST(OsvRanges, KeepsOnlyVersionsThatNoRangeHolds) {
  const std::string both = events(R"({"introduced":"1.0.0"},{"fixed":"2.0.0"})",
                                  R"(,"versions":["0.9.0","1.5.0","2.0.0"])");
  EXPECT_THAT(versions_of(both).versions, ElementsAre("0.9.0", "2.0.0"));
  EXPECT_THAT(versions_of(both, false).versions, IsEmpty());
  EXPECT_THAT(versions_of(R"({"versions":["1.0.0"]})", false).versions, ElementsAre("1.0.0"));
}

TEST(OsvText, CutsSummariesAtAWord) {
  EXPECT_EQ(one_line("  a\n\tb\x7f  c\xc2\x85 "), "a b c");
  const std::string word = "lorem ";
  std::string text;
  for (int i = 0; i < 60; ++i) text += word;
  const std::string line = one_line(text);
  EXPECT_LE(line.size(), 200u);
  EXPECT_TRUE(line.ends_with("lorem..."));
  std::string wide;
  for (int i = 0; i < 200; ++i) wide += "\xe2\x82\xac";
  EXPECT_LE(one_line(wide).size(), 200u);
  EXPECT_EQ(one_line("a\xff"
                     "b"),
            "a\xef\xbf\xbd"
            "b");
  EXPECT_EQ(one_line(""), "");
}

TEST(OsvText, TakesTheFirstSentence) {
  EXPECT_EQ(first_sentence("### Impact\n\nA flaw in foo v. 1 lets anyone\nread files. More text. "),
            "A flaw in foo v. 1 lets anyone read files.");
  EXPECT_EQ(first_sentence("---\n_-= Per source =-_\n\nBad code."), "Bad code.");
  EXPECT_EQ(first_sentence(""), "");
  EXPECT_EQ(first_sentence("# Only a heading"), "");
}

TEST(OsvText, TellsIdsApart) {
  EXPECT_TRUE(is_cve("CVE-2024-1234"));
  EXPECT_TRUE(is_cve("CVE-2024-1234567"));
  for (const char* id : {"", "CVE-", "CVE-2024-123", "CVE-2024-12x4", "cve-2024-1234",
                         "CVE-20x4-1234", "CVE-2024-12345678901234567890"}) {
    EXPECT_FALSE(is_cve(id)) << id;
  }
  for (const char* id : {"RHSA-2024:1", "ALBA-2024:1", "SUSE-SU-2024:1-1", "openSUSE-SU-2024:1-1",
                         "USN-1-1", "DSA-1-1", "DLA-1-1", "ELA-1-1", "ALAS2023-2024-1"}) {
    EXPECT_TRUE(is_notice(id)) << id;
  }
  for (const char* id :
       {"CVE-2024-1234", "GHSA-1", "PYSEC-1", "GO-2024-1", "MAL-1", "BIT-x-1", ""}) {
    EXPECT_FALSE(is_notice(id)) << id;
  }
  EXPECT_EQ(canonical_id("DEBIAN-1"), "DEBIAN-1");
  EXPECT_EQ(canonical_id("a b"), "");
  EXPECT_EQ(canonical_id(std::string(200, 'x')), "");
}

TEST(OsvText, ReadsDatesAndModules) {
  EXPECT_EQ(date_of("2024-08-30T12:00:00.123Z"), "2024-08-30");
  EXPECT_EQ(date_of("0001-01-01T00:00:00Z"), "");
  EXPECT_EQ(date_of("soon"), "");
  EXPECT_EQ(module_of_title("Important: nodejs:18 security update"), "nodejs:18");
  EXPECT_EQ(module_of_title("Red Hat Security Advisory: php:7.4, bug fix"), "php:7.4");
  EXPECT_EQ(module_of_title("Moderate: virt:rhel and virt-devel:rhel security update"), "");
  EXPECT_EQ(module_of_title("Moderate: ruby security update"), "");
  EXPECT_EQ(module_of_title(""), "");
}

}  // namespace
}  // namespace seawall::advisory
