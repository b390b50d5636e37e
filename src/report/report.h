// Report formats: each a pure function from a ScanReport to bytes, the same bytes for the same
// report, whatever the number of threads, the terminal or the time of day (the table alone shows
// how long it took).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/scan_report.h"

namespace seawall::report {

struct TableOptions {
  bool color = false;
  bool ascii = false;    // no characters outside ASCII
  bool all = false;      // every finding, not only what needs action first
  unsigned width = 100;  // columns
};

struct Format {
  std::string_view name;         // "sarif"
  std::string_view description;  // "SARIF 2.1.0, for code scanning"
  std::string (*render)(const ScanReport& report);
};
// json, sarif, cyclonedx, cyclonedx-1.7, cyclonedx-xml, spdx, spdx-tv, spdx-3, junit, markdown (the
// table is apart: it depends on the terminal).
const std::vector<Format>& formats();
std::string render_table(const ScanReport& report, const TableOptions& options);

// Several reports as one document: table and markdown one below the other, sarif a run each, json
// {"schema", "schemaVersion", "exitCode", "reports": [...]}. ERRORS: kUsage for other formats.
Result<std::string> render_together(std::string_view format,
                                    const std::vector<const ScanReport*>& reports, int exit_code,
                                    const TableOptions& table);

}  // namespace seawall::report
