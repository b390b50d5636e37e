#include "model/severity.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "model/cvss.h"

namespace seawall {
namespace cvss {
namespace {

bool is_listed(std::string_view value, std::string_view list) {
  while (!list.empty()) {
    const auto [first, rest] = split_once(list, ' ');
    if (first == value) return true;
    list = rest;
  }
  return false;
}

size_t position_of(std::string_view name, std::span<const Metric> metrics) {
  size_t i = 0;
  while (i < metrics.size() && metrics[i].name != name) ++i;
  return i;
}

Error bad_metric(std::string_view what, std::string_view metric) {
  return malformed(fmt::format("the CVSS metric \"{}\" {}", metric.substr(0, 40), what));
}

}  // namespace

Result<BaseValues> read_metrics(std::string_view text, std::span<const Metric> metrics) {
  BaseValues values{};
  while (!text.empty()) {
    const size_t slash = text.find('/');
    const std::string_view metric = text.substr(0, slash);
    text = slash == std::string_view::npos ? "" : text.substr(slash + 1);
    const auto [name, value] = split_once(metric, ':');
    const size_t at = position_of(name, metrics);
    if (at == metrics.size()) return bad_metric("is not one of this version", metric);
    if (values[at] != 0) return bad_metric("is given twice", metric);
    if (!is_listed(value, metrics[at].values)) return bad_metric("has an unknown value", metric);
    values[at] = value[0];
  }
  for (size_t i = 0; i < metrics.size(); ++i) {
    if (metrics[i].base && values[i] == 0) return bad_metric("is missing", metrics[i].name);
  }
  return values;
}

}  // namespace cvss

std::string_view to_string(Severity severity) {
  constexpr std::string_view kNames[] = {"unknown", "negligible", "low",
                                         "medium",  "high",       "critical"};
  return kNames[static_cast<size_t>(severity)];
}

Severity parse_severity(std::string_view word) {
  struct Word {
    std::string_view text;
    Severity severity;
  };
  constexpr Word kWords[] = {
      {"critical", Severity::kCritical},
      {"high", Severity::kHigh},
      {"important", Severity::kHigh},
      {"medium", Severity::kMedium},
      {"moderate", Severity::kMedium},
      {"low", Severity::kLow},
      {"minor", Severity::kLow},
      {"negligible", Severity::kNegligible},
      {"unimportant", Severity::kNegligible},
      {"none", Severity::kNegligible},
      {"info", Severity::kNegligible},
      {"informational", Severity::kNegligible},
  };
  word = trim(word);
  // Debian's tracker marks urgencies it derived itself: "medium**".
  while (word.ends_with('*')) word.remove_suffix(1);
  for (const Word& known : kWords) {
    if (equal_ignoring_case(word, known.text)) return known.severity;
  }
  return Severity::kUnknown;
}

Severity severity_of_score(double score) {
  if (score >= 9.0) return Severity::kCritical;
  if (score >= 7.0) return Severity::kHigh;
  if (score >= 4.0) return Severity::kMedium;
  if (score > 0.0) return Severity::kLow;
  // 0 stands for "no score" everywhere in the model, and NaN compares false above.
  return Severity::kUnknown;
}

Result<double> cvss_base_score(std::string_view vector) {
  if (vector.starts_with("CVSS:4.0/")) return cvss::base_score_v4(vector.substr(9));
  if (vector.starts_with("CVSS:3.1/")) return cvss::base_score_v3(vector.substr(9), 1);
  if (vector.starts_with("CVSS:3.0/")) return cvss::base_score_v3(vector.substr(9), 0);
  if (vector.starts_with("CVSS:")) {
    return malformed(
        fmt::format("CVSS version \"{}\" is none of 2.0, 3.0, 3.1, 4.0", vector.substr(5, 10)));
  }
  // NVD wrote version 2 in parentheses for years.
  if (vector.starts_with('(') && vector.ends_with(')')) {
    vector = vector.substr(1, vector.size() - 2);
  }
  if (vector.empty()) return malformed("the CVSS vector is empty");
  return cvss::base_score_v2(vector);
}

}  // namespace seawall
