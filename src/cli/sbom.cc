// seawall sbom: what an artifact is made of, and nothing about what is wrong with it.
#include <fmt/format.h>

#include "base/file.h"
#include "base/log.h"
#include "base/version.h"
#include "cli/verbs.h"
#include "report/report.h"
#include "scan/scan.h"

namespace seawall::cli {
namespace {

constexpr std::string_view kFormats[] = {"cyclonedx", "cyclonedx-1.7", "cyclonedx-xml",
                                         "spdx",      "spdx-tv",       "spdx-3"};

Result<const report::Format*> format_of(const Arguments& arguments) {
  const std::string name = arguments.get("format", "cyclonedx");
  std::string known;
  for (const std::string_view candidate : kFormats) {
    known += (known.empty() ? "" : ", ") + std::string(candidate);
    if (candidate != name) continue;
    for (const report::Format& format : report::formats()) {
      if (format.name == name) return &format;
    }
  }
  return usage_error(fmt::format("there is no SBOM format {}", name)).hint("one of: " + known);
}

int run_sbom(const Arguments& arguments) {
  const auto format = format_of(arguments);
  if (!format.ok()) return fail(format.error());
  scan::ScanOptions options;
  options.target = arguments.positional().front();
  options.match_vulnerabilities = false;
  options.categories = static_cast<uint8_t>(inspect::Category::kPackages);
  if (!arguments.has("no-cache"))
    options.cache_directory = arguments.get("cache-dir", cache_directory());
  const auto jobs = jobs_of(arguments);
  if (!jobs.ok()) return fail(jobs.error());
  options.jobs = *jobs;
  options.open.platform = arguments.get("platform");
  options.open.http.ca_file = arguments.get("ca-file");
  options.open.http.insecure = arguments.has("insecure");
  options.open.http.offline = arguments.has("offline");
  options.open.plain_http = arguments.has("plain-http");
  auto report = scan::scan(options);
  if (!report.ok()) return fail(report.error());
  report->tool_version = kVersion;
  if (auto written = write_output(arguments, (*format)->render(*report)); !written.ok())
    return fail(written.error());
  for (const Problem& problem : report->problems) {
    log_error(fmt::format("{}: {}; its packages may be missing", problem.where, problem.message));
  }
  return report->problems.empty() ? kPassed : kFailed;
}

}  // namespace

Command sbom_command() {
  return {
      "sbom",
      "TARGET",
      "list what an image, archive, root filesystem or tree is made of",
      "TARGET is what `seawall scan` takes. No advisory database is needed or opened; the same "
      "artifact gives the\n"
      "same bytes. Formats: cyclonedx (1.6 JSON), cyclonedx-1.7, cyclonedx-xml, spdx (2.3 JSON), "
      "spdx-tv, spdx-3 (3.0.1 JSON-LD).\n"
      "Exit status: 0 written, 2 could not run or a part could not be read (the SBOM is marked "
      "incomplete).",
      {{"format", "NAME",
        "cyclonedx, cyclonedx-1.7, cyclonedx-xml, spdx, spdx-tv, spdx-3 (default cyclonedx)", 'f'},
       {"platform", "OS/ARCH", "which image of an index: linux/arm64 (default: this machine's)"},
       {"no-cache", "", "neither use nor fill the caches of layers and trees"},
       {"ca-file", "FILE", "certificates of a private authority, PEM"},
       {"plain-http", "", "talk to the registry without TLS"},
       {"insecure", "", "accept any certificate"}},
      {"seawall sbom debian:12 --output debian.cdx.json", "seawall sbom app.tar --format spdx-tv"},
      1,
      1,
      run_sbom};
}

}  // namespace seawall::cli
