// The flags of every verb that scans, and what they mean.
#pragma once

#include <string>
#include <vector>

#include "cli/command_line.h"
#include "scan/scan.h"

namespace seawall::cli {

std::vector<Flag> scan_flags();
// ERRORS: kUsage naming the flag and what it takes.
Result<scan::ScanOptions> scan_options_of(const Arguments& arguments, std::string target);

}  // namespace seawall::cli
