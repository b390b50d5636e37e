// Falco's rules at work: rule files in, unmodified, and for every event the rules that match.
//
//   SEAWALL_TRY(std::vector<RuleFile> files, read_rule_files({"/etc/falco/rules.d"}));
//   Engine engine(std::move(files), {});
//   for (const Problem& problem : engine.problems()) print(problem.line());
//   engine.judge(event, [](const Match& match) { print(match.output); });
//
// Every rule that matches fires, in the order of the files; `first_match` stops after the first, as
// Falco does unless told otherwise. Rules are looked up by the event's call, and what rules share
// is read and judged once an event. What a rule file has wrong costs the rule that has it, never
// the rest. COST: about a microsecond an event with Falco's 93 rules. LIMITS: those of RuleSet; an
// output is at most `output_bytes`. FAILURE: a rule that cannot be loaded is missing, and
// problems() says so; judging does not fail. THREADS: an Engine belongs to one thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "guard/falco/output.h"
#include "guard/falco/rule_set.h"

namespace seawall::guard::falco {

struct EngineOptions {
  bool first_match = false;
  Priority least = Priority::kDebug;  // rules below it are left out
  bool disabled_rules = false;        // rules with "enabled: false" too
  std::vector<std::string> disable;   // names of rules, "*" for any bytes
  std::vector<std::string> disable_tags;
  size_t output_bytes = 16u << 10;
};

struct Match {
  std::string_view rule;
  Priority priority;
  const std::vector<std::string>& tags;
  std::string output;
  std::vector<std::pair<std::string, std::string>> fields;  // of the output: {"proc.name", "sh"}
};

class Engine {
 public:
  struct LoadedRule {
    std::string name, description;
    Priority priority;
    std::vector<std::string> tags;
    bool enabled = true;  // false: not asked
    Place place;
    std::vector<std::string> calls;  // empty: every call
  };
  using Sink = std::function<void(const Match&)>;

  Engine(std::vector<RuleFile> files, EngineOptions options);
  // Calls `sink` for every rule that matches; how many did.
  size_t judge(const Event& event, const Sink& sink);
  // The rules alone, without outputs: the cheapest way to ask.
  size_t judge(const Event& event);

  const std::vector<Problem>& problems() const { return problems_; }
  size_t errors() const;
  const std::vector<LoadedRule>& rules() const { return rules_; }
  // The system calls that the enabled rules ask for, sorted. A rule that names none adds nothing:
  // it is asked of whatever comes (and load warns of it).
  std::vector<std::string> calls() const;

 private:
  struct Compiled {
    int node;
    Output output;
  };
  void add_rule(const Rule& rule, class Resolver& resolver);
  bool wanted(const Rule& rule) const;
  void warn_of_empty_fields(const Rule& rule, const std::vector<std::string>& names);
  template <typename F>
  size_t each_match(const Event& event, F&& found);

  EngineOptions options_;
  Program program_;
  std::vector<Problem> problems_;
  std::vector<LoadedRule> rules_;
  std::vector<Compiled> compiled_;              // beside rules_
  std::vector<std::vector<uint32_t>> by_call_;  // rules by the number of the call
  CallSet calls_;
  Run run_;
};

// Files as given; of a folder its *.yaml and *.yml by name. ERRORS: those of reading.
Result<std::vector<RuleFile>> read_rule_files(const std::vector<std::string>& paths);

}  // namespace seawall::guard::falco
