// What a path on the command line means as a policy: a document of our own, policies of Kubernetes'
// tools (policy/admission/), or a folder with both.
//
//   SEAWALL_TRY(const PolicySet set, load_policy_set(choice, now()));
//   if (set.admission) AdmissionEvaluator(*set.admission).evaluate(request);
//
// ERRORS: those of reading; a policy that can be read in part says so in AdmissionPolicies'
// problems().
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "policy/admission/admission_policies.h"
#include "policy/policy_choice.h"

namespace seawall::policy {

struct PolicyFiles {
  std::vector<std::string> own;        // with a Policy of seawall.dev
  std::vector<std::string> admission;  // with admission policies, or objects that these may read
};
// A file that is neither counts as one of our own, so that its reader says what is wrong.
Result<PolicyFiles> find_policy_files(const std::string& path);

struct PolicySet {
  Policy own;
  std::unique_ptr<AdmissionPolicies> admission;  // null: none
};
// ERRORS: kUsage for a folder with several policies of our own.
Result<PolicySet> load_policy_set(const PolicyChoice& choice, UnixSeconds today);

}  // namespace seawall::policy
