// The OpenAPI v3 schema that a ConstraintTemplate has for its parameters, as an API server would
// apply it to a constraint: types and limits checked, unknown fields refused, defaults put in.
//
//   ParameterSchema schema(template_schema, preserve_unknown);
//   SEAWALL_TRY(Node parameters, schema.with_defaults(constraint["spec"]["parameters"], arena));
//   SEAWALL_CHECK(schema.check(parameters));      // "parameters.repos[2]: is integer, not string"
//
// COST: linear in schema and value together. LIMITS: kMostSteps of both, because a schema can ask
// one value many times (anyOf). Not applied: `format`, x-kubernetes-validations, list types, enums
// of anything but scalars.
// Source: Kubernetes 1.36, k8s.io/apiextensions-apiserver/pkg/apiserver/{validation,schema}.
#pragma once

#include <string>

#include "base/result.h"
#include "codec/arena.h"
#include "codec/node.h"

namespace seawall::policy {

class ParameterSchema {
 public:
  static constexpr size_t kMostSteps = 1'000'000;

  ParameterSchema() = default;
  // `schema` must outlive this; missing: no parameters are known. `preserve_unknown`: fields that
  // the schema does not name are let through at any depth (legacySchema).
  ParameterSchema(const Node& schema, bool preserve_unknown)
      : schema_(&schema), preserve_unknown_(preserve_unknown) {}

  // The value with what it leaves out and the schema has a default for. Views of both.
  // ERRORS: kLimit.
  Result<Node> with_defaults(const Node& value, Arena& arena) const;
  // ERRORS: kMalformed at "parameters.path", kMismatch for a field that is not known, kLimit.
  Status check(const Node& value) const;

 private:
  const Node* schema_ = nullptr;
  bool preserve_unknown_ = false;
};

}  // namespace seawall::policy
