// AdmissionRequest: what a policy of Kubernetes is asked about, as the API server would send it or
// as an object in a file stands for it.
//
//   AdmissionRequest request = request_for(object);    // its creation
//   RequestValues values(request);                     // the variables of its conditions
//
// Source: Kubernetes API reference 1.36, admission.k8s.io/v1 AdmissionRequest.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "codec/arena.h"
#include "codec/node.h"

namespace seawall::policy {

struct AdmissionRequest {
  std::string operation = "CREATE";  // CREATE, UPDATE, DELETE, CONNECT
  std::string group, version, kind, resource, subresource;
  std::string name, namespace_name;
  std::string user;
  std::vector<std::string> groups;
  bool dry_run = false;
  const Node* object = nullptr;      // null on DELETE
  const Node* old_object = nullptr;  // null on CREATE
  // The namespace that it is in; null when it is in none or not known.
  const Node* namespace_object = nullptr;
  // Whether it is in a namespace at all; of kinds that are not known, whether it names one.
  bool is_namespaced = true;
};

// The creation of an object as `kubectl apply` would ask for it.
AdmissionRequest request_for(const Node& object);

// "deployments" of "Deployment": the plural that the API server has, by Kubernetes' rule for kinds
// that are not known.
std::string resource_of(std::string_view group, std::string_view kind);
// Whether objects of a kind live in namespaces; kinds that are not known do when they name one.
bool lives_in_namespace(std::string_view group, std::string_view kind, const Node& object);

// The variable `request`, built in `arena`; views are of the request.
Node request_node(const AdmissionRequest& request, Arena& arena);

}  // namespace seawall::policy
