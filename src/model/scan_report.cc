#include "model/scan_report.h"

namespace seawall {

std::string_view to_string(AssessmentState state) {
  constexpr std::string_view kNames[] = {"clean",     "findings",    "stale",
                                         "unscanned", "unsupported", "error"};
  return kNames[static_cast<size_t>(state)];
}

int exit_code_of(const ScanReport& report) {
  // A part that could not be read may hide anything, so it outranks every answer; a denial stands
  // whatever else is unknown.
  if (!report.problems.empty() || report.state == AssessmentState::kError) return 2;
  if (report.decision.verdict == Verdict::kDeny) return 1;
  switch (report.state) {
    case AssessmentState::kStale:
    case AssessmentState::kUnscanned:
    case AssessmentState::kUnsupported:
      return 3;
    case AssessmentState::kClean:
    case AssessmentState::kFindings:
    case AssessmentState::kError:
      break;
  }
  return 0;
}

}  // namespace seawall
