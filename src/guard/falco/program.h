// All conditions as one graph: macros put in, constants folded, what is the same written once, so
// that a macro of forty rules is judged once an event.
//
//   Program program;
//   std::optional<int> root = program.add(tree, problem);
//   program.judge(*root, run);
//
// The parts of "and" and "or" are asked from the cheapest to the dearest; the answer is the same,
// as a check has no effect. Checks of one field side by side under "or" become one (a set, a list
// of prefixes). THREADS: shared freely once all is added; a Run belongs to one thread.
#pragma once

#include <bitset>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "guard/falco/check.h"

namespace seawall::guard::falco {

// Calls by their position in known_calls(); the last bit stands for every other one.
using CallSet = std::bitset<512>;
constexpr size_t kOtherCall = 511;

class Program {
 public:
  // Nothing when the tree is wrong; then `problem` says what and where, and `unknown` whether a
  // field or a call does not exist.
  std::optional<int> add(const Tree& tree, Problem& problem, bool& unknown);
  Result<int> add_slot(const Operand& operand) { return slots_.add(operand); }
  bool judge(int node, Run& run) const;
  const Value& read(int slot, Run& run) const { return slots_.read(slot, run); }
  // The calls for which it may be true.
  CallSet calls(int node) const;
  bool always(int node) const { return nodes_[node].kind == Kind::kTrue; }
  bool never(int node) const { return nodes_[node].kind == Kind::kFalse; }
  void start(Run& run, const Event& event) const;
  const Slots& slots() const { return slots_; }
  // Names of the fields asked so far that never have a value, each once.
  const std::vector<std::string>& empty_fields() const { return empty_fields_; }
  size_t size() const { return nodes_.size(); }

 private:
  enum class Kind : uint8_t { kFalse, kTrue, kAnd, kOr, kNot, kCheck, kCall };
  struct Node {
    Kind kind;
    uint32_t cost = 0;
    std::vector<int> children;
    int check = -1;  // of kCheck in checks_, of kCall in call_sets_
  };
  std::optional<int> add_check(const Expression& expression);
  std::optional<int> add_call_check(const Expression& expression);
  std::optional<int> constant_of_number(const Expression& expression);
  std::vector<Tree> grouped(const std::vector<Tree>& children) const;
  int add_joined(Kind kind, std::vector<int> children);
  int add_not(int child);
  int made(Node node, const std::string& key);
  int constant(bool value);
  void fail(const Expression& at, Error error);
  using CallMemo = std::map<std::pair<int, bool>, CallSet>;
  CallSet calls(int node, bool negated, CallMemo& memo) const;

  Slots slots_;
  std::vector<Node> nodes_;
  std::vector<Check> checks_;
  std::vector<CallSet> call_sets_;
  std::map<std::string, int> keys_;               // a node by what it says
  std::map<const Expression*, int> expressions_;  // a node by the tree that it was made of
  std::vector<Tree> kept_;                        // so that those addresses stay theirs
  std::vector<std::string> empty_fields_;
  Problem* problem_ = nullptr;
  bool* unknown_ = nullptr;
};

}  // namespace seawall::guard::falco
