// The parts of CVSS that are private to this folder: reading "NAME:VALUE/NAME:VALUE" and one scorer
// for each major version. Everyone else calls cvss_base_score() of model/severity.h.
//
// A version is a table of its metrics; the reader checks a vector against it and hands the scorer
// one letter for each base metric, in table order. COST: a few hundred nanoseconds, nothing
// allocated unless it fails. LIMITS: a vector has at most kMaximumMetrics metrics.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "base/result.h"

namespace seawall::cvss {

struct Metric {
  std::string_view name;    // "AV"
  std::string_view values;  // the allowed values, separated by spaces: "N A L P"
  bool base = false;        // mandatory, and part of the base score
};

inline constexpr size_t kMaximumMetrics = 32;

// The first letter of each base metric's value. Values of base metrics differ in it.
using BaseValues = std::array<char, kMaximumMetrics>;

// Reads the metrics of `text` ("AV:N/AC:L/..."), in any order. ERRORS: kMalformed for an unknown
// metric or value, one that is given twice, and a base metric that is missing.
Result<BaseValues> read_metrics(std::string_view text, std::span<const Metric> metrics);

Result<double> base_score_v2(std::string_view metrics);
// `minor` is 0 or 1: the two differ in how they round up (3.1 specification, appendix A).
Result<double> base_score_v3(std::string_view metrics, int minor);
Result<double> base_score_v4(std::string_view metrics);

}  // namespace seawall::cvss
