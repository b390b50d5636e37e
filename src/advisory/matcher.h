// The matcher: an inventory and the database in, vulnerability findings out.
//
// OS packages are matched by the release's ecosystem, by source package and version where the
// distribution does so; language packages by their own. One finding for each (package, alias
// class); notices that fix the same vulnerability are merged into it. Nothing is reported that the
// vendor says is not affected. COST: 500 packages in under 10 ms, opening the database included.
// THREADS: safe.
#pragma once

#include "advisory/database.h"
#include "model/finding.h"
#include "model/package.h"

namespace seawall::advisory {

struct MatchOptions {
  bool include_kernel_headers =
      false;  // linux-libc-dev and the like: off, they would flood (documented)
  bool include_unimportant = true;  // vendor severity negligible
};

struct MatchResult {
  std::vector<Finding> findings;        // sorted
  std::string ecosystem;                // "debian:12"; empty when unsupported or unknown
  bool distribution_supported = false;  // the ecosystem is known
  bool distribution_covered = false;    // and the database has data for it
  std::vector<std::string>
      uncovered_ecosystems;        // of packages found here that the database lacks, sorted
  std::vector<std::string> feeds;  // names of feeds that were asked, sorted
  size_t owned_packages = 0;       // language packages left to the distribution that installed them
  size_t kernel_header_rows = 0;   // matches left out by include_kernel_headers
  size_t third_party_packages =
      0;  // OS packages of another vendor, matched all the same and counted here
};

Result<MatchResult> match(const Inventory& inventory, const Database& database,
                          const MatchOptions& options = {});

}  // namespace seawall::advisory
