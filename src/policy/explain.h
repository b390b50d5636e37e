// Why a decision is what it is: each rule, what it asked, what it was answered, and the digest of
// each fact that was read.
#pragma once

#include <string>

#include "base/result.h"
#include "base/time.h"
#include "policy/facts.h"
#include "policy/policy.h"
#include "policy/stage.h"

namespace seawall::policy {

struct Explanation {
  Decision decision;
  std::string text;  // for people
  std::string json;
};
Explanation explain(const Policy& policy, Stage stage, const Facts& facts, UnixSeconds now);

}  // namespace seawall::policy
