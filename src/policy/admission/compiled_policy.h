// CompiledPolicy: the expressions of one policy, compiled, and what they say about a request.
//
// All policies that are written in CEL (ValidatingAdmissionPolicy, Kyverno's, Gatekeeper's) come
// down to this: conditions under which the policy speaks, named variables that are computed when
// they are first read, validations with messages, annotations for the audit log.
//
//   CompiledPolicy policy;
//   policy.scope = {.params = true};
//   policy.validations.push_back({.expression = {.text = "object.spec.replicas <= params.most"}});
//   SEAWALL_CHECK(policy.compile(environment));
//   const PolicyAnswer answer = policy.evaluate(input, evaluation);
//
// What an expression that does not compile means is for failurePolicy to say, as in the API server;
// its problem stands in Expression::problem. COST: Kubernetes' units and limits: one expression
// kPerCallLimit, match conditions together kMatchConditionsBudget, validations and messages
// together kRuntimeCostBudget, annotations again as much. FAILURE: closed, unless the policy says
// Ignore. THREADS: a compiled policy may be shared, an Evaluation may not.
// Source: Kubernetes 1.36, k8s.io/apiserver/pkg/admission/plugin/policy/validating/validator.go,
// .../plugin/cel/composition.go, .../plugin/webhook/matchconditions/matcher.go.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cel/environment.h"
#include "cel/value.h"
#include "policy/admission/policy_environment.h"

namespace seawall::policy {

struct Expression {
  std::string text;
  std::string name;   // of variables and conditions; the key of annotations
  std::string where;  // "file:line:column"
  std::optional<cel::Program> program;
  std::string problem;  // why it did not compile
};

struct Validation {
  Expression expression;
  std::string message;
  Expression message_expression;  // no text: none
  std::string reason;             // "Invalid" where the policy has none
};

// The values that expressions see.
struct PolicyInput {
  cel::Value object, old_object, request, name_space;
  cel::Value params, resources;
  cel::Value authorizer, request_resource;
};

struct PolicyDecision {
  enum class Outcome : uint8_t { kAdmit, kDeny, kError };
  Outcome outcome = Outcome::kAdmit;
  bool denies = false;  // a denial, or an error under failurePolicy Fail
  std::string message, reason;
  const Validation* validation = nullptr;  // null: of the policy as a whole
  uint64_t cost = 0;
};

struct PolicyAnnotation {
  enum class Action : uint8_t { kPublish, kExclude, kError };
  std::string_view key;
  Action action = Action::kExclude;
  std::string text;  // the value, or what failed
};

struct PolicyAnswer {
  bool applies = true;  // false: a match condition said no
  std::vector<PolicyDecision> decisions;
  std::vector<PolicyAnnotation> annotations;
  uint64_t condition_cost = 0, validation_cost = 0, message_cost = 0, annotation_cost = 0;
};

struct CompiledPolicy {
  PolicyScope scope;
  bool ignore_failures = false;  // failurePolicy: Ignore
  std::vector<Expression> variables, conditions, annotations;
  // So many of the first variables read params, which nothing else may (Gatekeeper's own).
  // REQUIRES: none, or a scope without params and authorizer.
  size_t variables_with_params = 0;
  std::vector<Validation> validations;

  // ERRORS: kMalformed for variables of one name; kLimit for variables that read each other too
  // deep. What does not compile is in the expressions.
  Status compile(PolicyEnvironment& environment);
  // Every expression with a problem.
  std::vector<const Expression*> problems() const;

  // `every_message`: also messages that nobody will read, as the API server does; their cost is
  // then known. They are always evaluated where they could use up the budget.
  PolicyAnswer evaluate(const PolicyInput& input, cel::Evaluation& evaluation,
                        bool every_message = false) const;

 private:
  friend class PolicyRun;
  std::vector<uint32_t> variable_order_;  // by name
  std::vector<cel::TypeField> variable_fields_;
};

}  // namespace seawall::policy
