#include "policy/admission/resource_match.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"
#include "policy/match.h"
#include "policy/strict_fields.h"

namespace seawall::policy {
namespace {

bool has(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}
bool has_or_star(const std::vector<std::string>& list, std::string_view word) {
  return has(list, word) || has(list, "*");
}

// "pods", "pods/exec", "pods/*", "*/scale", "*", "*/*".
bool resource_fits(std::string_view pattern, const AdmissionRequest& request) {
  const auto [resource, subresource] = split_once(pattern, '/');
  const bool names_subresource = pattern.find('/') != pattern.npos;
  if (resource != "*" && resource != request.resource) return false;
  if (!names_subresource) return request.subresource.empty();
  return subresource == "*" || subresource == request.subresource;
}

// Groups whose workloads are the same objects in other words.
bool same_group(std::string_view pattern, const AdmissionRequest& request) {
  if (pattern == request.group) return true;
  const auto legacy = [](std::string_view group) {
    return group == "extensions" || group == "apps" || group == "networking.k8s.io" ||
           group == "policy";
  };
  return (pattern == "extensions" && legacy(request.group)) ||
         (request.group == "extensions" && legacy(pattern));
}

Result<std::vector<std::string>> read_words(const Node& node, std::string_view file,
                                            std::string_view key) {
  std::vector<std::string> words;
  if (node.exists() && !node.is_array()) {
    return wrong_at(file, node, fmt::format("{} is a list", key));
  }
  for (const Node& item : node.items()) {
    if (!item.is_string()) return wrong_at(file, item, fmt::format("{} is a list of text", key));
    words.emplace_back(item.string());
  }
  return words;
}

Result<ResourceRule> read_rule(const Node& node, std::string_view file) {
  SEAWALL_CHECK(check_fields(
      node, file, "a resource rule",
      {"apiGroups", "apiVersions", "operations", "resources", "resourceNames", "scope"}));
  ResourceRule rule;
  SEAWALL_TRY(rule.groups, read_words(node["apiGroups"], file, "apiGroups"));
  SEAWALL_TRY(rule.versions, read_words(node["apiVersions"], file, "apiVersions"));
  SEAWALL_TRY(rule.operations, read_words(node["operations"], file, "operations"));
  SEAWALL_TRY(rule.resources, read_words(node["resources"], file, "resources"));
  SEAWALL_TRY(rule.names, read_words(node["resourceNames"], file, "resourceNames"));
  rule.scope = node["scope"].string("*");
  for (const auto* list : {&rule.groups, &rule.versions, &rule.operations, &rule.resources}) {
    if (list->empty()) {
      return wrong_at(file, node,
                      "a resource rule names apiGroups, apiVersions, operations and resources");
    }
  }
  return rule;
}

}  // namespace

bool LabelSelector::fits(const Node& labels) const {
  return std::all_of(requirements.begin(), requirements.end(), [&](const Requirement& one) {
    const Node& value = labels[one.key];
    const bool there = value.is_string();
    switch (one.how) {
      case Requirement::Operator::kIn:
        return there && has(one.values, value.string());
      case Requirement::Operator::kNotIn:
        return !there || !has(one.values, value.string());
      case Requirement::Operator::kExists:
        return there;
      case Requirement::Operator::kDoesNotExist:
        return !there;
    }
    return false;
  });
}

bool ResourceRule::fits(const AdmissionRequest& request, bool equivalent) const {
  const bool group =
      has_or_star(groups, request.group) ||
      (equivalent && std::any_of(groups.begin(), groups.end(), [&](const std::string& pattern) {
         return same_group(pattern, request);
       }));
  const bool version = equivalent || has_or_star(versions, request.version);
  const bool resource =
      std::any_of(resources.begin(), resources.end(),
                  [&](const std::string& pattern) { return resource_fits(pattern, request); });
  const bool in_scope = scope == "*" || (scope == "Namespaced") == request.is_namespaced;
  return group && version && resource && in_scope && has_or_star(operations, request.operation) &&
         (names.empty() || has(names, request.name));
}

bool ResourceMatch::fits(const AdmissionRequest& request) const {
  // Objects outside of namespaces are not asked for one.
  if (request.is_namespaced || request.kind == "Namespace") {
    static const Node kNothing;
    const Node& labels = request.kind == "Namespace" && request.object != nullptr
                             ? (*request.object)["metadata"]["labels"]
                         : request.namespace_object != nullptr
                             ? (*request.namespace_object)["metadata"]["labels"]
                             : kNothing;
    if (!namespaces.fits(labels)) return false;
  }
  const auto labels_of = [](const Node* object) -> const Node& {
    static const Node kNothing;
    return object == nullptr ? kNothing : (*object)["metadata"]["labels"];
  };
  const bool object_fits =
      (request.object != nullptr && objects.fits(labels_of(request.object))) ||
      (request.old_object != nullptr && objects.fits(labels_of(request.old_object))) ||
      objects.requirements.empty();
  if (!object_fits) return false;
  const auto any = [&](const std::vector<ResourceRule>& rules) {
    return std::any_of(rules.begin(), rules.end(),
                       [&](const ResourceRule& rule) { return rule.fits(request, equivalent); });
  };
  return (include.empty() || any(include)) && !any(exclude);
}

Result<LabelSelector> read_label_selector(const Node& node, std::string_view file) {
  LabelSelector selector;
  if (!node.exists() || node.is_null()) return selector;
  SEAWALL_CHECK(check_fields(node, file, "a selector", {"matchLabels", "matchExpressions"}));
  for (const Member& label : node["matchLabels"].members()) {
    selector.requirements.push_back({std::string(label.key),
                                     LabelSelector::Requirement::Operator::kIn,
                                     {std::string(label.value.string())}});
  }
  for (const Node& expression : node["matchExpressions"].items()) {
    SEAWALL_CHECK(
        check_fields(expression, file, "a match expression", {"key", "operator", "values"}));
    LabelSelector::Requirement requirement;
    requirement.key = expression["key"].string();
    SEAWALL_TRY(requirement.values, read_words(expression["values"], file, "values"));
    constexpr std::string_view kOperators[] = {"In", "NotIn", "Exists", "DoesNotExist"};
    const auto* found =
        std::find(std::begin(kOperators), std::end(kOperators), expression["operator"].string());
    if (found == std::end(kOperators)) {
      return wrong_at(file, expression, "an operator is In, NotIn, Exists or DoesNotExist");
    }
    requirement.how = static_cast<LabelSelector::Requirement::Operator>(found - kOperators);
    selector.requirements.push_back(std::move(requirement));
  }
  return selector;
}

Result<ResourceMatch> read_resource_match(const Node& node, std::string_view file) {
  ResourceMatch match;
  if (!node.exists() || node.is_null()) return match;
  SEAWALL_CHECK(check_fields(node, file, "matchConstraints",
                             {"resourceRules", "excludeResourceRules", "namespaceSelector",
                              "objectSelector", "matchPolicy"}));
  for (const Node& rule : node["resourceRules"].items()) {
    SEAWALL_TRY(ResourceRule read, read_rule(rule, file));
    match.include.push_back(std::move(read));
  }
  for (const Node& rule : node["excludeResourceRules"].items()) {
    SEAWALL_TRY(ResourceRule read, read_rule(rule, file));
    match.exclude.push_back(std::move(read));
  }
  SEAWALL_TRY(match.namespaces, read_label_selector(node["namespaceSelector"], file));
  SEAWALL_TRY(match.objects, read_label_selector(node["objectSelector"], file));
  match.equivalent = node["matchPolicy"].string("Equivalent") != "Exact";
  return match;
}

}  // namespace seawall::policy
