// PodView: what the checks of pod security read of a pod, and the words they are told in.
//
// A check looks at values only where they have the kind that the API server decodes; null is as
// good as missing there. unreadable_fields() finds every other value, once for all checks.
// Specification: Pod v1 core of the Kubernetes API reference 1.37.
#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "inspect/manifest/pod_security.h"

namespace seawall::inspect {

struct PodView {
  const Node& metadata;
  const Node& spec;
  std::string_view metadata_path, spec_path;
  uint32_t minor;  // the version of Kubernetes 1.x whose standards apply
  std::vector<PodContainer> containers;

  const Node& security() const { return spec["securityContext"]; }
  bool is_windows() const { return spec["os"]["name"].string() == "windows"; }
  bool in_user_namespace() const;  // "hostUsers: false"
};

// What a check found: fields is empty when it allows the pod.
struct PodCheckResult {
  std::string_view reason;
  std::string detail;
  std::vector<FieldPlace> fields;
};
using PodCheckFunction = PodCheckResult (*)(const PodView& pod);

// Set to something, be it empty: what the API server decodes to a value and not to nil.
inline bool is_set(const Node& node) {
  return node.exists() && !node.is_null();
}
inline bool is_false(const Node& node) {
  return node.kind() == NodeKind::kBool && !node.boolean();
}
// A number without a fraction, as which YAML may write an integer ("0.0", "1e3").
std::optional<int64_t> whole_number(const Node& node);

// A key of a mapping or an index of a list.
struct PathStep {
  PathStep(const char* name) : key(name) {}                     // NOLINT: implicit by design
  PathStep(std::string_view name) : key(name) {}                // NOLINT
  PathStep(size_t of_list) : index(of_list), is_index(true) {}  // NOLINT
  std::string_view key;
  size_t index = 0;
  bool is_index = false;
};
using FieldPath = std::initializer_list<PathStep>;

// The field at the end of the path, or where it would have to be.
FieldPlace place_of(const Node& from, std::string from_path, FieldPath path);
FieldPlace place_in(const PodView& pod, FieldPath path);
FieldPlace place_in(const PodView& pod, const PodContainer& container, FieldPath path);

// "a", "b" in quotes, which do not escape anything: as the API server writes names.
std::string quoted(const std::vector<std::string_view>& names);
std::string quoted(const std::set<std::string_view>& names);
// `singular "a"` or `plural "a", "b"`.
std::string counted(std::string_view singular, std::string_view plural,
                    const std::vector<std::string_view>& names);
// `container "a"`, `containers "a", "b"`.
inline std::string containers_named(const std::vector<std::string_view>& names) {
  return counted("container", "containers", names);
}
// NAME="value" with Go's escapes, as annotations are told.
std::string assignment(std::string_view name, std::string_view value);

std::vector<UnreadableField> unreadable_fields(const PodView& pod);

// Who sets a forbidden value, and in which fields: the pod, containers, or both.
class Setters {
 public:
  explicit Setters(const PodView& pod) : pod_(pod) {}
  void add_pod(FieldPath path);
  // Of one container after the other; any number of fields each.
  void add(const PodContainer& container, FieldPath path);
  bool empty() const { return fields_.empty(); }
  const std::vector<std::string_view>& names() const { return names_; }  // of containers
  std::string text() const;                                              // `pod and container "a"`
  std::vector<FieldPlace> take_fields() { return std::move(fields_); }

 private:
  const PodView& pod_;
  bool by_pod_ = false;
  const PodContainer* last_ = nullptr;
  std::vector<std::string_view> names_;
  std::vector<FieldPlace> fields_;
};

// Who sets securityContext.FIELD (seccompProfile, appArmorProfile) to a type that is not the
// runtime's or the node's own; which types goes to `types`.
Setters forbidden_profiles(const PodView& pod, const char* field,
                           std::set<std::string_view>& types);

// pod_checks_baseline.cc
PodCheckResult check_app_armor_profile(const PodView& pod);
PodCheckResult check_capabilities_baseline(const PodView& pod);
PodCheckResult check_host_namespaces(const PodView& pod);
PodCheckResult check_host_path_volumes(const PodView& pod);
PodCheckResult check_host_ports(const PodView& pod);
PodCheckResult check_host_probes(const PodView& pod);
PodCheckResult check_privileged(const PodView& pod);
PodCheckResult check_proc_mount_baseline(const PodView& pod);
PodCheckResult check_se_linux_options(const PodView& pod);
PodCheckResult check_seccomp_baseline(const PodView& pod);
PodCheckResult check_sysctls(const PodView& pod);
PodCheckResult check_windows_host_process(const PodView& pod);
// pod_checks_restricted.cc
PodCheckResult check_privilege_escalation(const PodView& pod);
PodCheckResult check_capabilities_restricted(const PodView& pod);
PodCheckResult check_proc_mount_restricted(const PodView& pod);
PodCheckResult check_restricted_volumes(const PodView& pod);
PodCheckResult check_run_as_non_root(const PodView& pod);
PodCheckResult check_run_as_user(const PodView& pod);
PodCheckResult check_seccomp_restricted(const PodView& pod);

}  // namespace seawall::inspect
