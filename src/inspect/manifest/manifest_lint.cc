#include "inspect/manifest/manifest_lint.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "base/log.h"
#include "base/strings.h"
#include "base/thread_pool.h"
#include "inspect/compose/ignores.h"
#include "inspect/manifest/manifest_exceptions.h"
#include "inspect/manifest/pod_security.h"

namespace seawall::inspect {
namespace {

using cel::Value;

// A node and its path in the document.
struct Place {
  const Node* node;
  std::string json_path;
};

// The field below, or the last one on the way that is there.
ObjectFault fault_at(const Place& from, std::string_view field, std::string_view container) {
  ObjectFault fault{from.node->line(), from.json_path, {}, std::string(container)};
  const Node* at = from.node;
  while (!field.empty()) {
    const auto [key, rest] = split_once(field, '.');
    at = &(*at)[key];
    if (at->exists()) fault.line = at->line();
    fault.json_path = json_path_of(fault.json_path, key);
    field = rest;
  }
  if (!at->exists() || at->is_null()) fault.words = "not set";
  return fault;
}

Place at_path(Place from, std::string_view path) {
  while (!path.empty()) {
    const auto [key, rest] = split_once(path, '.');
    from = {&(*from.node)[key], json_path_of(from.json_path, key)};
    path = rest;
  }
  return from;
}

std::string name_of(const ManifestObject& object) {
  std::string name(object.kind);
  name.append(" ");
  if (!object.namespace_name.empty()) name.append(object.namespace_name).append("/");
  return printable(name.append(object.name).substr(0, 300));
}

Value value_of(const Node& node) {
  return node.exists() ? Value::of(node) : Value::null();
}

// Asks the rules of one file's objects.
class FileJudge {
 public:
  FileJudge(const ManifestSource& source, const ObjectSet& set,
            const std::vector<const ManifestRule*>& rules)
      : file_(*source.file), set_(set), rules_(rules), comments_(source.text) {}

  ManifestLint judge() {
    if (comments_.overflow()) {
      lint_.problems.push_back(limit_reached(
          fmt::format("only the first {} ignore comments count", IgnoreComments::kMostIgnores)));
    }
    for (const ManifestObject& object : file_.objects()) judge_object(object);
    for (const auto& [id, count] : counts_) {
      if (count <= ManifestLint::kMostFindings) continue;
      lint_.problems.push_back(limit_reached(
          fmt::format("{}: {} more findings are not shown; {} are shown of one rule", id,
                      count - ManifestLint::kMostFindings, ManifestLint::kMostFindings)));
    }
    std::stable_sort(
        lint_.findings.begin(), lint_.findings.end(), [](const Finding& a, const Finding& b) {
          return std::tie(a.location.line, a.rule_id) < std::tie(b.location.line, b.rule_id);
        });
    return std::move(lint_);
  }

 private:
  void judge_object(const ManifestObject& object) {
    object_ = &object;
    exceptions_ = {};
    exceptions_.add((*object.node)["metadata"], true);
    values_ = {};
    values_[kObject] = Value::of(*object.node);
    const std::vector<PodTemplate> pods = pod_templates(object);
    for (const PodTemplate& pod : pods) {
      if (pod.metadata != &(*object.node)["metadata"]) exceptions_.add(*pod.metadata, false);
    }
    ask_of(AskedOf::kObject, {object.node, object.json_path}, {}, true);
    for (const PodTemplate& pod : pods) judge_pod(pod);
  }

  void judge_pod(const PodTemplate& pod) {
    values_[kPod] = value_of(*pod.spec);
    values_[kTemplate] = value_of(*pod.metadata);
    const Place spec{pod.spec, pod.spec_path};
    ask_of(AskedOf::kPod, spec, {}, true);
    ask_pod_security(pod);
    for (const PodContainer& container : containers_of(*pod.spec)) {
      if (!container.node->is_object()) continue;  // pod security tells of it
      values_[kContainer] = Value::of(*container.node);
      ask_of(AskedOf::kContainer, {container.node, path_of(container, pod.spec_path)},
             container.name, container.kind == ContainerKind::kRegular);
    }
    values_[kContainer] = values_[kItem] = Value::null();
  }

  void ask_of(AskedOf of, const Place& place, std::string_view container, bool regular) {
    for (const ManifestRule* rule : rules_) {
      if (rule->of != of || !rule->asks(object_->kind) || (rule->only_regular && !regular))
        continue;
      if (rule->check != nullptr) {
        ObjectFaults faults;
        rule->check(set_, *object_, faults);
        for (ObjectFault& fault : faults.take()) add(*rule, std::move(fault));
      } else if (rule->breaks && rule->each.empty()) {
        values_[kItem] = Value::null();
        ask(*rule, place, container);
      } else if (rule->breaks) {
        const Place list = at_path(place, rule->each);
        for (size_t i = 0; i < list.node->items().size(); ++i) {
          const Node& item = list.node->items()[i];
          values_[kItem] = Value::of(item);
          ask(*rule, {&item, json_path_of(list.json_path, i)}, container);
        }
      }
    }
  }

  void ask(const ManifestRule& rule, const Place& place, std::string_view container) {
    const Value answer = evaluation_.run(*rule.breaks, values_);
    if (answer.is(cel::Kind::kBool)) {
      if (answer.boolean()) add(rule, fault_at(place, rule.field, container));
      return;
    }
    if (lint_.problems.size() >= kMostProblems) return;
    const std::string why =
        answer.is_error() ? std::string(answer.error().message) : std::string("no yes or no");
    lint_.problems.push_back(
        malformed(fmt::format("line {}: {} could not be asked of {}: {}", object_->line,
                              rule.rule.id, name_of(*object_), printable(why))));
  }

  void ask_pod_security(const PodTemplate& pod) {
    if (std::none_of(rules_.begin(), rules_.end(),
                     [](const ManifestRule* rule) { return !rule->pod_security.empty(); }))
      return;
    for (const PodSecurityLevel level :
         {PodSecurityLevel::kBaseline, PodSecurityLevel::kRestricted}) {
      const PodSecurityVerdict verdict = evaluate_pod_security({level}, pod);
      for (const PodSecurityViolation& violation : verdict.violations) {
        for (const ManifestRule* rule : rules_) {
          if (rule->pod_security == violation.check && is_of_level(*rule, level))
            add_violation(*rule, violation);
        }
      }
    }
  }

  // Checks of baseline are made at both levels, and count once.
  static bool is_of_level(const ManifestRule& rule, PodSecurityLevel level) {
    static const auto checks = pod_security_checks();
    return std::any_of(checks.begin(), checks.end(), [&](const PodSecurityCheck& check) {
      return check.id == rule.pod_security && check.level == level;
    });
  }

  void add_violation(const ManifestRule& rule, const PodSecurityViolation& violation) {
    const std::string words =
        violation.detail.empty() ? std::string(violation.reason) : violation.detail;
    for (const FieldPlace& field : violation.fields)
      add(rule, {field.line, field.json_path, words, container_at(field.json_path)});
  }

  // The name of the container that a path of a pod's leads into.
  std::string container_at(std::string_view json_path) const {
    for (const PodTemplate& pod : pod_templates(*object_)) {
      for (const PodContainer& container : containers_of(*pod.spec)) {
        const std::string own = path_of(container, pod.spec_path);
        if (json_path.starts_with(own) &&
            (json_path.size() == own.size() || json_path[own.size()] == '.'))
          return std::string(container.name);
      }
    }
    return {};
  }

  void add(const ManifestRule& rule, ObjectFault fault) {
    if (++counts_[rule.rule.id] > ManifestLint::kMostFindings) return;
    Finding finding;
    finding.kind = FindingKind::kMisconfiguration;
    finding.rule_id = rule.rule.id;
    finding.severity = rule.rule.severity;
    finding.title = rule.rule.title.en;
    finding.aliases = rule.rule.aliases;
    finding.remediation = rule.rule.fix.en;
    finding.references = rule.rule.references;
    finding.controls = rule.rule.frameworks;
    finding.location.line = fault.line != 0 ? fault.line : object_->line;
    finding.evidence = evidence_of(fault);
    finding.suppression = set_aside(rule, fault);
    lint_.findings.push_back(std::move(finding));
  }

  std::string evidence_of(const ObjectFault& fault) const {
    std::string text = name_of(*object_);
    if (!fault.container.empty())
      text += fmt::format(" container {}", printable(fault.container.substr(0, 80)));
    if (!fault.json_path.empty()) text += ": " + printable(fault.json_path.substr(0, 300));
    if (!fault.words.empty()) text += ": " + printable(fault.words.substr(0, 300));
    return text;
  }

  Suppression set_aside(const ManifestRule& rule, const ObjectFault& fault) const {
    for (const uint32_t line : {fault.line, object_->line}) {
      if (const IgnoreComment* comment = comments_.find(rule.rule, line)) {
        Suppression out;
        out.by = "inline";
        out.source = "comment";
        out.reason = comment->reason;
        return out;
      }
    }
    return exceptions_.find(rule, fault.container);
  }

  static constexpr size_t kMostProblems = 100;
  const ManifestFile& file_;
  const ObjectSet& set_;
  const std::vector<const ManifestRule*>& rules_;
  IgnoreComments comments_;
  cel::Evaluation evaluation_;
  std::array<Value, kRuleVariables> values_;
  const ManifestObject* object_ = nullptr;
  ManifestExceptions exceptions_;
  std::map<std::string_view, size_t> counts_;
  ManifestLint lint_;
};

const std::vector<ManifestRule>& built_in_rules() {
  static const std::vector<ManifestRule> rules = [] {
    auto loaded = load_manifest_rules();
    if (!loaded.ok()) log_error("the built-in rules on manifests: " + loaded.error().text());
    return std::move(loaded).value_or({});
  }();
  return rules;
}

}  // namespace

std::vector<ManifestLint> lint_manifests(std::span<const ManifestSource> sources,
                                         const std::vector<ManifestRule>& rules,
                                         const std::vector<std::string>& ignored_ids,
                                         unsigned jobs) {
  std::vector<const ManifestRule*> asked;
  for (const ManifestRule& rule : rules) {
    if (std::none_of(ignored_ids.begin(), ignored_ids.end(),
                     [&](const std::string& id) { return names_rule(id, rule.rule); }))
      asked.push_back(&rule);
  }
  ObjectSet set;
  for (const ManifestSource& source : sources) set.add(*source.file);
  set.connect();
  std::vector<ManifestLint> out(sources.size());
  parallel_for(sources.size(), jobs,
               [&](size_t i) { out[i] = FileJudge(sources[i], set, asked).judge(); });
  return out;
}

void inspect_manifest(const FileInput& file, InspectorSink& sink) {
  if (!may_hold_manifest(file.content)) return;
  const ManifestFile manifest = ManifestFile::read(file.content, file.limits);
  const auto& documents = manifest.documents();
  if (std::none_of(documents.begin(), documents.end(), [&](const Document& document) {
        return looks_like_manifest(file.path, document.root());
      }))
    return;
  // What refers to other files is asked by `seawall lint`, which has them all.
  static const std::vector<std::string> across = [] {
    std::vector<std::string> ids;
    for (const ManifestRule& rule : built_in_rules()) {
      if (rule.check != nullptr && rule.across) ids.push_back(rule.rule.id);
    }
    return ids;
  }();
  const ManifestSource source[] = {{file.content, &manifest}};
  ManifestLint lint = std::move(lint_manifests(source, built_in_rules(), across, 1).front());
  for (Finding& finding : lint.findings) {
    set_fingerprint(finding);
    sink.finding(std::move(finding));
  }
  for (Error& problem : lint.problems) sink.problem(std::move(problem));
  for (const Error& problem : manifest.problems()) sink.problem(problem);
}

}  // namespace seawall::inspect
