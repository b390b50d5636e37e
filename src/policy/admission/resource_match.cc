#include "policy/admission/resource_match.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"

namespace seawall::policy {
namespace {

bool has(const std::vector<std::string>& items, std::string_view wanted) {
  return std::any_of(items.begin(), items.end(),
                     [&](const std::string& item) { return item == "*" || item == wanted; });
}

bool any_rule(const std::vector<ResourceRule>& rules, const AdmissionRequest& request) {
  return std::any_of(rules.begin(), rules.end(),
                     [&](const ResourceRule& rule) { return rule.matches(request); });
}

std::vector<ResourceRule> read_rules(const Node& node, std::string_view key, Fields& fields) {
  std::vector<ResourceRule> rules;
  for (const Node& item : fields.list(node, key)) {
    fields.only(item, key,
                {"apiGroups", "apiVersions", "operations", "resources", "resourceNames", "scope"});
    ResourceRule rule;
    rule.groups = fields.texts(item, "apiGroups");
    rule.versions = fields.texts(item, "apiVersions");
    rule.operations = fields.texts(item, "operations");
    rule.resources = fields.texts(item, "resources");
    rule.names = fields.texts(item, "resourceNames");
    rule.scope = fields.word(item, "scope", {"*", "Namespaced", "Cluster"});
    rules.push_back(std::move(rule));
  }
  return rules;
}

// The labels that a namespace selector looks at: those of a Namespace that is created or updated
// are its own.
const Node& namespace_labels(const AdmissionRequest& request, const Node* name_space) {
  static const Node kNone;
  if (request.resource == "namespaces" && request.subresource.empty() &&
      (request.operation == "CREATE" || request.operation == "UPDATE") &&
      request.object != nullptr) {
    return (*request.object)["metadata"]["labels"];
  }
  return name_space == nullptr ? kNone : (*name_space)["metadata"]["labels"];
}

}  // namespace

LabelSelector LabelSelector::read(const Node& node, std::string_view what, Fields& fields) {
  LabelSelector selector;
  fields.only(node, what, {"matchLabels", "matchExpressions"});
  const Node& labels = node["matchLabels"];
  if (labels.exists() && !labels.is_null() && !labels.is_object()) {
    fields.fail(labels, "matchLabels is a mapping");
  }
  for (const Member& label : labels.members()) {
    if (!label.value.is_string()) fields.fail(label.value, "a label's value is text");
    selector.requirements_.push_back(
        {std::string(label.key), Operator::kIn, {std::string(label.value.string())}});
  }
  for (const Node& item : fields.list(node, "matchExpressions")) {
    fields.only(item, "matchExpressions", {"key", "operator", "values"});
    Requirement requirement;
    requirement.key = fields.text(item, "key");
    requirement.values = fields.texts(item, "values");
    const std::string word = fields.text(item, "operator");
    const bool listed = word == "In" || word == "NotIn";
    requirement.how = word == "In"       ? Operator::kIn
                      : word == "NotIn"  ? Operator::kNotIn
                      : word == "Exists" ? Operator::kExists
                                         : Operator::kDoesNotExist;
    if (!listed && word != "Exists" && word != "DoesNotExist") {
      selector.problem_ = fmt::format("\"{}\" is not a valid label selector operator", word);
    } else if (listed && requirement.values.empty()) {
      selector.problem_ = fmt::format(
          "values: Invalid value: {}: for 'in', 'notin' operators, values set can't be empty",
          item["values"].is_array() ? "[]" : "null");
    } else if (!listed && !requirement.values.empty()) {
      std::string shown;
      for (const std::string& value : requirement.values) {
        shown += (shown.empty() ? "\"" : ",\"") + value + "\"";
      }
      selector.problem_ = fmt::format(
          "values: Invalid value: [{}]: values set must be empty for exists and does not exist",
          shown);
    }
    if (!selector.problem_.empty()) break;
    selector.requirements_.push_back(std::move(requirement));
  }
  return selector;
}

bool LabelSelector::matches(const Node& labels) const {
  for (const Requirement& requirement : requirements_) {
    const Node& label = labels[requirement.key];
    const bool listed =
        label.exists() && std::find(requirement.values.begin(), requirement.values.end(),
                                    label.string()) != requirement.values.end();
    switch (requirement.how) {
      case Operator::kIn:
        if (!listed) return false;
        break;
      case Operator::kNotIn:
        if (listed) return false;
        break;
      case Operator::kExists:
        if (!label.exists()) return false;
        break;
      case Operator::kDoesNotExist:
        if (label.exists()) return false;
        break;
    }
  }
  return true;
}

bool LabelSelector::asks_only(std::string_view key) const {
  return std::all_of(requirements_.begin(), requirements_.end(),
                     [&](const Requirement& requirement) { return requirement.key == key; });
}

bool ResourceRule::matches(const AdmissionRequest& request) const {
  if (scope != "*" && !scope.empty()) {
    const bool cluster =
        request.name_space.empty() || (request.resource == "namespaces" && request.group.empty());
    if (cluster != (scope == "Cluster")) return false;
  }
  if (!has(operations, request.operation) || !has(groups, request.group) ||
      !has(versions, request.version)) {
    return false;
  }
  const bool resource = std::any_of(resources.begin(), resources.end(), [&](std::string_view it) {
    const auto [name, subresource] = split_once(it, '/');
    return (name == "*" || name == request.resource) &&
           (subresource == "*" || subresource == request.subresource);
  });
  return resource &&
         (names.empty() || std::find(names.begin(), names.end(), request.name) != names.end());
}

ResourceMatch ResourceMatch::read(const Node& node, std::string_view what, Fields& fields) {
  ResourceMatch match;
  fields.only(node, what,
              {"resourceRules", "excludeResourceRules", "namespaceSelector", "objectSelector",
               "matchPolicy"});
  fields.word(node, "matchPolicy", {"Equivalent", "Exact"});
  match.rules_ = read_rules(node, "resourceRules", fields);
  match.excluded_ = read_rules(node, "excludeResourceRules", fields);
  match.namespaces_ = LabelSelector::read(node["namespaceSelector"], "namespaceSelector", fields);
  match.objects_ = LabelSelector::read(node["objectSelector"], "objectSelector", fields);
  return match;
}

bool ResourceMatch::matches(const AdmissionRequest& request, const Node* name_space,
                            std::string& problem) const {
  std::string wrong;
  // Objects outside of namespaces are never left out by a namespace selector.
  if (!request.name_space.empty() || request.resource == "namespaces") {
    if (!namespaces_.problem().empty()) {
      wrong = namespaces_.problem();
    } else if (!namespaces_.empty() &&
               !namespaces_.matches(namespace_labels(request, name_space))) {
      return false;
    }
  }
  if (!objects_.problem().empty()) {
    if (wrong.empty()) wrong = objects_.problem();
  } else if (!objects_.empty()) {
    const auto fits = [&](const Node* object) {
      return object != nullptr && object->is_object() &&
             objects_.matches((*object)["metadata"]["labels"]);
    };
    if (!fits(request.object) && !fits(request.old_object)) return false;
  }
  if (any_rule(excluded_, request)) return false;
  if (!rules_.empty() && !any_rule(rules_, request)) return false;
  if (wrong.empty()) return true;
  problem = "Internal error occurred: " + wrong;
  return false;
}

}  // namespace seawall::policy
