// Any bytes as a policy: what can be read decides, the same each time, and its check does not fail.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "policy/evaluator.h"
#include "policy/policy_check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall;
  using namespace seawall::policy;
  constexpr UnixSeconds kNow = 1795737600;
  static const Facts facts =
      std::move(Facts::read(R"({"image": {"name": "a/b:1", "tag": "1", "scanAge": "5h"}, "findings":
          [{"kind": "secret", "id": "S", "aliases": [], "rank": 4}], "workload": {"kind": "Pod", "pod":
          {"containers": [{"name": "a", "image": "b"}]}}})"))
          .value();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto policy = read_policy(text, "p.yaml", kNow);
  if (!policy.ok()) {
    if (policy.error().text().empty()) std::abort();
    return 0;
  }
  if (policy->rules.empty() || policy->name.empty()) std::abort();
  for (const PolicyRule& rule : policy->rules) {
    if (rule.id.empty() || rule.stages == 0) std::abort();
  }
  check_policy(*policy, kNow);
  for (unsigned i = 0; i < kStages; ++i) {
    Evaluator evaluator(*policy);
    const auto stage = static_cast<Stage>(i);
    const Decision one = evaluator.decide(stage, facts, kNow);
    const Decision other = evaluator.decide(stage, facts, kNow);
    if (one.verdict != other.verdict || one.outcomes.size() != other.outcomes.size()) std::abort();
    for (const RuleOutcome& outcome : one.outcomes) {
      if (outcome.verdict > one.verdict || outcome.verdict == Verdict::kAllow) std::abort();
    }
  }
  return 0;
}
