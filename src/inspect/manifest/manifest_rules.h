// Rules on Kubernetes objects as data: content/manifests/*.yaml.
//
//   - id: SW-K0001                # and what rules/rule.h says
//     of: container               # object, pod, container: what it is asked of
//     kinds: [Deployment]         # only of objects of these kinds; except-kinds: of all but these
//     only: regular               # of a container: not of init and ephemeral containers
//     each: volumes               # asked of each item of a list below that, as `item`
//     breaks: container.at("securityContext.privileged") == true
//     field: securityContext.privileged   # where the finding stands; of the item, if there is one
//
// `breaks` is CEL with the functions of field_library.h over object, pod (its spec), template (its
// metadata), container and item. Instead of it stands a check of pod security (`pod-security:
// hostPorts`), or one of object_checks.h (`check: dangling-service`).
//
// COST: an expression is compiled when it is loaded, some 50 microseconds each. ERRORS: kMalformed
// with file, line and what is wrong. THREADS: rules are immutable.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cel/environment.h"
#include "inspect/manifest/object_checks.h"
#include "rules/rule.h"

namespace seawall::inspect {

enum class AskedOf : uint8_t { kObject, kPod, kContainer };

struct ManifestRule {
  rules::Rule rule;
  AskedOf of = AskedOf::kObject;
  std::vector<std::string> kinds, except_kinds;
  bool only_regular = false;
  std::string each, field;
  std::optional<cel::Program> breaks;
  std::string pod_security;  // the check's id
  ObjectCheck check = nullptr;
  bool across = false;                  // its check looks at other objects
  std::vector<std::string> pass, fail;  // a container, a pod's spec, or whole files

  bool asks(std::string_view kind) const;
  // The name of the rule with another tool: "privileged-container" of "kube-linter".
  bool has_alias(std::string_view tool, std::string_view name) const;
  bool is_of(std::string_view tool) const;
};

// The variables of `breaks`, in their order.
enum RuleVariable : size_t { kObject, kPod, kTemplate, kContainer, kItem, kRuleVariables };

Result<std::vector<ManifestRule>> read_manifest_rules(std::string_view yaml, std::string_view name);
// All that ship, by id.
Result<std::vector<ManifestRule>> load_manifest_rules();

}  // namespace seawall::inspect
