// The table of `seawall lint`: by file and line, each finding with what to do.
//
//   Dockerfile
//      1  medium  SW-D0002 DL3007  The base image is latest           FROM debian:latest
//                 Name a version instead of latest
#pragma once

#include <string>

#include "report/report.h"

namespace seawall::report {

struct LintTableOptions {
  TableOptions table;
  size_t files = 0;        // that were judged
  size_t corrected = 0;    // findings that --fix removed
  size_t correctable = 0;  // findings that it would remove
};
std::string render_lint_table(const ScanReport& report, const LintTableOptions& options);

}  // namespace seawall::report
