#include "cel/type.h"

#include <vector>

namespace seawall::cel {
namespace types {
namespace {
const Type* const kDynList[] = {&dyn};
const Type* const kDynMap[] = {&dyn, &dyn};
}  // namespace

const Type error{TypeKind::kError, "!error!", {}, 0};
const Type dyn{TypeKind::kDyn, "dyn", {}, 0};
const Type null{TypeKind::kNull, "null_type", {}, 0};
const Type boolean{TypeKind::kBool, "bool", {}, 0};
const Type integer{TypeKind::kInt, "int", {}, 0};
const Type unsigned_integer{TypeKind::kUint, "uint", {}, 0};
const Type number{TypeKind::kDouble, "double", {}, 0};
const Type string{TypeKind::kString, "string", {}, 0};
const Type bytes{TypeKind::kBytes, "bytes", {}, 0};
const Type timestamp{TypeKind::kTimestamp, "google.protobuf.Timestamp", {}, 0};
const Type duration{TypeKind::kDuration, "google.protobuf.Duration", {}, 0};
const Type type{TypeKind::kType, "type", {}, 0};
const Type list_of_dyn{TypeKind::kList, "list", kDynList, 0};
const Type map_of_dyn{TypeKind::kMap, "map", kDynMap, 0};
const Type optional_of_dyn{TypeKind::kOpaque, "optional_type", kDynList, 0};
const Type url{TypeKind::kStruct, "kubernetes.URL", {}, 0};
const Type ip{TypeKind::kOpaque, "net.IP", {}, 0};
const Type cidr{TypeKind::kOpaque, "net.CIDR", {}, 0};
const Type quantity{TypeKind::kStruct, "kubernetes.Quantity", {}, 0};
const Type semver{TypeKind::kStruct, "kubernetes.Semver", {}, 0};
const Type format{TypeKind::kStruct, "kubernetes.NamedFormat", {}, 0};
const Type authorizer{TypeKind::kStruct, "kubernetes.authorization.Authorizer", {}, 0};
const Type path_check{TypeKind::kStruct, "kubernetes.authorization.PathCheck", {}, 0};
const Type group_check{TypeKind::kStruct, "kubernetes.authorization.GroupCheck", {}, 0};
const Type resource_check{TypeKind::kStruct, "kubernetes.authorization.ResourceCheck", {}, 0};
const Type decision{TypeKind::kStruct, "kubernetes.authorization.Decision", {}, 0};
}  // namespace types

std::string Type::text() const {
  if (kind == TypeKind::kNull) return "null";
  if (kind == TypeKind::kTimestamp) return "timestamp";
  if (kind == TypeKind::kDuration) return "duration";
  std::string text(name);
  if (parameters.empty()) return text;
  text += '(';
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (i > 0) text += ", ";
    text += parameters[i]->text();
  }
  return text + ")";
}

const Type* TypePool::make(TypeKind kind, std::string_view name,
                           std::span<const Type* const> parameters, uint32_t variable) {
  void* place = arena_.allocate(sizeof(Type), alignof(Type));
  return new (place) Type{kind, name, arena_.copy(parameters), variable};
}

const Type* TypePool::list(const Type* element) {
  if (element == &types::dyn) return &types::list_of_dyn;
  const Type* const parameters[] = {element};
  return make(TypeKind::kList, "list", parameters);
}

const Type* TypePool::map(const Type* key, const Type* value) {
  if (key == &types::dyn && value == &types::dyn) return &types::map_of_dyn;
  const Type* const parameters[] = {key, value};
  return make(TypeKind::kMap, "map", parameters);
}

const Type* TypePool::optional(const Type* value) {
  if (value == &types::dyn) return &types::optional_of_dyn;
  const Type* const parameters[] = {value};
  return make(TypeKind::kOpaque, "optional_type", parameters);
}

const Type* TypePool::type_of(const Type* type) {
  const Type* const parameters[] = {type};
  return make(TypeKind::kType, "type", parameters);
}

const Type* TypePool::parameter(std::string_view name, uint32_t variable) {
  return make(TypeKind::kParameter, arena_.copy(name), {}, variable);
}

const Type* TypePool::opaque(std::string_view name, std::span<const Type* const> parameters) {
  return make(TypeKind::kOpaque, arena_.copy(name), parameters);
}

const Type* TypePool::with(const Type& type, std::span<const Type* const> parameters) {
  return make(type.kind, type.name, parameters);
}

bool same_type(const Type& left, const Type& right) {
  if (&left == &right) return true;
  if (left.kind != right.kind || left.name != right.name ||
      left.parameters.size() != right.parameters.size()) {
    return false;
  }
  for (size_t i = 0; i < left.parameters.size(); ++i) {
    if (!same_type(*left.parameters[i], *right.parameters[i])) return false;
  }
  return true;
}

}  // namespace seawall::cel
