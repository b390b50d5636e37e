// CVSS 2.0 base score. Source: "A Complete Guide to the Common Vulnerability Scoring System Version
// 2.0", section 3.2.1.
#include <cmath>

#include "model/cvss.h"

namespace seawall::cvss {
namespace {

enum : size_t { kAv, kAc, kAu, kC, kI, kA };
constexpr Metric kMetrics[] = {
    {"AV", "L A N", true},
    {"AC", "H M L", true},
    {"Au", "M S N", true},
    {"C", "N P C", true},
    {"I", "N P C", true},
    {"A", "N P C", true},
    // Temporal (2.2) and environmental (2.3).
    {"E", "U POC F H ND"},
    {"RL", "OF TF W U ND"},
    {"RC", "UC UR C ND"},
    {"CDP", "N L LM MH H ND"},
    {"TD", "N L M H ND"},
    {"CR", "L M H ND"},
    {"IR", "L M H ND"},
    {"AR", "L M H ND"},
};

double access_vector(char value) {
  return value == 'L' ? 0.395 : value == 'A' ? 0.646 : 1.0;
}
double access_complexity(char value) {
  return value == 'H' ? 0.35 : value == 'M' ? 0.61 : 0.71;
}
double authentication(char value) {
  return value == 'M' ? 0.45 : value == 'S' ? 0.56 : 0.704;
}
double loss(char value) {
  return value == 'N' ? 0.0 : value == 'P' ? 0.275 : 0.660;
}

}  // namespace

Result<double> base_score_v2(std::string_view metrics) {
  SEAWALL_TRY(const BaseValues values, read_metrics(metrics, kMetrics));
  const double impact =
      10.41 * (1 - (1 - loss(values[kC])) * (1 - loss(values[kI])) * (1 - loss(values[kA])));
  if (impact == 0) return 0.0;
  const double exploitability = 20 * access_vector(values[kAv]) * access_complexity(values[kAc]) *
                                authentication(values[kAu]);
  const double score = (0.6 * impact + 0.4 * exploitability - 1.5) * 1.176;
  // None of the 729 scores lies within 1e-9 of a tie, so a double rounds like exact decimals.
  return std::round(score * 10) / 10;
}

}  // namespace seawall::cvss
