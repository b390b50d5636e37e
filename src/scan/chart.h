// A Helm chart's files in memory, from a directory or a packed chart, as far as it can be trusted.
//
// Whoever renders a chart opens what the chart names, so that a link in it could show any file of
// the machine in what is rendered. A chart is therefore read without following a link, judged, and
// written anew for the program that renders it: links that leave the chart are refused, sizes and
// counts bounded, special files left out.
//
//   SEAWALL_TRY(const Chart chart, read_chart("deploy/web", limits));   // or "web-1.2.0.tgz"
//   SEAWALL_CHECK(chart.write_below(private_directory));
//
// LIMITS: 64 MiB and 20,000 files. Version control and node_modules below a chart are left out.
// ERRORS: kMalformed (a link that leaves it, a damaged archive, no Chart.yaml), kLimit, kIo.
// Source: helm.sh/docs/topics/charts, "The Chart File Structure" (Helm 3).
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"

namespace seawall::scan {

struct Chart {
  std::string path;                          // as shown
  std::map<std::string, std::string> files;  // by path below the chart
  std::map<std::string, std::string> links;  // of a directory; none leaves it

  // Templates that become objects, those of its subcharts included: no partials, no notes.
  size_t templates() const;
  // A chart of partials for other charts, which cannot be rendered by itself.
  bool is_library(const Limits& limits) const;
  // REQUIRES: an empty directory that nobody else writes to.
  Status write_below(const std::string& directory) const;
};

Result<Chart> read_chart(const std::string& path, const Limits& limits);

// The names that manifests have: *.yaml, *.yml and *.json.
bool is_manifest_name(std::string_view path);

// Whether a link at `path` below a root stays below it, whatever the other links that do are.
bool link_stays_inside(std::string_view path, std::string_view target);

}  // namespace seawall::scan
