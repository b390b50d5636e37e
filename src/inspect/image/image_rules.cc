#include "inspect/image/image_rules.h"

#include <fmt/format.h>

#include "base/content.h"

namespace seawall::inspect {
namespace {

constexpr std::string_view kFile = "image/image.yaml";

Finding finding_of(const ImageFacts& facts, const rules::Rule& rule, Observation seen) {
  Finding finding;
  finding.kind = FindingKind::kMisconfiguration;
  finding.rule_id = rule.id;
  finding.severity = rule.severity;
  finding.title = rule.title.en;
  finding.evidence = std::move(seen.evidence);
  finding.aliases = rule.aliases;
  finding.remediation = rule.fix.en;
  finding.references = rule.references;
  finding.controls = rule.frameworks;
  finding.location.path = std::move(seen.path);
  finding.location.layer = seen.layer;
  if (seen.layer >= 0 && static_cast<size_t>(seen.layer) < facts.layers().size())
    finding.location.instruction = facts.layers()[static_cast<size_t>(seen.layer)].instruction;
  set_fingerprint(finding);
  return finding;
}

}  // namespace

Result<std::vector<ImageRule>> load_image_rules() {
  SEAWALL_TRY(const rules::RuleFile file, rules::load_rules(built_in_content(kFile), kFile));
  std::vector<ImageRule> out;
  for (size_t i = 0; i < file.rules().size(); ++i) {
    const std::string_view name = file.node(i)["check"].string();
    const ImageCheck check = find_image_check(name);
    if (!check) {
      return malformed(fmt::format("there is no check \"{}\"", name))
          .at(fmt::format("{}:{}", kFile, file.rules()[i].line));
    }
    out.push_back({file.rules()[i], check});
  }
  return out;
}

std::vector<Finding> check_image(const ImageFacts& facts, const std::vector<ImageRule>& rules) {
  std::vector<Finding> findings;
  for (const ImageRule& rule : rules) {
    for (Observation& seen : rule.check(facts))
      findings.push_back(finding_of(facts, rule.rule, std::move(seen)));
  }
  return findings;
}

}  // namespace seawall::inspect
