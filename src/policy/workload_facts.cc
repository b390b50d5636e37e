#include "policy/workload_facts.h"

#include "inspect/manifest/pod_security.h"

namespace seawall::policy {
namespace {

void add(std::vector<Member>& members, std::string_view key, const Node& value) {
  if (value.exists() && !value.is_null()) members.push_back({key, value});
}

std::vector<std::string_view> broken_checks(inspect::PodSecurityLevel level,
                                            const inspect::PodTemplate& pod) {
  std::vector<std::string_view> checks;
  const inspect::PodSecurityVerdict verdict = inspect::evaluate_pod_security({level}, pod);
  for (const inspect::PodSecurityViolation& violation : verdict.violations) {
    checks.push_back(violation.check);
  }
  if (!verdict.unreadable.empty()) checks.push_back("unreadable");
  return checks;
}

}  // namespace

Node WorkloadFacts::object_of(const std::vector<Member>& members) {
  return Node::object(arena_.copy(std::span<const Member>(members)), 1, 1);
}

Node WorkloadFacts::strings(const std::vector<std::string_view>& texts) {
  std::vector<Node> nodes;
  for (const std::string_view text : texts) nodes.push_back(Node::string(text, 1, 1));
  return Node::array(arena_.copy(std::span<const Node>(nodes)), 1, 1);
}

const Node* WorkloadFacts::facts_of(const inspect::ManifestObject& object,
                                    const inspect::PodTemplate* pod, bool pod_security) {
  const Node& metadata = (*object.node)["metadata"];
  std::vector<Member> workload;
  workload.push_back({"kind", Node::string(object.kind, 1, 1)});
  workload.push_back({"apiVersion", Node::string(object.api_version, 1, 1)});
  workload.push_back({"name", Node::string(object.name, 1, 1)});
  workload.push_back({"namespace", Node::string(object.namespace_name, 1, 1)});
  add(workload, "labels", metadata["labels"]);
  add(workload, "annotations", metadata["annotations"]);
  if (pod != nullptr) {
    add(workload, "pod", *pod->spec);
    add(workload, "podMetadata", *pod->metadata);
    add(workload, "podLabels", (*pod->metadata)["labels"]);
    const Node& account = (*pod->spec)["serviceAccountName"];
    workload.push_back({"serviceAccount", Node::string(account.string("default"), 1, 1)});
    if (roles_ != nullptr) {
      const auto risks = roles_->of(object.namespace_name, account.string("default"));
      if (risks) workload.push_back({"riskyRoles", strings(*risks)});
    }
    if (pod_security) {
      using enum inspect::PodSecurityLevel;
      workload.push_back(
          {"podSecurity", object_of({{"baseline", strings(broken_checks(kBaseline, *pod))},
                                     {"restricted", strings(broken_checks(kRestricted, *pod))}})});
    }
  }
  const Node facts = object_of({{"object", *object.node}, {"workload", object_of(workload)}});
  return arena_.copy(std::span<const Node>(&facts, 1)).data();
}

const std::vector<WorkloadSubject>& WorkloadFacts::of(const inspect::ManifestObject& object,
                                                      bool pod_security) {
  arena_.reset();
  subjects_.clear();
  pods_ = inspect::pod_templates(object);
  for (const inspect::PodTemplate& pod : pods_) {
    subjects_.push_back({facts_of(object, &pod, pod_security), &pod});
  }
  if (pods_.empty()) subjects_.push_back({facts_of(object, nullptr, false), nullptr});
  return subjects_;
}

}  // namespace seawall::policy
