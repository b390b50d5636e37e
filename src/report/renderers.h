// The renderers behind formats(), one file each. Every one of them is a pure function of the
// report, valid by its published schema whatever the strings in the report hold.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/scan_report.h"

namespace seawall::report {

// The form that render_json() writes and read_json() reads.
inline constexpr std::string_view kReportSchema = "https://seawall.dev/schema/scan-report-1.json";
inline constexpr std::string_view kReportsSchema = "https://seawall.dev/schema/scan-reports-1.json";
inline constexpr int kReportSchemaVersion = 1;

std::string render_json(const ScanReport& report);   // docs/formats/report-json.md
std::string render_sarif(const ScanReport& report);  // SARIF 2.1.0 (OASIS), errata 01
std::string render_sarif(const std::vector<const ScanReport*>& reports);  // a run each
std::string render_cyclonedx(const ScanReport& report);       // CycloneDX 1.6 (ECMA-424), JSON
std::string render_cyclonedx_17(const ScanReport& report);    // CycloneDX 1.7, JSON
std::string render_cyclonedx_xml(const ScanReport& report);   // CycloneDX 1.6, XML
std::string render_spdx(const ScanReport& report);            // SPDX 2.3, JSON
std::string render_spdx_tag_value(const ScanReport& report);  // SPDX 2.3, tag-value
std::string render_spdx_3(const ScanReport& report);          // SPDX 3.0.1, JSON-LD
std::string render_junit(const ScanReport& report);           // the JUnit XML that CI servers read
std::string render_markdown(const ScanReport& report);  // GitHub and GitLab Markdown, < 60 lines

}  // namespace seawall::report
