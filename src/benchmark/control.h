// Controls: the requirements of benchmarks as data (content/controls/*.yaml), judged over the facts
// of a host (docs/formats/host-facts.md).
//
// The shape of every rule (rules/rule.h) with, in the middle:
//
//   level: 1                 # of the benchmark
//   assessment: automated    # what the benchmark calls it: automated or manual
//   applies: 'docker != null'           # else not_applicable
//   each: containers         # asked of every element, which is `item`; else asked once
//   where: ['item.role == "shadow"', 'item.exists']     # of which elements; asked in this order
//   pass: '!item.host.privileged'
//   evidence: ['item.host.privileged', 'item.kernel.capabilities.effective']
//   look: {en: ..., fr: ...} # instead of pass: what a person has to look at
//   fix: {en: ..., fr: ..., patch: '"icc": false in /etc/docker/daemon.json'}
//   examples: {pass: [FACTS...], fail: [FACTS...]}      # of controls with `look`: any facts
//
// Conditions are CEL with every member of the facts as a variable (null when the document has no
// such member), `now` (when the facts were collected), and benchmark functions (host_library.h).
// A control with `pass` may still have `look`, for what the condition cannot see.
//
//   SEAWALL_TRY(const ControlSet controls, ControlSet::built_in());
//
// ERRORS: kMalformed naming file and line: what rules/rule.h demands, an unknown key, a condition
// that does not compile. THREADS: a ControlSet is immutable.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cel/environment.h"
#include "model/host_report.h"
#include "rules/rule.h"

namespace seawall::benchmark {

struct Expression {
  std::string text;
  cel::Program program;
  std::vector<std::string> reads;  // "docker.effective.icc", "item.mounts[].source"
};

struct Control {
  rules::Rule rule;
  int level = 0;
  bool automated = true;
  std::string each;  // the list that it is asked of; empty: asked once
  std::optional<Expression> applies, pass;
  std::vector<Expression> where, evidence;
  ControlText look;
  std::string patch;
  std::string section;  // "2"; of those that no benchmark has the name of their file: "kernel"
  const Node* examples = nullptr;

  // Its number in a benchmark ("cis-docker-1.8.0"); empty when it is not part of it.
  std::string number_in(std::string_view benchmark) const;
};

// A list of controls that people know by name.
struct Benchmark {
  std::string name, title;                      // "cis-docker-1.8.0", "CIS Docker 1.8.0"
  std::map<std::string, ControlText> sections;  // "1": {"Host configuration", ...}
};

class ControlSet {
 public:
  static Result<ControlSet> built_in();
  // Files by name; for tests and `--controls DIR`.
  static Result<ControlSet> load(const std::vector<std::pair<std::string, std::string>>& files);

  const std::vector<Control>& controls() const { return controls_; }
  // From content/controls/benchmarks.yaml, the default first.
  const std::vector<Benchmark>& benchmarks() const { return benchmarks_; }
  const Benchmark* benchmark(std::string_view name) const;
  // By id, by alias with or without its benchmark ("2.2" of `benchmark`), or by section ("2").
  std::vector<const Control*> named(std::string_view word, std::string_view benchmark) const;

 private:
  std::unique_ptr<cel::Environment> conditions_;  // programs read its types
  std::vector<rules::RuleFile> files_;
  std::vector<Control> controls_;
  std::vector<Benchmark> benchmarks_;
};

// The variables of conditions: members of the facts, then `now` and `item`.
const std::vector<std::string_view>& fact_names();

}  // namespace seawall::benchmark
