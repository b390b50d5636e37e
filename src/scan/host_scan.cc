#include "scan/host_scan.h"

#include <algorithm>

#include <fmt/format.h>

#include "artifact/running_images.h"
#include "base/strings.h"

namespace seawall::scan {
namespace {

constexpr std::string_view kScheme = "host:";

// Layers of images, which are scanned as what they are.
constexpr std::string_view kImageStores[] = {
    "var/lib/docker/**", "var/lib/containerd/**", "var/lib/containers/storage/**",
    "home/*/.local/share/docker/**", "home/*/.local/share/containers/storage/**"};

Problem problem_of(const Error& error, std::string where) {
  return {std::move(where), error.message(), error.hint(), error.code()};
}

// Scans what an engine runs and adds it; what fails is a problem of the host.
Status scan_images(std::string_view engine, const ScanOptions& options, HostScan& out) {
  const auto running = artifact::running_images(engine, options.open);
  if (!running.ok()) {
    if (running.error().code() == Code::kCancelled) return running.error();
    if (running.error().code() != Code::kNotFound)
      out.host.problems.push_back(problem_of(running.error(), fmt::format("{} engine", engine)));
    return {};
  }
  for (const artifact::RunningImage& image : *running) {
    ScanOptions one = options;
    one.target = fmt::format("{}:{}", engine, image.id);
    auto report = scan(one);
    const std::string name = fmt::format("{} ({})", image.name, join(image.containers, ", "));
    if (report.ok()) {
      report->artifact.name = name;
      out.images.push_back(std::move(*report));
    } else if (report.error().code() == Code::kCancelled) {
      return report.error();
    } else {
      out.host.problems.push_back(problem_of(report.error(), "image " + name));
    }
  }
  return {};
}

}  // namespace

bool is_host_target(std::string_view target) {
  return target.starts_with(kScheme);
}

Result<HostScan> scan_host(const ScanOptions& options) {
  std::string root = options.target.substr(kScheme.size());
  if (root.empty()) root = "/";
  HostScan out;
  ScanOptions own = options;
  own.target = "rootfs:" + root;
  for (const std::string_view store : kImageStores) own.skip.emplace_back(store);
  SEAWALL_TRY(out.host, scan(own));
  out.host.artifact.name = options.target;
  out.host.artifact.kind = "host";
  if (root == "/" || !options.open.engine_socket.empty()) {
    for (const std::string_view engine : {"docker", "podman"})
      SEAWALL_CHECK(scan_images(engine, options, out));
  }
  if (!out.host.problems.empty()) out.host.state = AssessmentState::kError;
  return out;
}

int exit_code_of(const HostScan& scan) {
  std::vector<int> codes = {exit_code_of(scan.host)};
  for (const ScanReport& image : scan.images) codes.push_back(exit_code_of(image));
  for (const int gravest : {2, 1, 3}) {
    if (std::find(codes.begin(), codes.end(), gravest) != codes.end()) return gravest;
  }
  return 0;
}

}  // namespace seawall::scan
