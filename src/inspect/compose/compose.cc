// Rules, the run over a file, and the inspector.
#include "inspect/compose/compose.h"

#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "base/content.h"
#include "base/log.h"
#include "base/strings.h"
#include "inspect/compose/checks.h"
#include "inspect/compose/ignores.h"

namespace seawall::inspect {
namespace {

constexpr std::string_view kFile = "compose/compose.yaml";
// One says what a value looks like, the other only what its name says: the first speaks.
constexpr std::string_view kByFormat = "secret-format", kByName = "secret-variable";

std::vector<std::string> texts_of(const Node& node) {
  std::vector<std::string> out;
  for (const Node& item : node.items()) out.push_back(written(item));
  return out;
}

std::string shorten(std::string_view text, size_t most) {
  if (text.size() <= most) return printable(text);
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
  return printable(text.substr(0, most)) + "...";
}

Finding finding_of(const rules::Rule& rule, const ComposeObservation& seen) {
  Finding finding;
  finding.kind = FindingKind::kMisconfiguration;
  finding.rule_id = rule.id;
  finding.severity = rule.severity;
  finding.title = rule.title.en;
  finding.evidence = seen.evidence;
  finding.secret_hash = seen.secret_hash;
  finding.aliases = rule.aliases;
  finding.remediation = rule.fix.en;
  finding.references = rule.references;
  finding.controls = rule.frameworks;
  finding.location.line = seen.line;
  return finding;
}

void set_aside(Finding& finding, const IgnoreComment& comment) {
  finding.suppression.by = "inline";
  finding.suppression.source = "comment";
  finding.suppression.reason = comment.reason;
}

void run_rule(const ComposeFile& file, const ComposeRule& rule, const IgnoreComments& comments,
              std::set<uint32_t>& by_format, ComposeLint& lint) {
  ComposeObservations seen;
  rule.check(file, rule, seen);
  const bool format = rule.check == find_compose_check(kByFormat);
  const bool name = rule.check == find_compose_check(kByName);
  for (const ComposeObservation& one : seen.all()) {
    if (format) by_format.insert(one.line);
    if (name && by_format.contains(one.line)) continue;
    Finding finding = finding_of(rule.rule, one);
    if (const auto* comment = comments.find(rule.rule, one.line)) set_aside(finding, *comment);
    set_fingerprint(finding);
    lint.findings.push_back(std::move(finding));
  }
  if (seen.left_out() != 0) {
    lint.problems.push_back(
        limit_reached(fmt::format("{}: {} more findings are not shown; {} are shown of one rule",
                                  rule.rule.id, seen.left_out(), ComposeRule::kMostFindings)));
  }
}

bool is_ignored(const rules::Rule& rule, const std::vector<std::string>& ids) {
  return std::any_of(ids.begin(), ids.end(),
                     [&](const std::string& id) { return names_rule(id, rule); });
}

ComposeLint judge(const ComposeFile& file, std::string_view text,
                  const std::vector<ComposeRule>& rules, const std::vector<std::string>& ignored) {
  ComposeLint lint;
  lint.problems = file.problems();
  const IgnoreComments comments(text);
  if (comments.overflow()) {
    lint.problems.push_back(limit_reached(
        fmt::format("only the first {} ignore comments count", IgnoreComments::kMostIgnores)));
  }
  std::set<uint32_t> by_format;
  // Formats first: what they see the names need not say again.
  for (const bool format : {true, false}) {
    for (const ComposeRule& rule : rules) {
      if ((rule.check == find_compose_check(kByFormat)) == format &&
          !is_ignored(rule.rule, ignored))
        run_rule(file, rule, comments, by_format, lint);
    }
  }
  std::sort(lint.findings.begin(), lint.findings.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.location.line, a.rule_id, a.evidence) <
           std::tie(b.location.line, b.rule_id, b.evidence);
  });
  return lint;
}

// The names that Compose and its users give their files.
bool is_compose_name(std::string_view path) {
  const std::string name = to_lower(path.substr(path.rfind('/') + 1));
  if (!name.ends_with(".yml") && !name.ends_with(".yaml")) return false;
  return name.find("compose") != name.npos || name.starts_with("docker-stack");
}

bool runs_something(const Node& service) {
  for (const char* key : {"image", "build", "extends", "provider"}) {
    if (service[key].exists()) return true;
  }
  return false;
}

// Any other YAML file costs this look only.
bool may_be_compose(std::string_view text) {
  for (size_t at = text.find("services"); at != text.npos; at = text.find("services", at + 1)) {
    const char before = at == 0 ? '\n' : text[at - 1];
    if (before == '\n' || before == '"' || before == '\'' || before == '{') return true;
  }
  return false;
}

const std::vector<ComposeRule>& built_in_rules() {
  static const std::vector<ComposeRule> rules = [] {
    auto loaded = load_compose_rules();
    if (!loaded.ok()) log_error("the built-in rules on Compose files: " + loaded.error().text());
    return std::move(loaded).value_or({});
  }();
  return rules;
}

}  // namespace

void ComposeObservations::add(std::string_view kind, std::string_view name, std::string_view what,
                              uint32_t line, std::string secret_hash) {
  if (all_.size() >= ComposeRule::kMostFindings) {
    ++left_out_;
    return;
  }
  all_.push_back({fmt::format("{} {}: {}", kind, shorten(name, 80), shorten(what, 200)), line,
                  std::move(secret_hash)});
}

ComposeCheck find_compose_check(std::string_view name) {
  for (const auto table : {value_checks(), host_checks(), secret_checks()}) {
    for (const NamedComposeCheck& one : table) {
      if (one.name == name) return one.check;
    }
  }
  return nullptr;
}

Result<std::vector<ComposeRule>> load_compose_rules() {
  SEAWALL_TRY(const rules::RuleFile file, rules::load_rules(built_in_content(kFile), kFile));
  std::vector<ComposeRule> out;
  for (size_t i = 0; i < file.rules().size(); ++i) {
    const Node& node = file.node(i);
    const std::string_view name = node["check"].string();
    const ComposeCheck check = find_compose_check(name);
    if (!check) {
      return malformed(fmt::format("there is no check \"{}\"", name))
          .at(fmt::format("{}:{}", kFile, file.rules()[i].line));
    }
    out.push_back({file.rules()[i], check, texts_of(node["keys"]), texts_of(node["values"]),
                   texts_of(node["except"]), texts_of(node["examples"]["pass"]),
                   texts_of(node["examples"]["fail"])});
  }
  return out;
}

ComposeLint lint_compose(std::string_view text, const std::vector<ComposeRule>& rules,
                         const std::vector<std::string>& ignored_ids, const Limits& limits) {
  ComposeLint lint;
  const auto file = ComposeFile::parse(text, limits);
  if (!file.ok()) {
    lint.problems.push_back(file.error());
    return lint;
  }
  const auto& documents = file->documents();
  if (std::none_of(documents.begin(), documents.end(),
                   [](const Document& document) { return document.root().is_object(); })) {
    lint.problems.push_back(
        malformed("it is no Compose file: a mapping with services is expected"));
    return lint;
  }
  return judge(*file, text, rules, ignored_ids);
}

bool looks_like_compose(std::string_view path, const Node& root) {
  const Node& services = root["services"];
  if (services.size() == 0 || !services.is_object()) return false;
  if (root["apiVersion"].exists() && root["kind"].exists()) return false;
  bool runs = is_compose_name(path);
  for (const Member& service : services.members()) {
    if (service.value.is_null() && is_compose_name(path)) continue;
    if (!service.value.is_object()) return false;
    runs = runs || runs_something(service.value);
  }
  return runs;
}

void inspect_compose(const FileInput& file, InspectorSink& sink) {
  if (!may_be_compose(file.content)) return;
  auto parsed = ComposeFile::parse(file.content, file.limits);
  if (!parsed.ok()) {
    if (is_compose_name(file.path)) sink.problem(std::move(parsed).error());
    return;
  }
  for (const Document& document : parsed->documents()) {
    if (!looks_like_compose(file.path, document.root())) continue;
    std::vector<std::string> left_out;
    for (const ComposeRule& rule : built_in_rules()) {
      if (rule.check == find_compose_check(kByFormat)) left_out.push_back(rule.rule.id);
    }
    ComposeLint lint = judge(*parsed, file.content, built_in_rules(), left_out);
    for (Finding& finding : lint.findings) sink.finding(std::move(finding));
    for (Error& problem : lint.problems) sink.problem(std::move(problem));
    return;
  }
}

}  // namespace seawall::inspect
