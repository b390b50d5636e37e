#include "inspect/secrets/secret_rules.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/content.h"
#include "base/file.h"
#include "base/log.h"
#include "base/strings.h"

namespace seawall::inspect {
namespace {

constexpr uint64_t kFileBytes = 8u << 20;
constexpr size_t kExamples = 3;  // of each kind that a rule has at least

std::vector<std::string> strings_of(const Node& node) {
  std::vector<std::string> out;
  for (const Node& item : node.items()) out.emplace_back(item.string());
  return out;
}

// "<|>" keeps an example from looking like a secret to other scanners.
std::vector<std::string> examples_of(const Node& node) {
  std::vector<std::string> out = strings_of(node);
  for (std::string& text : out) text = replace_all(text, "<|>", "");
  return out;
}

Error wrong(const rules::Rule& rule, std::string_view what) {
  return malformed(fmt::format("{} {}", rule.id, what))
      .at(fmt::format("{}:{}", rule.file, rule.line));
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

}  // namespace

Result<std::unique_ptr<SecretRule>> read_secret_rule(rules::Rule rule, const Node& node) {
  auto out = std::make_unique<SecretRule>();
  out->rule = std::move(rule);
  out->keywords = strings_of(node["keywords"]);
  out->pattern = node["pattern"].string();
  out->entropy = node["entropy"].number().value_or(0);
  out->allow_ = strings_of(node["allow"]);
  out->pass = examples_of(node["examples"]["pass"]);
  out->fail = examples_of(node["examples"]["fail"]);
  uint32_t owner = 0;
  for (const std::string& pattern : strings_of(node["paths"])) out->paths.add(pattern, owner++);
  if (out->pattern.empty()) return wrong(out->rule, "has no pattern");
  if (out->keywords.empty())
    return wrong(out->rule, "has no keywords").hint("name the rarest literal that must stand near");
  for (const std::string& keyword : out->keywords) {
    if (keyword.size() < LiteralSet::kShortest || keyword.size() > 64 || !is_ascii(keyword)) {
      return wrong(out->rule, fmt::format("has the keyword \"{}\"", printable(keyword)))
          .hint("keywords are 3 to 64 printable ASCII characters");
    }
  }
  if (out->pass.size() < kExamples || out->fail.size() < kExamples)
    return wrong(out->rule, "needs three examples of each kind");
  const std::string_view check = node["check"].string();
  out->check = find_secret_check(check);
  if (!check.empty() && !out->check)
    return wrong(out->rule, fmt::format("names the unknown check \"{}\"", printable(check)))
        .hint("docs/secrets.md lists the checks");
  out->generic = node["generic"].boolean();
  if (const auto reach = node["reach"].integer()) {
    if (*reach < 64 || *reach > SecretRule::kMostReach)
      return wrong(out->rule, "has a reach outside 64 to 16384");
    out->reach = static_cast<uint32_t>(*reach);
  }
  return out;
}

void SecretRule::compile() const {
  std::call_once(once_, [this] {
    auto regex = Regex::compile(pattern);
    if (!regex.ok()) {
      error_ = std::move(regex.error()).at(fmt::format("{}:{}", rule.file, rule.line));
      return;
    }
    for (const std::string& text : allow_) {
      auto allowed = Regex::compile(text);
      if (!allowed.ok()) {
        error_ = std::move(allowed.error()).at(fmt::format("{}:{}", rule.file, rule.line));
        return;
      }
      allow_regexes_.push_back(std::move(allowed).value());
    }
    regex_ = std::move(regex).value();
  });
}

const Regex* SecretRule::regex() const {
  compile();
  return regex_ ? &*regex_ : nullptr;
}

Status SecretRule::status() const {
  compile();
  return error_ ? Status(*error_) : Status();
}

bool SecretRule::allows(std::string_view secret) const {
  compile();
  return std::any_of(allow_regexes_.begin(), allow_regexes_.end(),
                     [&](const Regex& regex) { return regex.matches(secret); });
}

Result<SecretRules> SecretRules::parse(const std::vector<Source>& sources, bool compile) {
  SecretRules set;
  std::set<std::string> ids;
  for (const Source& source : sources) {
    SEAWALL_TRY(const rules::RuleFile file, rules::load_rules(source.yaml, source.name));
    for (size_t i = 0; i < file.rules().size(); ++i) {
      SEAWALL_TRY(auto rule, read_secret_rule(file.rules()[i], file.node(i)));
      if (!ids.insert(rule->rule.id).second) return wrong(rule->rule, "stands twice");
      if (compile) SEAWALL_CHECK(rule->status());
      set.rules_.push_back(std::move(rule));
    }
  }
  set.index();
  return set;
}

Result<SecretRules> SecretRules::load(const std::string& path) {
  std::vector<std::string> names;
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    for (auto at = std::filesystem::directory_iterator(path, error);
         !error && at != std::filesystem::directory_iterator(); at.increment(error)) {
      if (at->path().extension() == ".yaml" && at->path().filename() != "skip.yaml")
        names.push_back(at->path().string());
    }
    if (names.empty())
      return Error(Code::kNotFound, "holds no *.yaml file")
          .at(path)
          .hint("name a file of secret rules, or a folder of them");
  } else {
    names.push_back(path);
  }
  std::sort(names.begin(), names.end());
  std::vector<Source> sources;
  for (const std::string& name : names) {
    SEAWALL_TRY(std::string yaml, read_file(name, kFileBytes));
    sources.push_back({name, std::move(yaml)});
  }
  return parse(sources, true);
}

const SecretRules& SecretRules::built_in() {
  static const SecretRules rules = [] {
    std::vector<Source> sources;
    for (const ContentFile& file : built_in_content()) {
      if (file.name.starts_with("secrets/") && file.name != "secrets/skip.yaml")
        sources.push_back({std::string(file.name), std::string(file.bytes)});
    }
    auto parsed = parse(sources, false);
    if (parsed.ok()) return std::move(parsed).value();
    log_error("built-in secret rules: " + parsed.error().text());
    return SecretRules();
  }();
  return rules;
}

const SecretRule* SecretRules::find(std::string_view id) const {
  for (const auto& rule : rules_) {
    if (rule->rule.id == id) return rule.get();
  }
  return nullptr;
}

void SecretRules::index() {
  std::map<std::string, std::vector<uint32_t>> by_keyword;
  for (uint32_t i = 0; i < rules_.size(); ++i) {
    for (const std::string& keyword : rules_[i]->keywords) {
      auto& owners = by_keyword[to_lower(keyword)];
      if (owners.empty() || owners.back() != i) owners.push_back(i);
    }
  }
  for (auto& [keyword, owners] : by_keyword) {
    keywords_.push_back(keyword);
    by_keyword_.push_back(std::move(owners));
  }
}

}  // namespace seawall::inspect
