// What service accounts may do that is risky, from the roles and bindings among manifests.
//
//   RiskyRoles roles;
//   for (const ManifestObject& object : file.objects()) roles.add(*object.node);
//   if (const auto risks = roles.of("shop", "builder")) ...     // {"view-secrets", "create-pods"}
//
// Known are Role, ClusterRole and their bindings (rbac.authorization.k8s.io), and of the roles that
// every cluster has cluster-admin, admin, edit and view. An account that no binding names, or whose
// role is not there, is not known to be harmless: it has no answer. Objects are copied as far as
// needed. LIMITS: aggregated ClusterRoles count with their own rules only. COST: linear in rules to
// add, in bindings to ask. Source: Kubernetes 1.36, documentation of RBAC authorization.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "codec/node.h"

namespace seawall::policy {

class RiskyRoles {
 public:
  void add(const Node& object);
  // Of the words view-secrets, create-pods, exec-into-pods, any-workload, any-rbac.
  std::optional<std::vector<std::string_view>> of(std::string_view name_space,
                                                  std::string_view account) const;

 private:
  // Kind, namespace (empty of a ClusterRole), name.
  using RoleKey = std::tuple<std::string, std::string, std::string>;
  struct Binding {
    RoleKey role;
    std::vector<std::string> users, groups;
  };
  std::optional<uint32_t> risks_of(const RoleKey& role) const;
  void add_binding(const Node& object, bool of_cluster);

  std::map<RoleKey, uint32_t> roles_;
  std::vector<Binding> bindings_;
};

}  // namespace seawall::policy
