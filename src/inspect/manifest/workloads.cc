// Which kinds hold pods where. Sources: Kubernetes API reference (core/v1, apps/v1, batch/v1 and
// their earlier versions), OpenShift and Knative API references.
#include "inspect/manifest/workloads.h"

#include <array>
#include <optional>

#include "base/strings.h"

namespace seawall::inspect {
namespace {

struct KnownKind {
  std::string_view kind;
  std::string_view path;  // of what has metadata and spec of the pod
};
constexpr auto kKnownKinds = std::to_array<KnownKind>({
    {"CronJob", "spec.jobTemplate.spec.template"},
    {"DaemonSet", "spec.template"},
    {"Deployment", "spec.template"},
    {"Job", "spec.template"},
    {"JobTemplate", "template.spec.template"},  // batch/v2alpha1
    {"Pod", ""},
    {"PodTemplate", "template"},
    {"ReplicaSet", "spec.template"},
    {"ReplicationController", "spec.template"},
    {"ScheduledJob", "spec.jobTemplate.spec.template"},  // CronJob before Kubernetes 1.5
    {"StatefulSet", "spec.template"},
});
constexpr auto kKnownGroups = std::to_array<std::string_view>({"", "apps", "batch", "extensions"});
// What is written about pods there are patterns, patches and schemas.
constexpr auto kPolicyGroups =
    std::to_array<std::string_view>({"kyverno.io", "gatekeeper.sh", "admissionregistration.k8s.io",
                                     "apiextensions.k8s.io", "kustomize.config.k8s.io"});
constexpr auto kTemplateKeys =
    std::to_array<std::string_view>({"template", "podTemplate", "podTemplateSpec"});

template <typename Range>
bool one_of(std::string_view text, const Range& range) {
  for (const std::string_view one : range) {
    if (text == one) return true;
  }
  return false;
}

bool is_policy(std::string_view group) {
  for (const std::string_view one : kPolicyGroups) {
    if (group == one || (group.ends_with(one) && group[group.size() - one.size() - 1] == '.'))
      return true;
  }
  return false;
}

const KnownKind* known_kind(std::string_view api_version, std::string_view kind) {
  if (!one_of(api_group(api_version), kKnownGroups)) return nullptr;
  for (const KnownKind& known : kKnownKinds) {
    if (known.kind == kind) return &known;
  }
  return nullptr;
}

bool has_pod_shape(const Node& node) {
  const Node& containers = node["spec"]["containers"];
  return containers.size() != 0 && containers.is_array() && containers[0].is_object();
}

PodTemplate template_at(const Node& node, std::string_view path) {
  return {&node["metadata"], &node["spec"], json_path_of(path, "metadata"),
          json_path_of(path, "spec")};
}

class TemplateFinder {
 public:
  explicit TemplateFinder(std::string_view path) : root_(path) {}

  void object(const Node& node, std::string_view api_version, std::string_view kind) {
    const std::string_view group = api_group(api_version);
    if (kind == "EphemeralContainers" && group.empty()) {
      // The subresource of Kubernetes 1.16 to 1.21: the list stands in the object itself.
      const std::string path = path_here();
      found_.push_back({&node["metadata"], &node, json_path_of(path, "metadata"), path});
    } else if (const KnownKind* known = known_kind(api_version, kind)) {
      at_known_place(node, known->path);
    } else if (kind == "Revision" && group == "serving.knative.dev") {
      found_.push_back(template_at(node, path_here()));
    } else if (!is_policy(group)) {
      walk(node);
    }
  }
  std::vector<PodTemplate> take() { return std::move(found_); }

 private:
  struct Step {
    std::string_view key;         // of a mapping
    std::optional<size_t> index;  // of a list
  };

  // Built for what is found only: most of what is walked over is no template.
  std::string path_here() const {
    std::string path = root_;
    for (const Step& step : steps_) {
      path = step.index ? json_path_of(path, *step.index) : json_path_of(path, step.key);
    }
    return path;
  }

  void at_known_place(const Node& node, std::string_view path) {
    const Node* at = &node;
    std::string place = path_here();
    while (!path.empty()) {
      const auto [key, rest] = split_once(path, '.');
      at = &(*at)[key];
      place = json_path_of(place, key);
      path = rest;
    }
    // Inside another object a kind without more is a reference: the owner of something, say.
    const bool whole = steps_.empty() || (*at)["spec"].is_object();
    if (at->is_object() && whole) found_.push_back(template_at(*at, place));
  }

  void walk(const Node& node) {
    for (size_t i = 0; i < node.items().size(); ++i) inside(node.items()[i], {{}, i});
    for (const Member& member : node.members()) inside(member.value, {member.key, {}});
  }

  void inside(const Node& node, const Step& step) {
    if (!node.is_object() && !node.is_array()) return;
    steps_.push_back(step);
    const std::string_view api_version = node["apiVersion"].string();
    const std::string_view kind = node["kind"].string();
    if (!api_version.empty() && !kind.empty())
      object(node, api_version, kind);
    else if (one_of(step.key, kTemplateKeys) && has_pod_shape(node))
      found_.push_back(template_at(node, path_here()));
    else
      walk(node);
    steps_.pop_back();
  }

  std::string root_;
  std::vector<Step> steps_;
  std::vector<PodTemplate> found_;
};

void add_containers(const Node& spec, ContainerKind kind, std::vector<PodContainer>& out) {
  uint32_t index = 0;
  for (const Node& node : spec[field_of(kind)].items())
    out.push_back({kind, index++, &node, node["name"].string(), node["image"].string()});
}

}  // namespace

std::string_view field_of(ContainerKind kind) {
  switch (kind) {
    case ContainerKind::kInit:
      return "initContainers";
    case ContainerKind::kRegular:
      return "containers";
    case ContainerKind::kEphemeral:
      return "ephemeralContainers";
  }
  return "containers";
}

std::vector<PodTemplate> pod_templates(const Node& object, std::string_view api_version,
                                       std::string_view kind, std::string_view json_path) {
  TemplateFinder finder(json_path);
  finder.object(object, api_version, kind);
  return finder.take();
}

std::vector<PodTemplate> pod_templates(const ManifestObject& object) {
  return pod_templates(*object.node, object.api_version, object.kind, object.json_path);
}

std::vector<PodContainer> containers_of(const Node& spec) {
  std::vector<PodContainer> out;
  for (const ContainerKind kind :
       {ContainerKind::kInit, ContainerKind::kRegular, ContainerKind::kEphemeral})
    add_containers(spec, kind, out);
  return out;
}

std::string path_of(const PodContainer& container, std::string_view spec_path) {
  return json_path_of(json_path_of(spec_path, field_of(container.kind)), container.index);
}

std::vector<ImageUse> images_of(const PodTemplate& pod) {
  std::vector<ImageUse> out;
  for (const PodContainer& container : containers_of(*pod.spec)) {
    const Node& image = (*container.node)["image"];
    out.push_back({container.image, image.exists() ? &image : container.node,
                   json_path_of(path_of(container, pod.spec_path), "image"), container.name});
  }
  const Node& volumes = (*pod.spec)["volumes"];
  const std::string volumes_path = json_path_of(pod.spec_path, "volumes");
  for (size_t i = 0; i < volumes.items().size(); ++i) {
    const Node& image = volumes[i]["image"];
    if (!image.is_object()) continue;
    const Node& reference = image["reference"];
    out.push_back({reference.string(), reference.exists() ? &reference : &image,
                   json_path_of(volumes_path, i) + ".image.reference", volumes[i]["name"].string(),
                   true});
  }
  return out;
}

}  // namespace seawall::inspect
