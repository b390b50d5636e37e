// Any bytes as a Compose file: what the findings say must hold for the text.
#include "inspect/compose/compose.h"

#include <algorithm>

#include "inspect_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall;
  using namespace seawall::inspect;
  static const std::vector<ComposeRule> rules = load_compose_rules().value_or({});
  if (rules.empty()) std::abort();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Limits limits;
  limits.depth = 32;
  limits.nodes = 20'000;
  const ComposeLint lint = lint_compose(text, rules, {}, limits);
  const auto lines = static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n') + 1);
  uint64_t line = 0;
  for (const Finding& finding : lint.findings) {
    if (finding.location.line < line || finding.location.line > lines) std::abort();
    if (finding.evidence.empty() || !is_valid_utf8(finding.evidence)) std::abort();
    if (finding.evidence.find('\n') != std::string::npos) std::abort();
    line = finding.location.line;
  }
  return fuzz_inspector(inspect_compose, "compose.yaml", data, size);
}
