// The escaping that XML and Markdown rest on, and what the documents share.
#include <cstdlib>

#include "base/strings.h"
#include "report/document.h"
#include "report/markdown_text.h"
#include "report/sample_report.h"
#include "report/xml_writer.h"
#include "support/support.h"

namespace seawall::report {
namespace {

TEST(EscapeXml, EscapesAndDrops) {
  EXPECT_EQ(escape_xml("a<b>&\"'"), "a&lt;b&gt;&amp;&quot;'");
  EXPECT_EQ(escape_xml("]]>"), "]]&gt;");
  EXPECT_EQ(escape_xml(std::string("a\0b\x1b\x7f", 5)), "ab");
  EXPECT_EQ(escape_xml("a\nb\tc\r"), "a&#10;b&#9;c&#13;");
  EXPECT_EQ(escape_xml("\xff"), "\xef\xbf\xbd");
  EXPECT_EQ(escape_xml("x\xef\xbf\xbey\xef\xbf\xbfz"), "xyz");
  EXPECT_EQ(escape_xml("\xc2\x9b"
                       "31m"),
            "31m");
  EXPECT_EQ(escape_xml("\xc3\xa9\xf0\x9f\x98\x80"), "\xc3\xa9\xf0\x9f\x98\x80");
}

TEST(XmlWriter, NestsAndIndents) {
  std::string out;
  XmlWriter xml(out);
  xml.begin("a").attribute("b", "1\n2");
  xml.begin("c").text("x\ny").end();
  xml.begin("d").end();
  xml.end();
  EXPECT_EQ(out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a b=\"1&#10;2\">\n  <c>x\ny</c>\n  "
            "<d/>\n</a>\n");
}

TEST(EscapeMarkdown, LeavesNothingActive) {
  EXPECT_EQ(escape_markdown("2.5.0-1+deb12u1", 80), "2.5.0-1+deb12u1");
  EXPECT_EQ(escape_markdown("a|b", 80), "a\\|b");
  EXPECT_EQ(escape_markdown("<b>&", 80), "&lt;b&gt;&amp;");
  EXPECT_EQ(escape_markdown("a\r\nb", 80), "a  b");
  EXPECT_EQ(escape_markdown("`x` *y* _z_ ~~q~~", 80), "\\`x\\` \\*y\\* \\_z\\_ \\~\\~q\\~\\~");
  EXPECT_EQ(escape_markdown("@all", 80),
            "\\@\xe2\x80\x8b"
            "all");
  EXPECT_EQ(escape_markdown("https://a", 80), "https:\xe2\x80\x8b//a");
  EXPECT_EQ(escape_markdown("WWW.a", 80),
            "WWW.\xe2\x80\x8b"
            "a");
  EXPECT_EQ(escape_markdown("![a](b)", 80), "\\!\xe2\x80\x8b\\[a\\](b)");
  EXPECT_EQ(escape_markdown("\x1b[0m", 80), "\\\\x1b\\[0m");
}

TEST(EscapeMarkdown, CutsAtAWholeCharacter) {
  EXPECT_EQ(escape_markdown("abcdef", 4), "abcd\xe2\x80\xa6");
  EXPECT_EQ(escape_markdown("abc\xc3\xa9", 4), "abc\xe2\x80\xa6");
  EXPECT_TRUE(is_valid_utf8(escape_markdown(std::string(1000, '\xe6'), 30)));
}

TEST(Uuid, IsVersion5) {
  // RFC 9562's own kind of example with the URL namespace, as Python's uuid.uuid5 gives it.
  EXPECT_EQ(uuid_of("https://seawall.dev/"), uuid_of("https://seawall.dev/"));
  const std::string uuid = uuid_of("http://www.example.com/");
  EXPECT_EQ(uuid, "fcde3c85-2270-590f-9e7c-ee003d65e0e2");
}

TEST(Seal, DependsOnTheRestOfTheDocument) {
  std::string a = "<" + std::string(kUnsealed) + "> a", b = "<" + std::string(kUnsealed) + "> b";
  seal(a, 1);
  seal(b, 1);
  EXPECT_EQ(a.size(), kUnsealed.size() + 4);
  EXPECT_NE(a.substr(1, 36), b.substr(1, 36));
}

TEST(DocumentTime, PrefersTheEnvironmentThenTheDataThenTheArtifact) {
  ScanReport report = test::clean_report();
  EXPECT_EQ(document_time(report), report.database.built);
  report.database.present = false;
  EXPECT_EQ(machine_time(document_time(report)), "2026-11-20T09:30:00Z");
  report.artifact.created = "nonsense";
  EXPECT_EQ(document_time(report), 0);
  ::setenv("SOURCE_DATE_EPOCH", "99999999999999999999", 1);
  EXPECT_EQ(document_time(report), 0);
  ::setenv("SOURCE_DATE_EPOCH", "86400", 1);
  EXPECT_EQ(document_time(report), 86400);
  ::unsetenv("SOURCE_DATE_EPOCH");
}

TEST(MachineTime, IsBounded) {
  EXPECT_EQ(machine_time(-5), "1970-01-01T00:00:00Z");
  EXPECT_EQ(machine_time(INT64_MAX), "9999-12-31T23:59:59Z");
}

TEST(ScoreInBand, KeepsTheWord) {
  for (const auto severity :
       {Severity::kLow, Severity::kMedium, Severity::kHigh, Severity::kCritical}) {
    for (double score = 0; score <= 10; score += 0.1) {
      EXPECT_EQ(severity_of_score(score_in_band(severity, score)), severity) << score;
    }
  }
  EXPECT_EQ(score_in_band(Severity::kHigh, 7.5), 7.5);
  EXPECT_EQ(score_in_band(Severity::kUnknown, 0), 0);
}

TEST(FixWords, AreThereForEveryState) {
  VulnerabilityDetail detail;
  for (int i = 0; i < 8; ++i) {
    detail.fix_state = static_cast<FixState>(i);
    EXPECT_FALSE(fix_words(detail).empty());
  }
  detail.fix_state = FixState::kFixed;
  detail.fixed_version = "2";
  EXPECT_EQ(fix_words(detail), "fixed in 2");
}

TEST(Verdicts, TheHardestRuleCounts) {
  ScanReport report = test::sample_report();
  report.decision.outcomes = {{"soft", Verdict::kWarn, "", {0, 1}},
                              {"hard", Verdict::kDeny, "", {1}}};
  const auto verdicts = verdicts_of(report);
  EXPECT_EQ(verdicts[0].outcome->rule_id, "soft");
  EXPECT_EQ(verdicts[1].outcome->rule_id, "hard");
  EXPECT_EQ(verdicts[2].outcome, nullptr);
}

}  // namespace
}  // namespace seawall::report
