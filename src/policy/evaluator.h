// Evaluator: a policy's decision of a set of facts, the same at every stage.
//
//   Evaluator evaluator(policy);                       // one a thread, used again and again
//   const Decision decision = evaluator.decide(Stage::kScan, facts, now());
//
// A condition that asks for a fact that is not known has no data: the rule speaks as its onNoData
// says, which by default is as if the condition held. A condition that fails otherwise (a division
// by zero, the cost limit) speaks as its action says. FAILURE: closed. COST: about a microsecond a
// condition. LIMITS: the cost of Kubernetes, kPerCallLimit a condition and kRuntimeCostBudget all
// together; what goes beyond fails. THREADS: an Evaluator belongs to one thread.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "cel/environment.h"
#include "model/finding.h"
#include "policy/facts.h"
#include "policy/policy.h"
#include "policy/stage.h"

namespace seawall::policy {

// What one rule did, for `policy explain`.
struct RuleTrace {
  const PolicyRule* rule = nullptr;
  enum class State : uint8_t {
    kOtherStage,
    kNotMatched,
    kHeld,    // the condition was true: it spoke
    kSilent,  // false
    kNoData,
    kFailed,
    kExcepted,  // it held, and an exception set it aside
  } state = State::kSilent;
  std::string detail;  // the error, or the exception
  uint64_t cost = 0;
};
std::string_view to_string(RuleTrace::State state);

class Evaluator {
 public:
  explicit Evaluator(const Policy& policy);
  // Outcomes in the order of the rules. `trace`, when given, gets an entry a rule.
  Decision decide(Stage stage, const Facts& facts, UnixSeconds now,
                  std::vector<RuleTrace>* trace = nullptr);
  // Exceptions that set something aside in any decision so far, by their place in the policy.
  const std::vector<bool>& used() const { return used_; }
  // Notes on exceptions that have ended or that no decision so far needed.
  std::vector<std::string> exception_notes(UnixSeconds now) const;

 private:
  struct Asked;
  void set_variables(const Facts& facts, Stage stage, UnixSeconds now);
  RuleTrace ask(const PolicyRule& rule, const Facts& facts, UnixSeconds now, Decision& decision);
  void ask_once(const PolicyRule& rule, const Facts& facts, Asked& asked);
  void ask_findings(const PolicyRule& rule, const Facts& facts, Asked& asked);
  void ask_containers(const PolicyRule& rule, const Facts& facts, Asked& asked);
  void ask_pod_security(const PolicyRule& rule, const Facts& facts, UnixSeconds now,
                        RuleTrace& trace, Decision& decision);
  bool holds(const PolicyRule& rule, Asked& asked);
  bool set_aside(const PolicyRule& rule, const Facts& facts, UnixSeconds now, RuleOutcome& outcome,
                 RuleTrace& trace);
  std::string message_of(const PolicyRule& rule);

  const Policy& policy_;
  cel::Evaluation evaluation_;
  Arena facts_arena_;
  std::vector<cel::Value> values_;  // by slot
  std::vector<bool> wanted_;        // slots that the policy reads
  std::vector<bool> used_;
  uint64_t spent_ = 0;
  size_t finding_slot_ = 0, container_slot_ = 0, findings_slot_ = 0;
};

}  // namespace seawall::policy
