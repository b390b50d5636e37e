// Checks for secrets in plain text. No secret stands in any evidence: values are masked.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/strings.h"
#include "inspect/compose/checks.h"
#include "inspect/secrets/secret_mask.h"
#include "inspect/secrets/secrets.h"

namespace seawall::inspect {
namespace {

using Seen = ComposeObservations;
using Words = std::vector<std::string>;

bool is_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

// "db.rootPassword-file" has the words db, rootpassword, file.
Words words_of_name(std::string_view name) {
  Words words(1);
  for (const char c : to_lower(name)) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (word)
      words.back() += c;
    else if (!words.back().empty())
      words.emplace_back();
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

// What a name says of its value.
enum class Says { kNothing, kPassword, kKey };

// The last word tells that the value is about a secret, not one.
bool is_about(std::string_view word) {
  return is_any(word,
                {"file",     "files",    "path",     "dir",       "name",     "names",   "url",
                 "uri",      "host",     "port",     "enabled",   "disabled", "expiry",  "expires",
                 "ttl",      "length",   "size",     "algorithm", "alg",      "type",    "mode",
                 "header",   "policy",   "required", "issuer",    "audience", "id",      "prefix",
                 "timeout",  "min",      "max",      "lifetime",  "version",  "count",   "limit",
                 "method",   "provider", "backend",  "driver",    "engine",   "store",   "interval",
                 "endpoint", "server",   "claim",    "location",  "seconds",  "minutes", "hours",
                 "days",     "in",       "rotation", "encoding",  "format",   "hash",    "ref",
                 "arn",      "username", "user",     "env",       "var"});
}

Says what_name_says(std::string_view name) {
  const Words words = words_of_name(name);
  if (words.empty() || is_about(words.back())) return Says::kNothing;
  const std::string& last = words.back();
  const bool alone = words.size() == 1;
  for (const std::string& word : words) {
    if (word.ends_with("password") || word.ends_with("passwd") || word.ends_with("passphrase"))
      return Says::kPassword;
  }
  if (!alone && is_any(last, {"pass", "pwd"})) return Says::kPassword;
  if (last.ends_with("secret") || last.ends_with("token") || last.ends_with("apikey") ||
      is_any(last, {"credential", "credentials", "secrets"}))
    return Says::kKey;
  if (last != "key" || alone) return Says::kNothing;
  return is_any(words[words.size() - 2],
                {"api", "access", "secret", "private", "encryption", "signing", "master", "auth",
                 "app", "account", "admin", "jwt", "session", "storage"})
             ? Says::kKey
             : Says::kNothing;
}

std::string_view without_quotes(std::string_view text) {
  while (!text.empty() && (text.front() == '"' || text.front() == '\'')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == '"' || text.back() == '\'')) text.remove_suffix(1);
  return text;
}

// "$NAME", "${NAME}", "$(cat name)": what a shell in the container puts there.
bool is_shell_reference(std::string_view value) {
  const size_t dollar = value.find('$');
  if (dollar == value.npos || dollar + 1 == value.size()) return false;
  const char next = value[dollar + 1];
  return next == '{' || next == '(' || next == '_' || (next >= 'A' && next <= 'Z');
}

// A value that is no secret itself: a switch, a path, an address, a template, a reference to a
// store of secrets.
bool is_no_secret(std::string_view value, Says says) {
  value = without_quotes(value);
  if (is_shell_reference(value)) return true;
  const std::string lower = to_lower(value);
  if (is_any(lower,
             {"", "true", "false", "yes", "no", "on", "off", "1", "0", "none", "null", "nil"}))
    return true;
  for (const std::string_view prefix :
       {"/", "./", "../", "~/", "http://", "https://", "file:", "vault:", "op://", "ref+", "enc[",
        "arn:", "secret://", "<", "{{", "%", "[["}) {
    if (lower.starts_with(prefix)) return true;
  }
  return says == Says::kKey && lower.find_first_not_of("0123456789.") == lower.npos;
}

void report_variables(const ComposeService& service, std::string_view place, const Node& node,
                      Seen& seen) {
  for (const ComposeVariable& one : variables_of(node)) {
    const std::string_view value = trim(one.value);
    if (!one.has_value || !is_known(one.name) || !is_known(value)) continue;
    const Says says = what_name_says(one.name);
    if (says == Says::kNothing || is_no_secret(value, says)) continue;
    seen.add("service", service.name, fmt::format("{}: {}={}", place, one.name, mask_secret(value)),
             one.line, secret_hash(value, secret_scanner().hash_key()));
  }
}

// keys: places of variables; of lists (post_start) each item's `environment`.
void check_secret_variable(const ComposeFile& file, const ComposeRule& rule, Seen& seen) {
  for (const ComposeService& service : file.services()) {
    for (const std::string& key : rule.keys) {
      const Node& node = at_path(*service.node, key);
      report_variables(service, key, node, seen);
      for (const Node& item : node.items()) {
        if (item.is_object()) report_variables(service, key, item["environment"], seen);
      }
    }
  }
}

// keys: commands; values: options whose value is a secret, "--password".
void check_secret_word(const ComposeFile& file, const ComposeRule& rule, Seen& seen) {
  for (const ComposeService& service : file.services()) {
    for (const std::string& key : rule.keys) {
      const std::vector<ComposeWord> words = words_of(at_path(*service.node, key));
      for (size_t i = 0; i < words.size(); ++i) {
        auto [option, value] = split_once(words[i].text, '=');
        option = without_quotes(option);
        if (!matches_any(option, rule.values)) continue;
        if (value.empty() && i + 1 < words.size()) value = words[i + 1].text;
        value = without_quotes(value);
        if (value.starts_with('-') || !is_known(value) || is_no_secret(value, Says::kPassword))
          continue;
        seen.add("service", service.name, fmt::format("{}: {} {}", key, option, mask_secret(value)),
                 words[i].line, secret_hash(value, secret_scanner().hash_key()));
      }
    }
  }
}

uint32_t last_line(const Node& node) {
  uint32_t line = node.line();
  for (const Node& item : node.items()) line = std::max(line, last_line(item));
  for (const Member& member : node.members()) line = std::max(line, last_line(member.value));
  return line;
}

struct Lines {
  uint32_t first, last;
  std::string_view service;
};

std::vector<Lines> lines_of_services(const ComposeFile& file) {
  std::vector<Lines> lines;
  for (const ComposeService& service : file.services())
    lines.push_back({service.line, last_line(*service.node), service.name});
  return lines;
}

// Secrets whose format is known, wherever in the file they stand.
void check_secret_format(const ComposeFile& file, const ComposeRule&, Seen& seen) {
  const SecretScanner& scanner = secret_scanner();
  const SecretScan scan = scanner.scan("compose.yaml", file.text());
  if (scan.findings.empty()) return;
  const std::vector<Lines> services = lines_of_services(file);
  for (const Finding& finding : scan.findings) {
    const SecretRule* rule = scanner.rules().find(finding.rule_id);
    if (finding.suppression.active() || (rule && rule->generic)) continue;
    const auto line = static_cast<uint32_t>(finding.location.line);
    const auto at = std::find_if(services.begin(), services.end(), [&](const Lines& one) {
      return one.first <= line && line <= one.last;
    });
    seen.add(at == services.end() ? "line" : "service",
             at == services.end() ? std::to_string(line) : std::string(at->service),
             fmt::format("{}: {}", finding.title, finding.evidence), line, finding.secret_hash);
  }
}

// A file of `secrets` that lies beside the Compose file.
void check_secret_file(const ComposeFile& file, const ComposeRule&, Seen& seen) {
  file.for_each_member("secrets", [&](std::string_view name, const Node& secret) {
    const std::string path = text_of(secret["file"]);
    if (path.empty() || !is_known(path) || path.starts_with('/') || path.starts_with('~') ||
        path.starts_with("..") || path.find(':') != path.npos)
      return;
    seen.add("secret", name, fmt::format("file: {}", written(secret["file"])),
             secret["file"].line());
  });
}

constexpr std::array<NamedComposeCheck, 4> kChecks = {{{"secret-variable", check_secret_variable},
                                                       {"secret-word", check_secret_word},
                                                       {"secret-format", check_secret_format},
                                                       {"secret-file", check_secret_file}}};

}  // namespace

std::span<const NamedComposeCheck> secret_checks() {
  return kChecks;
}

}  // namespace seawall::inspect
