#include "policy/evaluator.h"

#include <algorithm>

#include <fmt/format.h>

#include "inspect/manifest/workloads.h"

namespace seawall::policy {
namespace {

size_t slot_of(std::string_view name) {
  const auto& names = condition_variables();
  return static_cast<size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

bool fits_id(std::string_view pattern, std::string_view id) {
  if (pattern == id) return true;
  return pattern.ends_with('*') && id.starts_with(pattern.substr(0, pattern.size() - 1));
}

// Whether what is missing is a fact that only objects with pods have.
bool is_about_pods(const PolicyRule& rule, std::string_view missing) {
  constexpr std::string_view kNoKey = "no such key: ";
  if (!missing.starts_with(kNoKey)) return false;
  const std::string_view key = missing.substr(kNoKey.size());
  for (const std::string_view one :
       {"pod", "podLabels", "podMetadata", "podSecurity", "riskyRoles", "serviceAccount"}) {
    if (key == one)
      return rule.condition.find(fmt::format("workload.{}", key)) != std::string::npos;
  }
  return false;
}

// A fact that is not there, as against a condition that is wrong.
bool is_missing(const cel::Value& error) {
  return error.error().message.starts_with("no such key") ||
         error.error().message.starts_with("got 'types.Null'");
}

}  // namespace

std::string_view to_string(RuleTrace::State state) {
  constexpr std::string_view kNames[] = {"other stage", "not matched", "spoke",   "silent",
                                         "no data",     "failed",      "excepted"};
  return kNames[static_cast<size_t>(state)];
}

// What came of asking one rule.
struct Evaluator::Asked {
  RuleOutcome outcome;
  bool held = false;
  std::string missing, failure;
  uint64_t cost = 0;
};

Evaluator::Evaluator(const Policy& policy)
    : policy_(policy),
      values_(condition_variables().size()),
      wanted_(condition_variables().size(), false),
      used_(policy.exceptions.size(), false),
      finding_slot_(slot_of("finding")),
      container_slot_(slot_of("container")),
      findings_slot_(slot_of("findings")) {
  for (const std::string& name : policy.facts_read()) wanted_[slot_of(name)] = true;
  wanted_[container_slot_] = true;
}

void Evaluator::set_variables(const Facts& facts, Stage stage, UnixSeconds now) {
  facts_arena_.reset();
  const FactSchema& schema = FactSchema::built_in();
  const auto& names = condition_variables();
  for (size_t i = 0; i < names.size(); ++i) {
    if (!wanted_[i]) continue;
    const Node& node = facts[names[i]];
    const Fact* fact = schema.root(names[i]);
    values_[i] = node.exists() && fact != nullptr ? schema.value_of(*fact, node, facts_arena_)
                                                  : cel::Value::null();
  }
  values_[slot_of("stage")] = cel::Value::string(to_string(stage));
  values_[slot_of("now")] = cel::Value::timestamp(now, 0);
}

Decision Evaluator::decide(Stage stage, const Facts& facts, UnixSeconds now,
                           std::vector<RuleTrace>* trace) {
  set_variables(facts, stage, now);
  spent_ = 0;
  Decision decision;
  decision.policy = policy_.name;
  decision.policy_digest = policy_.digest;
  for (const PolicyRule& rule : policy_.rules) {
    RuleTrace traced;
    traced.rule = &rule;
    if ((rule.stages & bit(stage)) == 0) {
      traced.state = RuleTrace::State::kOtherStage;
    } else if (!rule.match.fits(facts, now) ||
               (!rule.except.empty() && !rule.except.about_findings() &&
                rule.except.fits(facts, now))) {
      traced.state = RuleTrace::State::kNotMatched;
    } else {
      traced = ask(rule, facts, now, decision);
    }
    if (trace != nullptr) trace->push_back(std::move(traced));
  }
  for (const RuleOutcome& outcome : decision.outcomes) {
    decision.verdict = std::max(decision.verdict, outcome.verdict);
  }
  return decision;
}

RuleTrace Evaluator::ask(const PolicyRule& rule, const Facts& facts, UnixSeconds now,
                         Decision& decision) {
  RuleTrace trace;
  trace.rule = &rule;
  if (rule.pod_security) {
    ask_pod_security(rule, facts, now, trace, decision);
    return trace;
  }
  Asked asked;
  switch (rule.asked_of) {
    case AskedOf::kOnce:
      ask_once(rule, facts, asked);
      break;
    case AskedOf::kFindings:
      ask_findings(rule, facts, asked);
      break;
    case AskedOf::kContainers:
      ask_containers(rule, facts, asked);
      break;
  }
  trace.cost = asked.cost;
  RuleOutcome& outcome = asked.outcome;
  outcome.rule_id = rule.id;
  outcome.fix = rule.fix;
  if (!asked.failure.empty()) {
    trace.state = RuleTrace::State::kFailed;
    trace.detail = asked.failure;
    outcome.verdict = rule.action;
    outcome.message =
        fmt::format("{} (the condition could not be evaluated: {})", rule.message, asked.failure);
  } else if (asked.held) {
    trace.state = RuleTrace::State::kHeld;
    outcome.verdict = rule.action;
    outcome.message = message_of(rule);
  } else if (!asked.missing.empty()) {
    trace.state = RuleTrace::State::kNoData;
    trace.detail = asked.missing;
    outcome.verdict = rule.on_no_data;
    outcome.no_data = true;
    outcome.message = fmt::format("{} (cannot say: {})", rule.message, asked.missing);
  } else {
    return trace;
  }
  if (outcome.verdict == Verdict::kAllow) return trace;
  if (!set_aside(rule, facts, now, outcome, trace)) {
    decision.outcomes.push_back(std::move(outcome));
  }
  return trace;
}

// Whether the condition is true of the variables as they are; else what was missing or wrong is
// noted.
bool Evaluator::holds(const PolicyRule& rule, Asked& asked) {
  if (spent_ > cel::kRuntimeCostBudget) {
    asked.failure = "the policy's conditions together cost more than is allowed";
    return false;
  }
  const cel::Value value = evaluation_.run(*rule.program, values_);
  spent_ += evaluation_.cost();
  asked.cost += evaluation_.cost();
  if (value.is(cel::Kind::kBool)) return value.boolean();
  if (!value.is_error()) {
    asked.failure = fmt::format("it gives {}, not true or false", cel::type_of(value)->name);
  } else if (is_missing(value)) {
    asked.missing = value.error().message;
  } else {
    asked.failure = value.error().message;
  }
  return false;
}

void Evaluator::ask_once(const PolicyRule& rule, const Facts& facts, Asked& asked) {
  asked.held = holds(rule, asked);
  if (!asked.missing.empty() && is_about_pods(rule, asked.missing) && facts["object"].is_object() &&
      !facts["workload"]["pod"].exists()) {
    asked.missing.clear();  // the object is known, and it has no pods
  }
}

void Evaluator::ask_findings(const PolicyRule& rule, const Facts& facts, Asked& asked) {
  const Node& findings = facts["findings"];
  if (!findings.is_array()) {
    asked.missing = "findings are not known";
    return;
  }
  for (uint32_t i = 0; i < findings.size(); ++i) {
    const Node& finding = findings[static_cast<size_t>(i)];
    if (!rule.match.fits_finding(finding)) continue;
    if (rule.except.about_findings() && rule.except.fits_finding(finding)) continue;
    values_[finding_slot_] = values_[findings_slot_].at(i);
    if (holds(rule, asked)) asked.outcome.findings.push_back(i);
  }
  asked.held = !asked.outcome.findings.empty();
}

void Evaluator::ask_containers(const PolicyRule& rule, const Facts& facts, Asked& asked) {
  if (facts["container"].exists()) return ask_once(rule, facts, asked);
  const Node& pod = facts["workload"]["pod"];
  if (!pod.exists()) {
    if (!facts["workload"].exists()) asked.missing = "the workload is not known";
    return;  // an object without pods has no containers
  }
  for (const inspect::PodContainer& container : inspect::containers_of(pod)) {
    values_[container_slot_] = cel::Value::of(*container.node);
    const std::string missing_before = asked.missing;
    asked.missing.clear();
    const bool held = holds(rule, asked);
    if (held || !asked.missing.empty()) {
      asked.outcome.subjects.push_back(fmt::format("container {}", container.name));
    }
    if (asked.missing.empty()) asked.missing = missing_before;
    asked.held = asked.held || held;
  }
}

void Evaluator::ask_pod_security(const PolicyRule& rule, const Facts& facts, UnixSeconds now,
                                 RuleTrace& trace, Decision& decision) {
  const Node& workload = facts["workload"];
  if (!workload.exists()) {
    trace.state = RuleTrace::State::kNoData;
    trace.detail = "the workload is not known";
    return;
  }
  if (!workload["pod"].exists()) return;  // no pods, nothing to judge
  const inspect::PodSecurityVerdict verdict =
      inspect::evaluate_pod_security(*rule.pod_security, workload["podMetadata"], workload["pod"]);
  const auto speak = [&](std::string check, std::string message, std::vector<std::string> where) {
    RuleOutcome outcome;
    outcome.rule_id = rule.id + "/" + check;
    outcome.verdict = rule.action;
    outcome.message = std::move(message);
    outcome.subjects = std::move(where);
    trace.state = RuleTrace::State::kHeld;
    if (!set_aside(rule, facts, now, outcome, trace)) {
      decision.outcomes.push_back(std::move(outcome));
    }
  };
  for (const inspect::PodSecurityViolation& violation : verdict.violations) {
    std::vector<std::string> where;
    for (const inspect::FieldPlace& field : violation.fields) where.push_back(field.json_path);
    speak(std::string(violation.check),
          violation.detail.empty() ? std::string(violation.reason)
                                   : fmt::format("{} ({})", violation.reason, violation.detail),
          std::move(where));
  }
  for (const inspect::UnreadableField& field : verdict.unreadable) {
    speak("unreadable", field.message, {field.field.json_path});
  }
}

// Takes away from an outcome what exceptions are about; true when nothing is left of it.
bool Evaluator::set_aside(const PolicyRule& rule, const Facts& facts, UnixSeconds now,
                          RuleOutcome& outcome, RuleTrace& trace) {
  const Node& findings = facts["findings"];
  for (size_t i = 0; i < policy_.exceptions.size(); ++i) {
    const PolicyException& exception = policy_.exceptions[i];
    if (now >= exception.ends || !exception.match.fits(facts, now)) continue;
    if (!fits_id(exception.rule, rule.id) && !fits_id(exception.rule, outcome.rule_id)) continue;
    if (!exception.match.about_findings()) {
      used_[i] = true;
      trace.state = RuleTrace::State::kExcepted;
      trace.detail =
          fmt::format("{} ({}, until {})", exception.reason, exception.owner, exception.expires);
      return true;
    }
    const size_t before = outcome.findings.size();
    std::erase_if(outcome.findings,
                  [&](size_t index) { return exception.match.fits_finding(findings[index]); });
    if (outcome.findings.size() == before) continue;
    used_[i] = true;
    if (outcome.findings.empty()) {
      trace.state = RuleTrace::State::kExcepted;
      trace.detail =
          fmt::format("{} ({}, until {})", exception.reason, exception.owner, exception.expires);
      return true;
    }
  }
  return false;
}

std::string Evaluator::message_of(const PolicyRule& rule) {
  if (!rule.message_program) return rule.message;
  const cel::Value text = evaluation_.run(*rule.message_program, values_);
  if (text.is(cel::Kind::kString) && !text.string().empty()) return std::string(text.string());
  return rule.message.empty() ? rule.id : rule.message;
}

std::vector<std::string> Evaluator::exception_notes(UnixSeconds now) const {
  std::vector<std::string> notes;
  for (size_t i = 0; i < policy_.exceptions.size(); ++i) {
    const PolicyException& exception = policy_.exceptions[i];
    const std::string where = fmt::format("{}:{}", exception.file, exception.line);
    if (now >= exception.ends) {
      notes.push_back(fmt::format("{}: the exception to {} ended on {} ({})", where, exception.rule,
                                  exception.expires, exception.owner));
    } else if (!used_[i]) {
      notes.push_back(fmt::format("{}: nothing needed the exception to {} ({})", where,
                                  exception.rule, exception.owner));
    }
  }
  return notes;
}

}  // namespace seawall::policy
