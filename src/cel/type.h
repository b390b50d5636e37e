// Types of CEL as its checker knows them: interned by TypePool, or one of the fixed ones, so that
// simple types compare by address. Source: CEL language definition, "Type-Checker".
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "codec/arena.h"

namespace seawall::cel {

enum class TypeKind : uint8_t {
  kError,  // the type of what could not be checked; goes with everything
  kDyn,
  kNull,
  kBool,
  kInt,
  kUint,
  kDouble,
  kString,
  kBytes,
  kTimestamp,
  kDuration,
  kList,       // one parameter
  kMap,        // two
  kType,       // none or one
  kParameter,  // "A" in a declaration, "_var0" while checking
  kOpaque,     // a library's: optional_type(A)
  kStruct,     // a library's that compares as an object: kubernetes.URL
};

struct Type;
struct TypeField {
  std::string_view name;
  const Type* type = nullptr;
};

struct Type {
  TypeKind kind = TypeKind::kError;
  std::string_view name;  // "int", "list", "kubernetes.URL"
  std::span<const Type* const> parameters;
  uint32_t variable = 0;  // number of a kParameter
  // Of structs whose members are known: those, and no others, may be selected.
  bool has_fields = false;
  std::span<const TypeField> fields = {};
  // "list(int)", "optional_type(string)", "type(dyn)"; with the checker's conventions.
  std::string text() const;
};

// The fixed ones. list_of_dyn and map_of_dyn are also the run-time types of lists and maps.
namespace types {
extern const Type error, dyn, null, boolean, integer, unsigned_integer, number, string, bytes,
    timestamp, duration, type, list_of_dyn, map_of_dyn, optional_of_dyn;
// Kubernetes' types.
extern const Type url, ip, cidr, quantity, semver, format, authorizer, path_check, group_check,
    resource_check, decision;
}  // namespace types

// Makes types; they live as long as the arena.
class TypePool {
 public:
  explicit TypePool(Arena& arena) : arena_(arena) {}
  const Type* list(const Type* element);
  const Type* map(const Type* key, const Type* value);
  const Type* optional(const Type* value);
  const Type* type_of(const Type* type);
  const Type* parameter(std::string_view name, uint32_t variable);
  // A library's type by its name.
  const Type* opaque(std::string_view name, std::span<const Type* const> parameters);
  // The same kind and name with other parameters.
  const Type* with(const Type& type, std::span<const Type* const> parameters);

 private:
  const Type* make(TypeKind kind, std::string_view name, std::span<const Type* const> parameters,
                   uint32_t variable = 0);
  Arena& arena_;
};

// Same kind, name and parameters.
bool same_type(const Type& left, const Type& right);

inline bool is_dyn(const Type& type) {
  return type.kind == TypeKind::kDyn;
}
inline bool is_dyn_or_error(const Type& type) {
  return type.kind == TypeKind::kDyn || type.kind == TypeKind::kError;
}
inline bool is_optional(const Type& type) {
  return type.kind == TypeKind::kOpaque && type.name == "optional_type";
}

}  // namespace seawall::cel
