#include "cel/declarations.h"

#include <algorithm>

namespace seawall::cel {
namespace {

// "(list(A), int) -> A". Signatures are ours: a wrong one is a bug that the tests of the libraries
// find, and gives the type "!error!".
class SignatureReader {
 public:
  SignatureReader(std::string_view text, TypePool& pool) : text_(text), pool_(pool) {}

  std::vector<const Type*> parameters() {
    std::vector<const Type*> types;
    accept('(');
    while (peek() != ')' && at_ < text_.size()) {
      types.push_back(read_type());
      accept(',');
    }
    accept(')');
    return types;
  }
  const Type* result() {
    accept('-');
    accept('>');
    return read_type();
  }
  uint32_t letters() const { return letters_; }

 private:
  char peek() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  void accept(char c) {
    if (peek() == c) ++at_;
  }
  const Type* read_type() {
    peek();
    const size_t from = at_;
    while (at_ < text_.size() && text_.find_first_of("(), ", at_) != at_) ++at_;
    const std::string_view name = text_.substr(from, at_ - from);
    if (name.size() == 1 && name[0] >= 'A' && name[0] <= 'Z') {
      const auto letter = static_cast<uint32_t>(name[0] - 'A');
      letters_ |= 1u << letter;
      return pool_.parameter(name, letter);
    }
    std::vector<const Type*> inner;
    if (at_ < text_.size() && text_[at_] == '(') inner = parameters();
    if (name == "list" && inner.size() == 1) return pool_.list(inner[0]);
    if (name == "map" && inner.size() == 2) return pool_.map(inner[0], inner[1]);
    if (name == "optional_type" && inner.size() == 1) return pool_.optional(inner[0]);
    if (name == "type" && inner.size() == 1) return pool_.type_of(inner[0]);
    if (!inner.empty()) return pool_.opaque(name, inner);
    return simple_type(name);
  }
  static const Type* simple_type(std::string_view name) {
    using namespace types;
    for (const Type* known : {&dyn,         &boolean,
                              &integer,     &unsigned_integer,
                              &number,      &string,
                              &bytes,       &type,
                              &url,         &ip,
                              &cidr,        &quantity,
                              &semver,      &format,
                              &authorizer,  &path_check,
                              &group_check, &resource_check,
                              &decision,    &list_of_dyn,
                              &map_of_dyn}) {
      if (known->name == name) return known;
    }
    if (name == "null" || name == "null_type") return &null;
    if (name == "timestamp") return &timestamp;
    if (name == "duration") return &duration;
    return &types::error;
  }

  std::string_view text_;
  TypePool& pool_;
  size_t at_ = 0;
  uint32_t letters_ = 0;
};

constexpr uint16_t bit(Kind kind) {
  return static_cast<uint16_t>(1u << static_cast<unsigned>(kind));
}

uint16_t kinds_of(const Type& type) {
  switch (type.kind) {
    case TypeKind::kNull:
      return bit(Kind::kNull);
    case TypeKind::kBool:
      return bit(Kind::kBool);
    case TypeKind::kInt:
      return bit(Kind::kInt);
    case TypeKind::kUint:
      return bit(Kind::kUint);
    case TypeKind::kDouble:
      return bit(Kind::kDouble);
    case TypeKind::kString:
      return bit(Kind::kString);
    case TypeKind::kBytes:
      return bit(Kind::kBytes);
    case TypeKind::kTimestamp:
      return bit(Kind::kTimestamp);
    case TypeKind::kDuration:
      return bit(Kind::kDuration);
    case TypeKind::kList:
      return bit(Kind::kList);
    case TypeKind::kMap:
      return bit(Kind::kMap);
    case TypeKind::kType:
      return bit(Kind::kType);
    case TypeKind::kOpaque:
    case TypeKind::kStruct:
      return is_optional(type) ? bit(Kind::kOptional) : bit(Kind::kObject);
    default:
      return static_cast<uint16_t>(~bit(Kind::kError));
  }
}

// What a list's first element must be; nothing for functions that look at the elements themselves.
uint16_t element_kinds_of(const Type& type, std::string_view function) {
  if (type.kind != TypeKind::kList || type.parameters.empty()) return 0;
  if (function == "flatten" || function == "sort" || function == "@sortByAssociatedKeys") return 0;
  const Type& element = *type.parameters[0];
  const bool any = element.kind == TypeKind::kDyn || element.kind == TypeKind::kParameter;
  return any ? uint16_t{0} : kinds_of(element);
}

}  // namespace

void Declarations::add_library(const Library& library) {
  for (const Overload& overload : library.overloads) {
    Function& function = functions_[std::string(overload.function)];
    function.name = overload.function;
    const bool known = std::any_of(
        function.overloads.begin(), function.overloads.end(),
        [&](const FunctionOverload& other) { return other.overload->id == overload.id; });
    if (known) continue;
    FunctionOverload added;
    added.overload = &overload;
    parse_signature(added);
    prepare(added);
    function.overloads.push_back(added);
  }
}

void Declarations::parse_signature(FunctionOverload& overload) {
  SignatureReader reader(overload.overload->signature, pool_);
  const std::vector<const Type*> parameters = reader.parameters();
  overload.parameters = arena_.copy(std::span<const Type* const>(parameters));
  overload.result = reader.result();
  overload.type_parameters = reader.letters();
}

void Declarations::prepare(FunctionOverload& overload) {
  std::vector<uint16_t> kinds;
  std::vector<uint16_t> elements;
  std::vector<const Type*> objects;
  for (const Type* type : overload.parameters) {
    uint16_t accepted = kinds_of(*type);
    if (overload.overload->non_strict) accepted |= bit(Kind::kError);
    kinds.push_back(accepted);
    elements.push_back(element_kinds_of(*type, overload.overload->function));
    objects.push_back(accepted == bit(Kind::kObject) ? type : nullptr);
  }
  overload.candidate.overload = overload.overload;
  overload.candidate.kinds = arena_.copy(std::span<const uint16_t>(kinds));
  overload.candidate.elements = arena_.copy(std::span<const uint16_t>(elements));
  overload.candidate.objects = arena_.copy(std::span<const Type* const>(objects));
}

size_t Declarations::add_variable(std::string_view name, const Type* type) {
  Variable& variable = variables_[std::string(name)];
  if (variable.type == nullptr || variable.is_constant) {
    variable.name = name;
    variable.is_constant = false;
    variable.slot = static_cast<uint32_t>(slots_++);
  }
  variable.type = type;
  return variable.slot;
}

void Declarations::add_constant(std::string_view name, const Type* type, const Value& value) {
  Variable& variable = variables_[std::string(name)];
  variable.name = name;
  variable.type = type;
  variable.is_constant = true;
  variable.constant = value;
}

const Function* Declarations::function(std::string_view name) const {
  const auto found = functions_.find(name);
  return found == functions_.end() ? nullptr : &found->second;
}

const Variable* Declarations::variable(std::string_view name) const {
  const auto found = variables_.find(name);
  return found == variables_.end() ? nullptr : &found->second;
}

std::vector<std::string_view> Declarations::variable_names(Arena& arena) const {
  std::vector<std::string_view> names(slots_);
  for (const auto& [name, variable] : variables_) {
    if (!variable.is_constant) names[variable.slot] = arena.copy(std::string_view(name));
  }
  return names;
}

}  // namespace seawall::cel
