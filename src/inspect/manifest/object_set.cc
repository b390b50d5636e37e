#include "inspect/manifest/object_set.h"

#include <algorithm>

namespace seawall::inspect {
namespace {

std::string key_of(std::string_view first, std::string_view second, std::string_view third) {
  std::string key(first);
  key.append("\n").append(second).append("\n").append(third);
  return key;
}

bool fits_expression(const Node& labels, const Node& expression) {
  const Node& label = labels[expression["key"].string()];
  const std::string_view how = expression["operator"].string();
  if (how == "Exists") return label.exists();
  if (how == "DoesNotExist") return !label.exists();
  const auto values = expression["values"].items();
  const bool in = label.exists() && std::any_of(values.begin(), values.end(), [&](const Node& one) {
                    return one.string() == label.string();
                  });
  return how == "In" ? in : how == "NotIn" && !in;
}

}  // namespace

std::string_view namespace_of(const ManifestObject& object) {
  return object.namespace_name.empty() ? "default" : object.namespace_name;
}

bool has_labels(const Node& labels, const Node& wanted) {
  return std::all_of(wanted.members().begin(), wanted.members().end(), [&](const Member& one) {
    return labels[one.key].is_string() && labels[one.key].string() == one.value.string();
  });
}

bool fits_selector(const Node& labels, const Node& selector) {
  const auto expressions = selector["matchExpressions"].items();
  return has_labels(labels, selector["matchLabels"]) &&
         std::all_of(expressions.begin(), expressions.end(),
                     [&](const Node& one) { return fits_expression(labels, one); });
}

void ObjectSet::add(const ManifestFile& file) {
  for (const ManifestObject& object : file.objects()) {
    by_kind_[object.kind].push_back(&object);
    by_name_.emplace(key_of(object.kind, namespace_of(object), object.name), &object);
    for (PodTemplate& at : pod_templates(object)) {
      const Node& labels = (*at.metadata)["labels"];
      const Pod& pod = pods_.emplace_back(Pod{&object, std::move(at), &labels});
      by_namespace_[namespace_of(object)].push_back(&pod);
      for (const Member& label : labels.members()) {
        by_label_[key_of(namespace_of(object), label.key, label.value.string())].push_back(&pod);
      }
    }
  }
}

void ObjectSet::connect() {
  const auto choose = [this](std::string_view kind, const char* selector,
                             std::unordered_map<const Node*, const ManifestObject*>& chosen) {
    for (const ManifestObject* object : of_kind(kind)) {
      for (const Pod* pod : pods_by(namespace_of(*object), (*object->node)["spec"][selector]))
        if (pod->at.spec->exists()) chosen.try_emplace(pod->at.spec, object);
    }
  };
  choose("NetworkPolicy", "podSelector", with_policy_);
  choose("PodDisruptionBudget", "selector", with_budget_);
  for (const ManifestObject* object : of_kind("HorizontalPodAutoscaler")) {
    const Node& target = (*object->node)["spec"]["scaleTargetRef"];
    autoscalers_.emplace(
        key_of(target["kind"].string(), namespace_of(*object), target["name"].string()), object);
  }
}

const ManifestObject* ObjectSet::disruption_budget_of(const Node& spec) const {
  const auto found = with_budget_.find(&spec);
  return found == with_budget_.end() ? nullptr : found->second;
}

const ManifestObject* ObjectSet::autoscaler_of(const ManifestObject& workload) const {
  const auto found =
      autoscalers_.find(key_of(workload.kind, namespace_of(workload), workload.name));
  return found == autoscalers_.end() ? nullptr : found->second;
}

const std::vector<const ManifestObject*>& ObjectSet::of_kind(std::string_view kind) const {
  static const Objects none;
  const auto found = by_kind_.find(kind);
  return found == by_kind_.end() ? none : found->second;
}

const ManifestObject* ObjectSet::find(std::string_view kind, std::string_view namespace_name,
                                      std::string_view name) const {
  if (namespace_name.empty()) namespace_name = "default";
  const auto found = by_name_.find(key_of(kind, namespace_name, name));
  return found == by_name_.end() ? nullptr : found->second;
}

std::vector<const ObjectSet::Pod*> ObjectSet::pods_with(std::string_view namespace_name,
                                                        const Node& labels) const {
  std::vector<const Pod*> out;
  if (labels.members().empty()) return out;
  const Member& first = labels.members().front();
  const auto found = by_label_.find(key_of(namespace_name, first.key, first.value.string()));
  if (found == by_label_.end()) return out;
  std::copy_if(found->second.begin(), found->second.end(), std::back_inserter(out),
               [&](const Pod* pod) { return has_labels(*pod->labels, labels); });
  return out;
}

std::vector<const ObjectSet::Pod*> ObjectSet::pods_by(std::string_view namespace_name,
                                                      const Node& selector) const {
  std::vector<const Pod*> out;
  const Node& labels = selector["matchLabels"];
  std::vector<const Pod*> candidates;
  if (labels.size() > 0) {
    candidates = pods_with(namespace_name, labels);
  } else if (const auto all = by_namespace_.find(namespace_name); all != by_namespace_.end()) {
    candidates = all->second;
  }
  std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(out),
               [&](const Pod* pod) { return fits_selector(*pod->labels, selector); });
  return out;
}

}  // namespace seawall::inspect
