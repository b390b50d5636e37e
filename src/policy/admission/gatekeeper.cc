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

bool has(const std::vector<std::string>& items, std::string_view wanted) {
  return std::any_of(items.begin(), items.end(),
                     [&](const std::string& item) { return item == "*" || item == wanted; });
}

// '*' at either end stands for any text; elsewhere Gatekeeper does not take it.
bool fits_glob(std::string_view glob, std::string_view text) {
  const bool open_start = glob.starts_with('*'), open_end = glob.ends_with('*');
  if (open_start) glob.remove_prefix(1);
  if (open_end && !glob.empty()) glob.remove_suffix(1);
  if (open_start && open_end) return text.find(glob) != text.npos;
  if (open_start) return text.ends_with(glob);
  return open_end ? text.starts_with(glob) : text == glob;
}

bool any_glob(const std::vector<std::string>& globs, std::string_view text) {
  return std::any_of(globs.begin(), globs.end(),
                     [&](const std::string& glob) { return fits_glob(glob, text); });
}

void check_glob(std::string_view glob, const Node& node, Fields& fields) {
  std::string_view middle = glob;
  if (middle.starts_with('*')) middle.remove_prefix(1);
  if (middle.ends_with('*')) middle.remove_suffix(1);
  const bool fits = std::all_of(middle.begin(), middle.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == ':';
  });
  if (!fits) {
    fields.fail(node, fmt::format("{} is no name: lower-case letters, digits, '-', with '*' at an "
                                  "end",
                                  printable(glob)));
  }
}

std::vector<std::string> read_globs(const Node& node, std::string_view key, Fields& fields) {
  std::vector<std::string> globs = fields.texts(node, key);
  for (const std::string& glob : globs) check_glob(glob, node[key], fields);
  return globs;
}

std::optional<LabelSelector> read_selector(const Node& node, std::string_view key, Fields& fields) {
  if (!node[key].is_object()) return std::nullopt;
  LabelSelector selector = LabelSelector::read(node[key], key, fields);
  if (!selector.problem().empty()) fields.fail(node[key], selector.problem());
  return selector;
}

GatekeeperMatch read_match(const Node& node, Fields& fields) {
  GatekeeperMatch match;
  fields.only(node, "match",
              {"source", "kinds", "scope", "namespaces", "excludedNamespaces", "labelSelector",
               "namespaceSelector", "name"});
  match.generated_only =
      fields.word(node, "source", {"All", "Original", "Generated"}) == "Generated";
  match.scope = fields.word(node, "scope", {"*", "Cluster", "Namespaced"});
  for (const Node& item : fields.list(node, "kinds")) {
    fields.only(item, "kinds", {"apiGroups", "kinds"});
    match.kinds.push_back({fields.texts(item, "apiGroups"), fields.texts(item, "kinds")});
  }
  match.namespaces = read_globs(node, "namespaces", fields);
  match.excluded_namespaces = read_globs(node, "excludedNamespaces", fields);
  match.labels = read_selector(node, "labelSelector", fields);
  match.namespace_labels = read_selector(node, "namespaceSelector", fields);
  match.name = fields.text(node, "name");
  check_glob(match.name, node["name"], fields);
  return match;
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
    const AdmissionAction action =
        action_of(fields.word(item, "action", {"deny", "dryrun", "warn"}));
    for (const Node& point : fields.list(item, "enforcementPoints")) {
      fields.only(point, "enforcementPoints", {"name"});
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

bool fits_kinds(const GatekeeperMatch& match, std::string_view group, std::string_view kind) {
  const auto fits = [&](const GatekeeperMatch::Kinds& it) {
    return (it.kinds.empty() || has(it.kinds, kind)) &&
           (it.groups.empty() || has(it.groups, group));
  };
  return match.kinds.empty() || std::any_of(match.kinds.begin(), match.kinds.end(), fits);
}

bool fits_name(std::string_view glob, const Node& metadata) {
  if (glob.empty() || fits_glob(glob, metadata["name"].string())) return true;
  const std::string_view prefix = metadata["generateName"].string();
  return glob.ends_with('*') && !prefix.empty() && fits_glob(glob, prefix);
}

// spec.match about one of the request's objects. `unknown`: it hangs on labels of a Namespace that
// nobody gave.
bool fits_object(const GatekeeperMatch& match, const RequestState& state, const Node& object,
                 bool& unknown) {
  const auto [group, version] = split_api_version(object["apiVersion"].string());
  const std::string_view kind = object["kind"].string();
  if (!fits_kinds(match, group, kind)) return false;
  const bool is_namespace = kind == "Namespace" && group.empty();
  const Node& metadata = object["metadata"];
  const std::string_view name_space =
      is_namespace ? metadata["name"].string() : std::string_view(state.request().name_space);
  const bool namespaced = !is_namespace && !name_space.empty();
  if (match.scope == (namespaced ? "Cluster" : "Namespaced")) return false;
  if (!name_space.empty()) {
    if (!match.namespaces.empty() && !any_glob(match.namespaces, name_space)) return false;
    if (any_glob(match.excluded_namespaces, name_space)) return false;
  }
  if (match.labels && !match.labels->matches(metadata["labels"])) return false;
  if (!fits_name(match.name, metadata)) return false;
  if (!match.namespace_labels || (!is_namespace && !namespaced)) return true;
  if (is_namespace) return match.namespace_labels->matches(metadata["labels"]);
  unknown = !state.namespace_is_known() &&
            !match.namespace_labels->asks_only("kubernetes.io/metadata.name");
  return match.namespace_labels->matches((*state.selected_namespace())["metadata"]["labels"]);
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

bool GatekeeperMatch::matches(const RequestState& state, std::string& problem) const {
  if (generated_only) return false;
  const AdmissionRequest& request = state.request();
  for (const Node* object : {request.object, request.old_object}) {
    if (object == nullptr || !object->is_object()) continue;
    bool unknown = false;
    const bool fits = fits_object(*this, state, *object, unknown);
    if (unknown) {
      problem = fmt::format(
          "namespaceSelector asks for labels of the Namespace {}, which is not "
          "among what was given",
          printable(request.name_space));
      return false;
    }
    if (fits) return true;
  }
  return false;
}

Result<GatekeeperTemplate> read_gatekeeper_template(const Node& document, Fields& fields) {
  GatekeeperTemplate made;
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
  fields.only(document, "constraint", {"apiVersion", "kind", "metadata", "spec", "status"});
  const Node& spec = document["spec"];
  fields.only(spec, "spec",
              {"enforcementAction", "scopedEnforcementActions", "match", "parameters"});
  constraint.kind = fields.required_text(document, "kind");
  constraint.name = fields.required_text(document["metadata"], "name");
  constraint.where = fields.place(document);
  constraint.match = read_match(spec["match"], fields);
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
  if (!its_template.operations.empty() &&
      !has(its_template.operations, state.request().operation)) {
    return;
  }
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
