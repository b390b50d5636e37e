#include "scan/admission_decisions.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/strings.h"
#include "scan/manifest_decisions.h"

namespace seawall::scan {
namespace {

constexpr size_t kMostSubjects = 1000;    // of one outcome
constexpr size_t kMostOutcomes = 10'000;  // of all policies

Verdict verdict_of(policy::AdmissionAction action) {
  switch (action) {
    case policy::AdmissionAction::kDeny:
      return Verdict::kDeny;
    case policy::AdmissionAction::kWarn:
      return Verdict::kWarn;
    case policy::AdmissionAction::kAudit:
      return Verdict::kAudit;
  }
  return Verdict::kDeny;
}

// "policy/binding/rule", of what there is.
std::string rule_of(const policy::AdmissionMessage& message) {
  std::string id = message.policy;
  for (const std::string* part : {&message.binding, &message.rule}) {
    if (!part->empty()) id += "/" + *part;
  }
  return id;
}

// Expressions of several lines stand in messages.
std::string on_one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!space) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  return line;
}

policy::AdmissionRequest request_of(const inspect::ManifestObject& object) {
  auto request = policy::AdmissionRequest::of_object(*object.node, "default");
  if (!request.kind.empty()) return request;
  // An item of a typed list, which has them from its list.
  std::tie(request.group, request.version) = policy::split_api_version(object.api_version);
  request.kind = object.kind;
  request.resource = policy::resource_of_kind(object.kind);
  if (policy::is_cluster_kind(object.kind) && object.namespace_name.empty()) {
    request.name_space.clear();
  }
  return request;
}

class Outcomes {
 public:
  explicit Outcomes(ScanReport& report) : report_(report) {}

  void add(const policy::AdmissionMessage& message, const std::string& subject) {
    RuleOutcome outcome;
    outcome.rule_id = rule_of(message);
    outcome.verdict = verdict_of(message.action);
    outcome.message = on_one_line(message.message);
    Decision& decision = report_.decision;
    decision.verdict = std::max(decision.verdict, outcome.verdict);
    const auto key = std::make_tuple(outcome.rule_id, outcome.verdict, outcome.message);
    auto known = places_.find(key);
    if (known == places_.end()) {
      if (places_.size() >= kMostOutcomes) return too_many();
      known = places_.emplace(key, decision.outcomes.size()).first;
      decision.outcomes.push_back(std::move(outcome));
    }
    auto& subjects = decision.outcomes[known->second].subjects;
    if (subjects.size() < kMostSubjects) subjects.push_back(subject);
  }
  // Said once, however many objects it concerns.
  void problem(const std::string& where, const std::string& text, Code code) {
    if (problems_.insert(where + text).second) report_.problems.push_back({where, text, "", code});
  }

 private:
  void too_many() { problem("", "there are too many violations to name them all", Code::kLimit); }

  ScanReport& report_;
  std::map<std::tuple<std::string, Verdict, std::string>, size_t> places_;
  std::set<std::string> problems_;
};

}  // namespace

void AdmissionDecisions::know(const std::string& path, const inspect::ManifestFile& file) {
  if (policies_ != nullptr) files_.emplace_back(path, &file);
}

void AdmissionDecisions::add_to(ScanReport& report) {
  if (policies_ == nullptr) return;
  Outcomes outcomes(report);
  for (const Error& error : policies_->problems()) {
    // Of what is not supported, each object says so that it would judge.
    if (error.code() != Code::kUnsupported) {
      outcomes.problem(error.where(), error.message(), error.code());
    }
  }
  for (const Error& error : policies_->unused()) report.decision.notes.push_back(error.text());
  std::vector<const Node*> namespaces, parameters = policies_->others();
  for (const auto& [path, file] : files_) {
    for (const inspect::ManifestObject& object : file->objects()) parameters.push_back(object.node);
  }
  for (const Node* node : parameters) {
    if ((*node)["kind"].string() == "Namespace") namespaces.push_back(node);
  }
  policy::AdmissionContext context;
  context.namespaces = namespaces;
  context.parameters = parameters;
  policy::AdmissionEvaluator evaluator(*policies_);
  for (const auto& [path, file] : files_) {
    for (const inspect::ManifestObject& object : file->objects()) {
      const auto verdict = evaluator.evaluate(request_of(object), context);
      const std::string subject = name_of(object, path);
      for (const policy::AdmissionMessage& message : verdict.messages) {
        outcomes.add(message, subject);
      }
      for (const std::string& text : verdict.problems) {
        outcomes.problem(path, text, Code::kUnsupported);
      }
    }
  }
}

}  // namespace seawall::scan
