// The score of kubesec, exactly: its rules, what each counts, points and the order of its report.
//
//   for (const KubesecReport& report : kubesec_reports(file, "deployment.yaml")) ...
//
// Source: kubesec after v2.14.2 (June 2026), pkg/rules and pkg/ruler; ids, selectors and points are
// its own, the reasons are ours. A kind that it does not know has no rules. Where kubesec itself
// fails (a flag that is no boolean), the rule does not apply. THREADS: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "codec/node.h"
#include "inspect/manifest/manifest_file.h"

namespace seawall::inspect {

struct KubesecRule {
  std::string_view id, selector, reason;
  int points;
};

struct KubesecResult {
  const KubesecRule* rule;
  int count;  // containers, or 1, where it matches
};

struct KubesecReport {
  std::string object;  // "Deployment/web.default"
  std::string message;
  int score = 0;
  std::vector<KubesecResult> applied;  // in the order of the rules
  // In kubesec's order: by points, then selector.
  std::vector<const KubesecRule*> critical, passed, advise;
};

KubesecReport kubesec_report(const Node& object);
// Of each object, as kubesec's JSON.
std::string kubesec_json(const std::vector<std::pair<std::string, KubesecReport>>& reports);

}  // namespace seawall::inspect
