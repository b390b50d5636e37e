// What a ValidatingAdmissionPolicy or its binding is about: resources, namespaces, labels.
// Source: Kubernetes API reference 1.36, admissionregistration.k8s.io/v1 MatchResources,
// meta/v1 LabelSelector.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codec/node.h"
#include "policy/admission/admission_request.h"

namespace seawall::policy {

struct LabelSelector {
  struct Requirement {
    std::string key;
    enum class Operator : uint8_t { kIn, kNotIn, kExists, kDoesNotExist } how = Operator::kIn;
    std::vector<std::string> values;
  };
  std::vector<Requirement> requirements;  // all must hold; none: everything
  bool fits(const Node& labels) const;
};

struct ResourceRule {
  std::vector<std::string> groups, versions, operations, resources, names;
  std::string scope = "*";
  bool fits(const AdmissionRequest& request, bool equivalent) const;
};

struct ResourceMatch {
  std::vector<ResourceRule> include, exclude;
  LabelSelector namespaces, objects;
  bool equivalent = true;  // matchPolicy
  // Whether it says nothing about resources, which means everything for a binding.
  bool fits(const AdmissionRequest& request) const;
};

// `file` is for messages. ERRORS: kMalformed with file, line and column.
Result<LabelSelector> read_label_selector(const Node& node, std::string_view file);
Result<ResourceMatch> read_resource_match(const Node& node, std::string_view file);

}  // namespace seawall::policy
