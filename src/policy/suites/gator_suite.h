// Suites of `gator verify`: what constraints are expected to find in objects in files.
//
//   kind: Suite
//   apiVersion: test.gatekeeper.sh/v1alpha1
//   tests:
//     - {name: t, template: template.yaml, constraint: constraint.yaml, cases: [
//         {name: c, object: pod.yaml, assertions: [{violations: 2, message: latest}]}]}
//
// A case agrees when each of its assertions holds: `violations` (yes, no, a number; yes when
// absent) of those whose message fits the regular expression `message`. A test that is `invalid`
// agrees when the constraint does not fit the template. Objects may be AdmissionReviews; Namespaces
// of `inventory` are known to selectors, the rest of it CEL cannot read. Not judged: templates in
// Rego alone, tests with an `expansion`. What says `skip` is not counted.
// Source: Gatekeeper 3.23, pkg/gator/verify.
#pragma once

#include "policy/suites/policy_suites.h"

namespace seawall::policy {

// Whether a text of YAML says that it is one.
bool is_gator_suite(std::string_view text);
void run_gator_suite(const std::string& path, const TestOptions& options, TestSummary& summary);

}  // namespace seawall::policy
