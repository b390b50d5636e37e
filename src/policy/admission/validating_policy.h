// ValidatingAdmissionPolicy of Kubernetes, with its bindings and parameters: loaded as it is, the
// same verdict as the API server gives.
//
//   AdmissionPolicies policies;
//   SEAWALL_CHECK(policies.add(text, "policies.yaml"));
//   AdmissionEvaluator evaluator(policies);               // one a thread
//   const AdmissionVerdict verdict = evaluator.evaluate(request_for(object));
//
// Read are admissionregistration.k8s.io v1, v1beta1 and v1alpha1; every other object of the files
// is kept as a parameter or namespace. Conditions see the libraries of Kubernetes 1.36 and are paid
// from its cost limits. A policy without a binding decides nothing, as there; `bind_all` judges it
// as if it were bound to everything. FAILURE: as failurePolicy says, closed unless it is Ignore; a
// policy that cannot be read or whose expressions are wrong is a problem, and is not judged. An
// unknown field is an error: a typing mistake must not make a policy weaker. LIMITS: those of CEL
// and YAML. THREADS: loaded policies are immutable. Source: Kubernetes 1.36, k8s.io/apiserver
// pkg/admission/plugin/policy/validating.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cel/environment.h"
#include "codec/yaml.h"
#include "model/finding.h"
#include "policy/admission/admission_request.h"
#include "policy/admission/resource_match.h"

namespace seawall::policy {

struct NamedExpression {
  std::string name, text;
  cel::Program program;
};

struct Validation {
  std::string expression;
  cel::Program program;
  std::string message, reason;
  std::optional<cel::Program> message_expression;
};

struct ValidatingPolicy {
  std::string name, file;
  uint32_t line = 0;
  bool fail_open = false;                 // failurePolicy: Ignore
  std::string param_version, param_kind;  // empty: no parameters
  ResourceMatch match;
  std::vector<NamedExpression> match_conditions, variables;
  std::vector<Validation> validations;
};

struct PolicyBinding {
  std::string name, policy;
  std::vector<Verdict> actions;
  ResourceMatch match;
  std::string param_name, param_namespace;
  std::optional<LabelSelector> param_selector;
  bool has_params = false;
  bool allow_missing_params = false;  // parameterNotFoundAction: Allow
};

class AdmissionPolicies {
 public:
  // Adds all that a file holds. ERRORS: the text is no YAML. What is wrong in one object is a
  // problem.
  Status add(std::string text, const std::string& file);
  void set_bind_all() { bind_all_ = true; }

  const std::vector<ValidatingPolicy>& policies() const { return policies_; }
  const std::vector<PolicyBinding>& bindings() const { return bindings_; }
  const std::vector<Error>& problems() const { return problems_; }
  bool bind_all() const { return bind_all_; }
  // Objects by their apiVersion and kind, for parameters.
  std::vector<const Node*> objects(std::string_view api_version, std::string_view kind) const;
  const Node* namespace_of(std::string_view name) const;

 private:
  void add_object(const Node& node, const std::string& file);
  Result<ValidatingPolicy> read_policy(const Node& node, const std::string& file) const;
  Result<PolicyBinding> read_binding(const Node& node, const std::string& file) const;

  std::vector<std::vector<Document>> documents_;
  std::vector<ValidatingPolicy> policies_;
  std::vector<PolicyBinding> bindings_;
  std::vector<const Node*> objects_;
  std::vector<Error> problems_;
  bool bind_all_ = false;
};

// One validation that did not hold, or could not be evaluated.
struct AdmissionMessage {
  std::string policy, binding;
  Verdict action = Verdict::kDeny;
  std::string message, reason;
  bool failed = false;  // its evaluation failed
};

struct AdmissionVerdict {
  Verdict verdict = Verdict::kAllow;
  std::vector<AdmissionMessage> messages;
  size_t judged = 0;  // policies that the request is about
};

class AdmissionEvaluator {
 public:
  explicit AdmissionEvaluator(const AdmissionPolicies& policies) : policies_(policies) {}
  AdmissionVerdict evaluate(const AdmissionRequest& request);

 private:
  struct Run;
  void judge(const ValidatingPolicy& policy, const PolicyBinding& binding,
             const AdmissionRequest& request, AdmissionVerdict& verdict);
  std::optional<std::string> conditions_hold(const ValidatingPolicy& policy, Run& run, bool& hold);
  void validate(const ValidatingPolicy& policy, const PolicyBinding& binding, Run& run,
                AdmissionVerdict& verdict);

  const AdmissionPolicies& policies_;
  cel::Evaluation evaluation_;
  Arena arena_;
};

}  // namespace seawall::policy
