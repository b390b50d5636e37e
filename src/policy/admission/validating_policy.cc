#include "policy/admission/validating_policy.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"
#include "inspect/manifest/manifest_file.h"
#include "policy/match.h"
#include "policy/strict_fields.h"

namespace seawall::policy {
namespace {

constexpr std::string_view kGroup = "admissionregistration.k8s.io";
// The variables of conditions, in the order of their slots.
enum Slot : size_t { kObject, kOldObject, kRequest, kParams, kNamespaceObject, kVariables, kSlots };

const cel::Environment& environment() {
  static const cel::Environment made = [] {
    cel::Environment built = cel::Environment::kubernetes(36);
    for (const char* name :
         {"object", "oldObject", "request", "params", "namespaceObject", "variables"}) {
      built.add_variable(name, &cel::types::dyn);
    }
    return built;
  }();
  return made;
}

Result<cel::Program> compile(const Node& node, std::string_view file, std::string_view what) {
  if (!node.is_string() || trim(node.string()).empty()) {
    return wrong_at(file, node, fmt::format("{} is an expression", what));
  }
  auto program = environment().compile(node.string());
  if (!program.ok()) {
    return std::move(program.error())
        .at(fmt::format("{}:{}:{}: {}", file, node.line(), node.column(), what));
  }
  return program;
}

Result<std::vector<NamedExpression>> read_expressions(const Node& list, std::string_view file,
                                                      std::string_view what) {
  std::vector<NamedExpression> expressions;
  for (const Node& node : list.items()) {
    SEAWALL_CHECK(check_fields(node, file, what, {"name", "expression"}));
    SEAWALL_TRY(cel::Program program, compile(node["expression"], file, what));
    expressions.push_back({std::string(node["name"].string()),
                           std::string(node["expression"].string()), std::move(program)});
  }
  return expressions;
}

// `variables.name`: computed when first asked for, then kept for the rest of the policy.
class LazyVariables final : public cel::Object {
 public:
  LazyVariables(const std::vector<NamedExpression>& expressions, std::span<cel::Value> values,
                std::span<const cel::Value> slots)
      : Object(&cel::types::map_of_dyn),
        expressions_(expressions),
        values_(values),
        slots_(slots) {}

  bool select(cel::Evaluation& evaluation, std::string_view name,
              cel::Value& found) const override {
    for (size_t i = 0; i < expressions_.size(); ++i) {
      if (expressions_[i].name != name) continue;
      if (values_[i].is_unset()) {
        // A variable sees those before it; what asks for itself or a later one has no such key.
        const LazyVariables before(expressions_, values_, slots_, i);
        cel::Value slots[kSlots];
        std::copy(slots_.begin(), slots_.end(), slots);
        slots[kVariables] = cel::Value::object(&before);
        values_[i] = evaluation.run_nested(expressions_[i].program, slots);
      }
      found = values_[i];
      return i < visible_;
    }
    return false;
  }

 private:
  LazyVariables(const std::vector<NamedExpression>& expressions, std::span<cel::Value> values,
                std::span<const cel::Value> slots, size_t visible)
      : Object(&cel::types::map_of_dyn),
        expressions_(expressions),
        values_(values),
        slots_(slots),
        visible_(visible) {}
  const std::vector<NamedExpression>& expressions_;
  std::span<cel::Value> values_;
  std::span<const cel::Value> slots_;
  size_t visible_ = SIZE_MAX;
};

std::optional<Verdict> parse_action(std::string_view word) {
  if (word == "Deny") return Verdict::kDeny;
  if (word == "Warn") return Verdict::kWarn;
  if (word == "Audit") return Verdict::kAudit;
  return std::nullopt;
}

}  // namespace

Status AdmissionPolicies::add(std::string text, const std::string& file) {
  auto documents = parse_yaml(text);
  if (!documents.ok()) return std::move(documents.error()).at(file);
  documents_.push_back(std::move(*documents));
  for (const Document& document : documents_.back()) {
    const Node& root = document.root();
    if (!root.is_object()) continue;
    if (root["kind"].string().ends_with("List") && root["items"].is_array()) {
      for (const Node& item : root["items"].items()) add_object(item, file);
    } else {
      add_object(root, file);
    }
  }
  return {};
}

void AdmissionPolicies::add_object(const Node& node, const std::string& file) {
  const bool ours = inspect::api_group(node["apiVersion"].string()) == kGroup;
  if (ours && node["kind"].string() == "ValidatingAdmissionPolicy") {
    auto policy = read_policy(node, file);
    if (policy.ok()) {
      policies_.push_back(std::move(*policy));
    } else {
      problems_.push_back(std::move(policy.error()));
    }
  } else if (ours && node["kind"].string() == "ValidatingAdmissionPolicyBinding") {
    auto binding = read_binding(node, file);
    if (binding.ok()) {
      bindings_.push_back(std::move(*binding));
    } else {
      problems_.push_back(std::move(binding.error()));
    }
  } else {
    objects_.push_back(&node);
  }
}

Result<ValidatingPolicy> AdmissionPolicies::read_policy(const Node& node,
                                                        const std::string& file) const {
  SEAWALL_CHECK(check_fields(node, file, "a ValidatingAdmissionPolicy",
                             {"apiVersion", "kind", "metadata", "spec", "status"}));
  const Node& spec = node["spec"];
  SEAWALL_CHECK(check_fields(spec, file, "its spec",
                             {"failurePolicy", "paramKind", "matchConstraints", "matchConditions",
                              "variables", "validations", "auditAnnotations"}));
  ValidatingPolicy policy;
  policy.name = node["metadata"]["name"].string();
  policy.file = file;
  policy.line = node.line();
  const std::string_view failure = spec["failurePolicy"].string("Fail");
  if (failure != "Fail" && failure != "Ignore") {
    return wrong_at(file, spec["failurePolicy"], "failurePolicy is Fail or Ignore");
  }
  policy.fail_open = failure == "Ignore";
  policy.param_version = spec["paramKind"]["apiVersion"].string();
  policy.param_kind = spec["paramKind"]["kind"].string();
  SEAWALL_TRY(policy.match, read_resource_match(spec["matchConstraints"], file));
  SEAWALL_TRY(policy.match_conditions,
              read_expressions(spec["matchConditions"], file, "a match condition"));
  SEAWALL_TRY(policy.variables, read_expressions(spec["variables"], file, "a variable"));
  for (const Node& one : spec["validations"].items()) {
    SEAWALL_CHECK(check_fields(one, file, "a validation",
                               {"expression", "message", "messageExpression", "reason"}));
    Validation validation;
    validation.expression = trim(one["expression"].string());
    SEAWALL_TRY(validation.program, compile(one["expression"], file, "a validation"));
    validation.message = trim(one["message"].string());
    validation.reason = one["reason"].string();
    if (one["messageExpression"].exists()) {
      SEAWALL_TRY(validation.message_expression,
                  compile(one["messageExpression"], file, "a messageExpression"));
    }
    policy.validations.push_back(std::move(validation));
  }
  for (const Node& annotation : spec["auditAnnotations"].items()) {
    SEAWALL_CHECK(
        check_fields(annotation, file, "an audit annotation", {"key", "valueExpression"}));
    SEAWALL_CHECK(compile(annotation["valueExpression"], file, "an audit annotation"));
  }
  return policy;
}

Result<PolicyBinding> AdmissionPolicies::read_binding(const Node& node,
                                                      const std::string& file) const {
  SEAWALL_CHECK(check_fields(node, file, "a ValidatingAdmissionPolicyBinding",
                             {"apiVersion", "kind", "metadata", "spec"}));
  const Node& spec = node["spec"];
  SEAWALL_CHECK(check_fields(spec, file, "its spec",
                             {"policyName", "paramRef", "matchResources", "validationActions"}));
  PolicyBinding binding;
  binding.name = node["metadata"]["name"].string();
  binding.policy = spec["policyName"].string();
  for (const Node& action : spec["validationActions"].items()) {
    const auto parsed = parse_action(action.string());
    if (!parsed) return wrong_at(file, action, "a validation action is Deny, Warn or Audit");
    binding.actions.push_back(*parsed);
  }
  if (binding.actions.empty()) binding.actions = {Verdict::kDeny};  // of v1alpha1
  SEAWALL_TRY(binding.match, read_resource_match(spec["matchResources"], file));
  const Node& param = spec["paramRef"];
  binding.has_params = param.is_object();
  if (binding.has_params) {
    SEAWALL_CHECK(check_fields(param, file, "paramRef",
                               {"name", "namespace", "selector", "parameterNotFoundAction"}));
    binding.param_name = param["name"].string();
    binding.param_namespace = param["namespace"].string();
    binding.allow_missing_params = param["parameterNotFoundAction"].string() == "Allow";
    if (param["selector"].exists()) {
      SEAWALL_TRY(binding.param_selector, read_label_selector(param["selector"], file));
    }
  }
  return binding;
}

std::vector<const Node*> AdmissionPolicies::objects(std::string_view api_version,
                                                    std::string_view kind) const {
  std::vector<const Node*> found;
  for (const Node* object : objects_) {
    if ((*object)["apiVersion"].string() == api_version && (*object)["kind"].string() == kind) {
      found.push_back(object);
    }
  }
  return found;
}

const Node* AdmissionPolicies::namespace_of(std::string_view name) const {
  for (const Node* object : objects_) {
    if ((*object)["kind"].string() == "Namespace" &&
        (*object)["metadata"]["name"].string() == name) {
      return object;
    }
  }
  return nullptr;
}

// What one policy and one parameter are evaluated with.
struct AdmissionEvaluator::Run {
  cel::Value slots[kSlots];
  uint64_t spent = 0;
};

AdmissionVerdict AdmissionEvaluator::evaluate(const AdmissionRequest& asked) {
  arena_.reset();
  AdmissionRequest request = asked;
  if (request.namespace_object == nullptr && request.is_namespaced) {
    request.namespace_object = policies_.namespace_of(request.namespace_name);
  }
  AdmissionVerdict verdict;
  for (const ValidatingPolicy& policy : policies_.policies()) {
    if (!policy.match.fits(request)) continue;
    size_t bound = 0;
    for (const PolicyBinding& binding : policies_.bindings()) {
      if (binding.policy != policy.name) continue;
      ++bound;
      if (!binding.match.fits(request)) continue;
      ++verdict.judged;
      judge(policy, binding, request, verdict);
    }
    if (bound == 0 && policies_.bind_all()) {
      PolicyBinding everything;
      everything.actions = {Verdict::kDeny};
      ++verdict.judged;
      judge(policy, everything, request, verdict);
    }
  }
  for (const AdmissionMessage& message : verdict.messages) {
    verdict.verdict = std::max(verdict.verdict, message.action);
  }
  return verdict;
}

namespace {

void speak(const PolicyBinding& binding, const AdmissionMessage& message,
           AdmissionVerdict& verdict) {
  for (const Verdict action : binding.actions) {
    verdict.messages.push_back(message);
    verdict.messages.back().action = action;
  }
}

// The parameters that a binding names; nothing when there are none, which is then an error unless
// it says otherwise.
std::vector<const Node*> params_of(const AdmissionPolicies& policies,
                                   const ValidatingPolicy& policy, const PolicyBinding& binding,
                                   const AdmissionRequest& request) {
  std::vector<const Node*> params = policies.objects(policy.param_version, policy.param_kind);
  std::erase_if(params, [&](const Node* param) {
    const Node& metadata = (*param)["metadata"];
    if (!binding.param_name.empty() && metadata["name"].string() != binding.param_name) return true;
    if (binding.param_selector && !binding.param_selector->fits(metadata["labels"])) return true;
    // Without a namespace of its own a namespaced parameter lies beside the object.
    const std::string_view where = metadata["namespace"].string();
    const std::string& wanted =
        binding.param_namespace.empty() ? request.namespace_name : binding.param_namespace;
    return !where.empty() && where != wanted;
  });
  return params;
}

}  // namespace

void AdmissionEvaluator::judge(const ValidatingPolicy& policy, const PolicyBinding& binding,
                               const AdmissionRequest& request, AdmissionVerdict& verdict) {
  std::vector<const Node*> params = {nullptr};
  if (!policy.param_kind.empty() && binding.has_params) {
    params = params_of(policies_, policy, binding, request);
    if (params.empty()) {
      if (binding.allow_missing_params || policy.fail_open) return;
      AdmissionMessage message{policy.name, binding.name, {}, {}, {}, true};
      message.message =
          "failed to configure binding: no params found for policy binding with `Deny` "
          "parameterNotFoundAction";
      return speak(binding, message, verdict);
    }
  }
  const auto value_of = [](const Node* node) {
    return node == nullptr ? cel::Value::null() : cel::Value::of(*node);
  };
  for (const Node* param : params) {
    evaluation_.reset();
    evaluation_.keep();
    Run run;
    run.slots[kObject] = value_of(request.object);
    run.slots[kOldObject] = value_of(request.old_object);
    run.slots[kRequest] = cel::Value::of(request_node(request, arena_));
    run.slots[kParams] = value_of(param);
    run.slots[kNamespaceObject] = value_of(request.namespace_object);
    std::vector<cel::Value> values(policy.variables.size(), cel::Value::unset());
    const LazyVariables variables(policy.variables, values, run.slots);
    run.slots[kVariables] = cel::Value::object(&variables);
    bool hold = true;
    if (const auto failure = conditions_hold(policy, run, hold)) {
      if (!policy.fail_open) {
        speak(binding, {policy.name, binding.name, {}, *failure, {}, true}, verdict);
      }
      continue;
    }
    if (hold) validate(policy, binding, run, verdict);
  }
  evaluation_.reset();
}

// The error of a match condition; one that is false outweighs errors.
std::optional<std::string> AdmissionEvaluator::conditions_hold(const ValidatingPolicy& policy,
                                                               Run& run, bool& hold) {
  std::optional<std::string> failure;
  uint64_t spent = 0;
  for (const NamedExpression& condition : policy.match_conditions) {
    evaluation_.set_limit(std::min(cel::kPerCallLimit, cel::kMatchConditionsBudget - spent));
    const cel::Value value = evaluation_.run(condition.program, run.slots);
    spent += std::min(evaluation_.cost(), cel::kMatchConditionsBudget - spent);
    if (value.is_false()) {
      hold = false;
      return std::nullopt;
    }
    if (!value.is_true() && !failure) {
      failure = fmt::format("expression '{}' resulted in error: {}", condition.text,
                            value.is_error() ? value.error().message : "it is not a boolean");
    }
  }
  return failure;
}

namespace {

// messageExpression, where it gives one line of text that is not empty; else message; else the
// expression.
std::string message_of(const Validation& validation, cel::Evaluation& evaluation,
                       std::span<const cel::Value> slots) {
  constexpr size_t kLongest = 5 * 1024;
  if (validation.message_expression) {
    const cel::Value value = evaluation.run(*validation.message_expression, slots);
    if (value.is(cel::Kind::kString)) {
      const std::string_view text = trim(value.string());
      if (!text.empty() && text.size() <= kLongest && text.find('\n') == text.npos) {
        return std::string(text);
      }
    }
  }
  if (!validation.message.empty()) return validation.message;
  return "failed expression: " + validation.expression;
}

}  // namespace

void AdmissionEvaluator::validate(const ValidatingPolicy& policy, const PolicyBinding& binding,
                                  Run& run, AdmissionVerdict& verdict) {
  for (const Validation& validation : policy.validations) {
    const uint64_t left = cel::kRuntimeCostBudget - std::min(run.spent, cel::kRuntimeCostBudget);
    evaluation_.set_limit(std::min(cel::kPerCallLimit, left));
    const cel::Value value = evaluation_.run(validation.program, run.slots);
    run.spent += evaluation_.cost();
    if (value.is_true()) continue;
    AdmissionMessage message{policy.name, binding.name, {}, {}, {}, false};
    if (value.is_false()) {
      message.message = message_of(validation, evaluation_, run.slots);
      message.reason = validation.reason.empty() ? "Invalid" : validation.reason;
    } else if (policy.fail_open) {
      continue;
    } else {
      message.failed = true;
      message.message =
          fmt::format("expression '{}' resulted in error: {}", validation.expression,
                      value.is_error() ? value.error().message : "it is not a boolean");
    }
    speak(binding, message, verdict);
  }
}

}  // namespace seawall::policy
