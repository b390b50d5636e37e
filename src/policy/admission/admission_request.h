// AdmissionRequest: what is asked of admission policies, over a Kubernetes object that exists.
//
//   AdmissionRequest request = AdmissionRequest::of_object(object);           // CREATE of it
//   SEAWALL_TRY(AdmissionRequest request, AdmissionRequest::of_review(review["request"]));
//   const AdmissionVerdict verdict = policies.evaluate(request, context);
//
// Nothing is copied: the documents must outlive the request. The resource's name is made from the
// kind as Kubernetes' REST mapping does where a request does not say it. Source: Kubernetes 1.36,
// k8s.io/api/admission/v1 AdmissionRequest, k8s.io/apimachinery/pkg/api/meta/restmapper.go.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codec/arena.h"
#include "codec/node.h"

namespace seawall::policy {

struct AdmissionRequest {
  std::string_view operation = "CREATE";  // UPDATE, DELETE, CONNECT
  const Node* object = nullptr;           // null: none, as for DELETE
  const Node* old_object = nullptr;
  const Node* options = nullptr;
  const Node* user_info = nullptr;  // username, uid, groups, extra
  bool dry_run = false;
  std::string group, version, kind;
  std::string resource, subresource;  // "pods", "exec"
  std::string name, name_space;
  bool adds_namespace = false;  // the object names none and gets it, as an API server does

  // A request about an object as a file has it. A namespaced object of a known kind that names no
  // namespace is in `default_namespace`.
  static AdmissionRequest of_object(const Node& object, std::string_view default_namespace = {});
  // The `request` of an AdmissionReview; what it leaves out comes from the object.
  // ERRORS: kMalformed, an operation that Kubernetes has not or nothing to judge.
  static Result<AdmissionRequest> of_review(const Node& request);

  const Node& some_object() const;  // the object, else the old one; a missing node
  // The variable `request`, made in `arena`; views of this request.
  Node variable(Arena& arena) const;
};

// What expressions may ask for besides the request.
struct AdmissionContext {
  std::span<const Node* const> namespaces;  // Namespace objects
  std::span<const Node* const> parameters;  // objects that bindings name
  std::span<const Node* const> resources;   // objects of the cluster that may be looked up
  const Node* authorizer = nullptr;         // decisions, see cel/authorizer.h
};

// "pods" for "Pod", "networkpolicies" for "NetworkPolicy".
std::string resource_of_kind(std::string_view kind);
// Whether Kubernetes has the kind outside of namespaces; unknown kinds are taken as namespaced.
bool is_cluster_kind(std::string_view kind);
// "apps/v1" as "apps" and "v1"; "v1" as "" and "v1".
std::pair<std::string_view, std::string_view> split_api_version(std::string_view api_version);

}  // namespace seawall::policy
