// Native checks: what a pattern cannot say of a secret. A checksum that fits, a structure that
// decodes. Rules name them with `check:`; docs/secrets.md lists them. To add one: a function here,
// its line in the table, its tests, its row in the document.
#pragma once

#include <string>
#include <string_view>

namespace seawall::inspect {

struct CheckInput {
  std::string_view secret;  // what the pattern caught; lies inside `text`
  std::string_view text;    // the window of the file around it
};

struct CheckResult {
  bool holds = false;
  std::string secret;  // what is hashed and masked instead of the caught text, when not empty
  std::string detail;  // what the evidence says more, without any secret: "data: password, user"
};

// COST: linear in the secret; docker-config, kubeconfig and kubernetes-secret look at no more than
// 64 KiB of the text.
using SecretCheck = CheckResult (*)(const CheckInput& input);
// Null for an unknown name.
SecretCheck find_secret_check(std::string_view name);

}  // namespace seawall::inspect
