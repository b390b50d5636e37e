// AdmissionVerdict: what a set of admission policies says about one request.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace seawall::policy {

enum class AdmissionDecision : uint8_t { kAllow, kWarn, kDeny };
enum class AdmissionAction : uint8_t { kAudit, kWarn, kDeny };

// One thing that a policy has against the request.
struct AdmissionMessage {
  std::string policy, binding, rule;  // of kinds without bindings or rules: empty
  AdmissionAction action = AdmissionAction::kDeny;
  std::string message, reason;
  std::string where;  // "policy.yaml:12:19", the expression or the policy
  uint64_t cost = 0;
  bool is_error = false;  // an expression failed, or a policy could not be applied
};

// What one policy or rule came to, also when it has nothing against the request.
struct AdmissionOutcome {
  enum class Result : uint8_t { kPass, kFail, kError, kSkip, kNotJudged };
  std::string policy, rule, binding, parameter;
  Result result = Result::kPass;
  std::string message;
  uint64_t condition_cost = 0, validation_cost = 0, message_cost = 0, annotation_cost = 0;
};

struct AdmissionVerdict {
  AdmissionDecision verdict = AdmissionDecision::kAllow;
  // In the order of policies, bindings, parameters and validations.
  std::vector<AdmissionMessage> messages;
  std::vector<AdmissionOutcome> outcomes;                  // when they were asked for
  std::vector<std::pair<std::string, std::string>> audit;  // key, value
  // Policies that could not be judged ("not supported: ..."); the verdict is about the others.
  std::vector<std::string> problems;
};

}  // namespace seawall::policy
