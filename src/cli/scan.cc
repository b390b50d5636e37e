// seawall scan: one artifact in, a report and an exit status out.

#include <cstdint>

#include <fmt/format.h>

#include "base/file.h"
#include "base/strings.h"
#include "base/time.h"
#include "base/version.h"
#include "cli/scan_options.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "inspect/secrets/baseline.h"
#include "policy/record.h"
#include "policy/report_facts.h"
#include "policy/vex.h"
#include "report/report.h"
#include "scan/host_scan.h"

namespace seawall::cli {
namespace {

Result<std::string> render(const ScanReport& report, const Arguments& arguments) {
  const std::string name = arguments.get("format", "table");
  if (name == "table") {
    return report::render_table(report, {wants_color(arguments), wants_ascii(arguments),
                                         arguments.has("all"), terminal_width()});
  }
  std::string known = "table";
  for (const report::Format& format : report::formats()) {
    if (format.name == name) return format.render(report);
    known += ", " + std::string(format.name);
  }
  return usage_error(fmt::format("there is no format {}", name)).hint("one of: " + known);
}

// The decision with every fact it could have been made of.
std::string record_of(const ScanReport& report) {
  const UnixSeconds time = now();
  const std::string facts = policy::report_facts(report, policy::condition_variables(), time);
  return policy::record_of(policy::Stage::kScan, facts, report.decision, time);
}

Result<std::string> render(const scan::HostScan& scanned, const Arguments& arguments) {
  std::vector<const ScanReport*> reports = {&scanned.host};
  for (const ScanReport& image : scanned.images) reports.push_back(&image);
  return report::render_together(
      arguments.get("format", "table"), reports, scan::exit_code_of(scanned),
      {wants_color(arguments), wants_ascii(arguments), arguments.has("all"), terminal_width()});
}

// The host's own packages, then each image that runs on it.
int run_host_scan(const scan::ScanOptions& options, const Arguments& arguments) {
  for (const std::string_view flag : {"secrets-baseline-out", "vex-out", "record"}) {
    if (arguments.has(flag))
      return fail(usage_error(fmt::format("--{} is for one artifact, host: is several", flag)));
  }
  if (auto known = render(scan::HostScan(), arguments); !known.ok()) return fail(known.error());
  auto scanned = scan::scan_host(options);
  if (!scanned.ok()) return fail(scanned.error());
  scanned->host.tool_version = kVersion;
  for (ScanReport& image : scanned->images) image.tool_version = kVersion;
  const auto text = render(*scanned, arguments);
  if (!text.ok()) return fail(text.error());
  if (auto written = write_output(arguments, *text); !written.ok()) return fail(written.error());
  return scan::exit_code_of(*scanned);
}

int run_scan(const Arguments& arguments) {
  auto options = scan_options_of(arguments, arguments.positional().front());
  if (!options.ok()) return fail(options.error());
  if (scan::is_host_target(options->target)) return run_host_scan(*options, arguments);
  if (auto known = render(ScanReport(), arguments); !known.ok()) return fail(known.error());
  auto report = scan::scan(*options);
  if (!report.ok()) return fail(report.error());
  report->tool_version = kVersion;
  const auto text = render(*report, arguments);
  if (!text.ok()) return fail(text.error());
  if (arguments.has("secrets-baseline-out")) {
    const auto baseline = inspect::Baseline::of(report->findings, "known when this was made");
    if (auto written = write_file(arguments.get("secrets-baseline-out"), baseline.to_json());
        !written.ok())
      return fail(written.error());
  }
  if (arguments.has("vex-out")) {
    if (auto written = write_file(arguments.get("vex-out"), policy::render_openvex(*report));
        !written.ok())
      return fail(written.error());
  }
  if (arguments.has("record")) {
    if (auto written = policy::append_record(arguments.get("record"), record_of(*report));
        !written.ok())
      return fail(written.error());
  }
  if (auto written = write_output(arguments, *text); !written.ok()) return fail(written.error());
  return exit_code_of(*report);
}

std::vector<Flag> flags() {
  std::vector<Flag> list = {
      {"format", "NAME",
       "table, json, sarif, cyclonedx[-1.7|-xml], spdx[-tv|-3], junit, markdown (default table)",
       'f'},
      {"all", "", "table: every finding, not only the most important", 'a'},
      {"secrets-baseline-out", "FILE", "write the secrets found, to be set aside from now on"},
      {"vex-out", "FILE", "write the decisions as OpenVEX"},
      {"record", "FILE", "append the decision and its facts, for `seawall policy replay`"}};
  const std::vector<Flag> shared = scan_flags();
  list.insert(list.end(), shared.begin(), shared.end());
  return list;
}

}  // namespace

Command scan_command() {
  return {
      "scan",
      "TARGET",
      "find vulnerable packages, secrets and misconfiguration of an image, archive or tree, and "
      "decide",
      "TARGET is recognised: a `docker save` or OCI archive, an OCI layout, a directory, or an "
      "image reference\n"
      "(looked for in the Docker engine, then Podman, then its registry). A scheme in front forces "
      "it:\n"
      "docker-archive: oci-archive: oci: registry: docker: podman: rootfs: dir: sbom:\n"
      "host: is this machine's own packages and the image of each container that runs on it.\n\n"
      "The built-in policy denies what is known to be exploited and what is critical and has a "
      "fix.\n"
      "Exit status: 0 passed, 1 denied, 2 could not run or a part could not be read, 3 cannot say "
      "(no or stale\n"
      "advisory data, unsupported distribution).",
      flags(),
      {"seawall scan debian:12", "docker save app:1.0 -o app.tar && seawall scan app.tar",
       "seawall scan rootfs:/ --format json --output report.json", "seawall scan host:",
       "seawall scan registry:registry.example/shop/api:1.4.2 --fail-on high"},
      1,
      1,
      run_scan};
}

}  // namespace seawall::cli
