#include "policy/admission/kyverno_policy.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"
#include "policy/match.h"

namespace seawall::policy {
namespace {

const char* const kControllers[] = {
    "DaemonSet",   "Deployment", "Job", "ReplicaSet", "ReplicationController",
    "StatefulSet", "CronJob"};

bool any_fits(const std::vector<std::string>& patterns, std::string_view text) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& it) { return fits_wildcards(it, text); });
}

// "Pod", "v1/Pod", "apps/v1/Deployment", "Pod/exec".
bool fits_kind(std::string_view pattern, const AdmissionRequest& request) {
  const std::vector<std::string_view> parts = split(pattern, '/');
  const auto is_version = [](std::string_view part) {
    return part == "*" || (part.size() > 1 && part[0] == 'v' && part[1] >= '0' && part[1] <= '9');
  };
  size_t at = 0;
  if (parts.size() >= 3 && is_version(parts[1])) {
    if (!fits_wildcards(parts[0], request.group) || !fits_wildcards(parts[1], request.version)) {
      return false;
    }
    at = 2;
  } else if (parts.size() >= 2 && is_version(parts[0])) {
    if (!fits_wildcards(parts[0], request.version)) return false;
    at = 1;
  }
  const std::string_view subresource = at + 1 < parts.size() ? parts[at + 1] : std::string_view();
  return fits_wildcards(parts[at], request.kind) &&
         fits_wildcards(subresource, request.subresource);
}

bool is_subject(const KyvernoFilter::Subject& subject, const AdmissionRequest& request) {
  if (request.user_info == nullptr) return false;
  const Node& user = *request.user_info;
  if (subject.kind == "Group") {
    const auto groups = user["groups"].items();
    return std::any_of(groups.begin(), groups.end(),
                       [&](const Node& it) { return fits_wildcards(subject.name, it.string()); });
  }
  const std::string name =
      subject.kind == "ServiceAccount"
          ? fmt::format("system:serviceaccount:{}:{}", subject.name_space, subject.name)
          : subject.name;
  return fits_wildcards(name, user["username"].string());
}

bool fits(const KyvernoFilter& filter, const AdmissionRequest& request, const Node* name_space,
          std::string_view kind, bool excluding) {
  if (excluding && filter.needs_roles) return false;
  if (!filter.subjects.empty() &&
      std::none_of(filter.subjects.begin(), filter.subjects.end(),
                   [&](const auto& it) { return is_subject(it, request); })) {
    return false;
  }
  if (!filter.kinds.empty()) {
    AdmissionRequest as_kind = request;
    if (!kind.empty()) {
      as_kind.kind = kind;
      as_kind.group.clear();
      as_kind.version = "v1";
    }
    const bool any = std::any_of(filter.kinds.begin(), filter.kinds.end(),
                                 [&](const std::string& it) { return fits_kind(it, as_kind); });
    if (!any) return false;
  }
  if (!filter.names.empty() && !any_fits(filter.names, request.name)) return false;
  if (!filter.namespaces.empty() && !any_fits(filter.namespaces, request.name_space)) return false;
  if (!filter.operations.empty() && !any_fits(filter.operations, request.operation)) return false;
  if (filter.selector && !filter.selector->matches(request.some_object()["metadata"]["labels"])) {
    return false;
  }
  static const Node kNone;
  return !filter.namespace_selector ||
         filter.namespace_selector->matches(
             name_space == nullptr ? kNone : (*name_space)["metadata"]["labels"]);
}

bool fits(const KyvernoFilters& filters, const AdmissionRequest& request, const Node* name_space,
          std::string_view kind, bool excluding) {
  const auto one = [&](const KyvernoFilter& it) {
    return fits(it, request, name_space, kind, excluding);
  };
  if (!filters.any.empty()) return std::any_of(filters.any.begin(), filters.any.end(), one);
  return !filters.all.empty() && std::all_of(filters.all.begin(), filters.all.end(), one);
}

KyvernoFilter read_filter(const Node& node, Fields& fields, std::string& not_supported) {
  KyvernoFilter filter;
  fields.only(node, "match", {"resources", "subjects", "roles", "clusterRoles"});
  filter.needs_roles = node["roles"].exists() || node["clusterRoles"].exists();
  if (filter.needs_roles) not_supported = "not supported: roles of a user need a cluster";
  for (const Node& item : fields.list(node, "subjects")) {
    fields.only(item, "subjects", {"kind", "name", "namespace", "apiGroup"});
    filter.subjects.push_back(
        {std::string(fields.word(item, "kind", {"User", "Group", "ServiceAccount"})),
         fields.required_text(item, "name"), fields.text(item, "namespace")});
  }
  const Node& resources = node["resources"];
  fields.only(
      resources, "resources",
      {"kinds", "name", "names", "namespaces", "operations", "selector", "namespaceSelector"});
  filter.kinds = fields.texts(resources, "kinds");
  filter.names = fields.texts(resources, "names");
  if (std::string name = fields.text(resources, "name"); !name.empty()) {
    filter.names.push_back(std::move(name));
  }
  filter.namespaces = fields.texts(resources, "namespaces");
  filter.operations = fields.texts(resources, "operations");
  const auto selector = [&](const char* key) -> std::optional<LabelSelector> {
    if (!resources[key].is_object()) return std::nullopt;
    LabelSelector read = LabelSelector::read(resources[key], key, fields);
    if (!read.problem().empty()) fields.fail(resources[key], read.problem());
    return read;
  };
  filter.selector = selector("selector");
  filter.namespace_selector = selector("namespaceSelector");
  return filter;
}

std::optional<KyvernoFilters> read_filters(const Node& node, Fields& fields,
                                           std::string& not_supported) {
  if (!node.exists() || node.is_null()) return std::nullopt;
  fields.only(node, "match", {"any", "all", "resources", "subjects", "roles", "clusterRoles"});
  KyvernoFilters filters;
  for (const Node& item : fields.list(node, "any")) {
    filters.any.push_back(read_filter(item, fields, not_supported));
  }
  for (const Node& item : fields.list(node, "all")) {
    filters.all.push_back(read_filter(item, fields, not_supported));
  }
  if (filters.any.empty() && filters.all.empty()) {
    filters.all.push_back(read_filter(node, fields, not_supported));
  }
  return filters;
}

// The text with object.spec and object.metadata read from a pod template.
std::string for_template(std::string text, std::string_view spec) {
  for (const std::string_view object : {"object", "oldObject"}) {
    for (const std::string_view part : {"spec", "metadata"}) {
      const std::string from = fmt::format("{}.{}", object, part);
      const std::string to = fmt::format("{}.{}.template.{}", object, spec, part);
      std::string rewritten;
      size_t done = 0;
      for (size_t at = text.find(from); at != text.npos; at = text.find(from, at + 1)) {
        const auto is_word = [](char c) {
          return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 c == '_';
        };
        const std::string_view rest = std::string_view(text).substr(at + from.size());
        const bool whole = (at == 0 || (!is_word(text[at - 1]) && text[at - 1] != '.')) &&
                           (rest.empty() || !is_word(rest[0]));
        if (!whole || at < done || (part == "metadata" && rest.starts_with(".namespace"))) continue;
        rewritten.append(text, done, at - done).append(to);
        done = at + from.size();
      }
      text = rewritten + text.substr(done);
      // What was just made of "spec" has a "metadata" only where the text said so itself.
    }
  }
  return text;
}

CompiledPolicy for_template(const CompiledPolicy& policy, std::string_view spec) {
  CompiledPolicy made = policy;
  const auto rewrite = [&](Expression& it) { it.text = for_template(std::move(it.text), spec); };
  for (Expression& it : made.variables) rewrite(it);
  for (Expression& it : made.conditions) rewrite(it);
  for (Validation& it : made.validations) {
    rewrite(it.expression);
    rewrite(it.message_expression);
  }
  return made;
}

void make_templates(KyvernoRule& rule) {
  if (rule.controllers.empty()) return;
  rule.for_controllers = for_template(rule.compiled, "spec");
  rule.for_cron_jobs = for_template(rule.compiled, "spec.jobTemplate.spec");
}

std::vector<std::string> controllers_of(const Node& annotation) {
  if (!annotation.is_string()) return {std::begin(kControllers), std::end(kControllers)};
  std::vector<std::string> kinds;
  if (annotation.string() == "none") return kinds;
  for (const std::string_view kind : split(annotation.string(), ','))
    kinds.emplace_back(trim(kind));
  return kinds;
}

Result<std::vector<KyvernoRule>> read_validating_policy(const Node& document, Fields& fields) {
  const Node& spec = document["spec"];
  fields.only(
      spec, "spec",
      {"validationActions", "evaluation", "matchConstraints", "matchConditions", "variables",
       "validations", "auditAnnotations", "autogen", "failurePolicy", "webhookConfiguration"});
  KyvernoRule rule;
  rule.policy = fields.required_text(document["metadata"], "name");
  rule.where = fields.place(document);
  rule.match = ResourceMatch::read(spec["matchConstraints"], "matchConstraints", fields);
  read_expressions(spec, fields, rule.compiled);
  for (const std::string& word : fields.texts(spec, "validationActions")) {
    if (word != "Deny" && word != "Warn" && word != "Audit") {
      fields.fail(spec["validationActions"], "validationActions are Deny, Warn or Audit");
    }
    rule.actions.push_back(word == "Deny"   ? AdmissionAction::kDeny
                           : word == "Warn" ? AdmissionAction::kWarn
                                            : AdmissionAction::kAudit);
  }
  if (rule.actions.empty()) rule.actions = {AdmissionAction::kDeny};
  const Node& evaluation = spec["evaluation"];
  fields.only(evaluation, "evaluation", {"mode", "admission", "background"});
  if (fields.word(evaluation, "mode", {"Kubernetes", "JSON", "Envoy", "HTTP"}) != "Kubernetes") {
    rule.not_supported = "not supported: the policy is not about Kubernetes objects";
  }
  const Node& autogen = spec["autogen"];
  fields.only(autogen, "autogen", {"podControllers", "validatingAdmissionPolicy"});
  // Only where pods alone are matched.
  const std::vector<ResourceRule>& rules = rule.match->rules();
  const bool pods = !rules.empty() && std::all_of(rules.begin(), rules.end(), [](const auto& it) {
    return it.resources == std::vector<std::string>{"pods"};
  });
  if (pods) {
    rule.controllers = autogen["podControllers"]["controllers"].is_array()
                           ? fields.texts(autogen["podControllers"], "controllers")
                           : std::vector<std::string>{"deployments", "statefulsets", "daemonsets",
                                                      "replicasets", "jobs",         "cronjobs"};
    make_templates(rule);
  }
  SEAWALL_CHECK(fields.status());
  return std::vector<KyvernoRule>{std::move(rule)};
}

Result<std::vector<KyvernoRule>> read_cluster_policy(const Node& document, Fields& fields) {
  std::vector<KyvernoRule> rules;
  const Node& spec = document["spec"];
  const std::string action = fields.text(spec, "validationFailureAction");
  for (const Node& item : fields.list(spec, "rules")) {
    const Node& cel = item["validate"]["cel"];
    if (!cel.is_object()) continue;
    fields.only(item, "rule", {"name", "match", "exclude", "celPreconditions", "validate"});
    fields.only(item["validate"], "validate", {"cel", "message", "failureAction"});
    fields.only(cel, "cel",
                {"expressions", "variables", "paramKind", "paramRef", "auditAnnotations"});
    KyvernoRule rule;
    rule.policy = fields.required_text(document["metadata"], "name");
    rule.rule = fields.required_text(item, "name");
    rule.where = fields.place(item);
    std::string effect = fields.text(item["validate"], "failureAction");
    if (effect.empty()) effect = action;
    rule.actions = {to_lower(effect) == "enforce" ? AdmissionAction::kDeny
                                                  : AdmissionAction::kAudit};
    rule.matched = read_filters(item["match"], fields, rule.not_supported);
    if (!rule.matched) fields.fail(item, "match is missing");
    std::string excluded_by_roles;
    rule.excluded = read_filters(item["exclude"], fields, excluded_by_roles);
    rule.parameter_kind = read_parameter_kind(cel["paramKind"], fields);
    rule.parameters = read_parameter_reference(cel["paramRef"], fields);
    rule.compiled.scope.params = rule.parameter_kind.has_value();
    read_cel(item, cel, fields, rule.compiled);
    const auto pods_only = [](const KyvernoFilters& filters) {
      const auto pods = [](const KyvernoFilter& it) {
        return it.kinds == std::vector<std::string>{"Pod"};
      };
      return std::all_of(filters.any.begin(), filters.any.end(), pods) &&
             std::all_of(filters.all.begin(), filters.all.end(), pods);
    };
    if (fields.ok() && pods_only(*rule.matched)) {
      rule.controllers = controllers_of(
          document["metadata"]["annotations"]["pod-policies.kyverno.io/autogen-controllers"]);
      make_templates(rule);
    }
    rules.push_back(std::move(rule));
  }
  SEAWALL_CHECK(fields.status());
  return rules;
}

bool looks_up(const CompiledPolicy& policy) {
  const auto looks = [](const Expression& expression) {
    return expression.text.find("resource.") != std::string::npos;
  };
  const auto any = [&](const std::vector<Expression>& expressions) {
    return std::any_of(expressions.begin(), expressions.end(), looks);
  };
  return any(policy.variables) || any(policy.conditions) || any(policy.annotations) ||
         std::any_of(policy.validations.begin(), policy.validations.end(), [&](const auto& it) {
           return looks(it.expression) || looks(it.message_expression);
         });
}

bool is_listed(const KyvernoRule& rule, const AdmissionRequest& request) {
  return std::any_of(rule.controllers.begin(), rule.controllers.end(),
                     [&](const auto& it) { return it == request.kind || it == request.resource; });
}

// The expressions that this request is judged by; null: the rule is not about it.
const CompiledPolicy* chosen(const KyvernoRule& rule, const RequestState& state,
                             std::string& problem) {
  const AdmissionRequest& request = state.request();
  if (!rule.name_space.empty() && rule.name_space != request.name_space) return nullptr;
  const auto about = [&](const AdmissionRequest& asked, std::string_view kind) {
    if (rule.match) return rule.match->matches(asked, state.selected_namespace(), problem);
    const Node* name_space = state.selected_namespace();
    return fits(*rule.matched, asked, name_space, kind, false) &&
           !(rule.excluded && fits(*rule.excluded, asked, name_space, kind, true));
  };
  if (about(request, {})) return &rule.compiled;
  if (!rule.for_controllers || !request.subresource.empty() || !is_listed(rule, request)) {
    return nullptr;
  }
  AdmissionRequest as_pod = request;
  as_pod.group.clear();
  as_pod.version = "v1";
  as_pod.kind = "Pod";
  as_pod.resource = "pods";
  if (!about(as_pod, {})) return nullptr;
  return request.kind == "CronJob" ? &*rule.for_cron_jobs : &*rule.for_controllers;
}

}  // namespace

Result<std::vector<KyvernoRule>> read_kyverno_policy(const Node& document, Fields& fields) {
  const std::string_view kind = document["kind"].string();
  SEAWALL_TRY(std::vector<KyvernoRule> rules, kind.ends_with("ValidatingPolicy")
                                                  ? read_validating_policy(document, fields)
                                                  : read_cluster_policy(document, fields));
  if (kind == "NamespacedValidatingPolicy" || kind == "Policy") {
    const std::string_view name_space = document["metadata"]["namespace"].string("default");
    for (KyvernoRule& rule : rules) rule.name_space = name_space;
  }
  return rules;
}

Result<std::vector<KyvernoException>> read_kyverno_exception(const Node& document, Fields& fields) {
  const Node& spec = document["spec"];
  fields.only(spec, "spec", {"policyRefs", "matchConditions"});
  CompiledPolicy conditions;
  read_conditions(spec, "matchConditions", fields, conditions);
  std::vector<KyvernoException> exceptions;
  for (const Node& item : fields.list(spec, "policyRefs")) {
    fields.only(item, "policyRefs", {"name", "kind"});
    exceptions.push_back({fields.required_text(item, "name"), conditions});
  }
  SEAWALL_CHECK(fields.status());
  return exceptions;
}

Status compile(KyvernoRule& rule, PolicyEnvironment& environment) {
  const auto one = [&](CompiledPolicy& policy) -> Status {
    policy.scope.kyverno = true;
    rule.looks_up = rule.looks_up || looks_up(policy);
    SEAWALL_CHECK(policy.compile(environment));
    for (const Expression* wrong : policy.problems()) {
      if (!rule.not_supported.empty()) break;
      rule.not_supported = "does not compile: " + wrong->problem;
      for (const std::string_view name :
           {"resource", "http", "globalContext", "image", "images", "imageData"}) {
        if (wrong->problem.find(fmt::format("undeclared reference to '{}'", name)) !=
            std::string::npos) {
          rule.not_supported = fmt::format("not supported: {} needs a network", name);
        }
      }
    }
    return {};
  };
  SEAWALL_CHECK(one(rule.compiled));
  if (rule.for_controllers) SEAWALL_CHECK(one(*rule.for_controllers));
  if (rule.for_cron_jobs) SEAWALL_CHECK(one(*rule.for_cron_jobs));
  return {};
}

void apply(const KyvernoRule& rule, std::span<const KyvernoException> exceptions,
           RequestState& state) {
  std::string problem;
  const CompiledPolicy* policy = chosen(rule, state, problem);
  AdmissionOutcome outcome;
  outcome.policy = rule.policy;
  outcome.rule = rule.rule;
  const auto note = [&](AdmissionOutcome::Result result) {
    outcome.result = result;
    if (state.options().outcomes) state.verdict.outcomes.push_back(outcome);
  };
  const auto not_judged = [&](std::string why) {
    state.verdict.problems.push_back(fmt::format("{}: {}: {}", rule.where, rule.policy, why));
    outcome.message = std::move(why);
    note(AdmissionOutcome::Result::kNotJudged);
  };
  if (!problem.empty()) return not_judged(std::move(problem));
  if (policy == nullptr) return;
  if (!rule.not_supported.empty()) return not_judged(rule.not_supported);
  if (rule.looks_up && state.context().resources.empty()) {
    return not_judged("not supported: resource needs a cluster, and no objects were given");
  }
  for (const KyvernoException& exception : exceptions) {
    if (exception.policy != rule.policy) continue;
    const PolicyAnswer answer = exception.conditions.evaluate(state.input(), state.evaluation());
    // An exception that fails is none.
    if (answer.applies && answer.decisions.empty()) return note(AdmissionOutcome::Result::kSkip);
  }
  std::vector<const Node*> parameters = {nullptr};
  if (rule.parameter_kind) {
    parameters = find_parameters(*rule.parameter_kind, rule.parameters, state, problem);
    if (!problem.empty()) return not_judged(std::move(problem));
  }
  for (const Node* parameter : parameters) {
    PolicyInput input = state.input();
    if (parameter != nullptr) input.params = cel::Value::of(*parameter);
    if (rule.looks_up) input.resources = state.resources();
    const PolicyAnswer answer = policy->evaluate(input, state.evaluation());
    if (!answer.applies) {
      note(AdmissionOutcome::Result::kSkip);
      continue;
    }
    AdmissionOutcome::Result result = AdmissionOutcome::Result::kPass;
    for (const PolicyDecision& decision : answer.decisions) {
      if (decision.outcome == PolicyDecision::Outcome::kAdmit) continue;
      const bool failed = decision.outcome == PolicyDecision::Outcome::kError;
      if (result == AdmissionOutcome::Result::kPass) {
        // Rules of a ClusterPolicy have no errors: what denies has failed.
        result = failed && rule.match ? AdmissionOutcome::Result::kError
                                      : AdmissionOutcome::Result::kFail;
        outcome.message = decision.message;
      }
      if (!decision.denies) continue;
      for (const AdmissionAction action : rule.actions) {
        AdmissionMessage message = message_of(decision, rule.where);
        message.policy = rule.policy;
        message.rule = rule.rule;
        message.action = action;
        state.find(std::move(message));
      }
    }
    note(result);
  }
}

}  // namespace seawall::policy
