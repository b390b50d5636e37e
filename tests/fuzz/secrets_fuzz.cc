// Any bytes as a file, an image configuration or a baseline, and both literal engines against each
// other.
#include "inspect/secrets/secrets.h"

#include <algorithm>

#include "inspect/secrets/baseline.h"
#include "inspect_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall;
  using namespace seawall::inspect;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] == 'c') {
    if (const auto found = scan_image_config(text, secret_scanner()); found.ok()) {
      for (const Finding& finding : *found) {
        if (!is_valid_utf8(finding.evidence)) std::abort();
      }
    }
    return 0;
  }
  if (data[0] == 'b') {
    const auto baseline = Baseline::parse(text, "baseline.json");
    if (baseline.ok() && !Baseline::parse(baseline->to_json(), "again").ok()) std::abort();
    return 0;
  }
  static const SecretScanner portable(SecretRules::built_in(), LiteralEngine::kPortable, "key");
  static const SecretScanner best(SecretRules::built_in(), LiteralEngine::kBest, "key");
  const auto a = portable.scan("x", text).findings, b = best.scan("x", text).findings;
  const auto same = [](const Finding& x, const Finding& y) {
    return x.rule_id == y.rule_id && x.secret_hash == y.secret_hash && x.evidence == y.evidence;
  };
  if (!std::equal(a.begin(), a.end(), b.begin(), b.end(), same)) std::abort();
  return fuzz_inspector(parse_secrets, "app/x", data + 1, size - 1);
}
