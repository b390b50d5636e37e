// Severity and CVSS: from vectors to scores to one of five words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace seawall {

// Ordered: a > b means worse.
enum class Severity : uint8_t { kUnknown, kNegligible, kLow, kMedium, kHigh, kCritical };
std::string_view to_string(Severity severity);  // "unknown", "negligible", ... "critical"
// Any vendor's word, case ignored: "important" is high, "moderate" medium, "unimportant"
// negligible, "not yet assigned", "untriaged" unknown.
Severity parse_severity(std::string_view word);
// CVSS 3.1 section 5, "Qualitative Severity Rating Scale" (also used for 2.0, where 9.0+ counts as
// critical).
Severity severity_of_score(double score);

// The base score, 0.0 to 10.0, of a vector "CVSS:3.1/AV:N/...", "CVSS:4.0/..." or a bare CVSS 2.0
// one
// ("AV:N/AC:L/Au:N/C:P/I:P/A:P"), computed as FIRST's specification says. Temporal, environmental
// and threat metrics in the vector are accepted and left out of the base score (4.0: the score of
// the given base metrics). ERRORS: kMalformed naming the metric.
Result<double> cvss_base_score(std::string_view vector);

}  // namespace seawall
