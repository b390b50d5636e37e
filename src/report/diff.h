// What `seawall diff` shows: the answer first (better or worse), then what is new, what is gone,
// what moved.
#pragma once

#include <string>

#include "model/report_diff.h"
#include "report/report.h"

namespace seawall::report {

std::string render_diff_table(const ReportDiff& diff, const TableOptions& options);
// docs/schema/diff-1.json
std::string render_diff_json(const ReportDiff& diff);
// Under 60 lines, for merge requests.
std::string render_diff_markdown(const ReportDiff& diff);

// "worse: 3 findings introduced (1 critical), 31 fixed; 4 packages upgraded, 2 added; +12.4 MB".
std::string diff_summary(const ReportDiff& diff);
// "upgraded expat 2.5.0-1 -> 2.5.0-1+deb12u1".
std::string change_words(const PackageChange& change);
// "+12.4 MB", "-1.0 kB"; empty when nothing changed or a size is not known.
std::string size_change(const ReportDiff& diff);

}  // namespace seawall::report
