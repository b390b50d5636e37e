#include <fmt/format.h>

#include "base/strings.h"
#include "report/renderers.h"
#include "report/report.h"

namespace seawall::report {

const std::vector<Format>& formats() {
  static const std::vector<Format> list = {
      {"json", "everything, in Seawall's own versioned form", render_json},
      {"sarif", "SARIF 2.1.0, for code scanning",
       static_cast<std::string (*)(const ScanReport&)>(render_sarif)},
      {"cyclonedx", "CycloneDX 1.6 JSON, components and vulnerabilities", render_cyclonedx},
      {"cyclonedx-1.7", "CycloneDX 1.7 JSON", render_cyclonedx_17},
      {"cyclonedx-xml", "CycloneDX 1.6 XML", render_cyclonedx_xml},
      {"spdx", "SPDX 2.3 JSON, components and licences", render_spdx},
      {"spdx-tv", "SPDX 2.3 tag-value", render_spdx_tag_value},
      {"spdx-3", "SPDX 3.0.1 JSON-LD, components, licences and vulnerabilities", render_spdx_3},
      {"junit", "JUnit XML, for CI servers that show tests", render_junit},
      {"markdown", "Markdown of under 60 lines, for merge requests", render_markdown},
  };
  return list;
}

namespace {

std::string render_json_together(const std::vector<const ScanReport*>& reports, int exit_code) {
  std::string out = fmt::format(
      "{{\n\"schema\": \"{}\",\n\"schemaVersion\": {},\n\"exitCode\": {},\n\"reports\": [",
      kReportsSchema, kReportSchemaVersion, exit_code);
  for (const ScanReport* report : reports) {
    out += report == reports.front() ? "\n" : ",\n";
    out += trim(render_json(*report));
  }
  return out + "\n]\n}\n";
}

}  // namespace

Result<std::string> render_together(std::string_view format,
                                    const std::vector<const ScanReport*>& reports, int exit_code,
                                    const TableOptions& table) {
  if (format == "sarif") return render_sarif(reports);
  if (format == "json") return render_json_together(reports, exit_code);
  if (format != "table" && format != "markdown") {
    return usage_error(fmt::format("several reports have no format {}", format))
        .hint(
            "one of: table, markdown, json, sarif; for others scan one after the other: "
            "rootfs:/, docker:IMAGE");
  }
  std::string out;
  for (const ScanReport* report : reports) {
    if (!out.empty()) out += "\n";
    out += format == "table" ? render_table(*report, table) : render_markdown(*report);
  }
  return out;
}

}  // namespace seawall::report
