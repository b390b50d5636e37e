// The facts of a Kubernetes object, without copying it.
//
//   WorkloadFacts maker;
//   for (const WorkloadSubject& subject : maker.of(object, wants_pod_security))
//     decide(Facts::of(*subject.facts));
//
// An object with pods gives facts for each pod template, one without gives them once. Values live
// until the next call and as long as the object. THREADS: one at a time.
#pragma once

#include <string>
#include <vector>

#include "codec/arena.h"
#include "codec/node.h"
#include "inspect/manifest/manifest_file.h"
#include "inspect/manifest/workloads.h"
#include "policy/risky_roles.h"

namespace seawall::policy {

struct WorkloadSubject {
  const Node* facts = nullptr;                // object, workload
  const inspect::PodTemplate* pod = nullptr;  // null: the object has no pods
};

class WorkloadFacts {
 public:
  // `pod_security`: also workload.podSecurity, which costs some microseconds a pod.
  const std::vector<WorkloadSubject>& of(const inspect::ManifestObject& object, bool pod_security);
  // Also workload.riskyRoles, where `roles` has an answer; null: never. They must outlive this.
  void set_roles(const RiskyRoles* roles) { roles_ = roles; }

 private:
  const Node* facts_of(const inspect::ManifestObject& object, const inspect::PodTemplate* pod,
                       bool pod_security);
  Node strings(const std::vector<std::string_view>& texts);
  Node object_of(const std::vector<Member>& members);
  const RiskyRoles* roles_ = nullptr;
  Arena arena_;
  std::vector<inspect::PodTemplate> pods_;
  std::vector<WorkloadSubject> subjects_;
};

}  // namespace seawall::policy
