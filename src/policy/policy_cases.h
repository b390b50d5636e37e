// Cases of a policy, beside it: facts in, the decision that is expected out.
//
//   apiVersion: seawall.dev/v1
//   kind: PolicyTest
//   policy: seawall.yaml              # beside this file; or presets: [baseline]
//   cases:
//     - name: an old scan is denied
//       stage: admission
//       now: 2026-11-27T00:00:00Z     # without: the day of the run
//       facts: {image: {scanned: true, scanAge: 200h}}
//       expect: {verdict: deny, rules: [no-old-scan]}   # rules: exactly those that speak
//     - name: the whole answer
//       stage: scan
//       facts: {findings: []}
//       golden: clean.json            # the decision as JSON, beside this file
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace seawall::policy {

struct CaseResult {
  std::string where;  // "seawall.test.yaml:12"
  std::string name;
  std::string problem;  // empty: as expected
};
// Runs a file of cases. `update_golden` writes golden files anew. ERRORS: the file or its policy
// cannot be read.
Result<std::vector<CaseResult>> run_policy_cases(const std::string& path, UnixSeconds today,
                                                 bool update_golden);
// Whether a text is such a file.
bool is_policy_test(std::string_view text);

}  // namespace seawall::policy
