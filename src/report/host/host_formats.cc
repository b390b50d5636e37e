#include "report/host/host_formats.h"

#include "report/host/host_renderers.h"

namespace seawall::report {

const std::vector<HostFormat>& host_formats() {
  static const std::vector<HostFormat> list = {
      {"table", "by section, what fails first, with what to do", render_host_table},
      {"json", "everything, in Seawall's own versioned form", render_host_json},
      {"html", "one self-contained page, to read and to print", render_host_html},
      {"markdown", "for merge requests and tickets", render_host_markdown},
      {"junit", "JUnit XML, for CI servers that show tests", render_host_junit},
      {"sarif", "SARIF 2.1.0, for code scanning", render_host_sarif},
      {"oscal", "OSCAL 1.1.2 assessment results, for auditors", render_host_oscal},
      {"docker-bench", "the log of docker-bench-security", render_docker_bench},
      {"docker-bench-json", "the JSON of docker-bench-security", render_docker_bench_json},
  };
  return list;
}

}  // namespace seawall::report
