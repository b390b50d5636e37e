#include "policy/vex.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/strings.h"
#include "codec/json_writer.h"
#include "model/purl.h"

namespace seawall::policy {
namespace {

// What a statement's package URL leaves out fits anything.
bool purl_fits(const Purl& stated, const Purl& found) {
  if (stated.type != found.type || stated.name != found.name) return false;
  if (!stated.space.empty() && stated.space != found.space) return false;
  if (!stated.version.empty() && stated.version != found.version) return false;
  return std::all_of(stated.qualifiers.begin(), stated.qualifiers.end(),
                     [&](const auto& one) { return one.second == found.qualifier(one.first); });
}

// "registry.example/shop/api" of "registry.example/shop/api:1.4.2" or of "...@sha256:...".
std::string repository_of(std::string_view reference) {
  reference = reference.substr(0, reference.find('@'));
  const size_t colon = reference.rfind(':'), slash = reference.rfind('/');
  if (colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash))
    reference = reference.substr(0, colon);
  return std::string(reference);
}

bool image_fits(const std::string& product, const ArtifactInfo& artifact) {
  const auto purl = parse_purl(product);
  if (!purl.ok()) return !artifact.name.empty() && product == artifact.name;
  if (purl->type != "oci") return false;
  if (!purl->version.empty()) {
    return purl->version == artifact.digest.text() ||
           (!artifact.config_digest.empty() && purl->version == artifact.config_digest.text());
  }
  const std::string repository = repository_of(artifact.name);
  const std::string_view url = purl->qualifier("repository_url");
  if (!url.empty()) return url == repository;
  return purl->name == to_lower(repository.substr(repository.rfind('/') + 1));
}

bool any_purl_fits(const std::vector<std::string>& list, const Purl& found) {
  return std::any_of(list.begin(), list.end(), [&](const std::string& text) {
    const auto purl = parse_purl(text);
    return purl.ok() && purl_fits(*purl, found);
  });
}

bool concerns(const VexStatement& statement, const Purl& package, const ArtifactInfo& artifact) {
  if (statement.subcomponents.empty() && any_purl_fits(statement.products, package)) return true;
  const bool image =
      std::any_of(statement.products.begin(), statement.products.end(),
                  [&](const std::string& product) { return image_fits(product, artifact); });
  return image &&
         (statement.subcomponents.empty() || any_purl_fits(statement.subcomponents, package));
}

using Index = std::multimap<std::string, const VexStatement*, std::less<>>;

const VexStatement* latest_for(const Finding& finding, const ScanReport& report,
                               const Index& index) {
  const auto purl = parse_purl(purl_of(finding.package, report.inventory.distribution));
  if (!purl.ok()) return nullptr;
  std::vector<std::string_view> names{finding.rule_id};
  for (const std::string& alias : finding.vulnerability.aliases) names.push_back(alias);
  const VexStatement* best = nullptr;
  for (const std::string_view name : names) {
    const auto [first, last] = index.equal_range(name);
    for (auto at = first; at != last; ++at) {
      const VexStatement& statement = *at->second;
      const bool later = !best || statement.timestamp >= best->timestamp;
      if (later && concerns(statement, *purl, report.artifact)) best = &statement;
    }
  }
  return best;
}

std::string_view openvex_status(const Finding& finding) {
  if (finding.suppression.by == "vex") return finding.suppression.status;
  return finding.vulnerability.fix_state == FixState::kUnderInvestigation ? "under_investigation"
                                                                          : "affected";
}

}  // namespace

void apply_vex(ScanReport& report, const std::vector<VexStatement>& statements) {
  Index index;
  for (const VexStatement& statement : statements) {
    for (const std::string& name : statement.vulnerabilities) index.emplace(name, &statement);
  }
  std::vector<Finding> kept;
  for (Finding& finding : report.findings) {
    const VexStatement* statement =
        finding.kind == FindingKind::kVulnerability ? latest_for(finding, report, index) : nullptr;
    const bool aside =
        statement && (statement->status == "not_affected" || statement->status == "fixed");
    if (statement && !aside) {
      std::string& note = finding.vulnerability.note;
      const std::string& words = statement->action.empty() ? statement->impact : statement->action;
      note += fmt::format("{}VEX ({}): {}{}{}", note.empty() ? "" : "; ", statement->source,
                          statement->status, words.empty() ? "" : ", ", words);
    }
    if (!aside) {
      kept.push_back(std::move(finding));
      continue;
    }
    finding.suppression = {"vex",
                           statement->source,
                           statement->status,
                           statement->justification,
                           statement->impact,
                           "",
                           ""};
    report.suppressed.push_back(std::move(finding));
  }
  report.findings = std::move(kept);
  sort_findings(report.suppressed);
}

std::string render_openvex(const ScanReport& report) {
  const UnixSeconds time = report.database.data_date;
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.key("@context").string("https://openvex.dev/ns/v0.2.0");
  std::string identity = report.artifact.name + report.artifact.digest.text();
  for (const auto* list : {&report.findings, &report.suppressed}) {
    for (const Finding& finding : *list) identity += finding.fingerprint + finding.suppression.by;
  }
  json.key("@id").string("https://seawall.dev/vex/" + digest_of(identity).hex);
  json.key("author").string("seawall");
  json.key("timestamp").string(to_rfc3339(time));
  json.key("version").integer(1);
  json.key("statements").begin_array();
  for (const auto* list : {&report.findings, &report.suppressed}) {
    for (const Finding& finding : *list) {
      if (finding.kind != FindingKind::kVulnerability) continue;
      const Suppression& suppression = finding.suppression;
      const std::string_view status = openvex_status(finding);
      json.begin_object();
      json.key("vulnerability").begin_object().key("name").string(finding.rule_id);
      if (!finding.vulnerability.aliases.empty()) {
        json.key("aliases").begin_array();
        for (const std::string& alias : finding.vulnerability.aliases) json.string(alias);
        json.end_array();
      }
      json.end_object();
      json.key("products").begin_array().begin_object();
      json.key("@id").string(purl_of(finding.package, report.inventory.distribution));
      json.end_object().end_array();
      json.key("status").string(status);
      if (status == "not_affected") {
        json.optional("justification", suppression.justification);
        if (!suppression.reason.empty() || suppression.justification.empty())
          json.key("impact_statement")
              .string(suppression.reason.empty() ? "stated without a reason" : suppression.reason);
      }
      if (status == "affected") {
        const std::string& words = suppression.active() ? suppression.reason : finding.remediation;
        json.key("action_statement").string(words.empty() ? "No fix is known yet." : words);
      }
      json.end_object();
    }
  }
  json.end_array().end_object();
  return out;
}

}  // namespace seawall::policy
