// Any bytes as a Dockerfile: findings stand in it, and a correction of it can be read and stays.
#include <algorithm>

#include "inspect/dockerfile/fix.h"
#include "inspect_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall;
  using namespace seawall::inspect;
  static const std::vector<DockerRule> rules = load_docker_rules().value_or({});
  if (rules.empty()) std::abort();
  const std::string_view text(reinterpret_cast<const char*>(data), std::min<size_t>(size, 1 << 16));
  const DockerLint lint = lint_dockerfile(text, rules);
  const auto lines = static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n') + 1);
  uint64_t line = 0;
  for (const Finding& finding : lint.findings) {
    if (finding.location.line < line || finding.location.line > lines) std::abort();
    if (!is_valid_utf8(finding.evidence)) std::abort();
    line = finding.location.line;
  }
  if (text.size() <= 4096) {
    const DockerFix fix = fix_dockerfile(text, rules);
    if (fix.fixed.empty() != (fix.text == text)) std::abort();
    if (!fix.fixed.empty() && !lint_dockerfile(fix.text, rules).problems.empty()) std::abort();
  }
  return fuzz_inspector(inspect_dockerfile, "Dockerfile", data, size);
}
