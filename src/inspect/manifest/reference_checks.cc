// Checks that ask what one object says of others: names, labels and keys that have to be there.
#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/strings.h"
#include "inspect/manifest/object_checks.h"

namespace seawall::inspect {
namespace {

void dangling_service(const ObjectSet& set, const ManifestObject& object, ObjectFaults& faults) {
  const Node& spec = (*object.node)["spec"];
  if (spec["selector"].size() == 0 || spec["type"].string() == "ExternalName") return;
  if (set.pods_with(namespace_of(object), spec["selector"]).empty())
    at_spec(object, "selector", "no pod that was given has these labels", faults);
}

void dangling_by_selector(const ObjectSet& set, const ManifestObject& object, const char* key,
                          ObjectFaults& faults) {
  const Node& selector = (*object.node)["spec"][key];
  if (selector.size() == 0) return;  // everything, or nothing
  if (set.pods_by(namespace_of(object), selector).empty())
    at_spec(object, key, "no pod that was given has these labels", faults);
}
void dangling_network_policy(const ObjectSet& set, const ManifestObject& object,
                             ObjectFaults& faults) {
  dangling_by_selector(set, object, "podSelector", faults);
}
void dangling_disruption_budget(const ObjectSet& set, const ManifestObject& object,
                                ObjectFaults& faults) {
  dangling_by_selector(set, object, "selector", faults);
}

void dangling_peer(const ObjectSet& set, const ManifestObject& object, ObjectFaults& faults) {
  for (const auto& [rules, peers] : {std::pair("ingress", "from"), std::pair("egress", "to")}) {
    const Node& list = (*object.node)["spec"][rules];
    for (size_t i = 0; i < list.size(); ++i) {
      for (size_t j = 0; j < list[i][peers].size(); ++j) {
        const Node& peer = list[i][peers][j];
        const Node& selector = peer["podSelector"];
        // Namespaces are chosen by labels that manifests seldom hold.
        if (selector.size() == 0 || peer["namespaceSelector"].exists()) continue;
        if (!set.pods_by(namespace_of(object), selector).empty()) continue;
        faults.add(
            selector,
            path_in(object, fmt::format("spec.{}[{}].{}[{}].podSelector", rules, i, peers, j)),
            "no pod that was given has these labels", {});
      }
    }
  }
}

void dangling_autoscaler(const ObjectSet& set, const ManifestObject& object, ObjectFaults& faults) {
  const Node& target = (*object.node)["spec"]["scaleTargetRef"];
  const std::string_view kind = target["kind"].string(), name = target["name"].string();
  if (name.empty()) return;
  // The autoscaler looks the kind up in the group of apiVersion, of whatever version.
  const std::string_view group = api_group(target["apiVersion"].string());
  const ManifestObject* found = set.find(kind, object.namespace_name, name);
  if (found != nullptr && api_group(found->api_version) == group) return;
  if (found != nullptr && api_group(found->api_version) == "extensions" && group == "apps") return;
  at_spec(object, "scaleTargetRef",
          fmt::format("no {} {} of {} was given", kind, name, group.empty() ? "v1" : group),
          faults);
}

// Of a backend of networking.k8s.io/v1, or of the older forms.
void missing_backend(const ObjectSet& set, const ManifestObject& object, const Node& backend,
                     std::string path, ObjectFaults& faults) {
  const bool old = !backend["service"]["name"].exists();
  const Node& name = old ? backend["serviceName"] : backend["service"]["name"];
  if (name.string().empty()) return;
  const ManifestObject* service = set.find("Service", object.namespace_name, name.string());
  if (service == nullptr) {
    faults.add(name, path_in(object, path), fmt::format("no Service {} was given", name.string()),
               {});
    return;
  }
  const Node& described = backend["service"]["port"];
  const Node& port = old                            ? backend["servicePort"]
                     : described["number"].exists() ? described["number"]
                                                    : described["name"];
  const auto ports = (*service->node)["spec"]["ports"].items();
  const bool has = std::any_of(ports.begin(), ports.end(), [&](const Node& one) {
    return port.is_string() ? one["name"].string() == port.string()
                            : one["port"].integer() == port.integer();
  });
  if (port.exists() && !has) {
    faults.add(port, path_in(object, path),
               fmt::format("Service {} has no such port", name.string()), {});
  }
}
void dangling_ingress(const ObjectSet& set, const ManifestObject& object, ObjectFaults& faults) {
  const Node& spec = (*object.node)["spec"];
  missing_backend(set, object, spec["defaultBackend"], "spec.defaultBackend", faults);
  missing_backend(set, object, spec["backend"], "spec.backend", faults);
  for (size_t i = 0; i < spec["rules"].size(); ++i) {
    const Node& paths = spec["rules"][i]["http"]["paths"];
    for (size_t j = 0; j < paths.size(); ++j) {
      missing_backend(set, object, paths[j]["backend"],
                      fmt::format("spec.rules[{}].http.paths[{}].backend", i, j), faults);
    }
  }
}

void dangling_service_monitor(const ObjectSet& set, const ManifestObject& object,
                              ObjectFaults& faults) {
  const Node& spec = (*object.node)["spec"];
  if (spec["selector"].size() == 0) return;
  const auto& services = set.of_kind("Service");
  const bool found = std::any_of(services.begin(), services.end(), [&](const auto* service) {
    return fits_selector((*service->node)["metadata"]["labels"], spec["selector"]);
  });
  if (!found) at_spec(object, "selector", "no Service that was given has these labels", faults);
}

void missing_service_account(const ObjectSet& set, const ManifestObject& object,
                             ObjectFaults& faults) {
  for (const PodTemplate& pod : pod_templates(object)) {
    const Node& name = (*pod.spec)["serviceAccountName"].string().empty()
                           ? (*pod.spec)["serviceAccount"]
                           : (*pod.spec)["serviceAccountName"];
    if (name.string().empty() || name.string() == "default") continue;
    if (set.find("ServiceAccount", object.namespace_name, name.string()) != nullptr) continue;
    faults.add(name, json_path_of(pod.spec_path, "serviceAccountName"),
               fmt::format("no ServiceAccount {} was given", name.string()), {});
  }
}

// A variable from a ConfigMap or a Secret; nothing when what it names was given, with the key.
void missing_source(const ObjectSet& set, const ManifestObject& object, const Node& variable,
                    const std::string& path, std::string_view container, ObjectFaults& faults) {
  constexpr struct {
    const char *field, *kind, *data, *more;
  } kSources[] = {{"configMapKeyRef", "ConfigMap", "data", "binaryData"},
                  {"secretKeyRef", "Secret", "data", "stringData"}};
  for (const auto& source : kSources) {
    const Node& from = variable["valueFrom"][source.field];
    if (!from.is_object() || from["optional"].boolean()) continue;
    const std::string_view name = from["name"].string(), key = from["key"].string();
    const ManifestObject* found = set.find(source.kind, object.namespace_name, name);
    const std::string where = fmt::format("{}.valueFrom.{}", path, source.field);
    if (found == nullptr) {
      faults.add(from, where, fmt::format("no {} {} was given", source.kind, name), container);
    } else if (!(*found->node)[source.data][key].exists() &&
               !(*found->node)[source.more][key].exists()) {
      faults.add(from, where, fmt::format("{} {} has no key {}", source.kind, name, key),
                 container);
    }
  }
}
void missing_environment(const ObjectSet& set, const ManifestObject& object, ObjectFaults& faults) {
  for (const PodTemplate& pod : pod_templates(object)) {
    for (const PodContainer& container : containers_of(*pod.spec)) {
      const Node& env = (*container.node)["env"];
      for (size_t i = 0; i < env.size(); ++i) {
        missing_source(set, object, env[i],
                       fmt::format("{}.env[{}]", path_of(container, pod.spec_path), i),
                       container.name, faults);
      }
    }
  }
}

void no_network_policy(const ObjectSet& set, const ManifestObject& object, ObjectFaults& faults) {
  for (const PodTemplate& pod : pod_templates(object)) {
    if (!set.has_network_policy(*pod.spec))
      faults.add(*pod.spec, pod.spec_path, "no NetworkPolicy that was given chooses it", {});
  }
}

void no_disruption_budget(const ObjectSet& set, const ManifestObject& object,
                          ObjectFaults& faults) {
  for (const PodTemplate& pod : pod_templates(object)) {
    if (!set.has_disruption_budget(*pod.spec)) {
      faults.add(*object.node, path_in(object, "spec"),
                 "no PodDisruptionBudget that was given chooses it", {});
    }
  }
}

// What minAvailable comes to among so many pods: a number, or a percentage rounded up.
std::optional<int64_t> available_of(const Node& wanted, int64_t pods) {
  if (const auto number = wanted.integer()) return number;
  std::string_view text = wanted.string();
  if (!text.ends_with('%')) return std::nullopt;
  text.remove_suffix(1);
  const auto percent = parse_unsigned(text);
  if (!percent || *percent > 100) return std::nullopt;
  return (pods * static_cast<int64_t>(*percent) + 99) / 100;
}

// The fewest replicas that a workload has: its autoscaler's, if there is one.
constexpr int64_t kMostReplicas = 1'000'000;
std::optional<int64_t> fewest_replicas(const ObjectSet& set, const ManifestObject& workload) {
  constexpr std::string_view kScaled[] = {"Deployment", "StatefulSet", "ReplicaSet",
                                          "ReplicationController", "DeploymentConfig"};
  if (std::find(std::begin(kScaled), std::end(kScaled), workload.kind) == std::end(kScaled))
    return std::nullopt;
  const ManifestObject* autoscaler = set.autoscaler_of(workload);
  const Node& replicas = autoscaler == nullptr ? (*workload.node)["spec"]["replicas"]
                                               : (*autoscaler->node)["spec"]["minReplicas"];
  const int64_t count = replicas.integer().value_or(1);
  return count < 0 || count > kMostReplicas ? std::nullopt : std::optional(count);
}

void budget_wants_all(const ObjectSet& set, const ManifestObject& object, ObjectFaults& faults) {
  const Node& spec = (*object.node)["spec"];
  if (!spec["minAvailable"].exists() || !spec["selector"].is_object()) return;
  for (const ObjectSet::Pod* pod : set.pods_by(namespace_of(object), spec["selector"])) {
    const auto replicas = fewest_replicas(set, *pod->object);
    if (!replicas || *replicas == 0) continue;
    const auto wanted = available_of(spec["minAvailable"], *replicas);
    if (!wanted || *wanted < *replicas) continue;
    at_spec(
        object, "minAvailable",
        fmt::format("{} {} has as few as {} pods", pod->object->kind, pod->object->name, *replicas),
        faults);
    return;
  }
}

void budget_above_autoscaler(const ObjectSet& set, const ManifestObject& object,
                             ObjectFaults& faults) {
  if (set.autoscaler_of(object) == nullptr) return;
  const auto replicas = fewest_replicas(set, object);
  for (const PodTemplate& pod : pod_templates(object)) {
    const ManifestObject* budget = set.disruption_budget_of(*pod.spec);
    if (budget == nullptr || !replicas) continue;
    const auto wanted = available_of((*budget->node)["spec"]["minAvailable"], *replicas);
    if (!wanted || *wanted <= *replicas) continue;
    faults.add(*object.node, path_in(object, "spec"),
               fmt::format("PodDisruptionBudget {} wants {} pods, the autoscaler may leave {}",
                           budget->name, *wanted, *replicas),
               {});
  }
}

constexpr NamedCheck kChecks[] = {
    {"dangling-service", dangling_service, true},
    {"dangling-network-policy", dangling_network_policy, true},
    {"dangling-network-policy-peer", dangling_peer, true},
    {"dangling-disruption-budget", dangling_disruption_budget, true},
    {"dangling-autoscaler", dangling_autoscaler, true},
    {"dangling-ingress", dangling_ingress, true},
    {"dangling-service-monitor", dangling_service_monitor, true},
    {"missing-service-account", missing_service_account, true},
    {"missing-environment", missing_environment, true},
    {"no-network-policy", no_network_policy, true},
    {"no-disruption-budget", no_disruption_budget, true},
    {"budget-wants-all", budget_wants_all, true},
    {"budget-above-autoscaler", budget_above_autoscaler, true},
};

}  // namespace

std::span<const NamedCheck> reference_checks() {
  return kChecks;
}

}  // namespace seawall::inspect
