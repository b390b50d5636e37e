// Pod templates: where an object of Kubernetes says what its pods are, and the images in them.
//
// One routine for all that looks at pods: pod security, rules, policies and admission. Kinds of
// Kubernetes itself have their templates at known places; of other kinds (Argo Rollout, Knative
// Service, OpenKruise CloneSet, JobSet, RayCluster, ...) every value of a key "template",
// "podTemplate" or "podTemplateSpec" is one whose spec has containers; objects inside an object
// (OpenShift Template, ManifestWork) count like objects. Policies, whose patterns look like pods,
// have none.
//
//   for (const PodTemplate& pod : pod_templates(object))
//     for (const ImageUse& use : images_of(pod)) check(use.reference, use.json_path);
//
// COST: kinds of Kubernetes: a few look-ups; others: a walk over the object. LIMITS: what the
// parser allowed. THREADS: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "codec/node.h"
#include "inspect/manifest/manifest_file.h"

namespace seawall::inspect {

enum class ContainerKind : uint8_t { kInit, kRegular, kEphemeral };
// The pod's field that holds them: "initContainers", "containers", "ephemeralContainers".
std::string_view field_of(ContainerKind kind);

struct PodContainer {
  ContainerKind kind;
  uint32_t index;    // in its list
  const Node* node;  // never null; may be of any kind
  std::string_view name, image;
};

struct PodTemplate {
  const Node* metadata;  // never null; !exists() when there is none, as for spec
  const Node* spec;
  std::string metadata_path, spec_path;  // in the document: "items[3].spec.template.spec"
};

// Of an object with what kinds of Kubernetes it is made of; `json_path` is the object's own.
std::vector<PodTemplate> pod_templates(const Node& object, std::string_view api_version,
                                       std::string_view kind, std::string_view json_path = {});
std::vector<PodTemplate> pod_templates(const ManifestObject& object);

// All containers of a pod's spec: init containers, containers, ephemeral containers, which is the
// order in which the pod security admission of Kubernetes names them.
std::vector<PodContainer> containers_of(const Node& spec);
// "spec.containers[0]" of "spec".
std::string path_of(const PodContainer& container, std::string_view spec_path);

struct ImageUse {
  std::string_view reference;  // as written; may be empty
  const Node* node;            // the reference, or the container that has none
  std::string json_path;       // of the reference
  std::string_view owner;      // the container's or volume's name
  bool is_volume = false;
};
// Of containers, then of volumes that are images (Kubernetes 1.31).
std::vector<ImageUse> images_of(const PodTemplate& pod);

}  // namespace seawall::inspect
