// What a policy that can be read still says wrongly: rules that can never speak or always do, rules
// that contradict each other, exceptions that have ended or make a rule useless.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "policy/policy.h"

namespace seawall::policy {

struct PolicyRemark {
  std::string where;  // "seawall.yaml:12"
  std::string rule;
  std::string message;
  bool wrong = true;  // else only worth knowing
};
// In the order of the policy.
std::vector<PolicyRemark> check_policy(const Policy& policy, UnixSeconds now);

}  // namespace seawall::policy
