// AdmissionPolicies: CEL policies of Kubernetes tools as they are, judged without a cluster.
//
//   AdmissionPolicies policies;
//   SEAWALL_CHECK(policies.add_file("policies/"));       // files and directories
//   AdmissionEvaluator evaluator(policies);              // one a thread
//   const AdmissionVerdict verdict = evaluator.evaluate(AdmissionRequest::of_object(object));
//
// Kinds: ValidatingAdmissionPolicy and ValidatingAdmissionPolicyBinding (Kubernetes),
// ValidatingPolicy and PolicyException (Kyverno, policies.kyverno.io), ClusterPolicy and Policy
// with rules `validate.cel` (kyverno.io), ConstraintTemplate with K8sNativeValidation and its
// constraints (Gatekeeper). Other documents are left alone and can be listed with others().
//
// Nothing is fetched: a policy that asks a cluster, a registry or a web service is "not supported"
// and reported with every request it would judge, never passed silently. Unknown fields are errors.
// LIMITS: kMostPolicies, kMostPolicyBytes a file. COST: 10 to 100 microseconds an expression to
// load; some microseconds a policy to evaluate. THREADS: loaded policies are immutable.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codec/yaml.h"
#include "policy/admission/admission_request.h"
#include "policy/admission/evaluation_state.h"
#include "policy/admission/fields.h"
#include "policy/admission/verdict.h"

namespace seawall::policy {

class AdmissionPolicies {
 public:
  static constexpr size_t kMostPolicies = 10'000;
  static constexpr uint64_t kMostPolicyBytes = 16u << 20;

  explicit AdmissionPolicies(int kubernetes_minor = 36);
  ~AdmissionPolicies();
  AdmissionPolicies(AdmissionPolicies&&) noexcept;

  // A file, or every .yaml, .yml and .json below a directory.
  Status add_file(const std::string& path);
  // ERRORS: the text is no YAML. A document that cannot be read as the policy it claims to be is a
  // problem.
  Status add(std::string text, const std::string& file);
  // Whether a document is a policy, or a binding, a constraint or an exception of one.
  static bool is_policy(const Node& document);
  // One document, which must outlive this. Returns whether it is a policy or belongs to one.
  bool add(const Node& document, std::string_view file);
  // Judges policies without a binding as if one bound them to everything, to deny.
  void set_bind_all() { bind_all_ = true; }
  bool bind_all() const { return bind_all_; }

  size_t size() const;
  // What is wrong: documents that are not judged, expressions that do not compile (those count as
  // evaluations that fail), constraints without their template. Each has "file:line:column".
  std::vector<Error> problems() const;
  // Policies that nothing brings to speak: "p.yaml:1:1: no binding names the policy p".
  std::vector<Error> unused() const;
  // Documents of added files that are no policies: objects, parameters, Namespaces.
  const std::vector<const Node*>& others() const;

 private:
  friend class AdmissionEvaluator;
  struct State;
  void add_of_kubernetes(const Node& document, std::string_view version, Fields& fields);
  std::unique_ptr<State> state_;
  bool bind_all_ = false;
};

// Every .yaml, .yml and .json below a directory, by name. ERRORS: kIo.
Result<std::vector<std::string>> policy_files_below(const std::string& directory);

class AdmissionEvaluator {
 public:
  explicit AdmissionEvaluator(const AdmissionPolicies& policies) : policies_(policies) {}
  AdmissionVerdict evaluate(const AdmissionRequest& request, const AdmissionContext& context = {},
                            const AdmissionOptions& options = {});

 private:
  const AdmissionPolicies& policies_;
  cel::Evaluation evaluation_;
};

}  // namespace seawall::policy
