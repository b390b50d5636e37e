// What all policies share while one request is judged.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cel/environment.h"
#include "policy/admission/admission_request.h"
#include "policy/admission/compiled_policy.h"
#include "policy/admission/verdict.h"

namespace seawall::policy {

struct AdmissionOptions {
  bool outcomes = false;       // fill AdmissionVerdict::outcomes
  bool every_message = false;  // costs exactly as the API server counts them
  // Where the request is made, for constraints that enforce at some points only (Gatekeeper).
  std::string_view enforcement_point = "validation.gatekeeper.sh";
};

class RequestState {
 public:
  RequestState(const AdmissionRequest& request, const AdmissionContext& context,
               const AdmissionOptions& options, cel::Evaluation& evaluation);
  // Policies that look at another object in place of the request's (a pod template).
  const AdmissionRequest& request() const { return request_; }
  const AdmissionContext& context() const { return context_; }
  const AdmissionOptions& options() const { return options_; }
  cel::Evaluation& evaluation() { return evaluation_; }
  // The request's Namespace; null for objects outside of namespaces and Namespaces themselves.
  const Node* name_space() const { return namespace_; }
  // For namespace selectors: also the Namespace that a request deletes.
  const Node* selected_namespace() const { return selected_namespace_; }
  // Whether that was given; else it is made up, with the label that every Namespace has.
  bool namespace_is_known() const { return namespace_is_known_; }
  const PolicyInput& input() const { return input_; }
  // The variable `resource`, made when it is first asked for.
  cel::Value resources();

  AdmissionVerdict verdict;
  void find(AdmissionMessage finding);

 private:
  Arena arena_{2048};
  const AdmissionRequest& request_;
  const AdmissionContext& context_;
  const AdmissionOptions& options_;
  cel::Evaluation& evaluation_;
  Node made_namespace_;
  const Node* namespace_ = nullptr;
  const Node* selected_namespace_ = nullptr;
  bool namespace_is_known_ = false;
  Node completed_[2];  // objects that got a namespace
  Node request_node_;
  Node no_decisions_;
  std::optional<Node> lookups_;
  PolicyInput input_;
};

// What a decision comes to as a message; `where` is that of the policy, for what no validation
// says.
AdmissionMessage message_of(const PolicyDecision& decision, std::string_view where);
// The first thing that an answer has against the request, with what it cost.
AdmissionOutcome outcome_of(const PolicyAnswer& answer);

}  // namespace seawall::policy
