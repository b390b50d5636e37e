// The whole way: open an artifact, collect facts, find, decide. What `seawall scan` prints is a
// report of this.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "artifact/image.h"
#include "inspect/inspector.h"
#include "model/scan_report.h"
#include "policy/policy_choice.h"

namespace seawall::scan {

inline constexpr int64_t kDefaultMaxDatabaseAge = 5 * 86400;

struct ScanOptions {
  std::string target;
  artifact::OpenOptions open;
  std::string database;                               // path of the advisory database
  std::string cache_directory;                        // empty: no cache of layers or trees
  int64_t max_database_age = kDefaultMaxDatabaseAge;  // seconds; 0: any age will do
  unsigned jobs = 1;
  uint8_t categories = inspect::kAllCategories;
  std::vector<std::string> skip;   // globs of paths that are left out
  bool use_attached_sbom = false;  // read the SBOM attached to the image, not its layers
  policy::PolicyChoice policy;
  bool kernel_headers = false;                   // report linux-libc-dev and the like
  Severity least_severity = Severity::kUnknown;  // leave out findings below
  bool ignore_unfixed = false;
  std::vector<std::string> vex;       // VEX documents, applied first
  std::string ignore_file;            // applied to what VEX leaves; empty: none
  std::string secrets_baseline;       // secrets known before; empty: none
  bool match_vulnerabilities = true;  // false: the inventory alone, no database is opened
};

// ERRORS: only when nothing could be examined at all (no such target, no right to read it,
// interrupted); a part that failed is a problem in the report.
Result<ScanReport> scan(const ScanOptions& options);

// Where the database lies unless --db says otherwise.
std::string default_database_path();
// The feeds that past scans on this machine needed, sorted; `db update` fetches these by default.
std::vector<std::string> feeds_seen(const std::string& cache_directory);

}  // namespace seawall::scan
