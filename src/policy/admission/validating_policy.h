// ValidatingAdmissionPolicies by the shortest way: everything of admission_policies.h, and the
// creation of an object.
//
//   AdmissionPolicies policies;
//   SEAWALL_CHECK(policies.add(text, "policies.yaml"));
//   const auto verdict = AdmissionEvaluator(policies).evaluate(request_for(object));
#pragma once

#include "policy/admission/admission_policies.h"

namespace seawall::policy {

// The creation of an object as `kubectl apply` would ask for it.
inline AdmissionRequest request_for(const Node& object) {
  return AdmissionRequest::of_object(object, "default");
}

}  // namespace seawall::policy
