// The checks of the restricted level. Specification: Pod Security Standards, "Restricted"; details
// in the words of the pod security admission of Kubernetes.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "inspect/manifest/pod_view.h"

namespace seawall::inspect {
namespace {

using Names = std::set<std::string_view>;

// Since then Kubernetes itself refuses the Linux settings of pods that name windows as their
// system.
constexpr uint32_t kWindowsExempt = 25;
// Since then root inside a user namespace is nobody outside.
constexpr uint32_t kUserNamespacesExempt = 35;

constexpr auto kAllowedVolumes =
    std::to_array<std::string_view>({"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral",
                                     "image", "persistentVolumeClaim", "projected", "secret"});
// In the order in which they are looked for in a volume that has several.
constexpr auto kForbiddenVolumes = std::to_array<std::string_view>({"hostPath",
                                                                    "gcePersistentDisk",
                                                                    "awsElasticBlockStore",
                                                                    "gitRepo",
                                                                    "nfs",
                                                                    "iscsi",
                                                                    "glusterfs",
                                                                    "rbd",
                                                                    "flexVolume",
                                                                    "cinder",
                                                                    "cephfs",
                                                                    "flocker",
                                                                    "fc",
                                                                    "azureFile",
                                                                    "vsphereVolume",
                                                                    "quobyte",
                                                                    "azureDisk",
                                                                    "photonPersistentDisk",
                                                                    "portworxVolume",
                                                                    "scaleIO",
                                                                    "storageos"});

const Node& security_of(const PodContainer& container) {
  return (*container.node)["securityContext"];
}

bool drops_all(const Node& capabilities) {
  for (const Node& name : capabilities["drop"].items()) {
    if (name.string() == "ALL") return true;
  }
  return false;
}

// The first of the sources that the volume has.
template <typename Sources>
std::string_view source_of(const Node& volume, const Sources& sources) {
  for (const std::string_view source : sources) {
    if (is_set(volume[source])) return source;
  }
  return {};
}

// The API server makes such a volume an emptyDir, before any check sees it.
bool has_no_source(const Node& volume) {
  return std::none_of(volume.members().begin(), volume.members().end(), [](const Member& member) {
    return member.key != "name" && is_set(member.value);
  });
}

void append(std::vector<FieldPlace>& to, std::vector<FieldPlace> from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

PodCheckResult check_privilege_escalation(const PodView& pod) {
  if (pod.minor >= kWindowsExempt && pod.is_windows()) return {};
  Setters setters(pod);
  for (const PodContainer& container : pod.containers) {
    if (!is_false(security_of(container)["allowPrivilegeEscalation"]))
      setters.add(container, {"securityContext", "allowPrivilegeEscalation"});
  }
  if (setters.empty()) return {};
  return {"allowPrivilegeEscalation != false",
          fmt::format("{} must set securityContext.allowPrivilegeEscalation=false", setters.text()),
          setters.take_fields()};
}

PodCheckResult check_capabilities_restricted(const PodView& pod) {
  if (pod.minor >= kWindowsExempt && pod.is_windows()) return {};
  Setters keeping(pod), adding(pod);
  Names added;
  for (const PodContainer& container : pod.containers) {
    const Node& capabilities = security_of(container)["capabilities"];
    if (!drops_all(capabilities))
      keeping.add(container, {"securityContext", "capabilities", "drop"});
    const Node& add = capabilities["add"];
    for (size_t i = 0; i < add.items().size(); ++i) {
      if (add[i].string() == "NET_BIND_SERVICE") continue;
      added.insert(add[i].string());
      adding.add(container, {"securityContext", "capabilities", "add", i});
    }
  }
  PodCheckResult result{"unrestricted capabilities", {}, {}};
  if (!keeping.empty()) {
    result.detail =
        fmt::format("{} must set securityContext.capabilities.drop=[\"ALL\"]", keeping.text());
  }
  if (!adding.empty()) {
    if (!result.detail.empty()) result.detail += "; ";
    result.detail += fmt::format("{} must not include {} in securityContext.capabilities.add",
                                 adding.text(), quoted(added));
  }
  result.fields = keeping.take_fields();
  append(result.fields, adding.take_fields());
  return result;
}

PodCheckResult check_proc_mount_restricted(const PodView& pod) {
  Setters setters(pod);
  Names types;
  for (const PodContainer& container : pod.containers) {
    const Node& mount = security_of(container)["procMount"];
    if (!is_set(mount) || mount.string() == "Default") continue;
    types.insert(mount.string());
    setters.add(container, {"securityContext", "procMount"});
  }
  if (setters.empty()) return {};
  return {
      "procMount",
      fmt::format("{} must not set securityContext.procMount to {}", setters.text(), quoted(types)),
      setters.take_fields()};
}

PodCheckResult check_restricted_volumes(const PodView& pod) {
  std::vector<std::string_view> names;
  Names types;
  std::vector<FieldPlace> fields;
  const Node& volumes = pod.spec["volumes"];
  for (size_t i = 0; i < volumes.items().size(); ++i) {
    if (has_no_source(volumes[i]) || !source_of(volumes[i], kAllowedVolumes).empty()) continue;
    names.push_back(volumes[i]["name"].string());
    const std::string_view type = source_of(volumes[i], kForbiddenVolumes);
    types.insert(type.empty() ? "unknown" : type);
    fields.push_back(type.empty() ? place_in(pod, {"volumes", i})
                                  : place_in(pod, {"volumes", i, type}));
  }
  if (fields.empty()) return {};
  return {
      "restricted volume types",
      fmt::format("{} {} restricted volume type{} {}", counted("volume", "volumes", names),
                  names.size() == 1 ? "uses" : "use", types.size() == 1 ? "" : "s", quoted(types)),
      std::move(fields)};
}

PodCheckResult check_run_as_non_root(const PodView& pod) {
  if (pod.minor >= kUserNamespacesExempt && pod.in_user_namespace()) return {};
  const Node& of_pod = pod.security()["runAsNonRoot"];
  Setters saying_false(pod), silent(pod);
  if (is_false(of_pod)) saying_false.add_pod({"securityContext", "runAsNonRoot"});
  for (const PodContainer& container : pod.containers) {
    const Node& own = security_of(container)["runAsNonRoot"];
    if (is_false(own))
      saying_false.add(container, {"securityContext", "runAsNonRoot"});
    else if (!own.boolean() && !of_pod.boolean())
      silent.add(container, {"securityContext", "runAsNonRoot"});
  }
  constexpr std::string_view kReason = "runAsNonRoot != true";
  if (!saying_false.empty()) {
    return {kReason,
            fmt::format("{} must not set securityContext.runAsNonRoot=false", saying_false.text()),
            saying_false.take_fields()};
  }
  if (silent.empty()) return {};
  return {kReason,
          fmt::format("pod or {} must set securityContext.runAsNonRoot=true", silent.text()),
          silent.take_fields()};
}

PodCheckResult check_run_as_user(const PodView& pod) {
  if (pod.minor >= kUserNamespacesExempt && pod.in_user_namespace()) return {};
  Setters setters(pod);
  if (whole_number(pod.security()["runAsUser"]) == 0)
    setters.add_pod({"securityContext", "runAsUser"});
  for (const PodContainer& container : pod.containers) {
    if (whole_number(security_of(container)["runAsUser"]) == 0)
      setters.add(container, {"securityContext", "runAsUser"});
  }
  if (setters.empty()) return {};
  return {"runAsUser=0", fmt::format("{} must not set runAsUser=0", setters.text()),
          setters.take_fields()};
}

PodCheckResult check_seccomp_restricted(const PodView& pod) {
  if (pod.minor >= kWindowsExempt && pod.is_windows()) return {};
  Names types;
  Setters wrong = forbidden_profiles(pod, "seccompProfile", types);
  constexpr std::string_view kReason = "seccompProfile";
  if (!wrong.empty()) {
    return {kReason,
            fmt::format("{} must not set securityContext.seccompProfile.type to {}", wrong.text(),
                        quoted(types)),
            wrong.take_fields()};
  }
  if (is_set(pod.security()["seccompProfile"])) return {};
  Setters silent(pod);
  for (const PodContainer& container : pod.containers) {
    if (!is_set(security_of(container)["seccompProfile"]))
      silent.add(container, {"securityContext", "seccompProfile", "type"});
  }
  if (silent.empty()) return {};
  return {kReason,
          fmt::format("pod or {} must set securityContext.seccompProfile.type to "
                      "\"RuntimeDefault\" or \"Localhost\"",
                      silent.text()),
          silent.take_fields()};
}

}  // namespace seawall::inspect
