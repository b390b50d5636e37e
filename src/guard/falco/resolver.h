// Conditions with macros and lists put in: trees of nothing but checks. A macro's tree is shared by
// all that use it, so that a chain of macros that each use the one before twice stays small.
//
//   Resolver resolver(set, problems);
//   Tree tree = resolver.rule(set.rules[0]);   // its exceptions included; null: see problems
//
// ERRORS: unknown macros ("did you mean"), macros that use themselves, lists where one value
// stands.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "guard/falco/rule_set.h"

namespace seawall::guard::falco {

class Resolver {
 public:
  static constexpr int kMaxLevels = 1000;         // of a condition, macros put in
  static constexpr size_t kMaxItems = 1'000'000;  // of lists, put in, over all conditions

  // Reads every macro, so that a wrong one is reported although no rule uses it.
  Resolver(const RuleSet& set, std::vector<Problem>& problems);
  Tree rule(const Rule& rule);

 private:
  struct State {
    enum class Step : uint8_t { kNew, kUnderWay, kDone } step = Step::kNew;
    Tree tree;
  };
  Tree macro(const Macro& macro);
  Tree resolved(const Tree& tree, size_t sees);
  Tree resolved_check(const Expression& check);
  Tree resolved_macro(const Expression& use, size_t sees);
  bool put_in_lists(Expression& check);
  void add_items(const List& list, std::vector<Literal>& out, int depth);
  Tree with_exceptions(Tree condition, const Rule& rule);
  Tree exception_tree(const Exception& exception);
  void error(const Expression& at, std::string message, std::string hint = {});

  const RuleSet& set_;
  std::vector<Problem>& problems_;
  std::map<std::string, State, std::less<>> macros_;
  std::string name_;  // of what is being resolved
  size_t items_ = 0;
};

// "did you mean x?" for the word among them that is near enough; else empty.
std::string nearest_hint(std::string_view word, const std::vector<std::string_view>& words);

}  // namespace seawall::guard::falco
