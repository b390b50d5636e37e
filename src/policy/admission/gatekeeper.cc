#include "policy/admission/gatekeeper.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"
#include "policy/admission/validating_admission_policy.h"

namespace seawall::policy {
namespace {

constexpr std::string_view kTarget = "admission.k8s.gatekeeper.sh";
constexpr std::string_view kEngine = "K8sNativeValidation";
constexpr std::string_view kReserved = "gatekeeper_internal_";

// The variables that Gatekeeper puts before those of a template.
constexpr const char* kAnyObject =
    R"(has(request.operation) && request.operation == "DELETE" && object == null ? oldObject : object)";
constexpr const char* kParameters =
    "!has(params.spec) ? null : !has(params.spec.parameters) ? null : params.spec.parameters";

bool is_about(const GatekeeperTemplate& its_template, std::string_view operation) {
  const auto& known = its_template.operations;
  return known.empty() || std::any_of(known.begin(), known.end(), [&](const std::string& it) {
           return it == "*" || it == operation;
         });
}

void check_version(const Node& document, std::initializer_list<std::string_view> known,
                   Fields& fields) {
  const std::string_view version = split_api_version(document["apiVersion"].string()).second;
  if (std::find(known.begin(), known.end(), version) != known.end()) return;
  fields.fail(document["apiVersion"],
              fmt::format("the version {} is not known", printable(version)));
}

AdmissionAction action_of(std::string_view word) {
  return word == "deny"   ? AdmissionAction::kDeny
         : word == "warn" ? AdmissionAction::kWarn
                          : AdmissionAction::kAudit;
}

void read_actions(const Node& spec, Fields& fields, GatekeeperConstraint& constraint) {
  const std::string_view word =
      fields.word(spec, "enforcementAction", {"deny", "dryrun", "warn", "scoped"});
  if (word != "scoped") {
    constraint.actions.emplace_back("*", action_of(word));
    return;
  }
  for (const Node& item : fields.list(spec, "scopedEnforcementActions")) {
    fields.only(item, "scopedEnforcementActions", {"action", "enforcementPoints"});
    fields.required_text(item, "action");
    const AdmissionAction action =
        action_of(fields.word(item, "action", {"deny", "dryrun", "warn"}));
    for (const Node& point : fields.list(item, "enforcementPoints")) {
      fields.only(point, "enforcementPoints", {"name"});
      fields.required_text(point, "name");
      constraint.actions.emplace_back(
          fields.word(point, "name",
                      {"*", "validation.gatekeeper.sh", "audit.gatekeeper.sh",
                       "gator.gatekeeper.sh", "vap.k8s.io"}),
          action);
    }
  }
  if (constraint.actions.empty()) {
    fields.fail(spec, "enforcementAction scoped needs scopedEnforcementActions with their points");
  }
}

const Node* find_engine(const Node& target, Fields& fields) {
  const Node* found = nullptr;
  for (const Node& code : fields.list(target, "code", 16)) {
    fields.only(code, "code", {"engine", "source"});
    if (fields.required_text(code, "engine") == kEngine && found == nullptr) {
      found = &code["source"];
    }
  }
  return found;
}

void read_source(const Node& source, Fields& fields, CompiledPolicy& compiled) {
  fields.only(source, kEngine,
              {"validations", "failurePolicy", "matchCondition", "variables", "generateVAP"});
  if (!source.is_object()) fields.fail(source, "source is a mapping");
  read_expressions(source, fields, compiled);
  // In the singular, as Gatekeeper reads it.
  read_conditions(source, "matchCondition", fields, compiled);
  fields.boolean(source, "generateVAP", true);
  for (const auto* named : {&compiled.variables, &compiled.conditions}) {
    for (const Expression& expression : *named) {
      if (expression.name.starts_with(kReserved)) {
        fields.fail(source, fmt::format("names do not begin with {}", kReserved));
      }
    }
  }
  const std::string where = fields.place(source);
  const Expression own[] = {{kAnyObject, "anyObject", where, {}, {}},
                            {kParameters, "params", where, {}, {}}};
  compiled.variables.insert(compiled.variables.begin(), std::begin(own), std::end(own));
  compiled.variables_with_params = std::size(own);
  compiled.scope.authorizer = false;
}

std::string why_not_judged(const GatekeeperConstraint& constraint) {
  if (constraint.its_template == nullptr) {
    return fmt::format("there is no ConstraintTemplate of {}", printable(constraint.kind));
  }
  return constraint.its_template->not_supported;
}

}  // namespace

Result<GatekeeperTemplate> read_gatekeeper_template(const Node& document, Fields& fields) {
  GatekeeperTemplate made;
  check_version(document, {"v1", "v1beta1", "v1alpha1"}, fields);
  fields.only(document, "ConstraintTemplate", {"apiVersion", "kind", "metadata", "spec", "status"});
  const Node& spec = document["spec"];
  fields.only(spec, "spec", {"crd", "targets"});
  const Node& crd = spec["crd"]["spec"];
  made.kind = fields.required_text(crd["names"], "kind");
  made.where = fields.place(document);
  const std::string name = fields.required_text(document["metadata"], "name");
  if (fields.ok() && name != to_lower(made.kind)) {
    fields.fail(document["metadata"]["name"],
                fmt::format("the template of {} is named {}", printable(made.kind),
                            printable(to_lower(made.kind))));
  }
  const Node& validation = crd["validation"];
  const bool legacy = fields.boolean(validation, "legacySchema", false);
  made.schema = ParameterSchema(validation["openAPIV3Schema"], legacy);
  const auto targets = fields.list(spec, "targets", 16);
  if (targets.size() != 1) fields.fail(spec, "a template has one target");
  SEAWALL_CHECK(fields.status());
  const Node& target = targets[0];
  fields.only(target, "targets", {"target", "rego", "libs", "code", "operations"});
  made.operations = fields.texts(target, "operations");
  if (fields.text(target, "target") != kTarget) {
    made.not_supported = "not supported: its target is not " + std::string(kTarget);
  }
  const Node* source = find_engine(target, fields);
  if (source != nullptr) {
    read_source(*source, fields, made.compiled);
  } else if (made.not_supported.empty()) {
    made.not_supported = "not supported: the template has no code in CEL, only in Rego";
  }
  SEAWALL_CHECK(fields.status());
  return made;
}

Result<GatekeeperConstraint> read_gatekeeper_constraint(const Node& document, Fields& fields) {
  GatekeeperConstraint constraint;
  check_version(document, {"v1beta1", "v1alpha1"}, fields);
  fields.only(document, "constraint", {"apiVersion", "kind", "metadata", "spec", "status"});
  const Node& spec = document["spec"];
  fields.only(spec, "spec",
              {"enforcementAction", "scopedEnforcementActions", "match", "parameters"});
  constraint.kind = fields.required_text(document, "kind");
  constraint.name = fields.required_text(document["metadata"], "name");
  constraint.where = fields.place(document);
  constraint.match = GatekeeperMatch::read(spec["match"], fields);
  constraint.parameters = &spec["parameters"];
  read_actions(spec, fields, constraint);
  SEAWALL_CHECK(fields.status());
  return constraint;
}

Status bind(GatekeeperConstraint& constraint, const GatekeeperTemplate& its_template) {
  Arena& arena = constraint.arena;
  auto parameters = its_template.schema.with_defaults(*constraint.parameters, arena);
  if (!parameters.ok()) return std::move(parameters.error()).at(constraint.where);
  if (auto checked = its_template.schema.check(*parameters); !checked.ok()) {
    return std::move(checked.error()).at(constraint.where);
  }
  const auto object = [&](std::string_view key, const Node& value) {
    const Member member{key, value};
    return Node::object(arena.copy(std::span<const Member>(&member, value.exists() ? 1 : 0)), 1, 1);
  };
  constraint.bound = object("spec", object("parameters", *parameters));
  constraint.its_template = &its_template;
  return {};
}

void apply(const GatekeeperConstraint& constraint, RequestState& state) {
  std::vector<AdmissionAction> actions;
  for (const auto& [point, action] : constraint.actions) {
    if (point == "*" || point == state.options().enforcement_point) actions.push_back(action);
  }
  if (actions.empty()) return;
  const auto note = [&](AdmissionOutcome outcome) {
    if (!state.options().outcomes) return;
    outcome.policy = constraint.kind;
    outcome.binding = constraint.name;
    state.verdict.outcomes.push_back(std::move(outcome));
  };
  std::string problem;
  const bool matches = constraint.match.matches(state, problem);
  if (matches) problem = why_not_judged(constraint);
  if (!problem.empty()) {
    state.verdict.problems.push_back(
        fmt::format("{}: {}/{}: {}", constraint.where, constraint.kind, constraint.name, problem));
    AdmissionOutcome outcome;
    outcome.result = AdmissionOutcome::Result::kNotJudged;
    outcome.message = std::move(problem);
    return note(std::move(outcome));
  }
  if (!matches) return;
  const GatekeeperTemplate& its_template = *constraint.its_template;
  if (!is_about(its_template, state.request().operation)) return;
  PolicyInput input = state.input();
  input.params = cel::Value::of(constraint.bound);
  const PolicyAnswer answer =
      its_template.compiled.evaluate(input, state.evaluation(), state.options().every_message);
  for (size_t i = 0; i < answer.decisions.size(); ++i) {
    if (!answer.decisions[i].denies) continue;
    for (const AdmissionAction action : actions) {
      AdmissionMessage message = message_of(answer.decisions[i], its_template.where);
      message.policy = constraint.kind;
      message.binding = constraint.name;
      message.rule = fmt::format("validations[{}]", i);
      message.action = action;
      state.find(std::move(message));
    }
  }
  note(outcome_of(answer));
}

}  // namespace seawall::policy
