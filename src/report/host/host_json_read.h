// Reads what the json format of `seawall host` wrote, for --baseline.
//
//   SEAWALL_TRY(const HostReport before, read_host_json(bytes, limits));
//
// ERRORS: kMalformed for what is no such report, kUnsupported for another version; kLimit. THREADS:
// safe.
#pragma once

#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"
#include "model/host_report.h"

namespace seawall::report {

inline constexpr std::string_view kHostReportSchema =
    "https://seawall.dev/schema/host-report-1.json";
inline constexpr int kHostReportSchemaVersion = 1;

Result<HostReport> read_host_json(std::string bytes, const Limits& limits = {});

}  // namespace seawall::report
