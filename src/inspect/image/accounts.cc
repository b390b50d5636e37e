// Account files into lines, and the run of the rules over them. The checks are in
// account_checks.cc.
#include "inspect/image/accounts.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "base/content.h"
#include "base/log.h"
#include "base/strings.h"

namespace seawall::inspect {
namespace {

constexpr std::string_view kFile = "image/accounts.yaml";
constexpr size_t kMostBytes = 1 << 20;

// '#' begins a comment of sudoers, unless a number follows: "#1000" is a user.
std::string_view without_comment(std::string_view line) {
  for (size_t at = line.find('#'); at != line.npos; at = line.find('#', at + 1)) {
    const bool escaped = at > 0 && line[at - 1] == '\\';
    const bool id = at + 1 < line.size() && line[at + 1] >= '0' && line[at + 1] <= '9';
    if (!escaped && !id) return line.substr(0, at);
  }
  return line;
}

std::vector<AccountLine> sudoers_lines(std::string_view text) {
  std::vector<AccountLine> lines;
  bool continues = false;
  for_each_line(text, [&](std::string_view line, size_t number) {
    const std::string_view content = without_comment(line);
    const bool more = content.size() == line.size() && content.ends_with('\\');
    const std::string_view part = trim(more ? content.substr(0, content.size() - 1) : content);
    if (continues) {
      lines.back().text += fmt::format(" {}", part);
    } else if (more || !part.empty()) {
      lines.push_back({static_cast<uint32_t>(number), std::string(part), {}});
    }
    continues = more;
  });
  return lines;
}

std::vector<AccountLine> colon_lines(std::string_view text) {
  std::vector<AccountLine> lines;
  for_each_line(text, [&](std::string_view line, size_t number) {
    if (trim(line).empty() || line.starts_with('#')) return;
    lines.push_back({static_cast<uint32_t>(number), {}, split(line, ':')});
  });
  return lines;
}

Finding finding_of(const rules::Rule& rule, AccountObservation seen) {
  Finding finding;
  finding.kind = FindingKind::kMisconfiguration;
  finding.rule_id = rule.id;
  finding.severity = rule.severity;
  finding.title = rule.title.en;
  finding.evidence = printable(seen.evidence);
  finding.secret_hash = std::move(seen.secret_hash);
  finding.aliases = rule.aliases;
  finding.remediation = rule.fix.en;
  finding.references = rule.references;
  finding.controls = rule.frameworks;
  finding.location.line = seen.line;
  set_fingerprint(finding);
  return finding;
}

void run_rule(const AccountRule& rule, const AccountFile& file, AccountLint& lint) {
  std::vector<AccountObservation> seen;
  rule.check(file, seen);
  if (seen.size() > AccountRule::kMostFindings) {
    lint.problems.push_back(
        limit_reached(fmt::format("{}: {} more findings are not shown", rule.rule.id,
                                  seen.size() - AccountRule::kMostFindings)));
    seen.resize(AccountRule::kMostFindings);
  }
  for (AccountObservation& one : seen)
    lint.findings.push_back(finding_of(rule.rule, std::move(one)));
}

const std::vector<AccountRule>& built_in_rules() {
  static const std::vector<AccountRule> rules = [] {
    auto loaded = load_account_rules();
    if (!loaded.ok()) log_error("the built-in rules on accounts: " + loaded.error().text());
    return std::move(loaded).value_or({});
  }();
  return rules;
}

}  // namespace

AccountFileKind account_file_kind(std::string_view path) {
  if (path == "etc/passwd") return AccountFileKind::kPasswd;
  if (path == "etc/shadow") return AccountFileKind::kShadow;
  if (path == "etc/group") return AccountFileKind::kGroup;
  if (path == "etc/gshadow") return AccountFileKind::kGroupShadow;
  if (path == "etc/sudoers") return AccountFileKind::kSudoers;
  constexpr std::string_view kFolder = "etc/sudoers.d/";
  if (!path.starts_with(kFolder)) return AccountFileKind::kNone;
  const std::string_view name = path.substr(kFolder.size());
  if (name.empty() || name.ends_with('~') || name.find_first_of("./") != name.npos)
    return AccountFileKind::kNone;
  return AccountFileKind::kSudoers;
}

Result<std::vector<AccountRule>> load_account_rules() {
  SEAWALL_TRY(const rules::RuleFile file, rules::load_rules(built_in_content(kFile), kFile));
  std::vector<AccountRule> out;
  for (size_t i = 0; i < file.rules().size(); ++i) {
    const std::string_view name = file.node(i)["check"].string();
    const AccountCheck check = find_account_check(name);
    if (!check) {
      return malformed(fmt::format("there is no check \"{}\"", name))
          .at(fmt::format("{}:{}", kFile, file.rules()[i].line));
    }
    out.push_back({file.rules()[i], check});
  }
  return out;
}

AccountLint check_accounts(std::string_view path, std::string_view text, uint32_t mode,
                           const std::vector<AccountRule>& rules) {
  AccountLint lint;
  AccountFile file{account_file_kind(path), mode, {}};
  if (file.kind == AccountFileKind::kNone) return lint;
  if (text.size() > kMostBytes) {
    lint.problems.push_back(
        limit_reached(fmt::format("only its first {} were looked into", human_bytes(kMostBytes))));
    text = text.substr(0, text.rfind('\n', kMostBytes));
    text = text.substr(0, kMostBytes);
  }
  file.lines = file.kind == AccountFileKind::kSudoers ? sudoers_lines(text) : colon_lines(text);
  for (const AccountRule& rule : rules) run_rule(rule, file, lint);
  std::sort(lint.findings.begin(), lint.findings.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.location.line, a.rule_id, a.evidence) <
           std::tie(b.location.line, b.rule_id, b.evidence);
  });
  return lint;
}

void inspect_accounts(const FileInput& file, InspectorSink& sink) {
  AccountLint lint = check_accounts(file.path, file.content, file.mode, built_in_rules());
  for (Finding& finding : lint.findings) sink.finding(std::move(finding));
  for (Error& problem : lint.problems) sink.problem(std::move(problem));
}

}  // namespace seawall::inspect
