// Security updates that the vendor has out and the host has not installed.
#pragma once

#include <string>
#include <vector>

#include "advisory/database.h"
#include "benchmark/collectors/host_files.h"
#include "model/package.h"

namespace seawall::benchmark {

// Packages with a known vulnerability whose fix is out, by source package, sorted. Read are the
// databases of dpkg, apk and rpm. COST: that of matching. ERRORS: kNoData when the database knows
// nothing of the distribution; those of reading.
Result<std::vector<std::string>> pending_security_updates(const HostFiles& files,
                                                          const advisory::Database& database,
                                                          const Distribution& distribution);

}  // namespace seawall::benchmark
