// The facts of a scan report, and decisions of reports.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "model/scan_report.h"
#include "policy/policy.h"
#include "policy/stage.h"

namespace seawall::policy {

// A JSON object of the variables among `wanted` that a report knows: image, config, inventory,
// findings, suppressed. Of what is not an image, image and config are left out.
std::string report_facts(const ScanReport& report, const std::vector<std::string>& wanted,
                         UnixSeconds now);

// Sets the report's decision. ERRORS: none of a well-formed report.
Status decide_report(const Policy& policy, Stage stage, ScanReport& report, UnixSeconds now);
// Of findings alone, by the rules that are asked of each finding.
Result<Decision> decide_findings(const Policy& policy, Stage stage,
                                 const std::vector<Finding>& findings, UnixSeconds now);

}  // namespace seawall::policy
