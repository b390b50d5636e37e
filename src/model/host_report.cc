#include "model/host_report.h"

#include <algorithm>

namespace seawall {
namespace {

constexpr std::string_view kVerdicts[] = {"pass", "fail", "not_applicable", "manual", "error"};

}  // namespace

std::string_view to_string(ControlVerdict verdict) {
  return kVerdicts[static_cast<size_t>(verdict)];
}

std::optional<ControlVerdict> parse_control_verdict(std::string_view word) {
  const auto* found = std::find(std::begin(kVerdicts), std::end(kVerdicts), word);
  if (found == std::end(kVerdicts)) return std::nullopt;
  return static_cast<ControlVerdict>(found - std::begin(kVerdicts));
}

std::map<ControlVerdict, size_t> counts_of(const HostReport& report) {
  std::map<ControlVerdict, size_t> counts;
  for (const ControlResult& control : report.controls) {
    if (control.suppression.active()) continue;
    ++counts[control.verdict];
  }
  return counts;
}

int exit_code_of(const HostReport& report) {
  const auto counts = counts_of(report);
  if (counts.contains(ControlVerdict::kError)) return 2;
  return counts.contains(ControlVerdict::kFail) ? 1 : 0;
}

}  // namespace seawall
