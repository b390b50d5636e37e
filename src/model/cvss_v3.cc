// CVSS 3.0 and 3.1 base scores. Source: CVSS v3.1 specification, sections 7.1 and 7.4, appendix A
// (rounding up); v3.0 specification, section 8.1.
#include <algorithm>
#include <cmath>
#include <cstdint>

#include "model/cvss.h"

namespace seawall::cvss {
namespace {

enum : size_t { kAv, kAc, kPr, kUi, kS, kC, kI, kA };
constexpr Metric kMetrics[] = {
    {"AV", "N A L P", true},
    {"AC", "L H", true},
    {"PR", "N L H", true},
    {"UI", "N R", true},
    {"S", "U C", true},
    {"C", "H L N", true},
    {"I", "H L N", true},
    {"A", "H L N", true},
    // Temporal (section 3) and environmental (section 4).
    {"E", "X H F P U"},
    {"RL", "X U W T O"},
    {"RC", "X C R U"},
    {"CR", "X H M L"},
    {"IR", "X H M L"},
    {"AR", "X H M L"},
    {"MAV", "X N A L P"},
    {"MAC", "X L H"},
    {"MPR", "X N L H"},
    {"MUI", "X N R"},
    {"MS", "X U C"},
    {"MC", "X N L H"},
    {"MI", "X N L H"},
    {"MA", "X N L H"},
};

double attack_vector(char value) {
  return value == 'N' ? 0.85 : value == 'A' ? 0.62 : value == 'L' ? 0.55 : 0.2;
}
double privileges(char value, bool changed) {
  if (value == 'N') return 0.85;
  if (value == 'L') return changed ? 0.68 : 0.62;
  return changed ? 0.5 : 0.27;
}
double loss(char value) {
  return value == 'H' ? 0.56 : value == 'L' ? 0.22 : 0.0;
}

// The smallest number with one decimal that is not below `value`. 3.1 works on integers, because
// 3.0's ceiling turned 8.6000000001 into 8.7; both are kept, as each is right for its version.
double round_up(double value, int minor) {
  if (minor == 0) return std::ceil(value * 10) / 10;
  const auto scaled = static_cast<int64_t>(std::llround(value * 100000));
  if (scaled % 10000 == 0) return static_cast<double>(scaled) / 100000;
  return static_cast<double>(scaled / 10000 + 1) / 10;
}

}  // namespace

Result<double> base_score_v3(std::string_view metrics, int minor) {
  SEAWALL_TRY(const BaseValues values, read_metrics(metrics, kMetrics));
  const bool changed = values[kS] == 'C';
  const double base = 1 - (1 - loss(values[kC])) * (1 - loss(values[kI])) * (1 - loss(values[kA]));
  const double impact =
      changed ? 7.52 * (base - 0.029) - 3.25 * std::pow(base - 0.02, 15) : 6.42 * base;
  if (impact <= 0) return 0.0;
  // The order of the factors is the calculators': 3.0's ceiling sees the last bit.
  const double exploitability =
      8.22 * attack_vector(values[kAv]) * (values[kAc] == 'L' ? 0.77 : 0.44) *
      privileges(values[kPr], changed) * (values[kUi] == 'N' ? 0.85 : 0.62);
  const double sum = exploitability + impact;
  return round_up(std::min(changed ? 1.08 * sum : sum, 10.0), minor);
}

}  // namespace seawall::cvss
