// CVSS 4.0 base score (CVSS-B). Source: CVSS v4.0 specification, section 8 and its tables 24-30.
//
// The metrics fall into six equivalence classes EQ1..EQ6, whose levels name a MacroVector; experts
// gave each MacroVector a score, that of its worst vector. A vector within it is placed between
// this score and that of the next lower MacroVectors, in proportion to how many steps it lies below
// the worst vector. Threat and environmental metrics are left at their worst case (E:A, CR:H ...),
// so EQ5 is always 0, EQ4 never 0 and EQ6 follows from EQ3: only that part of the table is kept.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "model/cvss.h"

namespace seawall::cvss {
namespace {

enum : size_t { kAv, kAc, kAt, kPr, kUi, kVc, kVi, kVa, kSc, kSi, kSa };
constexpr Metric kMetrics[] = {
    {"AV", "N A L P", true},
    {"AC", "L H", true},
    {"AT", "N P", true},
    {"PR", "N L H", true},
    {"UI", "N P A", true},
    {"VC", "H L N", true},
    {"VI", "H L N", true},
    {"VA", "H L N", true},
    {"SC", "H L N", true},
    {"SI", "H L N", true},
    {"SA", "H L N", true},
    // Threat (section 3), environmental (section 4), supplemental (section 5).
    {"E", "X A P U"},
    {"CR", "X H M L"},
    {"IR", "X H M L"},
    {"AR", "X H M L"},
    {"MAV", "X N A L P"},
    {"MAC", "X L H"},
    {"MAT", "X N P"},
    {"MPR", "X N L H"},
    {"MUI", "X N P A"},
    {"MVC", "X H L N"},
    {"MVI", "X H L N"},
    {"MVA", "X H L N"},
    {"MSC", "X H L N"},
    {"MSI", "X S H L N"},
    {"MSA", "X S H L N"},
    {"S", "X N P"},
    {"AU", "X N Y"},
    {"R", "X A U I"},
    {"V", "X D C"},
    {"RE", "X L M H"},
    {"U", "X Clear Green Amber Red"},
};
static_assert(std::size(kMetrics) <= kMaximumMetrics);

// The joint levels of EQ3 and EQ6: "01" is EQ3 = 0 with EQ6 = 1.
enum : size_t { k00, k01, k10, k11, k21, kJointLevels };

// Ten times the score of MacroVectors with EQ5 = 0: [EQ1 * 2 + EQ2][EQ3 and EQ6][EQ4 - 1].
constexpr uint8_t kScores[6][kJointLevels][2] = {
    {{100, 93}, {96, 90}, {93, 88}, {92, 80}, {79, 69}},
    {{95, 92}, {91, 81}, {92, 84}, {82, 70}, {71, 63}},
    {{94, 87}, {89, 75}, {86, 72}, {76, 57}, {65, 53}},
    {{90, 77}, {77, 66}, {74, 61}, {59, 52}, {58, 23}},
    {{86, 70}, {74, 54}, {72, 53}, {57, 36}, {47, 24}},
    {{73, 54}, {55, 43}, {61, 46}, {51, 18}, {24, 10}},
};

// How many steps the class has from its worst vector to the next level, by level.
constexpr int kDepth1[] = {1, 4, 5};
constexpr int kDepth2[] = {1, 2};
constexpr int kDepthJoint[] = {7, 6, 8, 8, 10};
constexpr int kDepth4[] = {6, 5, 4};

struct MacroVector {
  size_t eq1, eq2, joint, eq4;
  double score() const { return kScores[eq1 * 2 + eq2][joint][eq4 - 1] / 10.0; }
};

MacroVector macro_vector(const BaseValues& v) {
  MacroVector macro{};
  const int open = (v[kAv] == 'N') + (v[kPr] == 'N') + (v[kUi] == 'N');
  macro.eq1 = open == 3 ? 0 : open > 0 && v[kAv] != 'P' ? 1 : 2;
  macro.eq2 = v[kAc] == 'L' && v[kAt] == 'N' ? 0 : 1;
  const bool high = v[kVc] == 'H' || v[kVi] == 'H' || v[kVa] == 'H';
  macro.joint = v[kVc] == 'H' && v[kVi] == 'H' ? k00 : high ? k10 : k21;
  macro.eq4 = v[kSc] == 'H' || v[kSi] == 'H' || v[kSa] == 'H' ? 1 : 2;
  return macro;
}

// The calculator's severity of a value, in tenths as doubles: its sums and differences are repeated
// bit for bit, because the last rounding sees them.
double level(size_t metric, char value) {
  constexpr std::string_view kOrders[] = {"NALP", "LH",  "NP",   "NLH",  "NPA", "HLN",
                                          "HLN",  "HLN", " HLN", "SHLN", "SHLN"};
  constexpr double kTenths[] = {0.0, 0.1, 0.2, 0.3};
  return kTenths[kOrders[metric].find(value)];
}

// The distance of the vector from the first of the worst vectors that is worse in every metric.
double distance(const BaseValues& v, std::span<const size_t> metrics,
                std::span<const std::string_view> worst) {
  double sum = 0;
  for (const std::string_view candidate : worst) {
    sum = 0;
    bool below = true;
    for (size_t i = 0; i < metrics.size(); ++i) {
      const double step = level(metrics[i], v[metrics[i]]) - level(metrics[i], candidate[i]);
      below = below && step >= 0;
      sum += step;
    }
    if (below) break;
  }
  return sum;
}

double distance1(const BaseValues& v, size_t eq1) {
  constexpr size_t kOf[] = {kAv, kPr, kUi};
  constexpr std::string_view kWorst0[] = {"NNN"}, kWorst1[] = {"ANN", "NLN", "NNP"},
                             kWorst2[] = {"PNN", "ALP"};
  if (eq1 == 0) return distance(v, kOf, kWorst0);
  if (eq1 == 1) return distance(v, kOf, kWorst1);
  return distance(v, kOf, kWorst2);
}

double distance2(const BaseValues& v, size_t eq2) {
  constexpr size_t kOf[] = {kAc, kAt};
  constexpr std::string_view kWorst0[] = {"LN"}, kWorst1[] = {"HN", "LP"};
  if (eq2 == 0) return distance(v, kOf, kWorst0);
  return distance(v, kOf, kWorst1);
}

double distance_joint(const BaseValues& v, size_t joint) {
  constexpr size_t kOf[] = {kVc, kVi, kVa};
  constexpr std::string_view kWorst00[] = {"HHH"}, kWorst10[] = {"LHH", "HLH"},
                             kWorst21[] = {"LLL"};
  if (joint == k00) return distance(v, kOf, kWorst00);
  if (joint == k10) return distance(v, kOf, kWorst10);
  return distance(v, kOf, kWorst21);
}

double distance4(const BaseValues& v, size_t eq4) {
  constexpr size_t kOf[] = {kSc, kSi, kSa};
  constexpr std::string_view kWorst1[] = {"HHH"}, kWorst2[] = {"LLL"};
  if (eq4 == 1) return distance(v, kOf, kWorst1);
  return distance(v, kOf, kWorst2);
}

// The highest score one level down in EQ3 and EQ6; nothing below the last level.
bool next_joint(MacroVector macro, double& score) {
  if (macro.joint == k21) return false;
  if (macro.joint == k00) {
    MacroVector left = macro, right = macro;
    left.joint = k01;
    right.joint = k10;
    score = std::max(left.score(), right.score());
    return true;
  }
  macro.joint = k11;
  score = macro.score();
  return true;
}

}  // namespace

Result<double> base_score_v4(std::string_view metrics) {
  SEAWALL_TRY(const BaseValues v, read_metrics(metrics, kMetrics));
  if (std::all_of(&v[kVc], &v[kSa] + 1, [](char c) { return c == 'N'; })) return 0.0;
  const MacroVector macro = macro_vector(v);
  const double score = macro.score();
  double sum = 0;
  // EQ5 always has a lower level and never any distance within its own.
  int lower_levels = 1;
  const auto add = [&](double next, double steps, int depth) {
    ++lower_levels;
    sum += (score - next) * (steps / (depth * 0.1));
  };
  if (macro.eq1 < 2) {
    add(MacroVector{macro.eq1 + 1, macro.eq2, macro.joint, macro.eq4}.score(),
        distance1(v, macro.eq1), kDepth1[macro.eq1]);
  }
  if (macro.eq2 < 1) {
    add(MacroVector{macro.eq1, macro.eq2 + 1, macro.joint, macro.eq4}.score(),
        distance2(v, macro.eq2), kDepth2[macro.eq2]);
  }
  if (double next = 0; next_joint(macro, next)) {
    add(next, distance_joint(v, macro.joint), kDepthJoint[macro.joint]);
  }
  if (macro.eq4 < 2) {
    add(MacroVector{macro.eq1, macro.eq2, macro.joint, macro.eq4 + 1}.score(),
        distance4(v, macro.eq4), kDepth4[macro.eq4]);
  }
  const double value = std::clamp(score - sum / lower_levels, 0.0, 10.0);
  return std::floor(value * 10 + 0.5) / 10;
}

}  // namespace seawall::cvss
