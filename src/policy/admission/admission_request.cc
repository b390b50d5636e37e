#include "policy/admission/admission_request.h"

#include <algorithm>
#include <array>

#include "base/strings.h"

namespace seawall::policy {
namespace {

const Node kMissing;

constexpr auto kClusterKinds = std::to_array<std::string_view>({
    "APIService",
    "CSIDriver",
    "CSINode",
    "CertificateSigningRequest",
    "ClusterIssuer",
    "ClusterPolicy",
    "ClusterRole",
    "ClusterRoleBinding",
    "ComponentStatus",
    "CustomResourceDefinition",
    "FlowSchema",
    "IngressClass",
    "MutatingAdmissionPolicy",
    "MutatingAdmissionPolicyBinding",
    "MutatingWebhookConfiguration",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PriorityClass",
    "PriorityLevelConfiguration",
    "RuntimeClass",
    "SelfSubjectAccessReview",
    "StorageClass",
    "SubjectAccessReview",
    "TokenReview",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
    "VolumeAttachment",
});

Node text_node(std::string_view text) {
  return Node::string(text, 1, 1);
}

// Builds one object of the request variable.
class Members {
 public:
  explicit Members(Arena& arena) : arena_(arena) {}
  void add(std::string_view key, const Node& value) { members_[size_++] = {key, value}; }
  // As `omitempty` in Go: nothing for an empty text.
  void add_text(std::string_view key, std::string_view text) {
    if (!text.empty()) add(key, text_node(text));
  }
  Node object() {
    return Node::object(arena_.copy(std::span<const Member>(members_.data(), size_)), 1, 1);
  }

 private:
  Arena& arena_;
  std::array<Member, 18> members_;
  size_t size_ = 0;
};

}  // namespace

std::string resource_of_kind(std::string_view kind) {
  std::string name = to_lower(kind);
  if (name.ends_with("endpoints")) return name;
  const auto ends = [&](std::string_view ending) { return name.ends_with(ending); };
  if (ends("s") || ends("x") || ends("ch") || ends("sh")) return name + "es";
  if (ends("y") && !ends("ay") && !ends("ey") && !ends("oy")) {
    name.pop_back();
    return name + "ies";
  }
  return name + "s";
}

bool is_cluster_kind(std::string_view kind) {
  return std::binary_search(kClusterKinds.begin(), kClusterKinds.end(), kind);
}

std::pair<std::string_view, std::string_view> split_api_version(std::string_view api_version) {
  const size_t slash = api_version.find('/');
  if (slash == api_version.npos) return {{}, api_version};
  return {api_version.substr(0, slash), api_version.substr(slash + 1)};
}

const Node& AdmissionRequest::some_object() const {
  if (object != nullptr && !object->is_null()) return *object;
  return old_object != nullptr ? *old_object : kMissing;
}

AdmissionRequest AdmissionRequest::of_object(const Node& object,
                                             std::string_view default_namespace) {
  AdmissionRequest request;
  request.object = &object;
  const auto [group, version] = split_api_version(object["apiVersion"].string());
  request.group = group;
  request.version = version;
  request.kind = object["kind"].string();
  request.resource = resource_of_kind(request.kind);
  const Node& metadata = object["metadata"];
  request.name = metadata["name"].string();
  request.name_space = metadata["namespace"].string();
  if (request.group.empty() && request.kind == "Namespace") request.name_space = request.name;
  if (request.name_space.empty() && !is_cluster_kind(request.kind)) {
    request.name_space = default_namespace;
    request.adds_namespace = !default_namespace.empty();
  }
  return request;
}

Result<AdmissionRequest> AdmissionRequest::of_review(const Node& request) {
  const Node& object = request["object"];
  const Node& old_object = request["oldObject"];
  AdmissionRequest made = of_object(object.is_object() ? object : old_object);
  made.object = object.is_object() ? &object : nullptr;
  made.old_object = old_object.is_object() ? &old_object : nullptr;
  made.operation = request["operation"].string("CREATE");
  for (const std::string_view known : {"CREATE", "UPDATE", "DELETE", "CONNECT"}) {
    if (made.operation == known) made.operation = known;
  }
  if (made.operation != "CREATE" && made.operation != "UPDATE" && made.operation != "DELETE" &&
      made.operation != "CONNECT") {
    return malformed("an admission request's operation is CREATE, UPDATE, DELETE or CONNECT, not " +
                     printable(made.operation));
  }
  const Node& kind = request[request["requestKind"].is_object() ? "requestKind" : "kind"];
  if (!kind["kind"].string().empty()) {
    made.group = kind["group"].string();
    made.version = kind["version"].string();
    made.kind = kind["kind"].string();
    made.resource = resource_of_kind(made.kind);
  }
  const Node& resource =
      request[request["requestResource"].is_object() ? "requestResource" : "resource"];
  if (!resource["resource"].string().empty()) {
    made.group = resource["group"].string();
    made.version = resource["version"].string();
    made.resource = resource["resource"].string();
  }
  made.subresource = request["subResource"].string();
  if (!request["name"].string().empty()) made.name = request["name"].string();
  if (!request["namespace"].string().empty()) made.name_space = request["namespace"].string();
  if (request["userInfo"].is_object()) made.user_info = &request["userInfo"];
  if (request["options"].is_object()) made.options = &request["options"];
  made.dry_run = request["dryRun"].boolean();
  return made;
}

Node AdmissionRequest::variable(Arena& arena) const {
  Members kind_members(arena), resource_members(arena), user(arena), members(arena);
  kind_members.add("group", text_node(group));
  kind_members.add("version", text_node(version));
  kind_members.add("kind", text_node(kind));
  const Node kind_node = kind_members.object();
  resource_members.add("group", text_node(group));
  resource_members.add("version", text_node(version));
  resource_members.add("resource", text_node(resource));
  const Node resource_node = resource_members.object();
  if (user_info != nullptr) {
    for (const std::string_view key : {"username", "uid", "groups", "extra"}) {
      const Node& value = (*user_info)[key];
      if (value.exists() && !value.is_null() && !(value.is_string() && value.string().empty()) &&
          (value.is_string() || value.size() > 0)) {
        user.add(key, value);
      }
    }
  }
  members.add("uid", text_node(""));
  members.add("kind", kind_node);
  members.add("resource", resource_node);
  members.add_text("subResource", subresource);
  members.add("requestKind", kind_node);
  members.add("requestResource", resource_node);
  members.add_text("requestSubResource", subresource);
  members.add_text("name", name);
  members.add_text("namespace", name_space);
  members.add("operation", text_node(operation));
  members.add("userInfo", user.object());
  members.add("object", Node::null(1, 1));
  members.add("oldObject", Node::null(1, 1));
  members.add("dryRun", Node::boolean(dry_run, 1, 1));
  members.add("options", options == nullptr ? Node::null(1, 1) : *options);
  return members.object();
}

}  // namespace seawall::policy
