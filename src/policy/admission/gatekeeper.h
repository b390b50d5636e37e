// Gatekeeper's ConstraintTemplates that are written in CEL, and the constraints made of them.
//
// A template gives a kind, a schema of parameters and, with the engine K8sNativeValidation, the
// validations; a constraint of that kind says what is judged, with which parameters and how
// strongly. Expressions read variables.anyObject (the object, of a DELETE the old one) and
// variables.params (null without parameters). A template in Rego alone is loaded and not judged.
//
// FAILURE: closed: an expression that fails denies, unless failurePolicy is Ignore. A selector of
// namespaces about a Namespace that nobody gave is not judged. Where a template has both engines,
// CEL decides, as in Gatekeeper. Source: Gatekeeper 3.23, pkg/drivers/k8scel,
// pkg/util/enforcement_action.go; OPA's constraint framework, constraint/pkg/client/crds.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "policy/admission/evaluation_state.h"
#include "policy/admission/fields.h"
#include "policy/admission/gatekeeper_match.h"
#include "policy/admission/parameter_schema.h"

namespace seawall::policy {

struct GatekeeperTemplate {
  std::string kind, where;
  std::vector<std::string> operations;  // none: all
  ParameterSchema schema;
  CompiledPolicy compiled;
  std::string not_supported;  // why it is not judged; empty: it is
};

struct GatekeeperConstraint {
  std::string kind, name, where;
  GatekeeperMatch match;
  // By enforcement point; "*" is any.
  std::vector<std::pair<std::string, AdmissionAction>> actions;
  const Node* parameters = nullptr;                  // spec.parameters as written, or missing
  const GatekeeperTemplate* its_template = nullptr;  // null: nobody gave it
  Arena arena{512};
  Node bound;  // what expressions read of it: spec.parameters with defaults
};

Result<GatekeeperTemplate> read_gatekeeper_template(const Node& document, Fields& fields);
Result<GatekeeperConstraint> read_gatekeeper_constraint(const Node& document, Fields& fields);
// Puts constraint and template together. ERRORS: those of ParameterSchema, with the place of the
// constraint: its parameters are not what the template asks for.
Status bind(GatekeeperConstraint& constraint, const GatekeeperTemplate& its_template);
void apply(const GatekeeperConstraint& constraint, RequestState& state);

}  // namespace seawall::policy
