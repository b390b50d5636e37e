// Which kinds of values the fields that the checks read may have. What the API server cannot decode
// it refuses; here a check would see such a value as missing, so that it is told instead.
// Specification: Pod v1 core, Kubernetes API reference 1.37.
#include <limits>
#include <span>

#include <fmt/format.h>

#include "inspect/manifest/pod_view.h"

namespace seawall::inspect {
namespace {

enum class Kind : uint8_t { kBoolean, kInt32, kInt64, kText, kTexts, kTextMap, kMapping, kList };

struct Field {
  std::string_view name;
  Kind kind;
  std::span<const Field> fields = {};  // of the mapping, or of each mapping in the list
};

constexpr Field kCapabilities[] = {{"add", Kind::kTexts}, {"drop", Kind::kTexts}};
constexpr Field kSeLinux[] = {{"type", Kind::kText}, {"user", Kind::kText}, {"role", Kind::kText}};
constexpr Field kProfile[] = {{"type", Kind::kText}};
constexpr Field kWindows[] = {{"hostProcess", Kind::kBoolean}};
constexpr Field kSysctl[] = {{"name", Kind::kText}};
constexpr Field kContainerSecurity[] = {
    {"allowPrivilegeEscalation", Kind::kBoolean},
    {"appArmorProfile", Kind::kMapping, kProfile},
    {"capabilities", Kind::kMapping, kCapabilities},
    {"privileged", Kind::kBoolean},
    {"procMount", Kind::kText},
    {"runAsNonRoot", Kind::kBoolean},
    {"runAsUser", Kind::kInt64},
    {"seLinuxOptions", Kind::kMapping, kSeLinux},
    {"seccompProfile", Kind::kMapping, kProfile},
    {"windowsOptions", Kind::kMapping, kWindows},
};
constexpr Field kPodSecurity[] = {
    {"appArmorProfile", Kind::kMapping, kProfile},
    {"runAsNonRoot", Kind::kBoolean},
    {"runAsUser", Kind::kInt64},
    {"seLinuxOptions", Kind::kMapping, kSeLinux},
    {"seccompProfile", Kind::kMapping, kProfile},
    {"sysctls", Kind::kList, kSysctl},
    {"windowsOptions", Kind::kMapping, kWindows},
};
constexpr Field kAction[] = {{"host", Kind::kText}};
constexpr Field kHandler[] = {{"httpGet", Kind::kMapping, kAction},
                              {"tcpSocket", Kind::kMapping, kAction}};
constexpr Field kLifecycle[] = {{"postStart", Kind::kMapping, kHandler},
                                {"preStop", Kind::kMapping, kHandler}};
constexpr Field kPort[] = {{"hostPort", Kind::kInt32}};
constexpr Field kContainer[] = {
    {"lifecycle", Kind::kMapping, kLifecycle},
    {"livenessProbe", Kind::kMapping, kHandler},
    {"name", Kind::kText},
    {"ports", Kind::kList, kPort},
    {"readinessProbe", Kind::kMapping, kHandler},
    {"securityContext", Kind::kMapping, kContainerSecurity},
    {"startupProbe", Kind::kMapping, kHandler},
};
constexpr Field kVolume[] = {
    {"name", Kind::kText},
    {"awsElasticBlockStore", Kind::kMapping},
    {"azureDisk", Kind::kMapping},
    {"azureFile", Kind::kMapping},
    {"cephfs", Kind::kMapping},
    {"cinder", Kind::kMapping},
    {"configMap", Kind::kMapping},
    {"csi", Kind::kMapping},
    {"downwardAPI", Kind::kMapping},
    {"emptyDir", Kind::kMapping},
    {"ephemeral", Kind::kMapping},
    {"fc", Kind::kMapping},
    {"flexVolume", Kind::kMapping},
    {"flocker", Kind::kMapping},
    {"gcePersistentDisk", Kind::kMapping},
    {"gitRepo", Kind::kMapping},
    {"glusterfs", Kind::kMapping},
    {"hostPath", Kind::kMapping},
    {"image", Kind::kMapping},
    {"iscsi", Kind::kMapping},
    {"nfs", Kind::kMapping},
    {"persistentVolumeClaim", Kind::kMapping},
    {"photonPersistentDisk", Kind::kMapping},
    {"portworxVolume", Kind::kMapping},
    {"projected", Kind::kMapping},
    {"quobyte", Kind::kMapping},
    {"rbd", Kind::kMapping},
    {"scaleIO", Kind::kMapping},
    {"secret", Kind::kMapping},
    {"storageos", Kind::kMapping},
    {"vsphereVolume", Kind::kMapping},
};
constexpr Field kSystem[] = {{"name", Kind::kText}};
constexpr Field kPod[] = {
    {"containers", Kind::kList, kContainer},
    {"ephemeralContainers", Kind::kList, kContainer},
    {"hostIPC", Kind::kBoolean},
    {"hostNetwork", Kind::kBoolean},
    {"hostPID", Kind::kBoolean},
    {"hostUsers", Kind::kBoolean},
    {"initContainers", Kind::kList, kContainer},
    {"os", Kind::kMapping, kSystem},
    {"securityContext", Kind::kMapping, kPodSecurity},
    {"volumes", Kind::kList, kVolume},
};
constexpr Field kMetadata[] = {{"annotations", Kind::kTextMap}};

// A number's kind in words where the range is what is wrong.
std::string_view expected(Kind kind) {
  switch (kind) {
    case Kind::kBoolean:
      return "a boolean";
    case Kind::kInt32:
      return "a whole number of 32 bits";
    case Kind::kInt64:
      return "a whole number of 64 bits";
    case Kind::kText:
      return "a string";
    case Kind::kTexts:
    case Kind::kList:
      return "an array";
    case Kind::kTextMap:
    case Kind::kMapping:
      return "an object";
  }
  return "a string";
}

bool fits(const Node& node, Kind kind) {
  switch (kind) {
    case Kind::kBoolean:
      return node.kind() == NodeKind::kBool;
    case Kind::kInt32: {
      const auto number = whole_number(node);
      return number && *number >= std::numeric_limits<int32_t>::min() &&
             *number <= std::numeric_limits<int32_t>::max();
    }
    case Kind::kInt64:
      return whole_number(node).has_value();
    case Kind::kText:
      return node.is_string();
    case Kind::kTexts:
    case Kind::kList:
      return node.is_array();
    case Kind::kTextMap:
    case Kind::kMapping:
      return node.is_object();
  }
  return false;
}

class KindReader {
 public:
  KindReader(const Node& root, std::string_view root_path, std::vector<UnreadableField>& out)
      : root_(root), root_path_(root_path), out_(out) {}

  void mapping(const Node& node, std::span<const Field> fields) {
    for (const Member& member : node.members()) {
      for (const Field& field : fields) {
        if (field.name != member.key) continue;
        steps_.emplace_back(member.key);
        value(member.value, field.kind, field.fields);
        steps_.pop_back();
        break;
      }
    }
  }

  // The root itself counts as a mapping.
  void root(std::span<const Field> fields) { value(root_, Kind::kMapping, fields); }

 private:
  void value(const Node& node, Kind kind, std::span<const Field> fields) {
    if (!is_set(node)) return;
    if (!fits(node, kind)) return add(node, kind);
    if (kind == Kind::kMapping) mapping(node, fields);
    if (kind == Kind::kList || kind == Kind::kTexts) {
      for (size_t i = 0; i < node.size(); ++i) {
        steps_.emplace_back(i);
        value(node[i], kind == Kind::kList ? Kind::kMapping : Kind::kText, fields);
        steps_.pop_back();
      }
    }
    if (kind != Kind::kTextMap) return;
    for (const Member& member : node.members()) {
      steps_.emplace_back(member.key);
      value(member.value, Kind::kText, {});
      steps_.pop_back();
    }
  }

  void add(const Node& node, Kind kind) {
    std::string path(root_path_);
    for (const PathStep& step : steps_)
      path = step.is_index ? json_path_of(path, step.index) : json_path_of(path, step.key);
    const std::string_view is = node.kind() == NodeKind::kArray    ? "an array"
                                : node.kind() == NodeKind::kObject ? "an object"
                                : node.is_string()                 ? "a string"
                                : node.is_number()                 ? "another number"
                                                                   : "a boolean";
    out_.push_back({{std::move(path), node.line(), node.column(), false},
                    fmt::format("{} is expected, this is {}", expected(kind), is)});
  }

  const Node& root_;
  std::string_view root_path_;
  std::vector<UnreadableField>& out_;
  std::vector<PathStep> steps_;
};

}  // namespace

std::vector<UnreadableField> unreadable_fields(const PodView& pod) {
  std::vector<UnreadableField> out;
  KindReader(pod.metadata, pod.metadata_path, out).root(kMetadata);
  KindReader(pod.spec, pod.spec_path, out).root(kPod);
  return out;
}

}  // namespace seawall::inspect
