#include "cel/environment.h"

#include <algorithm>
#include <utility>

#include "cel/ast.h"
#include "cel/checker.h"
#include "cel/declarations.h"
#include "cel/interpreter.h"
#include "cel/parser.h"
#include "cel/planner.h"
#include "cel/program_state.h"
#include "cel/utf8.h"

namespace seawall::cel {

struct Environment::State {
  Declarations declarations;
};

namespace {

// Types are values too: type(x) == int.
void add_type_names(Declarations& declarations) {
  using namespace types;
  for (const Type* type :
       {&boolean, &integer, &unsigned_integer, &number, &string, &bytes, &null, &types::type,
        &timestamp, &duration, &list_of_dyn, &map_of_dyn, &optional_of_dyn}) {
    declarations.add_constant(type->name, declarations.pool().type_of(type), Value::type(type));
  }
}

// From 1.36 on, Kubernetes has cel-go 0.30, before 0.26 and older, which differ in a few answers
// and costs.
constexpr int kNewCelGo = 36;

void add_libraries(Declarations& declarations, int minor) {
  struct Since {
    int minor;
    const Library* library;
  };
  const Since libraries[] = {
      {0, minor < kNewCelGo ? &standard_library_before_36 : &duration_negation_library},
      {0, &standard_library},
      {0, &conversions_library},
      {0, &time_library},
      {0, &optional_library},
      {0, minor < kNewCelGo ? &strings_library_before_36 : &strings_library_v2},
      {0, &strings_library_v2},
      {0, &sets_library},
      {0, &kubernetes_lists_library},
      {0, &kubernetes_regex_library},
      {0, &kubernetes_urls_library},
      {0, &kubernetes_quantity_library},
      {0, &kubernetes_authorizer_library},
      {30, &kubernetes_ip_library},
      {30, &kubernetes_cidr_library},
      {31, &kubernetes_format_library},
      {31, &kubernetes_authorizer_selectors_library},
      {32, &two_variable_library},
      {33, &kubernetes_semver_library},
      {34, minor < kNewCelGo ? &list_extensions_before_36 : &list_extensions},
      {34, &list_extensions},
  };
  for (const Since& since : libraries) {
    if (minor >= since.minor) declarations.add_library(*since.library);
  }
}

struct Place {
  size_t line = 1, column = 1;  // in characters
  std::string_view text;        // the line
};
Place place_of(std::string_view expression, uint32_t position) {
  Place place;
  size_t begin = 0;
  position = std::min<uint32_t>(position, static_cast<uint32_t>(expression.size()));
  for (size_t i = 0; i < position; ++i) {
    if (expression[i] != '\n') continue;
    ++place.line;
    begin = i + 1;
  }
  place.text = expression.substr(begin, expression.find('\n', begin) - begin);
  place.column = count_characters(expression.substr(begin, position - begin)) + 1;
  return place;
}

// Dots and a caret, full-width ones under characters of more than one byte.
std::string pointer_to(const Place& place) {
  std::string pointer;
  size_t at = 0;
  const auto wide = [&] {
    return at < place.text.size() && static_cast<unsigned char>(place.text[at]) >= 0x80;
  };
  for (size_t i = 1; i < place.column; ++i) {
    pointer += wide() ? "\uff0e" : ".";
    if (at < place.text.size()) next_character(place.text, at);
  }
  return pointer + (wide() ? "\uff3e" : "^");
}

}  // namespace

std::string render_issues(std::string_view expression, std::span<const Issue> issues) {
  std::string text;
  for (const Issue& issue : issues) {
    if (!text.empty()) text += '\n';
    if (issue.position == Issue::kNowhere) {
      text += "ERROR: <input>:-1:0: " + issue.message;
      continue;
    }
    const Place place = place_of(expression, issue.position);
    text += "ERROR: <input>:" + std::to_string(place.line) + ":" + std::to_string(place.column) +
            ": " + issue.message + "\n | " + std::string(place.text) + "\n | " + pointer_to(place);
  }
  return text;
}

const Type* Program::result_type() const {
  return state_->root->type == nullptr ? &types::dyn : state_->root->type;
}
std::string_view Program::expression() const {
  return state_->expression;
}
std::span<const size_t> Program::variables() const {
  return state_->plan.variables;
}

Environment::Environment(std::unique_ptr<State> state) : state_(std::move(state)) {}
Environment::Environment(Environment&&) noexcept = default;
Environment& Environment::operator=(Environment&&) noexcept = default;
Environment::~Environment() = default;

Environment Environment::kubernetes(int minor) {
  auto state = std::make_unique<State>();
  Declarations& declarations = state->declarations;
  add_type_names(declarations);
  add_libraries(declarations, minor);
  using namespace types;
  if (minor >= 30) {
    for (const Type* type : {&ip, &cidr}) {
      declarations.add_constant(type->name, declarations.pool().type_of(type), Value::type(type));
    }
  }
  declarations.parse.escaped_identifiers = minor >= 33;
  declarations.parse.two_variables = minor >= 32;
  declarations.parse.sort_by = minor >= 34;
  declarations.before_36 = minor < kNewCelGo;
  return Environment(std::move(state));
}

Environment Environment::conformance() {
  auto state = std::make_unique<State>();
  Declarations& declarations = state->declarations;
  add_type_names(declarations);
  for (const Library* library :
       {&standard_library, &duration_negation_library, &conversions_library,
        &duration_parts_library, &time_library, &optional_library, &strings_library_latest,
        &math_library, &encoders_library, &sets_library, &list_extensions, &two_variable_library,
        &kubernetes_ip_library, &kubernetes_cidr_library}) {
    declarations.add_library(*library);
  }
  using namespace types;
  for (const Type* type : {&ip, &cidr}) {
    declarations.add_constant(type->name, declarations.pool().type_of(type), Value::type(type));
  }
  declarations.homogeneous_literals = false;
  declarations.check_literals = false;
  declarations.parse.escaped_identifiers = true;
  declarations.parse.bindings = true;
  declarations.parse.math_macros = true;
  return Environment(std::move(state));
}

size_t Environment::add_variable(std::string_view name, const Type* type) {
  return state_->declarations.add_variable(name, type);
}
void Environment::add_constant(std::string_view name, const Value& value) {
  state_->declarations.add_constant(name, type_of(value), value);
}
void Environment::set_container(std::string_view container) {
  state_->declarations.container = container;
}
void Environment::add_library(const Library& library) {
  state_->declarations.add_library(library);
}
size_t Environment::variables() const {
  return state_->declarations.variables();
}
TypePool& Environment::pool() {
  return state_->declarations.pool();
}

Result<Program> Environment::compile(std::string_view expression, const CompileLimits& limits,
                                     bool check) const {
  if (expression.size() > limits.expression_bytes) {
    return limit_reached("an expression has " + std::to_string(expression.size()) +
                         " bytes; at most " + std::to_string(limits.expression_bytes) +
                         " are read");
  }
  auto state = std::make_shared<Program::State>();
  state->expression = state->arena.copy(expression);
  std::vector<Issue> issues;
  const Declarations& declarations = state_->declarations;
  state->root = parse(state->expression, declarations.parse, limits, state->arena, issues);
  if (issues.empty() && check) {
    cel::check(*state->root, declarations, state->arena, issues);
  }
  if (issues.empty()) state->plan = plan(*state->root, declarations, state->arena, issues);
  if (!issues.empty()) return malformed(render_issues(expression, issues));
  if (!state->plan.failure.empty()) {
    return malformed("program instantiation failed: " + state->plan.failure);
  }
  state->variables = declarations.variable_names(state->arena);
  Program program;
  program.state_ = std::move(state);
  return program;
}

Result<Program> Environment::compile(std::string_view expression,
                                     const CompileLimits& limits) const {
  return compile(expression, limits, true);
}
Result<Program> Environment::compile_unchecked(std::string_view expression,
                                               const CompileLimits& limits) const {
  return compile(expression, limits, false);
}

void Evaluation::reset() {
  arena_.reset();
  keep_ = false;
}

Value Evaluation::run(const Program& program, std::span<const Value> variables) {
  if (!keep_) arena_.reset();
  cost_ = 0;
  return run_nested(program, variables);
}

Value Evaluation::run_nested(const Program& program, std::span<const Value> variables) {
  const Program::State& state = *program.state_;
  Value* locals = nullptr;
  if (state.plan.locals > 0) {
    const std::span<Value> slots(
        static_cast<Value*>(arena_.allocate(state.plan.locals * sizeof(Value), alignof(Value))),
        state.plan.locals);
    std::fill(slots.begin(), slots.end(), Value::unset());
    locals = slots.data();
  }
  Interpreter interpreter(*this, arena_, variables, locals, cost_, limit_, state.plan.eager);
  const Value value = interpreter.evaluate(*state.root);
  if (interpreter.exceeded()) {
    return make_error(arena_, "operation cancelled: actual cost limit exceeded");
  }
  return value;
}

Value Evaluation::run_apart(const Program& program, std::span<const Value> variables,
                            uint64_t& cost) {
  const uint64_t outer = std::exchange(cost_, 0);
  const Value value = run_nested(program, variables);
  cost = std::exchange(cost_, outer);
  return value;
}

}  // namespace seawall::cel
