#include "inspect/dockerfile/lint.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/content.h"
#include "base/strings.h"

namespace seawall::inspect {
namespace {

constexpr std::string_view kFile = "dockerfile/dockerfile.yaml";
constexpr size_t kMostFindings = 2000;

// Ids that comments set aside: for the whole file, or for the instruction that follows a line.
class Ignores {
 public:
  Ignores(const Dockerfile& file, const std::vector<std::string>& ignored) : file_(file) {
    for (const std::string& id : ignored) global_.insert(to_lower(id));
    for (const DockerComment& comment : file.comments) take(comment);
    // "skip=A,B;error=true"
    for (const std::string_view part : split(file.check, ';')) {
      const auto [key, value] = split_once(part, '=');
      if (trim(key) == "skip") add(global_, value);
    }
  }

  bool covers(const rules::Rule& rule, uint32_t line) const {
    const auto named = [&](const std::set<std::string>& ids) {
      if (ids.contains("all") || ids.contains(to_lower(rule.id))) return true;
      for (const std::string& alias : rule.aliases) {
        if (ids.contains(to_lower(alias)) ||
            ids.contains(to_lower(alias.substr(alias.find('/') + 1))))
          return true;
      }
      return false;
    };
    if (named(global_)) return true;
    const auto local = by_line_.find(line);
    return local != by_line_.end() && named(local->second);
  }

 private:
  static void add(std::set<std::string>& to, std::string_view list) {
    for (const std::string_view id : split(list, ',')) {
      const std::string_view word = trim(id);
      if (!word.empty()) to.insert(to_lower(word.substr(0, word.find(' '))));
    }
  }

  void take(const DockerComment& comment) {
    std::string_view text = comment.text;
    for (const std::string_view tool : {"hadolint", "seawall"}) {
      if (!text.starts_with(tool)) continue;
      text = trim(text.substr(tool.size()));
      const bool global = text.starts_with("global");
      if (global) text = trim(text.substr(6));
      if (!text.starts_with("ignore")) return;
      const size_t equal = text.find('=');
      if (equal == std::string_view::npos) return;
      add(global ? global_ : instruction_after(comment.line), text.substr(equal + 1));
      return;
    }
    // BuildKit: "check=skip=A,B // why", for the instruction that follows.
    if (text.starts_with("check=skip=") && !is_directive(comment)) {
      text = text.substr(11);
      return add(instruction_after(comment.line), text.substr(0, text.find(" //")));
    }
    constexpr std::string_view kTrivy = "trivy:ignore:";
    if (text.starts_with(kTrivy)) add(instruction_after(comment.line), text.substr(kTrivy.size()));
  }

  // Whether the comment is the one that Dockerfile::check was read from.
  bool is_directive(const DockerComment& comment) const { return comment.line == file_.check_line; }

  // Several comments may stand before one instruction.
  std::set<std::string>& instruction_after(uint32_t line) {
    for (const Instruction& one : file_.instructions) {
      if (one.line > line) return by_line_[one.line];
    }
    return by_line_[0];
  }

  const Dockerfile& file_;
  std::set<std::string> global_;
  std::map<uint32_t, std::set<std::string>> by_line_;
};

Severity severity_of(const rules::Rule& rule, const DockerLintOptions& options) {
  if (options.severities.empty()) return rule.severity;
  std::vector<std::string> ids = rule.short_aliases();
  ids.push_back(rule.id);
  for (const std::string& id : ids) {
    if (const auto found = options.severities.find(to_lower(id)); found != options.severities.end())
      return found->second;
  }
  return rule.severity;
}

Span moved(Span span, size_t by) {
  if (by == kNoPosition || span.begin == kNoPosition) return {kNoPosition, kNoPosition};
  return {span.begin + by, span.end + by};
}

Span in_source(Span span, const Instruction& one) {
  if (span.begin == kNoPosition || span.end <= span.begin) return {kNoPosition, kNoPosition};
  return {one.source_of(span.begin), one.source_of(span.end - 1) + 1};
}

}  // namespace

std::vector<RunCommands> commands_of(const Dockerfile& file) {
  std::vector<RunCommands> out;
  std::set<int> other_shells;  // stages
  for (const Instruction& one : file.instructions) {
    if (one.name == "FROM" && one.stage >= 0 &&
        other_shells.contains(file.stages[static_cast<size_t>(one.stage)].from_stage))
      other_shells.insert(one.stage);
    if (one.name == "SHELL" && !one.words.empty()) {
      const std::string shell = to_lower(one.words[0]);
      const bool posix = shell.find("powershell") == std::string::npos &&
                         shell.find("pwsh") == std::string::npos &&
                         shell.find("cmd") == std::string::npos;
      if (posix)
        other_shells.erase(one.stage);
      else
        other_shells.insert(one.stage);
    }
    if (one.name != "RUN" || other_shells.contains(one.stage)) continue;
    RunCommands run{&one, {}};
    if (one.json) {
      std::string text;
      for (const std::string& word : one.words) text += "'" + replace_all(word, "'", "") + "' ";
      run.commands = parse_shell(text);
      for (ShellCommand& command : run.commands) {
        for (Span& span : command.spans) span = {kNoPosition, kNoPosition};
      }
    } else if (!one.heredocs.empty() && trim(one.arguments).starts_with("<<")) {
      for (const Heredoc& document : one.heredocs) {
        for (ShellCommand& command : parse_shell(document.body)) {
          for (Span& span : command.spans) span = moved(span, document.source_at);
          run.commands.push_back(std::move(command));
        }
      }
    } else {
      run.commands = parse_shell(one.arguments);
      for (ShellCommand& command : run.commands) {
        for (Span& span : command.spans) span = in_source(span, one);
      }
    }
    out.push_back(std::move(run));
  }
  return out;
}

std::string_view unquoted(std::string_view word) {
  if (word.size() >= 2 && (word.front() == '"' || word.front() == '\'') &&
      word.back() == word.front())
    return word.substr(1, word.size() - 2);
  return word;
}

bool ships(const Dockerfile& file, int stage) {
  int at = static_cast<int>(file.stages.size()) - 1;
  while (at >= 0) {
    if (at == stage) return true;
    const int next = file.stages[static_cast<size_t>(at)].from_stage;
    if (next >= at) return false;
    at = next;
  }
  // Without any FROM everything counts.
  return file.stages.empty();
}

std::optional<std::string> variable_of(const Dockerfile& file, int stage, uint32_t line,
                                       std::string_view name) {
  std::optional<std::string> value;
  if (stage >= 0 && static_cast<size_t>(stage) < file.stages.size()) {
    const int from = file.stages[static_cast<size_t>(stage)].from_stage;
    if (from >= 0 && from < stage) value = variable_of(file, from, line, name);
  }
  for (const Instruction& one : file.instructions) {
    if (one.line >= line) break;
    if (one.stage != stage || (one.name != "ENV" && one.name != "ARG") || one.words.empty())
      continue;
    if (one.name == "ENV" && one.words[0].find('=') == std::string::npos) {
      if (one.words[0] == name)
        value = std::string(trim(std::string_view(one.arguments).substr(one.words[0].size())));
      continue;
    }
    for (const std::string& word : one.words) {
      const auto [key, text] = split_once(word, '=');
      if (key == name) value = std::string(unquoted(text));
    }
  }
  return value;
}

Result<std::vector<DockerRule>> load_docker_rules() {
  SEAWALL_TRY(const rules::RuleFile file, rules::load_rules(built_in_content(kFile), kFile));
  std::vector<DockerRule> out;
  for (size_t i = 0; i < file.rules().size(); ++i) {
    DockerRule rule;
    rule.rule = file.rules()[i];
    const std::string_view name = file.node(i)["check"].string();
    rule.check_name = name;
    rule.history = file.node(i)["history"].boolean();
    rule.check = find_docker_check(name);
    if (!rule.check) rule.check = find_docker_shell_check(name);
    if (!rule.check) rule.check = find_docker_label_check(name);
    if (!rule.check) {
      return malformed(fmt::format("there is no check \"{}\"", name))
          .at(fmt::format("{}:{}", kFile, rule.rule.line));
    }
    for (const Node& text : file.node(i)["examples"]["pass"].items())
      rule.pass.emplace_back(text.string());
    for (const Node& text : file.node(i)["examples"]["fail"].items())
      rule.fail.emplace_back(text.string());
    out.push_back(std::move(rule));
  }
  return out;
}

DockerLint lint_dockerfile(std::string_view text, const std::vector<DockerRule>& rules,
                           const DockerLintOptions& options, const Limits& limits) {
  Dockerfile file = parse_dockerfile(text, limits);
  DockerLint out;
  out.problems = std::move(file.problems);
  const DockerLintContext context{file, options, commands_of(file)};
  const Ignores ignores(file, options.ignored);
  for (const DockerRule& rule : rules) {
    std::set<std::pair<uint32_t, std::string>> seen;
    rule.check(context, [&](uint32_t line, std::string evidence) {
      if (out.findings.size() >= kMostFindings || ignores.covers(rule.rule, line)) return;
      if (!seen.emplace(line, evidence).second) return;
      Finding finding;
      finding.kind = FindingKind::kMisconfiguration;
      finding.rule_id = rule.rule.id;
      finding.severity = severity_of(rule.rule, options);
      finding.title = rule.rule.title.en;
      finding.evidence = printable(std::string_view(evidence).substr(0, 160));
      finding.aliases = rule.rule.aliases;
      finding.remediation = rule.rule.fix.en;
      finding.references = rule.rule.references;
      finding.controls = rule.rule.frameworks;
      finding.location.line = line;
      out.findings.push_back(std::move(finding));
    });
  }
  std::stable_sort(
      out.findings.begin(), out.findings.end(), [](const Finding& a, const Finding& b) {
        return std::tie(a.location.line, a.rule_id) < std::tie(b.location.line, b.rule_id);
      });
  return out;
}

void inspect_dockerfile(const FileInput& file, InspectorSink& sink) {
  static const auto rules = load_docker_rules();
  if (!rules.ok()) return sink.problem(rules.error());
  // "Dockerfile.md" and the like are no Dockerfiles.
  if (file.content.find("FROM") == std::string_view::npos &&
      file.content.find("from") == std::string_view::npos)
    return;
  DockerLint lint = lint_dockerfile(file.content, *rules, {}, file.limits);
  for (Finding& finding : lint.findings) sink.finding(std::move(finding));
  size_t count = 0;
  for (Error& problem : lint.problems) {
    if (++count <= 8) sink.problem(std::move(problem));
  }
}

}  // namespace seawall::inspect
