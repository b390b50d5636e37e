// Environment: the variables and libraries that expressions may use; compiles them.
//
//   Environment environment = Environment::kubernetes(36);
//   const size_t object = environment.add_variable("object", &types::dyn);
//   SEAWALL_TRY(const Program program, environment.compile("object.spec.replicas <= 5"));
//   Evaluation evaluation;                                   // one a thread, used again and again
//   const Value variables[] = {Value::of(document.root())};  // in the order of add_variable
//   const Value answer = evaluation.run(program, variables); // evaluation.cost(): units spent
//
// An expression reads its variables and nothing else: no file, no network, no clock. It ends: there
// are no loops but over a list or map that exists, and every step is paid from the cost limit, in
// the units that Kubernetes counts. Source: CEL language definition (cel-spec, doc/langdef.md);
// Kubernetes 1.36 k8s.io/apiserver/pkg/cel. COST: 10 to 100 microseconds to compile; an evaluation
// 10 to 50 ns a step, memory from the arena of the Evaluation only. LIMITS: CompileLimits, cost.
// THREADS: a Program is immutable and safe to share; an Evaluation belongs to one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cel/library.h"
#include "cel/type.h"
#include "cel/value.h"

namespace seawall::cel {

struct Expr;

struct CompileLimits {
  uint32_t expression_bytes = 1u << 20;
  uint32_t depth = 250;      // nesting, as cel-go
  uint32_t nodes = 100'000;  // of the tree, macros expanded
};

// The costs at which Kubernetes stops. Source: k8s.io/apiserver/pkg/apis/cel/config.go.
inline constexpr uint64_t kPerCallLimit = 1'000'000;           // one expression
inline constexpr uint64_t kRuntimeCostBudget = 10'000'000;     // all expressions of one policy
inline constexpr uint64_t kMatchConditionsBudget = 2'500'000;  // all match conditions of one

// What is wrong in an expression, and where.
struct Issue {
  std::string message;    // "undeclared reference to 'x' (in container '')"
  uint32_t position = 0;  // byte offset
  static constexpr uint32_t kNowhere = UINT32_MAX;  // of the expression as a whole
};
// "ERROR: <input>:1:5: message\n | expression\n | ....^", as cel-go prints it. A caret stands under
// the place, counted in characters.
std::string render_issues(std::string_view expression, std::span<const Issue> issues);

// A compiled expression.
class Program {
 public:
  const Type* result_type() const;
  std::string_view expression() const;
  // Indexes of the variables it reads, ascending.
  std::span<const size_t> variables() const;

  struct State;  // program_state.h
  const State& state() const { return *state_; }

 private:
  friend class Environment;
  friend class Evaluation;
  std::shared_ptr<const State> state_;
};

class Environment {
 public:
  // The libraries of Kubernetes 1.minor, 30 to 36; older ones get those of 1.30's time, newer 1.36.
  // Literals of lists and maps must be of one type, as Kubernetes demands.
  static Environment kubernetes(int minor);
  // Everything that cel-spec's conformance tests use, mixed literals allowed.
  static Environment conformance();
  Environment(Environment&&) noexcept;
  Environment& operator=(Environment&&) noexcept;
  ~Environment();

  // Returns the variable's place in the list given to Evaluation::run. A name may have dots
  // ("authorizer.requestResource"); the longest that fits is taken. Redeclaring replaces the type.
  size_t add_variable(std::string_view name, const Type* type);
  // A variable that is a type or another constant: "net.IP".
  void add_constant(std::string_view name, const Value& value);
  // Names are looked up in the container "a.b" as a.b.x, a.x, x.
  void set_container(std::string_view container);
  void add_library(const Library& library);
  size_t variables() const;
  TypePool& pool();  // for types of variables

  // ERRORS: kMalformed whose message is render_issues() of all that is wrong; kLimit.
  Result<Program> compile(std::string_view expression, const CompileLimits& limits = {}) const;
  // The same without types: every call is decided when it is made.
  Result<Program> compile_unchecked(std::string_view expression,
                                    const CompileLimits& limits = {}) const;

 private:
  struct State;
  explicit Environment(std::unique_ptr<State> state);
  Result<Program> compile(std::string_view expression, const CompileLimits& limits,
                          bool check) const;
  friend class Checker;
  friend class Planner;
  std::unique_ptr<State> state_;
};

// Runs programs. What a run returns lives until the next run or reset() of this Evaluation, unless
// keep() was called.
class Evaluation {
 public:
  explicit Evaluation(uint64_t cost_limit = kPerCallLimit) : limit_(cost_limit) {}

  // The value, or an error value. REQUIRES: as many variables as the environment had when the
  // program was compiled. ERRORS: kError with what failed and its position in the expression; the
  // cost limit: "operation cancelled: actual cost limit exceeded".
  Value run(const Program& program, std::span<const Value> variables);
  // The same inside of a run, for Objects that compute members when they are asked for: the cost
  // is added to that of the run.
  Value run_nested(const Program& program, std::span<const Value> variables);
  // The same with a cost of its own, up to the limit, that does not count for the run.
  Value run_apart(const Program& program, std::span<const Value> variables, uint64_t& cost);
  uint64_t cost() const { return cost_; }  // of the last run
  void set_limit(uint64_t cost_limit) { limit_ = cost_limit; }
  // Values of earlier runs stay valid until reset().
  void keep() { keep_ = true; }
  void reset();
  Arena& arena() { return arena_; }

 private:
  Arena arena_{8192};
  uint64_t limit_, cost_ = 0;
  bool keep_ = false;
};

}  // namespace seawall::cel
