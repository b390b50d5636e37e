#include "policy/risky_roles.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace seawall::policy {
namespace {

constexpr std::string_view kGroup = "rbac.authorization.k8s.io";
// In the order of the bits.
constexpr std::array<std::string_view, 5> kRisks = {"view-secrets", "create-pods", "exec-into-pods",
                                                    "any-workload", "any-rbac"};
enum Risk : uint32_t {
  kViewSecrets = 1,
  kCreatePods = 2,
  kExec = 4,
  kAnyWorkload = 8,
  kAnyRbac = 16
};
constexpr uint32_t kEverything = 31;

struct BuiltInRole {
  std::string_view name;
  uint32_t risks;
};
constexpr BuiltInRole kBuiltIn[] = {{"cluster-admin", kEverything},
                                    {"admin", kViewSecrets | kCreatePods | kExec},
                                    {"edit", kViewSecrets | kCreatePods | kExec},
                                    {"view", 0}};

bool has(const Node& list, std::initializer_list<std::string_view> wanted) {
  const auto items = list.items();
  return std::any_of(items.begin(), items.end(), [&](const Node& item) {
    return item.string() == "*" ||
           std::find(wanted.begin(), wanted.end(), item.string()) != wanted.end();
  });
}

uint32_t risks_of_rule(const Node& rule) {
  const Node &groups = rule["apiGroups"], &resources = rule["resources"], &verbs = rule["verbs"];
  uint32_t risks = 0;
  if (has(groups, {""})) {
    if (has(resources, {"secrets"}) && has(verbs, {"get", "list", "watch"})) risks |= kViewSecrets;
    if (has(resources, {"pods"}) && has(verbs, {"create"})) risks |= kCreatePods;
    // Some clients ask for it with GET.
    if (has(resources, {"pods/exec", "pods/*", "*/exec"}) && has(verbs, {"create", "get"})) {
      risks |= kExec;
    }
  }
  if (!has(verbs, {})) return risks;
  if (has(groups, {"", "apps", "batch"}) &&
      has(resources, {"pods", "deployments", "daemonsets", "statefulsets", "replicasets",
                      "replicationcontrollers", "jobs", "cronjobs"})) {
    risks |= kAnyWorkload;
  }
  if (has(groups, {kGroup}) &&
      has(resources, {"roles", "clusterroles", "rolebindings", "clusterrolebindings"})) {
    risks |= kAnyRbac;
  }
  return risks;
}

std::string namespace_of(const Node& metadata) {
  return std::string(metadata["namespace"].string("default"));
}

bool among(const std::vector<std::string>& items, std::string_view wanted) {
  return std::find(items.begin(), items.end(), wanted) != items.end();
}

}  // namespace

void RiskyRoles::add(const Node& object) {
  const std::string_view kind = object["kind"].string();
  if (!object["apiVersion"].string().starts_with(kGroup)) return;
  if (kind == "ClusterRoleBinding" || kind == "RoleBinding") {
    return add_binding(object, kind == "ClusterRoleBinding");
  }
  if (kind != "ClusterRole" && kind != "Role") return;
  uint32_t risks = 0;
  for (const Node& rule : object["rules"].items()) risks |= risks_of_rule(rule);
  const Node& metadata = object["metadata"];
  roles_[{std::string(kind), kind == "Role" ? namespace_of(metadata) : "",
          std::string(metadata["name"].string())}] |= risks;
}

void RiskyRoles::add_binding(const Node& object, bool of_cluster) {
  const Node& role = object["roleRef"];
  const std::string name_space = of_cluster ? "" : namespace_of(object["metadata"]);
  const std::string_view kind = role["kind"].string();
  Binding binding;
  binding.role = {std::string(kind), kind == "Role" ? name_space : "",
                  std::string(role["name"].string())};
  for (const Node& subject : object["subjects"].items()) {
    const std::string_view name = subject["name"].string();
    if (subject["kind"].string() == "ServiceAccount") {
      binding.users.push_back(fmt::format("system:serviceaccount:{}:{}",
                                          subject["namespace"].string(name_space), name));
    } else if (subject["kind"].string() == "Group") {
      binding.groups.emplace_back(name);
    } else {
      binding.users.emplace_back(name);
    }
  }
  bindings_.push_back(std::move(binding));
}

std::optional<uint32_t> RiskyRoles::risks_of(const RoleKey& role) const {
  if (const auto known = roles_.find(role); known != roles_.end()) return known->second;
  for (const BuiltInRole& one : kBuiltIn) {
    if (std::get<0>(role) == "ClusterRole" && std::get<2>(role) == one.name) return one.risks;
  }
  return std::nullopt;
}

std::optional<std::vector<std::string_view>> RiskyRoles::of(std::string_view name_space,
                                                            std::string_view account) const {
  if (name_space.empty()) name_space = "default";
  const std::string user = fmt::format("system:serviceaccount:{}:{}", name_space, account);
  const std::string group = fmt::format("system:serviceaccounts:{}", name_space);
  uint32_t risks = 0;
  bool named = false;
  for (const Binding& binding : bindings_) {
    const bool own = among(binding.users, user);
    const bool bound = own || among(binding.groups, group) ||
                       among(binding.groups, "system:serviceaccounts") ||
                       among(binding.groups, "system:authenticated");
    if (!bound) continue;
    const auto known = risks_of(binding.role);
    if (!known) return std::nullopt;
    named = named || own;
    risks |= *known;
  }
  // What a group may do is risky for sure; that there is no more is not known.
  if (!named && risks == 0) return std::nullopt;
  std::vector<std::string_view> words;
  for (size_t i = 0; i < kRisks.size(); ++i) {
    if ((risks & (1u << i)) != 0) words.push_back(kRisks[i]);
  }
  return words;
}

}  // namespace seawall::policy
