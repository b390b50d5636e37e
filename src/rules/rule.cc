#include "rules/rule.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "codec/yaml.h"

namespace seawall::rules {
namespace {

bool is_rule_id(std::string_view id) {
  if (!id.starts_with("SW-") || id.size() < 6 || id.size() > 24) return false;
  return std::all_of(id.begin() + 3, id.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
}

std::vector<std::string> strings_of(const Node& node) {
  std::vector<std::string> out;
  for (const Node& item : node.items()) out.emplace_back(item.string());
  return out;
}

Text text_of(const Node& node) {
  return {std::string(node["en"].string()), std::string(node["fr"].string())};
}

Error wrong(std::string_view file, const Node& node, std::string what) {
  return malformed(std::move(what)).at(fmt::format("{}:{}", file, node.line()));
}

Result<Rule> read_rule(const Node& node, std::string_view file) {
  Rule rule;
  rule.id = node["id"].string();
  rule.file = file;
  rule.line = node.line();
  if (!is_rule_id(rule.id)) {
    return wrong(file, node, fmt::format("\"{}\" is no rule id", rule.id))
        .hint("ids look like SW-D0012");
  }
  rule.aliases = strings_of(node["aliases"]);
  rule.title = text_of(node["title"]);
  rule.why = text_of(node["why"]);
  rule.fix = text_of(node["fix"]);
  rule.severity = parse_severity(node["severity"].string());
  rule.frameworks = strings_of(node["frameworks"]);
  rule.references = strings_of(node["references"]);
  if (rule.severity == Severity::kUnknown) {
    return wrong(file, node, rule.id + " has no severity")
        .hint("critical, high, medium, low or negligible");
  }
  if (rule.title.en.empty() || rule.title.fr.empty())
    return wrong(file, node, rule.id + " needs a title in English (en) and French (fr)");
  if (rule.fix.en.empty() || rule.fix.fr.empty())
    return wrong(file, node, rule.id + " needs a fix in English (en) and French (fr)");
  for (const char* side : {"pass", "fail"}) {
    if (node["examples"][side].size() == 0)
      return wrong(file, node,
                   fmt::format("{} has no example that {}", rule.id,
                               side == std::string_view("fail") ? "fails" : "passes"));
  }
  return rule;
}

}  // namespace

std::vector<std::string> Rule::short_aliases() const {
  std::vector<std::string> out;
  for (const std::string& alias : aliases) out.push_back(alias.substr(alias.find('/') + 1));
  return out;
}

Result<RuleFile> load_rules(std::string_view yaml, std::string_view name) {
  auto documents = parse_yaml(yaml);
  if (!documents.ok()) return std::move(documents.error()).at(name);
  RuleFile file;
  file.documents_ = std::move(documents).value();
  std::set<std::string> ids;
  for (const Document& document : file.documents_) {
    for (const Node& node : document.root()["rules"].items()) {
      SEAWALL_TRY(Rule rule, read_rule(node, name));
      if (!ids.insert(rule.id).second) return wrong(name, node, rule.id + " stands twice");
      file.rules_.push_back(std::move(rule));
      file.nodes_.push_back(&node);
    }
  }
  if (file.rules_.empty()) return malformed("no rules in it").at(name);
  return file;
}

}  // namespace seawall::rules
