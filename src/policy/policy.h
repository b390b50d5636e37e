// Policy: what is denied, warned of and written down, and which exceptions there are.
//
//   apiVersion: seawall.dev/v1
//   kind: Policy
//   metadata: {name: production}
//   presets: [baseline, pss-restricted@1.30]
//   rules:
//     - id: no-old-scan
//       stages: [admission]                     # where it is asked; without: where its facts are
//       known match: {namespaces: ["prod-*"]}         # match.h; `except` has the same form deny:
//       'image.scanAge > duration("168h")'   # or warn, or audit: CEL over
//       content/policy/facts.yaml message: The scan of this image is older than a week. fix: Scan
//       it again. onNoData: deny                          # deny, warn, audit, allow; without: as
//       the rule does
//   exceptions:
//     - rule: critical-with-fix
//       match: {images: ["registry.example/legacy/*"], vulnerabilities: [CVE-2024-45491]}
//       reason: vendor fix due 12 December
//       owner: platform-team
//       expires: 2026-12-20                     # at most a year ahead
//
// A condition that names `finding` is asked of each finding, one that names `container` of each
// container. docs/policy.md says it all, docs/schema/policy-1.json is for editors.
// FAILURE: closed. A policy with anything unknown or unused in it is an error as a whole: a typing
// mistake must not make it weaker. LIMITS: 8 MiB, 10,000 rules and exceptions. THREADS: a loaded
// Policy is immutable.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "cel/environment.h"
#include "inspect/manifest/pod_security.h"
#include "model/finding.h"
#include "policy/match.h"
#include "policy/stage.h"

namespace seawall::policy {

enum class AskedOf : uint8_t { kOnce, kFindings, kContainers };

struct PolicyRule {
  std::string id;
  std::string preset;  // that it comes from; empty: the document itself
  std::string file;
  uint32_t line = 0;
  StageSet stages = kAllStages;
  Match match, except;
  Verdict action = Verdict::kDeny;
  Verdict on_no_data = Verdict::kDeny;  // kAllow: nothing is said
  std::string condition;                // CEL; empty for Pod Security
  std::string message, fix;
  AskedOf asked_of = AskedOf::kOnce;
  std::vector<std::string> reads;  // variables
  std::optional<cel::Program> program, message_program;
  std::optional<inspect::PodSecurityPolicy> pod_security;
};

struct PolicyException {
  std::string rule;  // a rule's id, or a pattern of ids
  Match match;
  std::string reason, owner, expires;  // "2026-12-20"
  UnixSeconds ends = 0;                // the first second that it does not hold
  std::string file;
  uint32_t line = 0;
};

struct Policy {
  std::string name;
  std::string digest;  // of the text; empty for built-in ones
  std::vector<PolicyRule> rules;
  std::vector<PolicyException> exceptions;
  // The variables that its rules read, so that nothing else need be known.
  std::vector<std::string> facts_read() const;
};

// A policy document of YAML. `today` bounds the exceptions. ERRORS: kMalformed with file, line and
// column; kLimit.
Result<Policy> read_policy(std::string_view yaml, const std::string& file, UnixSeconds today);
// "baseline", "restricted", "gc-medium", "pss-baseline", "pss-restricted@1.30" ... ERRORS: kUsage
// with the names there are.
Result<Policy> load_preset(std::string_view name);
std::vector<std::string> preset_names();

// Adds the rules of another policy; a rule whose id is there already is left out.
void add_rules(Policy& policy, Policy more);

// What is wrong with a condition: compile errors, unknown facts, a result that is no boolean.
// `variables` become the roots it reads. ERRORS: kMalformed with the expression and a caret.
Result<cel::Program> compile_condition(std::string_view expression,
                                       std::vector<std::string>& variables);
// The variables of conditions, in the order of their slots.
const std::vector<std::string>& condition_variables();

}  // namespace seawall::policy
