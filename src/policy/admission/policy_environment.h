// The variables of admission policies, with the types that Kubernetes gives them.
//
//   PolicyEnvironment environments;
//   environments.set_variables(fields);            // what `variables.` has from here on
//   auto program = environments.compile("object.spec.replicas < 5", {.params = true});
//
// object, oldObject and params are of any type; request, namespaceObject and variables have known
// fields, so that a mistyped one is found before anything runs. THREADS: compiling is for one
// thread; programs are free of the environment once it lives. Source: Kubernetes 1.36,
// k8s.io/apiserver/pkg/admission/plugin/cel.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "cel/environment.h"

namespace seawall::policy {

// Places of the variables; what is optional follows in the order of PolicyScope.
enum PolicyVariable : size_t {
  kObject,
  kOldObject,
  kRequest,
  kNamespaceObject,
  kVariables,
  kFirstOptional,
};
inline constexpr size_t kMostPolicyVariables = kFirstOptional + 6;

// What expressions see besides.
struct PolicyScope {
  bool params = false;
  bool kyverno = false;  // its functions that need no network (kyverno_functions.h)
  bool authorizer = true;
  bool operator==(const PolicyScope&) const = default;
};

class PolicyEnvironment {
 public:
  explicit PolicyEnvironment(int kubernetes_minor = 36);
  ~PolicyEnvironment();
  PolicyEnvironment(PolicyEnvironment&&) noexcept;

  // The fields of `variables`; they must live until the next call.
  void set_variables(std::span<const cel::TypeField> fields);
  // ERRORS: as cel::Environment::compile.
  Result<cel::Program> compile(std::string_view expression, const PolicyScope& scope);
  // What a variable of this type is when it is read: structs lose their fields, as in Kubernetes.
  const cel::Type* type_of_variable(const cel::Type* type);
  static size_t size(const PolicyScope& scope);  // how many variables there are

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The name of a type in messages about results: "list(int)", "null_type".
std::string type_name(const cel::Type& type);

const cel::Type& variables_type();

}  // namespace seawall::policy
