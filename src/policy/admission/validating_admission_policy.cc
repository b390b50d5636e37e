#include "policy/admission/validating_admission_policy.h"

#include <algorithm>

#include <fmt/format.h>

namespace seawall::policy {
namespace {

constexpr size_t kMostAnnotationBytes = 10 * 1024;

Expression read_expression(const Node& node, std::string_view key, Fields& fields) {
  Expression expression;
  expression.text = fields.text(node, key);
  expression.where = fields.place(node[key].exists() ? node[key] : node);
  return expression;
}

std::vector<Expression> read_named(const Node& spec, std::string_view key, std::string_view name,
                                   std::string_view text, Fields& fields) {
  std::vector<Expression> expressions;
  for (const Node& item : fields.list(spec, key)) {
    fields.only(item, key, {name, text});
    fields.required_text(item, text);
    Expression expression = read_expression(item, text, fields);
    expression.name = fields.required_text(item, name);
    expressions.push_back(std::move(expression));
  }
  return expressions;
}

std::vector<Validation> read_validations(const Node& spec, std::string_view key, Fields& fields) {
  std::vector<Validation> validations;
  for (const Node& item : fields.list(spec, key)) {
    fields.only(item, key, {"expression", "message", "messageExpression", "reason"});
    fields.required_text(item, "expression");
    Validation validation;
    validation.expression = read_expression(item, "expression", fields);
    validation.message = fields.text(item, "message");
    validation.message_expression = read_expression(item, "messageExpression", fields);
    validation.reason = fields.text(item, "reason");
    validations.push_back(std::move(validation));
  }
  return validations;
}

// The parts of metadata mean nothing here, except the name.
std::string read_name(const Node& document, Fields& fields) {
  return fields.required_text(document["metadata"], "name");
}

class Application {
 public:
  Application(const AdmissionPolicy& policy, RequestState& state)
      : policy_(policy), state_(state) {}

  void run(bool bind_all) {
    std::string problem;
    if (!policy_.match.matches(state_.request(), state_.selected_namespace(), problem)) {
      if (!problem.empty()) configuration_error(nullptr, problem);
      return;
    }
    if (policy_.bindings.empty() && bind_all) {
      AdmissionBinding everything;
      everything.where = policy_.where;
      everything.actions = {AdmissionAction::kDeny};
      bind(everything);
    }
    for (const AdmissionBinding& binding : policy_.bindings) bind(binding);
    for (const auto& [key, values] : annotations_) {
      std::string all;
      for (const std::string& value : values) all += (all.empty() ? "" : ", ") + value;
      state_.verdict.audit.emplace_back(policy_.name + "/" + key, std::move(all));
    }
  }

 private:
  void configuration_error(const AdmissionBinding* binding, std::string_view problem) {
    if (policy_.compiled.ignore_failures) return;
    AdmissionMessage finding;
    finding.policy = policy_.name;
    if (binding != nullptr) finding.binding = binding->name;
    finding.message = fmt::format("failed to configure {}: {}",
                                  binding == nullptr ? "policy" : "binding", problem);
    finding.reason = "Invalid";
    finding.where = binding == nullptr ? policy_.where : binding->where;
    finding.is_error = true;
    state_.find(std::move(finding));
  }

  void bind(const AdmissionBinding& binding) {
    std::string problem;
    if (binding.match &&
        !binding.match->matches(state_.request(), state_.selected_namespace(), problem)) {
      if (!problem.empty()) configuration_error(&binding, problem);
      return;
    }
    std::vector<const Node*> parameters = {nullptr};
    if (policy_.parameter_kind) {
      parameters = find_parameters(*policy_.parameter_kind, binding.parameters, state_, problem);
      if (!problem.empty()) return configuration_error(&binding, problem);
    }
    for (const Node* parameter : parameters) judge(binding, parameter);
  }

  void judge(const AdmissionBinding& binding, const Node* parameter) {
    PolicyInput input = state_.input();
    if (parameter != nullptr) input.params = cel::Value::of(*parameter);
    const PolicyAnswer answer =
        policy_.compiled.evaluate(input, state_.evaluation(), state_.options().every_message);
    for (size_t i = 0; i < answer.decisions.size(); ++i) {
      const PolicyDecision& decision = answer.decisions[i];
      if (decision.denies) denied(binding, decision, i);
    }
    for (const PolicyAnnotation& annotation : answer.annotations) annotate(binding, annotation);
    if (state_.options().outcomes) note(binding, parameter, answer);
  }

  void denied(const AdmissionBinding& binding, const PolicyDecision& decision, size_t index) {
    for (const AdmissionAction action : binding.actions) {
      AdmissionMessage finding = message_of(decision, policy_.where);
      finding.policy = policy_.name;
      finding.binding = binding.name;
      finding.rule = fmt::format("validations[{}]", index);
      finding.action = action;
      state_.find(std::move(finding));
    }
  }

  // An annotation that fails denies, whatever the binding's actions are.
  void annotate(const AdmissionBinding& binding, const PolicyAnnotation& annotation) {
    if (annotation.action == PolicyAnnotation::Action::kExclude) return;
    if (annotation.action == PolicyAnnotation::Action::kError) {
      AdmissionMessage finding;
      finding.policy = policy_.name;
      finding.binding = binding.name;
      finding.rule = fmt::format("auditAnnotations[{}]", annotation.key);
      finding.message = annotation.text;
      finding.reason = "Invalid";
      finding.where = policy_.where;
      finding.is_error = true;
      return state_.find(std::move(finding));
    }
    const std::string value = annotation.text.substr(0, kMostAnnotationBytes);
    for (auto& [key, values] : annotations_) {
      if (key != annotation.key) continue;
      if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
      return;
    }
    annotations_.push_back({std::string(annotation.key), {value}});
  }

  void note(const AdmissionBinding& binding, const Node* parameter, const PolicyAnswer& answer) {
    AdmissionOutcome outcome = outcome_of(answer);
    outcome.policy = policy_.name;
    outcome.binding = binding.name;
    if (parameter != nullptr) {
      const Node& metadata = (*parameter)["metadata"];
      outcome.parameter =
          fmt::format("{}/{}", metadata["namespace"].string(), metadata["name"].string());
    }
    state_.verdict.outcomes.push_back(std::move(outcome));
  }

  const AdmissionPolicy& policy_;
  RequestState& state_;
  std::vector<std::pair<std::string, std::vector<std::string>>> annotations_;
};

// The API server never asks about these.
bool is_exempt(const AdmissionRequest& request) {
  const std::string_view group = request.group, resource = request.resource;
  if (group == "admissionregistration.k8s.io") {
    return resource.find("admissionpolic") != resource.npos;
  }
  if (group == "authentication.k8s.io") {
    return resource == "tokenreviews" || resource == "selfsubjectreviews";
  }
  return group == "authorization.k8s.io" && resource.ends_with("reviews");
}

}  // namespace

void read_conditions(const Node& spec, std::string_view key, Fields& fields,
                     CompiledPolicy& policy) {
  policy.conditions = read_named(spec, key, "name", "expression", fields);
}

void read_expressions(const Node& spec, Fields& fields, CompiledPolicy& policy) {
  policy.ignore_failures = fields.word(spec, "failurePolicy", {"Fail", "Ignore"}) == "Ignore";
  read_conditions(spec, "matchConditions", fields, policy);
  policy.variables = read_named(spec, "variables", "name", "expression", fields);
  policy.annotations = read_named(spec, "auditAnnotations", "key", "valueExpression", fields);
  policy.validations = read_validations(spec, "validations", fields);
}

void read_cel(const Node& rule, const Node& cel, Fields& fields, CompiledPolicy& policy) {
  read_conditions(rule, "celPreconditions", fields, policy);
  policy.variables = read_named(cel, "variables", "name", "expression", fields);
  policy.annotations = read_named(cel, "auditAnnotations", "key", "valueExpression", fields);
  policy.validations = read_validations(cel, "expressions", fields);
}

std::optional<ParameterKind> read_parameter_kind(const Node& node, Fields& fields) {
  if (!node.exists() || node.is_null()) return std::nullopt;
  fields.only(node, "paramKind", {"apiVersion", "kind"});
  return ParameterKind{fields.required_text(node, "apiVersion"),
                       fields.required_text(node, "kind")};
}

std::optional<ParameterReference> read_parameter_reference(const Node& node, Fields& fields) {
  if (!node.exists() || node.is_null()) return std::nullopt;
  fields.only(node, "paramRef", {"name", "namespace", "selector", "parameterNotFoundAction"});
  ParameterReference reference;
  reference.name = fields.text(node, "name");
  reference.name_space = fields.text(node, "namespace");
  if (node["selector"].is_object()) {
    reference.selector = LabelSelector::read(node["selector"], "selector", fields);
  }
  reference.deny_without =
      fields.word(node, "parameterNotFoundAction", {"Allow", "Deny"}) == "Deny";
  return reference;
}

Result<AdmissionPolicy> read_admission_policy(const Node& document, Fields& fields) {
  AdmissionPolicy policy;
  fields.only(document, "ValidatingAdmissionPolicy",
              {"apiVersion", "kind", "metadata", "spec", "status"});
  const Node& spec = document["spec"];
  fields.only(spec, "spec",
              {"paramKind", "matchConstraints", "validations", "failurePolicy", "auditAnnotations",
               "matchConditions", "variables"});
  policy.name = read_name(document, fields);
  policy.where = fields.place(document);
  policy.match = ResourceMatch::read(spec["matchConstraints"], "matchConstraints", fields);
  policy.parameter_kind = read_parameter_kind(spec["paramKind"], fields);
  read_expressions(spec, fields, policy.compiled);
  policy.compiled.scope.params = policy.parameter_kind.has_value();
  SEAWALL_CHECK(fields.status());
  return policy;
}

Result<AdmissionBinding> read_admission_binding(const Node& document, Fields& fields) {
  AdmissionBinding binding;
  fields.only(document, "ValidatingAdmissionPolicyBinding",
              {"apiVersion", "kind", "metadata", "spec", "status"});
  const Node& spec = document["spec"];
  fields.only(spec, "spec", {"policyName", "paramRef", "matchResources", "validationActions"});
  binding.name = read_name(document, fields);
  binding.where = fields.place(document);
  binding.policy = fields.required_text(spec, "policyName");
  if (spec["matchResources"].is_object()) {
    binding.match = ResourceMatch::read(spec["matchResources"], "matchResources", fields);
  }
  binding.parameters = read_parameter_reference(spec["paramRef"], fields);
  for (const Node& item : fields.list(spec, "validationActions")) {
    if (item.string() == "Deny") {
      binding.actions.push_back(AdmissionAction::kDeny);
    } else if (item.string() == "Warn") {
      binding.actions.push_back(AdmissionAction::kWarn);
    } else if (item.string() == "Audit") {
      binding.actions.push_back(AdmissionAction::kAudit);
    } else {
      fields.fail(item, "validationActions are Deny, Warn or Audit");
    }
  }
  if (binding.actions.empty()) fields.fail(spec, "validationActions is missing");
  SEAWALL_CHECK(fields.status());
  return binding;
}

std::vector<const Node*> find_parameters(const ParameterKind& kind,
                                         const std::optional<ParameterReference>& reference,
                                         const RequestState& state, std::string& problem) {
  std::vector<const Node*> candidates;
  for (const Node* object : state.context().parameters) {
    if ((*object)["apiVersion"].string() == kind.api_version &&
        (*object)["kind"].string() == kind.kind) {
      candidates.push_back(object);
    }
  }
  // Whether the kind lives in namespaces, the objects say; else what is known about kinds.
  const auto namespace_of = [](const Node& object) {
    return object["metadata"]["namespace"].string();
  };
  bool namespaced = !is_cluster_kind(kind.kind);
  if (namespaced && !candidates.empty()) namespaced = !namespace_of(*candidates[0]).empty();
  std::string_view name_space = state.request().name_space;
  if (reference && namespaced) {
    if (!reference->name_space.empty()) {
      name_space = reference->name_space;
    } else if (name_space.empty()) {
      problem =
          "cannot use namespaced paramRef in policy binding that matches cluster-scoped "
          "resources";
      return {};
    }
  }
  if (!reference) return {nullptr};
  if (!reference->name_space.empty() && !namespaced) {
    problem = "paramRef.namespace must not be provided for a cluster-scoped `paramKind`";
    return {};
  }
  if (!reference->name.empty() && reference->selector) {
    problem = "paramRef.name and paramRef.selector are mutually exclusive";
    return {};
  }
  if (reference->name.empty() && !reference->selector) {
    problem = "one of name or selector must be provided";
    return {};
  }
  if (reference->selector && !reference->selector->problem().empty()) {
    problem = reference->selector->problem();
    return {};
  }
  std::vector<const Node*> found;
  for (const Node* object : candidates) {
    if (namespaced && namespace_of(*object) != name_space) continue;
    const Node& metadata = (*object)["metadata"];
    if (reference->selector ? reference->selector->matches(metadata["labels"])
                            : metadata["name"].string() == reference->name) {
      found.push_back(object);
    }
  }
  if (found.empty() && reference->deny_without) {
    problem = "no params found for policy binding with `Deny` parameterNotFoundAction";
  }
  return found;
}

void apply(const AdmissionPolicy& policy, bool bind_all, RequestState& state) {
  if (!is_exempt(state.request())) Application(policy, state).run(bind_all);
}

}  // namespace seawall::policy
