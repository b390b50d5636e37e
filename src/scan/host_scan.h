// What a host runs: its own packages, and the image of each container that runs on it, scanned by
// the same engine, decided by the same policy.
//
//   SEAWALL_TRY(const HostScan scan, scan_host(options));     // options.target: "host:" or
//   "host:/mnt"
//
// Engines (Docker, Podman) that are not there are passed over; one that cannot be asked, and an
// image that cannot be opened, is a problem of the host's report. With a directory other than "/"
// only an engine that the options name is asked. COST: that of scanning each image once. THREADS:
// as scan().
#pragma once

#include <vector>

#include "scan/scan.h"

namespace seawall::scan {

struct HostScan {
  ScanReport host;
  std::vector<ScanReport> images;  // by name; artifact.name names the containers, too
};

bool is_host_target(std::string_view target);  // "host:", "host:/mnt"
// ERRORS: those of scan() for the host's own file system.
Result<HostScan> scan_host(const ScanOptions& options);
// The gravest of all reports, in the order of docs/exit-codes.md.
int exit_code_of(const HostScan& scan);

}  // namespace seawall::scan
