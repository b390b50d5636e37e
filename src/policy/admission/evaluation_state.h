// What all policies share while one request is judged.
#pragma once

#include <string>

#include "cel/environment.h"
#include "policy/admission/admission_request.h"
#include "policy/admission/compiled_policy.h"
#include "policy/admission/verdict.h"

namespace seawall::policy {

struct AdmissionOptions {
  bool outcomes = false;       // fill AdmissionVerdict::outcomes
  bool every_message = false;  // costs exactly as the API server counts them
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
  const PolicyInput& input() const { return input_; }

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
  Node request_node_;
  Node no_decisions_;
  PolicyInput input_;
};

}  // namespace seawall::policy
