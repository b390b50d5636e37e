#include "report/lint_table.h"

#include <gmock/gmock.h>

namespace seawall::report {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

TEST(LintTable, AFindingWithoutALineShowsNone) {
  ScanReport report;
  for (const uint32_t line : {0u, 30u}) {
    Finding finding;
    finding.kind = FindingKind::kMisconfiguration;
    finding.rule_id = "SW-X0001";
    finding.title = "It is wrong";
    finding.severity = Severity::kLow;
    finding.location.path = "a.yaml";
    finding.location.line = line;
    report.findings.push_back(std::move(finding));
  }
  LintTableOptions options;
  options.table.width = 100;
  options.files = 1;
  const std::string text = render_lint_table(report, options);
  EXPECT_THAT(text, ContainsRegex("\n +low +SW-X0001"));
  EXPECT_THAT(text, HasSubstr("30  low"));
  EXPECT_THAT(text, Not(HasSubstr(" 0  low")));
}

}  // namespace
}  // namespace seawall::report
