// Kyverno's policies that are written in CEL: ValidatingPolicy and the rules `validate.cel` of
// ClusterPolicy and Policy, with their exceptions.
//
// A policy about pods also judges what makes pods (Kyverno's "autogen"): its expressions are read
// with object.spec as object.spec.template.spec, and one level deeper for CronJobs. Of Kyverno's
// libraries resource.Get and resource.List are answered from given objects (kyverno_functions.h). A
// policy that names another one with I/O (http, globalContext, image data), that looks up what
// nobody gave, or that does not compile is not judged, and says so. FAILURE: closed; an expression
// that fails is an error of the policy. Source: Kyverno 1.19, documentation of
// ValidatingPolicy, of ClusterPolicy's validate.cel and of auto-generated rules.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/admission/validating_admission_policy.h"

namespace seawall::policy {

// One entry of match or exclude: all that it says must fit.
struct KyvernoFilter {
  std::vector<std::string> kinds, names, namespaces, operations;
  std::optional<LabelSelector> selector, namespace_selector;
  struct Subject {
    std::string kind, name, name_space;
  };
  std::vector<Subject> subjects;
  bool needs_roles = false;  // which a cluster knows: such an exclusion excludes nobody
};
struct KyvernoFilters {
  std::vector<KyvernoFilter> any, all;
};

struct KyvernoException {
  std::string policy;
  CompiledPolicy conditions;  // matchConditions that must all hold
};

struct KyvernoRule {
  std::string policy, rule, where;  // ValidatingPolicies have no rules
  std::string name_space;           // of a namespaced policy: it judges nothing outside
  std::vector<AdmissionAction> actions;
  std::optional<ResourceMatch> match;  // of a ValidatingPolicy
  std::optional<KyvernoFilters> matched, excluded;
  std::optional<ParameterKind> parameter_kind;
  std::optional<ParameterReference> parameters;
  CompiledPolicy compiled;
  // For pod controllers and CronJobs; absent where the policy is not about pods alone.
  std::optional<CompiledPolicy> for_controllers, for_cron_jobs;
  std::vector<std::string> controllers;  // kinds that are judged as their pods
  bool looks_up = false;                 // objects of a cluster, which must be given
  std::string not_supported;             // why it is not judged; empty: it is
};

Result<std::vector<KyvernoRule>> read_kyverno_policy(const Node& document, Fields& fields);
Result<std::vector<KyvernoException>> read_kyverno_exception(const Node& document, Fields& fields);
// Compiles; sets not_supported. ERRORS: as CompiledPolicy::compile.
Status compile(KyvernoRule& rule, PolicyEnvironment& environment);
void apply(const KyvernoRule& rule, std::span<const KyvernoException> exceptions,
           RequestState& state);

}  // namespace seawall::policy
