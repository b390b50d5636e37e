// Helm charts, rendered by the `helm` that is installed, so that manifests are judged as a cluster
// would get them.
//
// A chart is code from outside that another program runs: its files are read and written anew
// (scan/chart.h), and helm gets a private home without plugins, repositories or a cluster's
// configuration, no shell, nothing to fetch (dependencies come from charts/ only), and bounds.
//
//   SEAWALL_TRY(const auto files, render_chart("deploy/web", options, limits));
//   for (const RenderedFile& file : files) judge(file.path, file.text);
//
// What a template looks like after rendering says nothing of its lines: a rendered file has the
// template's path and the lines of what `helm template -s` prints of it.
//
// LIMITS: kHelmSeconds, 64 MiB of output, 2 GiB of memory, a chart. FAILURE: closed; a chart that
// cannot be rendered is an error and none of its templates is judged. THREADS: safe.
// Source: helm.sh/docs/helm/helm_template (Helm 3 and 4).
#pragma once

#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"

namespace seawall::scan {

inline constexpr std::chrono::seconds kHelmSeconds{30};

struct HelmOptions {
  std::vector<std::string> values;  // files, a later one over an earlier one
  std::chrono::milliseconds time = kHelmSeconds;
};

struct RenderedFile {
  std::string path;  // of the template, below the chart's path as shown
  std::string text;  // its documents
};

// `path` is a chart's directory or a packed chart. Nothing for a chart that is a library. ERRORS:
// kUnsupported when helm is not installed, kTimeout, kLimit, kMalformed with what helm says,
// kCancelled, kIo.
Result<std::vector<RenderedFile>> render_chart(const std::string& path, const HelmOptions& options,
                                               const Limits& limits);

// The documents of `helm template`, put together by the "# Source:" comments that name their
// templates; `chart` is how the chart's own directory is shown.
std::vector<RenderedFile> split_rendered(std::string_view stream, const std::string& chart);

// Which of the files of a tree belong to charts.
class ChartSet {
 public:
  // Of every file below the tree, in any order.
  void add(std::string_view path);
  // The directories of charts that are no part of another one.
  std::vector<std::string> charts() const;
  // Whether a manifest is rendered with its chart: templates, definitions of resources, subcharts.
  bool renders(std::string_view path) const;

 private:
  bool is_part(const std::string& directory) const;
  std::set<std::string> directories_;  // those with a Chart.yaml
};

}  // namespace seawall::scan
