// Test files that people have for their admission policies, run without a cluster.
//
//   SEAWALL_TRY(const TestSummary summary, run_policy_tests({"policies/"}, {}));
//   summary.text                          // "policy/kyverno-test.yaml:14: p: Pod/web: pass, got
//   fail"
//
// Read is kyverno-test.yaml (cli.kyverno.io/v1alpha1 Test) for policies in CEL: `results` with
// policy, rule, kind, resources, result. What needs more than files (a policy that asks a cluster,
// a payload that is no Kubernetes object, a resource that is not there) is not judged and counted
// apart, never passed. Source: Kyverno 1.19, documentation of `kyverno test`.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace seawall::policy {

struct TestOptions {
  bool verbose = false;  // also lines for what passed
};

struct TestSummary {
  size_t passed = 0, failed = 0, not_judged = 0;
  std::string text;
};

// Files, or directories with kyverno-test.yaml below. ERRORS: a path that is not there.
Result<TestSummary> run_policy_tests(const std::vector<std::string>& paths,
                                     const TestOptions& options);
// Whether a file of this name is a test that run_policy_tests reads.
bool is_admission_test(std::string_view file_name);

}  // namespace seawall::policy
