#include "policy/admission/policy_environment.h"

#include <vector>

#include "policy/admission/kyverno_functions.h"

namespace seawall::policy {
namespace {

using cel::Type;
using cel::TypeField;
using cel::TypeKind;
namespace types = cel::types;

const Type* const kStrings[] = {&types::string};
const Type kStringList{TypeKind::kList, "list", kStrings, 0};
const Type* const kStringPair[] = {&types::string, &types::string};
const Type kStringMap{TypeKind::kMap, "map", kStringPair, 0};
const Type* const kExtraPair[] = {&types::string, &kStringList};
const Type kExtra{TypeKind::kMap, "map", kExtraPair, 0};

constexpr Type object_type(std::string_view name, std::span<const TypeField> fields) {
  Type type{TypeKind::kStruct, name, {}, 0};
  type.has_fields = true;
  type.fields = fields;
  return type;
}

const TypeField kKindFields[] = {
    {"group", &types::string}, {"version", &types::string}, {"kind", &types::string}};
const Type kGroupVersionKind = object_type("kubernetes.GroupVersionKind", kKindFields);
const TypeField kResourceFields[] = {
    {"group", &types::string}, {"version", &types::string}, {"resource", &types::string}};
const Type kGroupVersionResource = object_type("kubernetes.GroupVersionResource", kResourceFields);
const TypeField kUserFields[] = {{"username", &types::string},
                                 {"uid", &types::string},
                                 {"groups", &kStringList},
                                 {"extra", &kExtra}};
const Type kUserInfo = object_type("kubernetes.UserInfo", kUserFields);
const TypeField kRequestFields[] = {
    {"kind", &kGroupVersionKind},
    {"resource", &kGroupVersionResource},
    {"subResource", &types::string},
    {"requestKind", &kGroupVersionKind},
    {"requestResource", &kGroupVersionResource},
    {"requestSubResource", &types::string},
    {"name", &types::string},
    {"namespace", &types::string},
    {"operation", &types::string},
    {"userInfo", &kUserInfo},
    {"dryRun", &types::boolean},
    {"options", &types::dyn},
};
const Type kRequestType = object_type("kubernetes.AdmissionRequest", kRequestFields);

const TypeField kNamespaceSpecFields[] = {{"finalizers", &kStringList}};
const Type kNamespaceSpec = object_type("kubernetes.NamespaceSpec", kNamespaceSpecFields);
const TypeField kConditionFields[] = {{"status", &types::string},
                                      {"type", &types::string},
                                      {"lastTransitionTime", &types::timestamp},
                                      {"message", &types::string},
                                      {"reason", &types::string}};
const Type kCondition = object_type("kubernetes.NamespaceCondition", kConditionFields);
const Type* const kConditions[] = {&kCondition};
const Type kConditionList{TypeKind::kList, "list", kConditions, 0};
const TypeField kNamespaceStatusFields[] = {{"conditions", &kConditionList},
                                            {"phase", &types::string}};
const Type kNamespaceStatus = object_type("kubernetes.NamespaceStatus", kNamespaceStatusFields);
const TypeField kMetadataFields[] = {
    {"name", &types::string},
    {"generateName", &types::string},
    {"namespace", &types::string},
    {"labels", &kStringMap},
    {"annotations", &kStringMap},
    {"UID", &types::string},
    {"creationTimestamp", &types::timestamp},
    {"deletionGracePeriodSeconds", &types::integer},
    {"deletionTimestamp", &types::timestamp},
    {"generation", &types::integer},
    {"resourceVersion", &types::string},
    {"finalizers", &kStringList},
};
const Type kNamespaceMetadata = object_type("kubernetes.NamespaceMetadata", kMetadataFields);
const TypeField kNamespaceFields[] = {
    {"metadata", &kNamespaceMetadata}, {"spec", &kNamespaceSpec}, {"status", &kNamespaceStatus}};
const Type kNamespaceType = object_type("kubernetes.Namespace", kNamespaceFields);

}  // namespace

struct PolicyEnvironment::State {
  int minor = 36;
  Type variables = object_type("kubernetes.variables", {});
  struct Entry {
    PolicyScope scope;
    cel::Environment environment;
  };
  std::vector<std::unique_ptr<Entry>> entries;
  Arena arena;
  cel::TypePool pool{arena};

  cel::Environment& environment(const PolicyScope& scope) {
    for (const auto& entry : entries) {
      if (entry->scope == scope) return entry->environment;
    }
    entries.push_back(std::make_unique<Entry>(Entry{scope, cel::Environment::kubernetes(minor)}));
    cel::Environment& made = entries.back()->environment;
    made.add_variable("object", &types::dyn);
    made.add_variable("oldObject", &types::dyn);
    made.add_variable("request", &kRequestType);
    made.add_variable("namespaceObject", &kNamespaceType);
    made.add_variable("variables", &variables);
    if (scope.params) made.add_variable("params", &types::dyn);
    if (scope.kyverno) made.add_variable("resource", &types::dyn);
    if (scope.authorizer) {
      made.add_variable("authorizer", &types::authorizer);
      made.add_variable("authorizer.requestResource", &types::resource_check);
    }
    return made;
  }
};

PolicyEnvironment::PolicyEnvironment(int kubernetes_minor) : state_(std::make_unique<State>()) {
  state_->minor = kubernetes_minor;
}
PolicyEnvironment::~PolicyEnvironment() = default;
PolicyEnvironment::PolicyEnvironment(PolicyEnvironment&&) noexcept = default;

void PolicyEnvironment::set_variables(std::span<const TypeField> fields) {
  state_->variables.fields = fields;
}

Result<cel::Program> PolicyEnvironment::compile(std::string_view expression,
                                                const PolicyScope& scope) {
  cel::Environment& environment = state_->environment(scope);
  return scope.kyverno ? environment.compile(plain_cel(expression))
                       : environment.compile(expression);
}

const Type* PolicyEnvironment::type_of_variable(const Type* type) {
  switch (type->kind) {
    case TypeKind::kBool:
    case TypeKind::kBytes:
    case TypeKind::kDouble:
    case TypeKind::kDuration:
    case TypeKind::kInt:
    case TypeKind::kNull:
    case TypeKind::kString:
    case TypeKind::kTimestamp:
    case TypeKind::kUint:
      return type;
    case TypeKind::kList:
      if (type->parameters.size() != 1) return &types::dyn;
      return state_->pool.list(type_of_variable(type->parameters[0]));
    case TypeKind::kMap:
      if (type->parameters.size() != 2) return &types::dyn;
      return state_->pool.map(type_of_variable(type->parameters[0]),
                              type_of_variable(type->parameters[1]));
    default:
      return &types::dyn;
  }
}

size_t PolicyEnvironment::size(const PolicyScope& scope) {
  return kFirstOptional + (scope.params ? 1 : 0) + (scope.kyverno ? 1 : 0) +
         (scope.authorizer ? 2 : 0);
}

std::string type_name(const Type& type) {
  std::string name(type.name);
  if (type.parameters.empty()) return name;
  name += '(';
  for (size_t i = 0; i < type.parameters.size(); ++i) {
    if (i > 0) name += ", ";
    name += type_name(*type.parameters[i]);
  }
  return name + ")";
}

const Type& variables_type() {
  static const Type type = object_type("kubernetes.variables", {});
  return type;
}

}  // namespace seawall::policy
