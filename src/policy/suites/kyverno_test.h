// kyverno-test.yaml: what policies in CEL are expected to say about resources in files.
//
// Read is cli.kyverno.io/v1alpha1 Test: `results` with policy, rule, kind, resources, result; what
// the `context` file has is looked up. What
// needs more than files (a policy that asks a cluster, a payload that is no Kubernetes object, a
// resource that is not there) is not judged. Source: Kyverno 1.19, documentation of `kyverno test`.
#pragma once

#include "policy/suites/policy_suites.h"

namespace seawall::policy {

bool is_kyverno_test(std::string_view file_name);
void run_kyverno_test(const std::string& path, const TestOptions& options, TestSummary& summary);

}  // namespace seawall::policy
