#include "cli/scan_options.h"

#include <fmt/format.h>

#include "base/file.h"
#include "base/strings.h"
#include "base/time.h"

namespace seawall::cli {
namespace {

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

}  // namespace

Result<scan::ScanOptions> scan_options_of(const Arguments& arguments, std::string target) {
  scan::ScanOptions options;
  options.target = std::move(target);
  options.database = database_of(arguments);
  if (!arguments.has("no-cache"))
    options.cache_directory = arguments.get("cache-dir", cache_directory());
  SEAWALL_TRY(options.jobs, jobs_of(arguments));
  SEAWALL_TRY(options.policy, policy::parse_fail_on(arguments.get("fail-on", "default")));
  options.policy.file = arguments.get("policy");
  options.policy.presets = words_of(arguments.get("preset"));
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
  options.skip = words_of(arguments.get("skip"));
  options.ignore_unfixed = arguments.has("ignore-unfixed");
  options.use_attached_sbom = arguments.has("use-attached-sbom");
  options.vex = words_of(arguments.get("vex"));
  options.ignore_file = arguments.get("ignore-file");
  for (const char* name : {".seawall-ignore.yaml", ".trivyignore.yaml", ".trivyignore"}) {
    if (!arguments.has("ignore-file") && options.ignore_file.empty() && file_exists(name))
      options.ignore_file = name;
  }
  options.secrets_baseline = arguments.get("secrets-baseline");
  options.kernel_headers = arguments.has("kernel-headers");
  options.open.platform = arguments.get("platform");
  options.open.http.ca_file = arguments.get("ca-file");
  options.open.http.insecure = arguments.has("insecure");
  options.open.http.offline = arguments.has("offline");
  options.open.plain_http = arguments.has("plain-http");
  return options;
}

std::vector<Flag> scan_flags() {
  return {
      {"scanners", "LIST",
       "what is looked for: packages, secrets, configuration, with commas (default all)"},
      {"skip", "GLOBS", "paths that are left out: 'usr/share/**,**/testdata/**'"},
      {"severity", "WORD",
       "leave out what is less severe: critical, high, medium, low, negligible"},
      {"vex", "PATH,...",
       "VEX documents (OpenVEX, CSAF, CycloneDX) that set findings aside: files, directories, or "
       "attached: what is attached to the image"},
      {"ignore-file", "FILE",
       "exceptions (default .seawall-ignore.yaml, .trivyignore.yaml or .trivyignore where you "
       "are)"},
      {"secrets-baseline", "FILE", "secrets known before, which are set aside"},
      {"ignore-unfixed", "", "leave out what has no fix yet"},
      {"policy", "FILE", "the policy that decides (docs/policy.md)"},
      {"preset", "NAMES",
       "built-in policies, with commas: baseline (default), restricted, gc-medium"},
      {"fail-on", "WORD",
       "also deny this severity and worse: critical ... negligible, high-fixable ...; none: deny "
       "nothing"},
      {"platform", "OS/ARCH", "which image of an index: linux/arm64 (default: this machine's)"},
      {"use-attached-sbom", "",
       "read the SBOM attached to the image (registry, OCI layout) in place of its layers"},
      {"max-db-age", "AGE", "how old advisory data may be: 36h, 5d (default 5d); 0: any age"},
      {"kernel-headers", "",
       "also report kernel vulnerabilities of header packages (linux-libc-dev)"},
      {"no-cache", "", "neither use nor fill the caches of layers and trees"},
      {"ca-file", "FILE", "certificates of a private authority, PEM"},
      {"plain-http", "", "talk to the registry without TLS"},
      {"insecure", "", "accept any certificate"}};
}

}  // namespace seawall::cli
