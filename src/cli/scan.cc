// seawall scan: one artifact in, a report and an exit status out.

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include <fmt/format.h>

#include "base/file.h"
#include "base/strings.h"
#include "base/time.h"
#include "base/version.h"
#include "cli/verbs.h"
#include "policy/vex.h"
#include "report/report.h"
#include "scan/scan.h"

namespace seawall::cli {
namespace {

unsigned terminal_width() {
  struct winsize size = {};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  if (const char* columns = std::getenv("COLUMNS")) {
    if (const auto value = parse_unsigned(columns))
      return static_cast<unsigned>(std::min<uint64_t>(*value, 1000));
  }
  return 100;
}

bool wants_ascii(const Arguments& arguments) {
  const char* term = std::getenv("TERM");
  return arguments.has("ascii") || (term && std::string_view(term) == "dumb");
}

// "packages,secrets" to Category bits.
Result<uint8_t> parse_categories(const std::string& text) {
  uint8_t categories = 0;
  for (const std::string_view word : split(text, ',')) {
    uint8_t bits = word == "all" ? inspect::kAllCategories : 0;
    for (const auto category : {inspect::Category::kPackages, inspect::Category::kSecrets,
                                inspect::Category::kConfiguration}) {
      if (word == to_string(category)) bits = static_cast<uint8_t>(category);
    }
    if (bits == 0) {
      return usage_error(fmt::format("--scanners does not know \"{}\"", word))
          .hint("packages, secrets, configuration, with commas between; or all");
    }
    categories |= bits;
  }
  return categories;
}

Result<scan::ScanOptions> options_of(const Arguments& arguments) {
  scan::ScanOptions options;
  options.target = arguments.positional().front();
  options.database = database_of(arguments);
  if (!arguments.has("no-cache"))
    options.cache_directory = arguments.get("cache-dir", cache_directory());
  SEAWALL_TRY(options.jobs, jobs_of(arguments));
  SEAWALL_TRY(options.policy, policy::parse_fail_on(arguments.get("fail-on", "default")));
  if (arguments.has("max-db-age")) {
    const auto age = parse_duration(arguments.get("max-db-age"));
    if (!age)
      return usage_error("--max-db-age takes a duration such as 36h, 5d, 2w; 0 accepts any age");
    options.max_database_age = *age;
  }
  if (arguments.has("severity")) {
    options.least_severity = parse_severity(arguments.get("severity"));
    if (options.least_severity == Severity::kUnknown) {
      return usage_error("--severity takes critical, high, medium, low or negligible");
    }
  }
  SEAWALL_TRY(options.categories, parse_categories(arguments.get("scanners", "all")));
  const std::string skip = arguments.get("skip");
  for (const std::string_view pattern : split(skip, ',')) {
    if (!trim(pattern).empty()) options.skip.emplace_back(trim(pattern));
  }
  options.ignore_unfixed = arguments.has("ignore-unfixed");
  options.use_attached_sbom = arguments.has("use-attached-sbom");
  const std::string vex = arguments.get("vex");
  for (const std::string_view path : split(vex, ',')) {
    if (!trim(path).empty()) options.vex.emplace_back(trim(path));
  }
  options.ignore_file = arguments.get("ignore-file");
  for (const char* name : {".seawall-ignore.yaml", ".trivyignore.yaml", ".trivyignore"}) {
    if (!arguments.has("ignore-file") && options.ignore_file.empty() && file_exists(name))
      options.ignore_file = name;
  }
  options.kernel_headers = arguments.has("kernel-headers");
  options.open.platform = arguments.get("platform");
  options.open.http.ca_file = arguments.get("ca-file");
  options.open.http.insecure = arguments.has("insecure");
  options.open.http.offline = arguments.has("offline");
  options.open.plain_http = arguments.has("plain-http");
  return options;
}

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

int run_scan(const Arguments& arguments) {
  auto options = options_of(arguments);
  if (!options.ok()) return fail(options.error());
  if (auto known = render(ScanReport(), arguments); !known.ok()) return fail(known.error());
  auto report = scan::scan(*options);
  if (!report.ok()) return fail(report.error());
  report->tool_version = kVersion;
  const auto text = render(*report, arguments);
  if (!text.ok()) return fail(text.error());
  if (arguments.has("vex-out")) {
    if (auto written = write_file(arguments.get("vex-out"), policy::render_openvex(*report));
        !written.ok())
      return fail(written.error());
  }
  if (auto written = write_output(arguments, *text); !written.ok()) return fail(written.error());
  return exit_code_of(*report);
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
      "docker-archive: oci-archive: oci: registry: docker: podman: rootfs: dir: sbom:\n\n"
      "The built-in policy denies what is known to be exploited and what is critical and has a "
      "fix.\n"
      "Exit status: 0 passed, 1 denied, 2 could not run or a part could not be read, 3 cannot say "
      "(no or stale\n"
      "advisory data, unsupported distribution).",
      {{"format", "NAME",
        "table, json, sarif, cyclonedx[-1.7|-xml], spdx[-tv|-3], junit, markdown (default table)",
        'f'},
       {"scanners", "LIST",
        "what is looked for: packages, secrets, configuration, with commas (default all)"},
       {"skip", "GLOBS", "paths that are left out: 'usr/share/**,**/testdata/**'"},
       {"all", "", "table: every finding, not only the most important", 'a'},
       {"severity", "WORD",
        "leave out what is less severe: critical, high, medium, low, negligible"},
       {"vex", "PATH,...",
        "VEX documents (OpenVEX, CSAF, CycloneDX) that set findings aside: files, directories, or "
        "attached: what is attached to the image"},
       {"vex-out", "FILE", "write the decisions as OpenVEX"},
       {"ignore-file", "FILE",
        "exceptions (default .seawall-ignore.yaml, .trivyignore.yaml or .trivyignore where you are)"},
       {"ignore-unfixed", "", "leave out what has no fix yet"},
       {"fail-on", "WORD",
        "also deny this severity and worse: critical ... negligible, high-fixable ...; none: deny "
        "nothing"},
       {"platform", "OS/ARCH", "which image of an index: linux/arm64 (default: this machine's)"},
       {"use-attached-sbom", "",
        "read the SBOM attached to the image (registry, OCI layout) in place of its layers"},
       {"max-db-age", "AGE", "how old advisory data may be: 36h, 5d (default 5d); 0: any age"},
       {"kernel-headers", "",
        "also report kernel vulnerabilities of header packages (linux-libc-dev)"},
       {"no-cache", "", "neither use nor fill the layer cache"},
       {"ca-file", "FILE", "certificates of a private authority, PEM"},
       {"plain-http", "", "talk to the registry without TLS"},
       {"insecure", "", "accept any certificate"}},
      {"seawall scan debian:12", "docker save app:1.0 -o app.tar && seawall scan app.tar",
       "seawall scan rootfs:/ --format json --output report.json",
       "seawall scan registry:registry.example/shop/api:1.4.2 --fail-on high"},
      1,
      1,
      run_scan};
}

}  // namespace seawall::cli
