#include "inspect/manifest/object_checks.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/strings.h"

namespace seawall::inspect {
namespace {

std::string path_in(const ManifestObject& object, std::string_view path) {
  return object.json_path.empty() ? std::string(path)
                                  : fmt::format("{}.{}", object.json_path, path);
}

void at_spec(const ManifestObject& object, const char* key, std::string words,
             ObjectFaults& faults) {
  const Node& spec = (*object.node)["spec"];
  const Node& field = spec[key];
  faults.add(field.exists() ? field : *object.node, path_in(object, fmt::format("spec.{}", key)),
             std::move(words), {});
}

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
  if (name.empty() || set.find(kind, object.namespace_name, name) != nullptr) return;
  at_spec(object, "scaleTargetRef", fmt::format("no {} {} was given", kind, name), faults);
}

void missing_backend(const ObjectSet& set, const ManifestObject& object, const Node& backend,
                     std::string path, ObjectFaults& faults) {
  const Node& name =
      backend["service"]["name"].exists() ? backend["service"]["name"] : backend["serviceName"];
  if (name.string().empty() || set.find("Service", object.namespace_name, name.string())) return;
  faults.add(name, path_in(object, path), fmt::format("no Service {} was given", name.string()),
             {});
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
  if (!fits_selector(spec["template"]["metadata"]["labels"], spec["selector"]))
    at_spec(object, "selector", "the pod template has other labels", faults);
}

// A probe by number or name whose port no container port has.
bool has_port(const Node& ports, const Node& wanted) {
  return std::any_of(ports.items().begin(), ports.items().end(), [&](const Node& port) {
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

constexpr struct {
  std::string_view name;
  ObjectCheck check;
  bool across;
} kChecks[] = {
    {"dangling-service", dangling_service, true},
    {"dangling-network-policy", dangling_network_policy, true},
    {"dangling-network-policy-peer", dangling_peer, true},
    {"dangling-disruption-budget", dangling_disruption_budget, true},
    {"dangling-autoscaler", dangling_autoscaler, true},
    {"dangling-ingress", dangling_ingress, true},
    {"dangling-service-monitor", dangling_service_monitor, true},
    {"missing-service-account", missing_service_account, true},
    {"no-network-policy", no_network_policy, true},
    {"no-disruption-budget", no_disruption_budget, true},
    {"duplicate-environment", duplicate_environment, false},
    {"selector-mismatch", selector_mismatch, false},
    {"liveness-port", liveness_port, false},
    {"readiness-port", readiness_port, false},
    {"startup-port", startup_port, false},
};

}  // namespace

void ObjectFaults::add(const Node& node, std::string json_path, std::string words,
                       std::string_view container) {
  if (all_.size() >= kMostFaults) return;
  all_.push_back({node.line(), std::move(json_path), std::move(words), std::string(container)});
}

ObjectCheck find_object_check(std::string_view name) {
  for (const auto& one : kChecks) {
    if (one.name == name) return one.check;
  }
  return nullptr;
}

bool is_across_objects(std::string_view name) {
  return std::any_of(std::begin(kChecks), std::end(kChecks),
                     [&](const auto& one) { return one.name == name && one.across; });
}

}  // namespace seawall::inspect
