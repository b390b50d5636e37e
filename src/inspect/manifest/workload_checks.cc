// Checks of what a workload says of its own pods, where CEL would have to compare lists.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "inspect/manifest/object_checks.h"

namespace seawall::inspect {
namespace {

void duplicate_environment(const ObjectSet&, const ManifestObject& object, ObjectFaults& faults) {
  for (const PodTemplate& pod : pod_templates(object)) {
    for (const PodContainer& container : containers_of(*pod.spec)) {
      std::set<std::string_view> names;
      const Node& env = (*container.node)["env"];
      for (size_t i = 0; i < env.size(); ++i) {
        const Node& name = env[i]["name"];
        if (name.string().empty() || names.insert(name.string()).second) continue;
        faults.add(name, fmt::format("{}.env[{}].name", path_of(container, pod.spec_path), i),
                   fmt::format("{} stands twice", name.string()), container.name);
      }
    }
  }
}

void selector_mismatch(const ObjectSet&, const ManifestObject& object, ObjectFaults& faults) {
  const Node& spec = (*object.node)["spec"];
  if (!spec["selector"].exists() || !spec["template"].exists()) return;
  const Node& labels = spec["template"]["metadata"]["labels"];
  // Workloads from before label selectors have a plain map.
  const bool plain = object.kind == "ReplicationController" || object.kind == "DeploymentConfig";
  if (plain ? !has_labels(labels, spec["selector"]) : !fits_selector(labels, spec["selector"]))
    at_spec(object, "selector", "the pod template has other labels", faults);
}

// Whether a term of an anti-affinity keeps the pods of this workload from each other.
bool keeps_apart(const Node& term, const ManifestObject& object, const Node& labels) {
  const auto namespaces = term["namespaces"].items();
  const bool here =
      namespaces.empty() || std::any_of(namespaces.begin(), namespaces.end(), [&](const Node& one) {
        return one.string() == namespace_of(object);
      });
  return here && !term["topologyKey"].string().empty() && term["labelSelector"].is_object() &&
         fits_selector(labels, term["labelSelector"]);
}
void replicas_together(const ObjectSet&, const ManifestObject& object, ObjectFaults& faults) {
  if ((*object.node)["spec"]["replicas"].integer().value_or(1) < 2) return;
  for (const PodTemplate& pod : pod_templates(object)) {
    const Node& labels = (*pod.metadata)["labels"];
    const Node& affinity = (*pod.spec)["affinity"]["podAntiAffinity"];
    const auto required = affinity["requiredDuringSchedulingIgnoredDuringExecution"].items();
    const auto preferred = affinity["preferredDuringSchedulingIgnoredDuringExecution"].items();
    const bool apart =
        (*pod.spec)["topologySpreadConstraints"].size() > 0 ||
        std::any_of(required.begin(), required.end(),
                    [&](const Node& one) { return keeps_apart(one, object, labels); }) ||
        std::any_of(preferred.begin(), preferred.end(), [&](const Node& one) {
          return keeps_apart(one["podAffinityTerm"], object, labels);
        });
    if (apart) continue;
    faults.add(affinity.exists() ? affinity : *pod.spec,
               json_path_of(pod.spec_path, "affinity.podAntiAffinity"),
               affinity.exists() ? "no term chooses the pods themselves" : "not set", {});
  }
}

// A pod that says nothing does as its service account says.
void service_account_token(const ObjectSet& set, const ManifestObject& object,
                           ObjectFaults& faults) {
  constexpr const char* kField = "automountServiceAccountToken";
  for (const PodTemplate& pod : pod_templates(object)) {
    const Node& own = (*pod.spec)[kField];
    const bool unset = !own.exists() || own.is_null();
    std::string_view name = (*pod.spec)["serviceAccountName"].string();
    if (name.empty()) name = (*pod.spec)["serviceAccount"].string("default");
    const ManifestObject* account =
        unset ? set.find("ServiceAccount", object.namespace_name, name) : nullptr;
    const Node& decides = account == nullptr ? own : (*account->node)[kField];
    if (decides.kind() == NodeKind::kBool && !decides.boolean()) continue;
    faults.add(unset ? *pod.spec : own, json_path_of(pod.spec_path, kField), unset ? "not set" : "",
               {});
  }
}

// Probes speak TCP, by number or name.
bool has_port(const Node& ports, const Node& wanted) {
  return std::any_of(ports.items().begin(), ports.items().end(), [&](const Node& port) {
    if (port["protocol"].string("TCP") != "TCP") return false;
    if (wanted.is_string()) return port["name"].string() == wanted.string();
    return port["containerPort"].integer() == wanted.integer();
  });
}
void probe_ports(const ManifestObject& object, const char* probe, ObjectFaults& faults) {
  for (const PodTemplate& pod : pod_templates(object)) {
    for (const PodContainer& container : containers_of(*pod.spec)) {
      for (const char* how : {"httpGet", "tcpSocket", "grpc"}) {
        const Node& port = (*container.node)[probe][how]["port"];
        if (!port.exists() || has_port((*container.node)["ports"], port)) continue;
        faults.add(port,
                   fmt::format("{}.{}.{}.port", path_of(container, pod.spec_path), probe, how),
                   "the container does not list this port", container.name);
      }
    }
  }
}
void liveness_port(const ObjectSet&, const ManifestObject& object, ObjectFaults& faults) {
  probe_ports(object, "livenessProbe", faults);
}
void readiness_port(const ObjectSet&, const ManifestObject& object, ObjectFaults& faults) {
  probe_ports(object, "readinessProbe", faults);
}
void startup_port(const ObjectSet&, const ManifestObject& object, ObjectFaults& faults) {
  probe_ports(object, "startupProbe", faults);
}

constexpr NamedCheck kChecks[] = {
    {"duplicate-environment", duplicate_environment, false},
    {"selector-mismatch", selector_mismatch, false},
    {"replicas-together", replicas_together, false},
    {"service-account-token", service_account_token, false},
    {"liveness-port", liveness_port, false},
    {"readiness-port", readiness_port, false},
    {"startup-port", startup_port, false},
};

}  // namespace

std::span<const NamedCheck> workload_checks() {
  return kChecks;
}

}  // namespace seawall::inspect
