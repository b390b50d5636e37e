// Risk: one number from 0 to 100 for how likely a vulnerability is used times how bad that would
// be. The formula and its reasons are in docs/risk.md.
#pragma once

#include <optional>

#include "model/severity.h"

namespace seawall::advisory {

struct RiskInput {
  Severity severity = Severity::kUnknown;
  double score = 0;            // CVSS base score, 0 when unknown
  std::optional<double> epss;  // probability of exploitation in the next 30 days
  bool known_exploited = false, ransomware = false, malicious = false;
};
// Rounded to hundredths. THREADS: safe.
double risk_of(const RiskInput& input);

}  // namespace seawall::advisory
