// ObjectSet: all objects that are judged together, for the questions that one cannot answer: does a
// service have pods, does a service account exist. What is not among the files is not known.
//
//   ObjectSet set;
//   for (const ManifestFile& file : files) set.add(file);
//   set.connect();
//   for (const ObjectSet::Pod* pod : set.pods_with("prod", service["spec"]["selector"])) ...
//
// COST: adding finds each object's pod templates; pods are found by a label. LIMITS: those of the
// files. THREADS: adding by one, reading by any. The files outlive the set.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "inspect/manifest/manifest_file.h"
#include "inspect/manifest/workloads.h"

namespace seawall::inspect {

// "default" where an object names none.
std::string_view namespace_of(const ManifestObject& object);
// Whether all these labels are there, with these values.
bool has_labels(const Node& labels, const Node& wanted);
// Whether labels fit matchLabels and matchExpressions. Source: Kubernetes, LabelSelector v1 meta.
bool fits_selector(const Node& labels, const Node& selector);

class ObjectSet {
 public:
  struct Pod {
    const ManifestObject* object;
    PodTemplate at;
    const Node* labels;
  };

  void add(const ManifestFile& file);
  // After the last file: finds the pods that policies and budgets choose.
  void connect();
  const std::vector<const ManifestObject*>& of_kind(std::string_view kind) const;
  // By kind, namespace ("default" counts as none) and name; null when there is none.
  const ManifestObject* find(std::string_view kind, std::string_view namespace_name,
                             std::string_view name) const;
  // The pods of a namespace whose labels are all in the map; an empty map fits none.
  std::vector<const Pod*> pods_with(std::string_view namespace_name, const Node& labels) const;
  // The same by a label selector; an empty one fits every pod of the namespace.
  std::vector<const Pod*> pods_by(std::string_view namespace_name, const Node& selector) const;

  // Whether a NetworkPolicy or a PodDisruptionBudget of its namespace chooses the pod of this spec.
  bool has_network_policy(const Node& spec) const { return with_policy_.contains(&spec); }
  bool has_disruption_budget(const Node& spec) const { return with_budget_.contains(&spec); }
  // The first budget that does; null when there is none.
  const ManifestObject* disruption_budget_of(const Node& spec) const;
  // The HorizontalPodAutoscaler of a workload; null when there is none.
  const ManifestObject* autoscaler_of(const ManifestObject& workload) const;

 private:
  using Objects = std::vector<const ManifestObject*>;
  std::map<std::string_view, Objects> by_kind_;
  std::map<std::string, const ManifestObject*, std::less<>> by_name_;
  std::map<std::string, std::vector<const Pod*>, std::less<>> by_label_;
  std::map<std::string_view, std::vector<const Pod*>> by_namespace_;
  std::deque<Pod> pods_;
  std::unordered_map<const Node*, const ManifestObject*> with_policy_, with_budget_;
  std::map<std::string, const ManifestObject*, std::less<>> autoscalers_;  // by what they scale
};

}  // namespace seawall::inspect
