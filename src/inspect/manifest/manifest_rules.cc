#include "inspect/manifest/manifest_rules.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/content.h"
#include "inspect/manifest/field_library.h"
#include "inspect/manifest/pod_security.h"

namespace seawall::inspect {
namespace {

constexpr std::string_view kFolder = "manifests/";

std::vector<std::string> texts_of(const Node& node) {
  std::vector<std::string> out;
  for (const Node& item : node.items()) out.emplace_back(item.string());
  return out;
}

const cel::Environment& environment() {
  static const cel::Environment made = [] {
    cel::Environment of_rules = cel::Environment::kubernetes(36);
    of_rules.add_library(field_library);
    for (const char* name : {"object", "pod", "template", "container", "item"})
      of_rules.add_variable(name, &cel::types::dyn);
    return of_rules;
  }();
  return made;
}

std::optional<AskedOf> asked_of(std::string_view word) {
  if (word == "object") return AskedOf::kObject;
  if (word == "pod") return AskedOf::kPod;
  if (word == "container") return AskedOf::kContainer;
  return std::nullopt;
}

bool is_pod_check(std::string_view id) {
  const auto all = pod_security_checks();
  return std::any_of(all.begin(), all.end(),
                     [&](const PodSecurityCheck& one) { return one.id == id; });
}

bool contains(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// How the rule is broken: one of the three ways.
Status read_question(const Node& node, ManifestRule& rule) {
  rule.pod_security = node["pod-security"].string();
  const std::string_view check = node["check"].string(), breaks = node["breaks"].string();
  if (!rule.pod_security.empty() + !check.empty() + !breaks.empty() != 1)
    return malformed("exactly one of breaks, pod-security and check is expected");
  if (!rule.pod_security.empty() && !is_pod_check(rule.pod_security))
    return malformed(fmt::format("pod security has no check \"{}\"", rule.pod_security));
  if (!check.empty()) {
    rule.check = find_object_check(check);
    rule.across = is_across_objects(check);
    if (rule.check == nullptr) return malformed(fmt::format("there is no check \"{}\"", check));
  }
  if (!breaks.empty()) {
    SEAWALL_TRY(cel::Program program, environment().compile(breaks));
    rule.breaks = std::move(program);
  }
  return {};
}

Result<ManifestRule> read_rule(const rules::Rule& common, const Node& node) {
  ManifestRule rule;
  rule.rule = common;
  const auto of = asked_of(node["of"].string());
  if (!of) return malformed("\"of\" is object, pod or container");
  rule.of = *of;
  rule.kinds = texts_of(node["kinds"]);
  rule.except_kinds = texts_of(node["except-kinds"]);
  rule.only_regular = node["only"].string() == "regular";
  rule.each = node["each"].string();
  rule.field = node["field"].string();
  rule.pass = texts_of(node["examples"]["pass"]);
  rule.fail = texts_of(node["examples"]["fail"]);
  SEAWALL_CHECK(read_question(node, rule));
  return rule;
}

}  // namespace

bool ManifestRule::asks(std::string_view kind) const {
  return (kinds.empty() || contains(kinds, kind)) && !contains(except_kinds, kind);
}

bool ManifestRule::has_alias(std::string_view tool, std::string_view name) const {
  return contains(rule.aliases, fmt::format("{}/{}", tool, name));
}

bool ManifestRule::is_of(std::string_view tool) const {
  return std::any_of(rule.aliases.begin(), rule.aliases.end(), [&](std::string_view alias) {
    return alias.starts_with(tool) && alias.substr(tool.size()).starts_with('/');
  });
}

Result<std::vector<ManifestRule>> read_manifest_rules(std::string_view yaml,
                                                      std::string_view name) {
  SEAWALL_TRY(const rules::RuleFile file, rules::load_rules(yaml, name));
  std::vector<ManifestRule> out;
  for (size_t i = 0; i < file.rules().size(); ++i) {
    auto rule = read_rule(file.rules()[i], file.node(i));
    if (!rule.ok()) {
      return std::move(rule.error())
          .at(fmt::format("{}:{} {}", name, file.rules()[i].line, file.rules()[i].id));
    }
    out.push_back(std::move(rule).value());
  }
  return out;
}

Result<std::vector<ManifestRule>> load_manifest_rules() {
  std::vector<ManifestRule> out;
  for (const ContentFile& content : built_in_content()) {
    if (!content.name.starts_with(kFolder)) continue;
    SEAWALL_TRY(auto rules, read_manifest_rules(content.bytes, content.name));
    for (ManifestRule& rule : rules) out.push_back(std::move(rule));
  }
  std::sort(out.begin(), out.end(),
            [](const ManifestRule& a, const ManifestRule& b) { return a.rule.id < b.rule.id; });
  return out;
}

}  // namespace seawall::inspect
