// Which requests a policy or a binding speaks about: resource rules, selectors of labels.
//
//   ResourceMatch match = ResourceMatch::read(spec["matchConstraints"], fields);
//   std::string problem;
//   if (match.matches(request, namespace_object, problem)) ...
//
// A selector that Kubernetes cannot read stops only requests that would otherwise match, with the
// words of its API server. LIMITS: matchPolicy Equivalent finds no other versions of a resource:
// what is judged is the version that the request has. Source: Kubernetes 1.36,
// k8s.io/apiserver/pkg/admission/plugin/policy/matching, .../webhook/predicates.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "codec/node.h"
#include "policy/admission/admission_request.h"
#include "policy/admission/fields.h"

namespace seawall::policy {

class LabelSelector {
 public:
  static LabelSelector read(const Node& node, std::string_view what, Fields& fields);
  bool empty() const { return requirements_.empty(); }  // fits everything
  const std::string& problem() const { return problem_; }
  bool matches(const Node& labels) const;
  // Whether it needs to know this label and no other.
  bool asks_only(std::string_view key) const;

 private:
  enum class Operator { kIn, kNotIn, kExists, kDoesNotExist };
  struct Requirement {
    std::string key;
    Operator how = Operator::kIn;
    std::vector<std::string> values;
  };
  std::vector<Requirement> requirements_;
  std::string problem_;
};

struct ResourceRule {
  std::vector<std::string> groups, versions, operations, resources, names;
  std::string scope;  // "*", "Namespaced", "Cluster"
  bool matches(const AdmissionRequest& request) const;
};

class ResourceMatch {
 public:
  static ResourceMatch read(const Node& node, std::string_view what, Fields& fields);
  // `name_space`: the Namespace object of the request, or null. Returns false with a `problem`
  // where a selector is wrong.
  bool matches(const AdmissionRequest& request, const Node* name_space, std::string& problem) const;
  const std::vector<ResourceRule>& rules() const { return rules_; }
  std::vector<ResourceRule>& rules() { return rules_; }

 private:
  std::vector<ResourceRule> rules_, excluded_;
  LabelSelector namespaces_, objects_;
};

}  // namespace seawall::policy
