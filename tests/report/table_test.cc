#include <algorithm>

#include "base/strings.h"
#include "report/golden.h"
#include "report/report.h"
#include "report/sample_report.h"
#include "report/table_text.h"
#include "support/support.h"

namespace seawall::report {
namespace {

using testing::HasSubstr;
using testing::Not;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for_each_line(text, [&](std::string_view line, size_t) { lines.emplace_back(line); });
  return lines;
}

TEST(Table, IsAsWhenLastLookedAt) {
  const ScanReport report = test::sample_report();
  test::expect_golden("table-80.txt", render_table(report, {.width = 80}));
  test::expect_golden("table-100.txt", render_table(report, {.width = 100}));
  test::expect_golden("table-140.txt", render_table(report, {.width = 140}));
  test::expect_golden("table-ascii.txt",
                      render_table(report, {.ascii = true, .all = true, .width = 100}));
  test::expect_golden("table-unscanned.txt",
                      render_table(test::troubled_report(AssessmentState::kUnscanned), {}));
  test::expect_golden("table-error.txt",
                      render_table(test::troubled_report(AssessmentState::kError), {}));
}

TEST(Table, NoLineIsWiderThanAsked) {
  for (const ScanReport& report : {test::sample_report(), test::hostile_report(), ScanReport()}) {
    for (const bool ascii : {false, true}) {
      for (const bool all : {false, true}) {
        for (const unsigned width : {40u, 57u, 80u, 100u, 141u}) {
          const auto text = render_table(report, {.ascii = ascii, .all = all, .width = width});
          for (const std::string& line : lines_of(text)) {
            EXPECT_LE(display_width(line), width) << line;
          }
        }
      }
    }
  }
}

TEST(Table, NeverPassesOnControlCharacters) {
  for (const bool ascii : {false, true}) {
    const auto text = render_table(test::hostile_report(), {.ascii = ascii, .all = true});
    EXPECT_TRUE(is_valid_utf8(text));
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      ASSERT_TRUE(byte >= 0x20 || c == '\n');
      if (ascii) {
        ASSERT_LT(byte, 0x80);
      }
    }
    EXPECT_THAT(text, HasSubstr("\\x1b"));
  }
}

TEST(Table, ColoursOnlyWhenAsked) {
  const ScanReport report = test::sample_report();
  const auto plain = render_table(report, {});
  auto coloured = render_table(report, {.color = true});
  EXPECT_EQ(plain.find('\x1b'), std::string::npos);
  EXPECT_THAT(coloured, HasSubstr("\x1b[1;31mDENIED by 2 rules\x1b[0m"));
  // Without its escapes it is the plain one: colour says nothing that words do not.
  for (size_t at; (at = coloured.find('\x1b')) != std::string::npos;) {
    coloured.erase(at, coloured.find('m', at) - at + 1);
  }
  EXPECT_EQ(coloured, plain);
}

TEST(Table, OnlyACleanReportIsCalledClean) {
  EXPECT_THAT(render_table(test::clean_report(), {}), HasSubstr("CLEAN"));
  for (const auto state : {AssessmentState::kStale, AssessmentState::kUnscanned,
                           AssessmentState::kUnsupported, AssessmentState::kError}) {
    const auto text = to_lower(render_table(test::troubled_report(state), {}));
    EXPECT_THAT(text, Not(HasSubstr("clean")));
    EXPECT_THAT(text, HasSubstr("cannot say"));
    EXPECT_THAT(text, HasSubstr("what to do:"));
  }
}

TEST(Table, AllowsWithoutSayingClean) {
  ScanReport report = test::sample_report();
  report.decision = {Verdict::kAllow, "lenient", {}};
  const auto text = render_table(report, {});
  EXPECT_THAT(text, HasSubstr("ALLOWED: no rule of the policy denies this"));
  EXPECT_THAT(text, Not(HasSubstr("CLEAN")));
}

TEST(Table, WarnsApartFromDenying) {
  ScanReport report = test::sample_report();
  report.decision.outcomes[1].verdict = Verdict::kWarn;
  const auto text = render_table(report, {});
  EXPECT_LT(text.find("DENIED by 1 rule\n"), text.find("WARNED by 1 rule\n"));
}

TEST(Table, NamesTheCommandThatHelps) {
  EXPECT_THAT(render_table(test::troubled_report(AssessmentState::kUnscanned), {}),
              HasSubstr("Next: seawall db update"));
  EXPECT_THAT(render_table(test::sample_report(), {}), HasSubstr("--all"));
  EXPECT_THAT(render_table(test::sample_report(), {.all = true}), Not(HasSubstr("--all")));
}

TEST(Table, ShowsTheFirstFindingsOfARuleAndCountsTheRest) {
  ScanReport report = test::sample_report();
  report.findings.clear();
  for (int i = 0; i < 30; ++i) {
    const Package package = test::debian_package("lib" + std::to_string(i), "1", "lib", 0);
    report.findings.push_back(test::vulnerability(package, "CVE-2026-" + std::to_string(1000 + i),
                                                  Severity::kCritical, 9.1, "2", "Bad"));
  }
  test::set_baseline_decision(report);
  report.actions = scan::plan_actions(report);
  EXPECT_THAT(render_table(report, {}), HasSubstr("and 25 more: --all"));
  EXPECT_THAT(render_table(report, {.all = true}), HasSubstr("CVE-2026-1029"));
}

TEST(Table, CountsTheVulnerabilitiesItLeavesOut) {
  // Three of medium severity and a negligible one; the other seven are in six rows or fewer.
  EXPECT_THAT(render_table(test::sample_report(), {}), HasSubstr("\xe2\x80\xa6 and 4 more: --all"));
  EXPECT_THAT(render_table(test::sample_report(), {.all = true}), Not(HasSubstr("more: --all")));
}

TEST(DisplayWidth, CountsColumns) {
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("\xc3\xa9t\xc3\xa9"), 3u);
  EXPECT_EQ(display_width("e\xcc\x81"), 1u);                 // combining acute
  EXPECT_EQ(display_width("\xe6\xbc\xa2\xe5\xad\x97"), 4u);  // two ideographs
  EXPECT_EQ(display_width("\xf0\x9f\x98\x80"), 2u);
  EXPECT_EQ(display_width(""), 0u);
}

TEST(Fit, CutsWithAnEllipsis) {
  const Style utf8, ascii{.ascii = true};
  EXPECT_EQ(fit("abcdef", 6, utf8), "abcdef");
  EXPECT_EQ(fit("abcdef", 5, utf8), "abcd\xe2\x80\xa6");
  EXPECT_EQ(fit("abcdef", 5, ascii), "ab...");
  EXPECT_EQ(fit("abc def", 5, utf8), "abc\xe2\x80\xa6");
  EXPECT_EQ(fit("abcdef", 0, utf8), "");
  EXPECT_EQ(fit("\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2", 4, utf8), "\xe6\xbc\xa2\xe2\x80\xa6");
}

TEST(Wrap, BreaksAtSpaces) {
  EXPECT_EQ(wrap("one two  three", 7), (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(wrap("abcdefghij kl", 4), (std::vector<std::string>{"abcd", "efgh", "ij", "kl"}));
  EXPECT_TRUE(wrap("", 10).empty());
}

TEST(StyleClean, StandsInForPunctuation) {
  const Style ascii{.ascii = true};
  EXPECT_EQ(ascii.clean("a\xe2\x80\xa2\xe2\x80\xa6"), "a*...");
  EXPECT_EQ(ascii.clean("\xc3\xa9"), "\\xc3\\xa9");
  EXPECT_EQ(Style().clean("\x1b[0m"), "\\x1b[0m");
}

TEST(Grid, AlignsAndDropsEmptyColumns) {
  Grid grid({{.right = true}, {}, {}});
  grid.row({{"1"}, {}, {"a"}});
  grid.row({{"10"}, {}, {"bc"}});
  EXPECT_EQ(grid.natural_width(), 6u);
  EXPECT_EQ(grid.render(1, 80, {}), "  1  a\n 10  bc\n");
}

TEST(Grid, WidestGivesWayFirst) {
  Grid grid({{}, {.least = 4}, {.extra = true}});
  grid.row({{"fixed"}, {"abcdefghij"}, {"an extra column"}});
  EXPECT_EQ(grid.render(0, 40, {}), "fixed  abcdefghij  an extra column\n");
  EXPECT_EQ(grid.render(0, 14, {}), "fixed  abcdef\xe2\x80\xa6\n");
}

}  // namespace
}  // namespace seawall::report
