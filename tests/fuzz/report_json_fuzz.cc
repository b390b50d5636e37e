// A saved report from outside: what is accepted is valid, and settles after one writing.
#include <cstdint>
#include <cstdlib>

#include "report/json_read.h"
#include "report/renderers.h"

namespace {

using namespace seawall;

// Whatever the report says, no index of it points at nothing.
void check_indexes(const ScanReport& report) {
  for (const RuleOutcome& outcome : report.decision.outcomes) {
    for (const size_t index : outcome.findings) {
      if (index >= report.findings.size()) std::abort();
    }
  }
  for (const Action& action : report.actions) {
    for (const size_t index : action.closes) {
      if (index >= report.findings.size()) std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  Limits limits;
  limits.document_bytes = 1 << 20;
  limits.nodes = 100'000;
  limits.packages = 1000;
  const auto report = report::read_json(text, limits);
  if (!report.ok()) {
    if (report.error().message().empty()) std::abort();
    return 0;
  }
  check_indexes(*report);
  const std::string once = report::render_json(*report);
  const auto again = report::read_json(once);
  if (!again.ok() || report::render_json(*again) != once) std::abort();
  return 0;
}
