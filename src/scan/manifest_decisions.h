// A policy's decisions of Kubernetes manifests, object by object and pod by pod, put into one.
#pragma once

#include <string>
#include <vector>

#include "inspect/manifest/manifest_file.h"
#include "model/finding.h"
#include "policy/evaluator.h"
#include "policy/policy.h"
#include "policy/workload_facts.h"

namespace seawall::scan {

// The rules of a policy that are asked of workloads, and those that are not.
struct SplitPolicy {
  policy::Policy of_workloads, of_the_rest;
};
SplitPolicy split_policy(const policy::Policy& policy);

// How outcomes name an object: "Deployment prod/web (web.yaml:3)".
std::string name_of(const inspect::ManifestObject& object, const std::string& path);

// Judges the objects of files one after the other. THREADS: one at a time.
class ManifestDecisions {
 public:
  // REQUIRES: `policy` has rules of workloads only and outlives this.
  ManifestDecisions(const policy::Policy& policy, UnixSeconds now);
  // Whether its rules ask for roles of service accounts, which know() must be given before.
  bool wants_roles() const { return wants_roles_; }
  void know(const inspect::ManifestFile& file);
  // `path` names the file in the outcomes: "Deployment prod/web (web.yaml:3) container app".
  void judge(const std::string& path, const inspect::ManifestFile& file);
  // An outcome a rule, with everything that it spoke of. The same rule of another judge is joined;
  // of its notes on exceptions those stay that hold here too.
  void add_to(Decision& decision) const;

 private:
  const policy::Policy& policy_;
  policy::Evaluator evaluator_;
  policy::WorkloadFacts facts_;
  UnixSeconds now_;
  bool wants_pod_security_ = false, wants_roles_ = false;
  policy::RiskyRoles roles_;
  std::vector<RuleOutcome> outcomes_;
};

}  // namespace seawall::scan
