#include "cel/paths.h"

#include <string_view>
#include <utility>

#include "cel/program_state.h"

namespace seawall::cel {
namespace {

class PathCollector {
 public:
  explicit PathCollector(const std::vector<std::string_view>& variables) : variables_(variables) {}

  // The path that an expression is, empty when it is none; what it reads besides is collected.
  std::string walk(const Expr& expr) {
    switch (expr.operation) {
      case Operation::kVariable:
        return std::string(variables_[expr.slot]);
      case Operation::kLocal:
      case Operation::kLazyLocal:
        return local(expr.slot);
      default:
        break;
    }
    if (expr.kind == ExprKind::kSelect && expr.operand != nullptr) {
      std::string operand = walk(*expr.operand);
      if (operand.empty()) return operand;
      return operand + "." + std::string(expr.name);
    }
    if (expr.kind == ExprKind::kIndex) return element(expr);
    if (expr.kind == ExprKind::kComprehension) {
      comprehension(*expr.comprehension);
      return {};
    }
    if (expr.operand != nullptr) read(*expr.operand);
    for (const Expr* argument : expr.arguments) read(*argument);
    return {};
  }

  void read(const Expr& expr) {
    std::string path = walk(expr);
    if (!path.empty()) paths_.push_back({std::move(path), expr.position});
  }

  std::vector<MemberPath> take() { return std::move(paths_); }

 private:
  std::string element(const Expr& expr) {
    const Expr& key = *expr.arguments[0];
    std::string operand = walk(*expr.operand);
    if (key.operation != Operation::kConstant) read(key);
    if (operand.empty()) return operand;
    if (key.operation == Operation::kConstant && key.constant.is(Kind::kString)) {
      return operand + "." + std::string(key.constant.string());
    }
    return operand + "[]";
  }

  std::string local(uint32_t slot) const {
    for (size_t i = locals_.size(); i-- > 0;) {
      if (locals_[i].first == slot) return locals_[i].second;
    }
    return {};
  }

  void comprehension(const Comprehension& fold) {
    if (fold.fold == Fold::kBind) {
      locals_.emplace_back(fold.accumulator_slot, walk(*fold.initial));
      read(*fold.result);
      locals_.pop_back();
      return;
    }
    const std::string range = walk(*fold.range);
    if (!range.empty()) paths_.push_back({range, fold.range->position});
    read(*fold.initial);
    const size_t before = locals_.size();
    const std::string element = range.empty() ? range : range + "[]";
    const bool two = !fold.second_variable.empty();
    locals_.emplace_back(two ? fold.second_slot : fold.variable_slot, element);
    read(*fold.condition);
    read(*fold.step);
    locals_.resize(before);
    read(*fold.result);
  }

  const std::vector<std::string_view>& variables_;
  std::vector<std::pair<uint32_t, std::string>> locals_;
  std::vector<MemberPath> paths_;
};

}  // namespace

std::vector<MemberPath> member_paths(const Program& program) {
  const Program::State& state = program.state();
  PathCollector collector(state.variables);
  collector.read(*state.root);
  return collector.take();
}

}  // namespace seawall::cel
