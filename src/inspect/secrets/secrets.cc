// Secrets as inspectors.
#include "inspect/secrets/secrets.h"

#include <memory>
#include <set>

#include <fmt/format.h>

#include "base/content.h"
#include "base/log.h"
#include "base/path_set.h"
#include "base/strings.h"
#include "codec/json.h"
#include "codec/yaml.h"

namespace seawall::inspect {
namespace {

struct Replacement {
  std::unique_ptr<const SecretRules> rules;
  std::unique_ptr<const SecretScanner> scanner;
};

Replacement& replacement() {
  static Replacement value;
  return value;
}

struct SkipLists {
  PathSet skip, test_data;
};

void add_all(const Node& patterns, PathSet& set) {
  uint32_t owner = 0;
  for (const Node& pattern : patterns.items()) set.add(pattern.string(), owner++);
}

const SkipLists& skip_lists() {
  static const SkipLists lists = [] {
    SkipLists out;
    const auto documents = parse_yaml(built_in_content("secrets/skip.yaml"));
    if (!documents.ok() || documents->empty()) {
      log_error("the built-in secrets/skip.yaml is damaged");
      return out;
    }
    add_all(documents->front().root()["skip"], out.skip);
    add_all(documents->front().root()["test_data"], out.test_data);
    return out;
  }();
  return lists;
}

// What the configuration holds as lines of text, and the instruction each belongs to.
struct ConfigText {
  std::string text;
  uint32_t instruction = 0;
};

std::vector<ConfigText> texts_of(const Node& root, const std::vector<std::string>& history) {
  std::vector<ConfigText> out;
  for (size_t i = 0; i < history.size(); ++i)
    out.push_back({history[i], static_cast<uint32_t>(i + 1)});
  for (const Node& variable : root["config"]["Env"].items())
    out.push_back({std::string(variable.string()), 0});
  for (const Member& label : root["config"]["Labels"].members())
    out.push_back({fmt::format("{}={}", label.key, label.value.string()), 0});
  for (const char* command : {"Cmd", "Entrypoint"}) {
    std::string text;
    for (const Node& word : root["config"][command].items())
      text += fmt::format("{} ", word.string());
    out.push_back({std::move(text), 0});
  }
  for (const Node& word : root["config"]["Healthcheck"]["Test"].items())
    out.push_back({std::string(word.string()), 0});
  return out;
}

}  // namespace

void use_secret_rules(SecretRules rules, std::string hash_key) {
  replacement().rules = std::make_unique<const SecretRules>(std::move(rules));
  replacement().scanner = std::make_unique<const SecretScanner>(
      *replacement().rules, LiteralEngine::kBest, std::move(hash_key));
}

const SecretScanner& secret_scanner() {
  if (replacement().scanner) return *replacement().scanner;
  static const SecretScanner scanner(SecretRules::built_in());
  return scanner;
}

bool skips_secrets(std::string_view path) {
  return skip_lists().skip.matches(path);
}

bool is_package_test_data(std::string_view path) {
  return skip_lists().test_data.matches(path);
}

void parse_secrets(const FileInput& file, InspectorSink& sink) {
  if (skips_secrets(file.path)) return;
  SecretScan scan = file.data ? secret_scanner().scan(file.path, *file.data)
                              : secret_scanner().scan(file.path, file.content);
  const bool test_data = is_package_test_data(file.path);
  for (Finding& finding : scan.findings) {
    if (test_data && finding.severity > Severity::kLow) finding.severity = Severity::kLow;
    sink.finding(std::move(finding));
  }
  for (Error& error : scan.problems) sink.problem(std::move(error));
}

Result<std::vector<Finding>> scan_image_config(std::string_view json,
                                               const SecretScanner& scanner) {
  SEAWALL_TRY(const Document document, parse_json(std::string(json)));
  if (!document.root().is_object()) return malformed("the image configuration is no JSON object");
  std::vector<std::string> history;
  for (const Node& entry : document.root()["history"].items())
    history.emplace_back(entry["created_by"].string());
  std::vector<Finding> out;
  std::set<std::string> seen;
  for (const ConfigText& part : texts_of(document.root(), history)) {
    for (Finding& finding : scanner.scan("image config", part.text).findings) {
      if (!seen.insert(finding.secret_hash).second) continue;
      finding.location.path = "image config";
      finding.location.line = part.instruction;
      if (part.instruction != 0) finding.location.instruction = finding.evidence;
      out.push_back(std::move(finding));
    }
  }
  return out;
}

std::vector<Inspector> secret_inspectors() {
  Inspector secrets;
  secrets.name = "secrets";
  secrets.version = 2;
  secrets.finds = "secrets in text files";
  secrets.parse = parse_secrets;
  secrets.category = Category::kSecrets;
  secrets.scope = Scope::kBoth;
  secrets.classes = kText;
  secrets.random_access = true;
  return {secrets};
}

}  // namespace seawall::inspect
