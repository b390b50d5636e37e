#include "scan/manifest_decisions.h"

#include <algorithm>

#include <fmt/format.h>

namespace seawall::scan {
namespace {

constexpr size_t kMostSubjects = 1000;  // of one rule; the rest is counted

bool reads(const policy::PolicyRule& rule, std::string_view name) {
  return std::find(rule.reads.begin(), rule.reads.end(), name) != rule.reads.end();
}

bool is_of_workloads(const policy::PolicyRule& rule) {
  return rule.pod_security || rule.asked_of == policy::AskedOf::kContainers ||
         reads(rule, "workload") || reads(rule, "object");
}

// Outcomes of one rule with one message are one.
void join(std::vector<RuleOutcome>& all, RuleOutcome outcome) {
  for (RuleOutcome& known : all) {
    if (known.rule_id != outcome.rule_id || known.verdict != outcome.verdict ||
        known.no_data != outcome.no_data) {
      continue;
    }
    for (std::string& subject : outcome.subjects) {
      if (known.subjects.size() < kMostSubjects) known.subjects.push_back(std::move(subject));
    }
    return;
  }
  all.push_back(std::move(outcome));
}

}  // namespace

std::string name_of(const inspect::ManifestObject& object, const std::string& path) {
  std::string name(object.kind);
  name += ' ';
  if (!object.namespace_name.empty()) name += std::string(object.namespace_name) + "/";
  name += object.name;
  return fmt::format("{} ({}:{})", name, path, object.line);
}

SplitPolicy split_policy(const policy::Policy& policy) {
  SplitPolicy split;
  for (policy::Policy* part : {&split.of_workloads, &split.of_the_rest}) {
    part->name = policy.name;
    part->digest = policy.digest;
    part->exceptions = policy.exceptions;
  }
  for (const policy::PolicyRule& rule : policy.rules) {
    (is_of_workloads(rule) ? split.of_workloads : split.of_the_rest).rules.push_back(rule);
  }
  return split;
}

ManifestDecisions::ManifestDecisions(const policy::Policy& policy, UnixSeconds now)
    : policy_(policy), evaluator_(policy), now_(now) {
  for (const policy::PolicyRule& rule : policy.rules) {
    if (rule.condition.find("podSecurity") != std::string::npos) wants_pod_security_ = true;
    if (rule.condition.find("riskyRoles") != std::string::npos) wants_roles_ = true;
  }
  if (wants_roles_) facts_.set_roles(&roles_);
}

void ManifestDecisions::know(const inspect::ManifestFile& file) {
  for (const inspect::ManifestObject& object : file.objects()) roles_.add(*object.node);
}

void ManifestDecisions::judge(const std::string& path, const inspect::ManifestFile& file) {
  if (policy_.rules.empty()) return;
  for (const inspect::ManifestObject& object : file.objects()) {
    for (const policy::WorkloadSubject& subject : facts_.of(object, wants_pod_security_)) {
      const auto facts = policy::Facts::of(*subject.facts);
      if (!facts.ok()) continue;  // our own facts are right
      Decision decision = evaluator_.decide(policy::Stage::kBuild, *facts, now_);
      if (decision.outcomes.empty()) continue;
      const std::string name = name_of(object, path);
      for (RuleOutcome& outcome : decision.outcomes) {
        std::string what = name;
        if (outcome.rule_id.starts_with("pss-")) {
          what += ": " + outcome.message;
        } else {
          for (const std::string& part : outcome.subjects) what += " " + part;
        }
        outcome.subjects = {std::move(what)};
        join(outcomes_, std::move(outcome));
      }
    }
  }
}

void ManifestDecisions::add_to(Decision& decision) const {
  for (const RuleOutcome& outcome : outcomes_) {
    decision.verdict = std::max(decision.verdict, outcome.verdict);
    join(decision.outcomes, outcome);
  }
  // Both judges have all exceptions: what one of them needed is needed.
  const std::vector<std::string> notes = evaluator_.exception_notes(now_);
  std::erase_if(decision.notes, [&](const std::string& note) {
    return std::find(notes.begin(), notes.end(), note) == notes.end();
  });
}

}  // namespace seawall::scan
