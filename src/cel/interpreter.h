// Runs planned trees.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "cel/ast.h"
#include "cel/environment.h"
#include "codec/arena.h"

namespace seawall::cel {

class Interpreter {
 public:
  // `cost` is counted up; beyond `limit` the run ends. `locals`: as many as the plan says.
  // `eager`: two arguments are both computed, and the call paid, though the first one failed.
  Interpreter(Evaluation& evaluation, Arena& arena, std::span<const Value> variables, Value* locals,
              uint64_t& cost, uint64_t limit, bool eager = false)
      : evaluation_(evaluation),
        arena_(arena),
        variables_(variables),
        locals_(locals),
        cost_(cost),
        limit_(limit),
        eager_(eager) {}

  Value evaluate(const Expr& expr);
  bool exceeded() const { return cost_ > limit_; }

 private:
  // What goes beyond the limit is not counted further: the run ends there.
  void charge(uint64_t units) {
    if (cost_ <= limit_) cost_ += units;
  }
  Value error(const Expr& expr, std::string_view message, std::string_view detail = {});
  bool computes_both(const Expr& expr) const;
  Value no_overload(const Expr& expr, Arguments arguments);
  Value lazy_local(const Expr& expr);
  Value select(const Expr& expr);
  Value has(const Expr& expr);
  Value index(const Expr& expr);
  Value member(const Expr& expr, const Value& operand, bool optional);
  Value element(const Expr& expr, const Value& operand, const Value& key, bool optional);
  Value all_terms(const Expr& expr, bool decisive);
  Value conditional(const Expr& expr);
  Value equality(const Expr& expr);
  Value in_set(const Expr& expr);
  Value optional_or(const Expr& expr);
  Value call(const Expr& expr);
  Value call_with(const Expr& expr, Arguments arguments);
  Value list(const Expr& expr);
  Value map(const Expr& expr);
  Value comprehension(const Expr& expr);
  Value fold(const Expr& expr, const Value& range);
  Value quantify(const Expr& expr, const Value& range, bool decisive);
  void set_variables(const Comprehension& fold, const Value& range, uint32_t at);
  Value take_in(const Expr& expr, const Value& so_far, const Value& value, bool decisive);

  Evaluation& evaluation_;
  Arena& arena_;
  std::span<const Value> variables_;
  Value* locals_;
  uint64_t& cost_;
  uint64_t limit_;
  bool eager_;
};

// The value of an expression without variables; what it makes lives in `arena`.
Value evaluate_constant(const Expr& expr, Arena& arena);
// What is wrong with a key written in [ ], a list for example; empty when nothing is.
std::string refused_qualifier(const Value& key);

}  // namespace seawall::cel
