#include "report/renderers.h"
#include "report/report.h"

namespace seawall::report {

const std::vector<Format>& formats() {
  static const std::vector<Format> list = {
      {"json", "everything, in Seawall's own versioned form", render_json},
      {"sarif", "SARIF 2.1.0, for code scanning", render_sarif},
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

}  // namespace seawall::report
