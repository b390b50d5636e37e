// ValidatingAdmissionPolicy and its bindings, as the API server applies them.
//
// Versions v1, v1beta1 and v1alpha1 of admissionregistration.k8s.io. A policy speaks where a
// binding names it. FAILURE: what cannot be configured (a parameter that is missing with Deny, a
// wrong selector) denies, unless failurePolicy is Ignore. Source: Kubernetes 1.36,
// k8s.io/apiserver/pkg/admission/plugin/policy/{generic,validating}.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/admission/compiled_policy.h"
#include "policy/admission/evaluation_state.h"
#include "policy/admission/fields.h"
#include "policy/admission/resource_match.h"

namespace seawall::policy {

struct ParameterKind {
  std::string api_version, kind;
};

struct ParameterReference {
  std::string name, name_space;
  std::optional<LabelSelector> selector;
  bool deny_without = false;  // parameterNotFoundAction: Deny
};

struct AdmissionBinding {
  std::string name, policy, where;
  std::optional<ResourceMatch> match;
  std::optional<ParameterReference> parameters;
  std::vector<AdmissionAction> actions;
};

struct AdmissionPolicy {
  std::string name, where;
  ResourceMatch match;
  std::optional<ParameterKind> parameter_kind;
  CompiledPolicy compiled;
  std::vector<AdmissionBinding> bindings;
};

// What ValidatingAdmissionPolicies and Kyverno's have alike: matchConditions, variables,
// validations, auditAnnotations, failurePolicy.
void read_expressions(const Node& spec, Fields& fields, CompiledPolicy& policy);
void read_conditions(const Node& spec, std::string_view key, Fields& fields,
                     CompiledPolicy& policy);
// Kyverno's spelling of the same: rule.celPreconditions, validate.cel.expressions.
void read_cel(const Node& rule, const Node& cel, Fields& fields, CompiledPolicy& policy);
// ERRORS: kMalformed at the place of the first thing wrong.
Result<AdmissionPolicy> read_admission_policy(const Node& document, Fields& fields);
Result<AdmissionBinding> read_admission_binding(const Node& document, Fields& fields);
std::optional<ParameterReference> read_parameter_reference(const Node& node, Fields& fields);
std::optional<ParameterKind> read_parameter_kind(const Node& node, Fields& fields);

// The objects that a binding means; null stands for "no parameter". `problem` when that fails.
std::vector<const Node*> find_parameters(const ParameterKind& kind,
                                         const std::optional<ParameterReference>& reference,
                                         const RequestState& state, std::string& problem);

// `bind_all`: a policy without a binding is judged as if bound to everything, to deny.
void apply(const AdmissionPolicy& policy, bool bind_all, RequestState& state);

}  // namespace seawall::policy
