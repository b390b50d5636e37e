#include "policy/admission/admission_request.h"

#include <algorithm>

#include "base/strings.h"
#include "inspect/manifest/manifest_file.h"

namespace seawall::policy {
namespace {

// Kinds of Kubernetes that are in no namespace.
constexpr std::string_view kClusterKinds[] = {"Namespace",
                                              "Node",
                                              "PersistentVolume",
                                              "ClusterRole",
                                              "ClusterRoleBinding",
                                              "CustomResourceDefinition",
                                              "APIService",
                                              "MutatingWebhookConfiguration",
                                              "ValidatingWebhookConfiguration",
                                              "ValidatingAdmissionPolicy",
                                              "ValidatingAdmissionPolicyBinding",
                                              "PodSecurityPolicy",
                                              "PriorityClass",
                                              "StorageClass",
                                              "VolumeAttachment",
                                              "CSIDriver",
                                              "CSINode",
                                              "IngressClass",
                                              "RuntimeClass",
                                              "CertificateSigningRequest",
                                              "FlowSchema",
                                              "PriorityLevelConfiguration",
                                              "TokenReview",
                                              "SubjectAccessReview"};

struct Plural {
  std::string_view kind, resource;
};
// What Kubernetes' rule for plurals does not give.
constexpr Plural kPlurals[] = {{"Endpoints", "endpoints"}};

class NodeMaker {
 public:
  explicit NodeMaker(Arena& arena) : arena_(arena) {}
  Node object(const std::vector<Member>& members) {
    return Node::object(arena_.copy(std::span<const Member>(members)), 1, 1);
  }
  Node strings(const std::vector<std::string>& texts) {
    std::vector<Node> nodes;
    for (const std::string& text : texts) nodes.push_back(Node::string(text, 1, 1));
    return Node::array(arena_.copy(std::span<const Node>(nodes)), 1, 1);
  }

 private:
  Arena& arena_;
};

Node text(std::string_view value) {
  return Node::string(value, 1, 1);
}

}  // namespace

std::string resource_of(std::string_view, std::string_view kind) {
  for (const Plural& plural : kPlurals) {
    if (plural.kind == kind) return std::string(plural.resource);
  }
  // meta.UnsafeGuessKindToResource of Kubernetes.
  std::string name = to_lower(kind);
  if (name.ends_with("s")) return name + "es";
  if (name.ends_with("y")) return name.substr(0, name.size() - 1) + "ies";
  return name + "s";
}

bool lives_in_namespace(std::string_view, std::string_view kind, const Node& object) {
  if (std::find(std::begin(kClusterKinds), std::end(kClusterKinds), kind) !=
      std::end(kClusterKinds)) {
    return false;
  }
  const bool known = object["apiVersion"].string().find('.') == std::string_view::npos ||
                     object["apiVersion"].string().find(".k8s.io/") != std::string_view::npos;
  return known || object["metadata"]["namespace"].is_string();
}

AdmissionRequest request_for(const Node& object) {
  AdmissionRequest request;
  const std::string_view api_version = object["apiVersion"].string();
  const size_t slash = api_version.find('/');
  request.group = slash == api_version.npos ? "" : api_version.substr(0, slash);
  request.version = slash == api_version.npos ? api_version : api_version.substr(slash + 1);
  request.kind = object["kind"].string();
  request.resource = resource_of(request.group, request.kind);
  const Node& metadata = object["metadata"];
  request.name = metadata["name"].string();
  request.is_namespaced = lives_in_namespace(request.group, request.kind, object);
  if (request.is_namespaced) request.namespace_name = metadata["namespace"].string("default");
  if (request.kind == "Namespace" && request.group.empty()) {
    request.namespace_name = request.name;
    request.namespace_object = nullptr;
  }
  request.object = &object;
  return request;
}

Node request_node(const AdmissionRequest& request, Arena& arena) {
  NodeMaker make(arena);
  const Node kind = make.object({{"group", text(request.group)},
                                 {"version", text(request.version)},
                                 {"kind", text(request.kind)}});
  const Node resource = make.object({{"group", text(request.group)},
                                     {"version", text(request.version)},
                                     {"resource", text(request.resource)}});
  const Node user =
      make.object({{"username", text(request.user)}, {"groups", make.strings(request.groups)}});
  return make.object({{"uid", text("")},
                      {"kind", kind},
                      {"resource", resource},
                      {"subResource", text(request.subresource)},
                      {"requestKind", kind},
                      {"requestResource", resource},
                      {"requestSubResource", text(request.subresource)},
                      {"name", text(request.name)},
                      {"namespace", text(request.namespace_name)},
                      {"operation", text(request.operation)},
                      {"userInfo", user},
                      {"dryRun", Node::boolean(request.dry_run, 1, 1)},
                      {"options", make.object({})}});
}

}  // namespace seawall::policy
