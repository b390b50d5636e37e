// Any text as a Kubernetes manifest, asked by every rule: it ends, and what is found names a rule
// and a place of the text.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "inspect/manifest/manifest_lint.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall;
  using namespace seawall::inspect;
  static const std::vector<ManifestRule> rules = load_manifest_rules().value_or({});
  if (rules.empty()) std::abort();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Limits limits;
  limits.nodes = 20'000;
  const ManifestFile file = ManifestFile::read(text, limits);
  const ManifestSource sources[] = {{text, &file}};
  const auto lines = static_cast<uint32_t>(std::count(text.begin(), text.end(), '\n') + 1);
  const auto answers = lint_manifests(sources, rules, {}, 1);
  for (const Finding& finding : answers.front().findings) {
    if (!finding.rule_id.starts_with("SW-K") || finding.evidence.empty()) std::abort();
    if (finding.location.line == 0 || finding.location.line > lines + 1) std::abort();
  }
  return 0;
}
