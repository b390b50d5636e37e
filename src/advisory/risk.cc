#include "advisory/risk.h"

#include <algorithm>
#include <cmath>

namespace seawall::advisory {
namespace {

// The middle of each CVSS band, for what has a word and no score.
double impact_of(Severity severity) {
  switch (severity) {
    case Severity::kCritical:
      return 0.95;
    case Severity::kHigh:
      return 0.80;
    case Severity::kMedium:
      return 0.55;
    case Severity::kLow:
      return 0.25;
    case Severity::kNegligible:
      return 0.05;
    case Severity::kUnknown:
      break;
  }
  return 0.50;
}

// About the mean EPSS score of all CVEs: what is expected of one that nobody has scored.
constexpr double kUnscoredLikelihood = 0.03;

}  // namespace

double risk_of(const RiskInput& input) {
  double impact = impact_of(input.severity);
  if (input.score > 0) {
    const double by_score = std::clamp(input.score / 10, 0.0, 1.0);
    // The vendor knows its build, CVSS the flaw: both count the same.
    impact = input.severity == Severity::kUnknown ? by_score : (impact + by_score) / 2;
  }
  double risk;
  if (input.malicious) {
    risk = 100;
  } else if (input.known_exploited) {
    risk = 90 + 8 * impact + (input.ransomware ? 2 : 0);
  } else {
    risk = 90 * impact * std::clamp(input.epss.value_or(kUnscoredLikelihood), 0.0, 1.0);
  }
  return std::round(risk * 100) / 100;
}

}  // namespace seawall::advisory
