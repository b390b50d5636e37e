#include "policy/admission/compiled_policy.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/strings.h"
#include "cel/ast.h"
#include "cel/paths.h"
#include "cel/program_state.h"

namespace seawall::policy {
namespace {

using cel::Kind;
using cel::TypeKind;
using cel::Value;

// Of the expressions that read each other, from a validation down: the stack that they take.
constexpr size_t kMostDepth = 2000;
constexpr size_t kMostMessageBytes = 5120;  // MaxEvaluatedMessageExpressionSizeBytes
constexpr std::string_view kOutOfBudget =
    "validation failed due to running out of cost budget, no further validation rules will be run";

using TypeTest = bool (*)(TypeKind);
bool is_bool(TypeKind kind) {
  return kind == TypeKind::kBool;
}
bool is_string(TypeKind kind) {
  return kind == TypeKind::kString;
}
bool is_string_or_null(TypeKind kind) {
  return kind == TypeKind::kString || kind == TypeKind::kNull;
}
bool is_anything(TypeKind) {
  return true;
}

void compile(Expression& expression, PolicyEnvironment& environment, const PolicyScope& scope,
             TypeTest fits, std::string_view wanted) {
  auto program = environment.compile(expression.text, scope);
  if (!program.ok()) {
    const std::string& message = program.error().message();
    expression.problem = message.starts_with("program instantiation failed")
                             ? message
                             : "compilation failed: " + message;
    return;
  }
  if (!fits(program->result_type()->kind)) {
    expression.problem =
        fmt::format("must evaluate to {} but got {}", wanted, type_name(*program->result_type()));
    return;
  }
  expression.program = std::move(*program);
}

}  // namespace

// One evaluation of a policy: phases with budgets and variables of their own.
class PolicyRun {
 public:
  PolicyRun(const CompiledPolicy& policy, const PolicyInput& input, cel::Evaluation& evaluation)
      : policy_(policy), evaluation_(evaluation), memo_(policy.variables.size()) {
    const PolicyScope& scope = policy.scope;
    values_[kObject] = input.object;
    values_[kOldObject] = input.old_object;
    values_[kRequest] = input.request;
    values_[kNamespaceObject] = input.name_space;
    size_t next = kFirstOptional;
    if (scope.params) values_[next++] = input.params;
    if (scope.kyverno) values_[next++] = input.resources;
    first_authorizer_ = next;
    if (scope.authorizer) {
      values_[next++] = input.authorizer;
      values_[next++] = input.request_resource;
    }
    size_ = next;
    if (policy.variables_with_params > 0) values_[next] = input.params;
    void* place = evaluation.arena().allocate(sizeof(Variables), alignof(Variables));
    values_[kVariables] = Value::object(new (place) Variables(*this));
  }

  void begin(uint64_t budget) {
    std::fill(memo_.begin(), memo_.end(), Value::unset());
    budget_ = budget;
    spent_ = 0;
    exhausted_ = false;
  }
  uint64_t spent() const { return spent_; }
  uint64_t last_cost() const { return last_cost_; }
  uint64_t left() const { return budget_; }
  bool exhausted() const { return exhausted_; }
  void set_namespace(const Value& value) { values_[kNamespaceObject] = value; }

  // The value, or nothing and why.
  std::optional<Value> run(const Expression& expression, std::string& problem) {
    last_cost_ = 0;
    if (!expression.program) {
      problem = "compilation error: " + expression.problem;
      return std::nullopt;
    }
    variable_cost_ = 0;
    const Value value = evaluation_.run(*expression.program, {values_.data(), size_});
    last_cost_ = evaluation_.cost() + variable_cost_;
    if (last_cost_ > budget_) {
      exhausted_ = true;
      problem = kOutOfBudget;
      return std::nullopt;
    }
    budget_ -= last_cost_;
    spent_ += last_cost_;
    if (!value.is_error()) return value;
    problem = fmt::format("expression '{}' resulted in error: {}", expression.text,
                          value.error().message);
    return std::nullopt;
  }
  // Messages and annotations have no authorizer, nor has what they read.
  void forget_authorizer() {
    if (!policy_.scope.authorizer) return;
    for (size_t i : {first_authorizer_, first_authorizer_ + 1}) {
      values_[i] = cel::make_error(evaluation_.arena(), "no such attribute(s): authorizer");
    }
  }
  // Messages are compiled without it; annotations are not.
  void for_messages() { size_ = first_authorizer_; }
  void for_annotations() { size_ = all(); }

 private:
  class Variables final : public cel::Object {
   public:
    explicit Variables(PolicyRun& run) : Object(&variables_type()), run_(run) {}
    bool select(cel::Evaluation&, std::string_view name, Value& found) const override {
      return run_.variable(name, found);
    }

   private:
    PolicyRun& run_;
  };

  bool variable(std::string_view name, Value& found) {
    const auto& order = policy_.variable_order_;
    const auto at = std::lower_bound(
        order.begin(), order.end(), name, [&](uint32_t index, std::string_view wanted) {
          return std::string_view(policy_.variables[index].name) < wanted;
        });
    if (at == order.end() || policy_.variables[*at].name != name) return false;
    Value& known = memo_[*at];
    if (known.is_unset()) known = compute(policy_.variables[*at]);
    found = known;
    return true;
  }

  Value compute(const Expression& variable) {
    if (!variable.program) {
      return cel::make_error(evaluation_.arena(),
                             fmt::format("composited variable \"{}\" fails to compile: {}",
                                         variable.name, variable.problem));
    }
    uint64_t cost = 0;
    const auto index = static_cast<size_t>(&variable - policy_.variables.data());
    const size_t seen = all() + (index < policy_.variables_with_params ? 1 : 0);
    const Value value = evaluation_.run_apart(*variable.program, {values_.data(), seen}, cost);
    variable_cost_ += cost;
    if (!value.is_error()) return value;
    return cel::make_error(evaluation_.arena(),
                           fmt::format("composited variable \"{}\" fails to evaluate: {}",
                                       variable.name, value.error().message));
  }
  size_t all() const { return PolicyEnvironment::size(policy_.scope); }

  const CompiledPolicy& policy_;
  cel::Evaluation& evaluation_;
  std::array<Value, kMostPolicyVariables> values_;
  size_t size_ = 0, first_authorizer_ = 0;
  std::vector<Value> memo_;
  uint64_t budget_ = 0, spent_ = 0, variable_cost_ = 0, last_cost_ = 0;
  bool exhausted_ = false;
};

Status CompiledPolicy::compile(PolicyEnvironment& environment) {
  PolicyScope without = scope;
  without.authorizer = false;
  variable_fields_.clear();
  variable_fields_.reserve(variables.size());
  for (Expression& variable : variables) {
    environment.set_variables(variable_fields_);
    PolicyScope seen = scope;
    if (variable_fields_.size() < variables_with_params) seen.params = true;
    policy::compile(variable, environment, seen, is_anything, "");
    const cel::Type* type = variable.program
                                ? environment.type_of_variable(variable.program->result_type())
                                : &cel::types::dyn;
    variable_fields_.push_back({variable.name, type});
  }
  environment.set_variables(variable_fields_);
  for (Expression& condition : conditions) {
    policy::compile(condition, environment, scope, is_bool, "bool");
  }
  for (Validation& validation : validations) {
    policy::compile(validation.expression, environment, scope, is_bool, "bool");
    if (!validation.message_expression.text.empty()) {
      policy::compile(validation.message_expression, environment, without, is_string, "string");
    }
  }
  for (Expression& annotation : annotations) {
    policy::compile(annotation, environment, scope, is_string_or_null, "one of [string null_type]");
  }
  environment.set_variables({});

  variable_order_.resize(variables.size());
  for (uint32_t i = 0; i < variables.size(); ++i) variable_order_[i] = i;
  std::sort(variable_order_.begin(), variable_order_.end(), [&](uint32_t left, uint32_t right) {
    return variables[left].name < variables[right].name;
  });
  for (size_t i = 1; i < variable_order_.size(); ++i) {
    const Expression& variable = variables[variable_order_[i]];
    if (variable.name == variables[variable_order_[i - 1]].name) {
      return malformed(fmt::format("there are two variables {}", printable(variable.name)))
          .at(variable.where);
    }
  }
  // A variable reads earlier ones only; how deep that goes is bounded here and not when it runs.
  std::vector<size_t> depths(variables.size());
  for (size_t i = 0; i < variables.size(); ++i) {
    if (!variables[i].program) continue;
    size_t below = 0;
    for (const cel::MemberPath& path : cel::member_paths(*variables[i].program)) {
      if (!path.text.starts_with("variables.")) continue;
      std::string_view name = std::string_view(path.text).substr(10);
      name = name.substr(0, name.find_first_of(".["));
      for (size_t j = 0; j < i; ++j) {
        if (variables[j].name == name) below = std::max(below, depths[j]);
      }
    }
    depths[i] = below + variables[i].program->state().root->depth;
    if (depths[i] > kMostDepth) {
      return limit_reached(fmt::format("variable {} reads variables that read variables too deep",
                                       printable(variables[i].name)))
          .at(variables[i].where);
    }
  }
  return {};
}

std::vector<const Expression*> CompiledPolicy::problems() const {
  std::vector<const Expression*> wrong;
  const auto look = [&](const Expression& expression) {
    if (!expression.problem.empty()) wrong.push_back(&expression);
  };
  for (const Expression& variable : variables) look(variable);
  for (const Expression& condition : conditions) look(condition);
  for (const Validation& validation : validations) {
    look(validation.expression);
    look(validation.message_expression);
  }
  for (const Expression& annotation : annotations) look(annotation);
  return wrong;
}

namespace {

PolicyDecision error_decision(const CompiledPolicy& policy, std::string message) {
  PolicyDecision decision;
  decision.outcome = PolicyDecision::Outcome::kError;
  decision.denies = !policy.ignore_failures;
  decision.message = std::move(message);
  return decision;
}

// True: go on. Else the answer is complete.
bool conditions_hold(const CompiledPolicy& policy, PolicyRun& run, PolicyAnswer& answer) {
  run.begin(cel::kMatchConditionsBudget);
  std::vector<std::string> problems;
  bool holds = true;
  for (const Expression& condition : policy.conditions) {
    std::string problem;
    const auto value = run.run(condition, problem);
    if (run.exhausted()) {
      problems = {problem};
      holds = true;
      break;
    }
    if (!value) {
      if (std::find(problems.begin(), problems.end(), problem) == problems.end()) {
        problems.push_back(std::move(problem));
      }
    } else if (value->is_false()) {
      holds = false;
    }
  }
  answer.condition_cost = run.spent();
  if (holds && problems.empty()) return true;
  if (!holds || policy.ignore_failures) {
    answer.applies = false;
    return false;
  }
  const std::string all = join(problems, ", ");
  answer.decisions.push_back(error_decision(policy, problems.size() > 1 ? "[" + all + "]" : all));
  return false;
}

std::string denial_message(const Validation& validation, const std::optional<Value>& said) {
  std::string message;
  if (said && said->is(Kind::kString)) {
    message = trim(said->string());
    if (message.size() > kMostMessageBytes || message.find('\n') != message.npos) message.clear();
  }
  if (message.empty()) message = trim(validation.message);
  if (message.empty()) {
    message = "failed expression: " + std::string(trim(validation.expression.text));
  }
  return message;
}

void annotate(const CompiledPolicy& policy, PolicyRun& run, PolicyAnswer& answer) {
  if (policy.annotations.empty()) return;
  run.begin(cel::kRuntimeCostBudget);
  run.forget_authorizer();
  run.for_annotations();
  for (const Expression& annotation : policy.annotations) {
    PolicyAnnotation made;
    made.key = annotation.name;
    std::string problem;
    const auto value = run.run(annotation, problem);
    if (run.exhausted()) {
      answer.annotations.clear();
      answer.decisions.clear();
      answer.decisions.push_back(error_decision(policy, problem));
      return;
    }
    if (!value) {
      made.action = policy.ignore_failures ? PolicyAnnotation::Action::kExclude
                                           : PolicyAnnotation::Action::kError;
      made.text = std::move(problem);
    } else if (value->is(Kind::kString) && !trim(value->string()).empty()) {
      made.action = PolicyAnnotation::Action::kPublish;
      made.text = trim(value->string());
    }
    answer.annotations.push_back(std::move(made));
  }
  answer.annotation_cost = run.spent();
}

}  // namespace

PolicyAnswer CompiledPolicy::evaluate(const PolicyInput& input, cel::Evaluation& evaluation,
                                      bool every_message) const {
  PolicyAnswer answer;
  evaluation.reset();
  evaluation.keep();
  PolicyRun run(*this, input, evaluation);
  if (!conditions.empty()) {
    run.set_namespace({});  // the API server gives match conditions no namespace
    if (!conditions_hold(*this, run, answer)) return answer;
    run.set_namespace(input.name_space);
  }
  run.begin(cel::kRuntimeCostBudget);
  std::vector<std::optional<Value>> results(validations.size());
  std::vector<std::string> problems(validations.size());
  answer.decisions.resize(validations.size());
  bool denied = false;
  for (size_t i = 0; i < validations.size(); ++i) {
    results[i] = run.run(validations[i].expression, problems[i]);
    if (run.exhausted()) {
      answer.decisions.clear();
      answer.decisions.push_back(error_decision(*this, problems[i]));
      return answer;
    }
    answer.decisions[i].validation = &validations[i];
    answer.decisions[i].cost = run.last_cost();
    denied = denied || (results[i] && !results[i]->is_true());
  }
  answer.validation_cost = run.spent();

  // Messages may use what validations left. Those of validations that passed matter only where
  // all together could use it up.
  const uint64_t left = run.left();
  const bool may_exhaust = (validations.size() + variables.size()) * cel::kPerCallLimit >= left;
  every_message = every_message || may_exhaust;
  std::vector<std::optional<Value>> said(validations.size());
  bool out_of_budget = false;
  if (denied || every_message) {
    run.begin(left);
    run.forget_authorizer();
    run.for_messages();
    for (size_t i = 0; i < validations.size() && !out_of_budget; ++i) {
      if (validations[i].message_expression.text.empty()) continue;
      if (!every_message && (!results[i] || results[i]->is_true())) continue;
      std::string unread;
      said[i] = run.run(validations[i].message_expression, unread);
      out_of_budget = run.exhausted();
    }
    answer.message_cost = out_of_budget ? 0 : run.spent();
  }
  for (size_t i = 0; i < validations.size(); ++i) {
    PolicyDecision& decision = answer.decisions[i];
    if (!results[i] || out_of_budget) {
      decision.outcome = PolicyDecision::Outcome::kError;
      decision.denies = !ignore_failures;
      decision.message = !results[i] ? std::move(problems[i])
                                     : "failed messageExpression: " + std::string(kOutOfBudget);
    } else if (!results[i]->is_true()) {
      decision.outcome = PolicyDecision::Outcome::kDeny;
      decision.denies = true;
      decision.reason = validations[i].reason.empty() ? "Invalid" : validations[i].reason;
      decision.message = denial_message(validations[i], said[i]);
    }
  }
  annotate(*this, run, answer);
  return answer;
}

}  // namespace seawall::policy
