#include "policy/report_facts.h"

#include <algorithm>

#include <fmt/format.h>

#include "artifact/reference.h"
#include "codec/json_writer.h"
#include "policy/evaluator.h"
#include "policy/facts.h"

namespace seawall::policy {
namespace {

bool wants(const std::vector<std::string>& wanted, std::string_view name) {
  return std::find(wanted.begin(), wanted.end(), name) != wanted.end();
}

void write_strings(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts) {
  json.key(key).begin_array();
  for (const std::string& text : texts) json.string(text);
  json.end_array();
}

// A time and how long ago it was; both left out when it is not known.
void write_time(JsonWriter& json, std::string_view time_key, std::string_view age_key,
                const std::string& time, UnixSeconds now) {
  const auto parsed = parse_time(time);
  if (!parsed) return;
  json.key(time_key).string(to_rfc3339(*parsed));
  json.key(age_key).string(fmt::format("{}s", std::max<int64_t>(now - *parsed, 0)));
}

void write_finding(JsonWriter& json, const Finding& finding, const Distribution& distribution,
                   UnixSeconds now) {
  const VulnerabilityDetail& detail = finding.vulnerability;
  json.begin_object();
  json.key("kind").string(to_string(finding.kind));
  json.key("id").string(finding.rule_id);
  std::vector<std::string> aliases = finding.aliases;
  aliases.insert(aliases.end(), detail.aliases.begin(), detail.aliases.end());
  write_strings(json, "aliases", aliases);
  json.key("severity").string(to_string(finding.severity));
  json.key("rank").integer(static_cast<int64_t>(finding.severity));
  json.key("title").string(finding.title);
  json.key("package").string(finding.package.name);
  json.key("version").string(finding.package.version);
  json.key("purl").string(finding.package.name.empty() ? ""
                                                       : purl_of(finding.package, distribution));
  const Location& location =
      finding.location.path.empty() ? finding.package.location : finding.location;
  json.key("path").string(location.path);
  json.key("line").integer(location.line);
  json.key("score").number(detail.score);
  json.key("epss").number(detail.epss.value_or(0));
  json.key("risk").number(detail.risk);
  json.key("knownExploited").boolean(detail.known_exploited);
  json.key("ransomware").boolean(detail.ransomware);
  json.key("fixState").string(to_string(detail.fix_state));
  json.key("fixable").boolean(!detail.fixed_version.empty());
  json.key("fixedVersion").string(detail.fixed_version);
  write_time(json, "published", "age", detail.published, now);
  json.key("removed").boolean(finding.removed_layer >= 0);
  json.end_object();
}

void write_findings(JsonWriter& json, const std::vector<Finding>& findings,
                    const Distribution& distribution, UnixSeconds now) {
  json.key("findings").begin_array();
  for (const Finding& finding : findings) write_finding(json, finding, distribution, now);
  json.end_array();
}

void write_reference(JsonWriter& json, const ArtifactInfo& artifact) {
  std::string name = artifact.name;
  const bool file =
      artifact.kind == "docker-archive" || artifact.kind == "oci-archive" || artifact.kind == "oci";
  if (file && !artifact.tags.empty()) name = artifact.tags.front();
  const auto reference = artifact::parse_reference(name);
  json.key("name").string(name);
  if (reference.ok()) {
    json.key("registry").string(reference->registry);
    json.key("repository").string(reference->repository);
    json.key("tag").string(reference->tag);
    json.key("pinned").boolean(!reference->digest.empty());
  }
  json.key("digest").string(artifact.digest.empty() ? artifact.config_digest.text()
                                                    : artifact.digest.text());
}

void write_image(JsonWriter& json, const ScanReport& report, UnixSeconds now) {
  const ArtifactInfo& artifact = report.artifact;
  const Distribution& distribution = report.inventory.distribution;
  json.key("image").begin_object();
  write_reference(json, artifact);
  json.key("platform").string(artifact.platform);
  write_time(json, "created", "age", artifact.created, now);
  json.key("size").integer(static_cast<int64_t>(artifact.size));
  const bool scanned = report.asks_vulnerabilities && report.state != AssessmentState::kUnscanned &&
                       report.state != AssessmentState::kUnsupported;
  json.key("scanned").boolean(scanned);
  json.key("scanState").string(to_string(report.state));
  if (scanned) {
    const UnixSeconds time = report.scanned_at != 0 ? report.scanned_at : now;
    json.key("scanTime").string(to_rfc3339(time));
    json.key("scanAge").string(fmt::format("{}s", std::max<int64_t>(now - time, 0)));
  }
  if (report.database.data_date != 0) {
    json.key("databaseAge")
        .string(fmt::format("{}s", std::max<int64_t>(now - report.database.data_date, 0)));
  }
  json.key("os").begin_object();
  json.key("id").string(distribution.id);
  json.key("version").string(distribution.version_id);
  json.end_object();
  json.key("base").begin_object();
  json.key("name").string(artifact.base.name);
  json.key("digest").string(artifact.base.digest);
  json.end_object().end_object();
}

void write_config(JsonWriter& json, const ImageSettings& settings) {
  const std::string_view user = std::string_view(settings.user).substr(0, settings.user.find(':'));
  json.key("config").begin_object();
  json.key("user").string(settings.user);
  json.key("runsAsRoot").boolean(user.empty() || user == "0" || user == "root");
  write_strings(json, "entrypoint", settings.entry_point);
  write_strings(json, "command", settings.command);
  write_strings(json, "environment", settings.environment);
  write_strings(json, "ports", settings.ports);
  write_strings(json, "volumes", settings.volumes);
  json.key("labels").begin_object();
  for (const auto& [name, value] : settings.labels) json.key(name).string(value);
  json.end_object();
  json.key("healthCheck").string(settings.health_check);
  json.end_object();
}

void write_inventory(JsonWriter& json, const Inventory& inventory) {
  json.key("inventory").begin_array();
  for (const Package& package : inventory.packages) {
    json.begin_object();
    json.key("name").string(package.name);
    json.key("version").string(package.version);
    json.key("type").string(to_string(package.type));
    json.key("purl").string(purl_of(package, inventory.distribution));
    json.key("licenses").begin_array();
    if (!package.license.empty()) json.string(package.license);
    json.end_array();
    json.key("path").string(package.location.path);
    json.key("layer").integer(package.location.layer);
    json.end_object();
  }
  json.end_array();
}

void write_suppressed(JsonWriter& json, const std::vector<Finding>& suppressed) {
  json.key("suppressed").begin_array();
  for (const Finding& finding : suppressed) {
    json.begin_object();
    json.key("id").string(finding.rule_id);
    json.key("by").string(finding.suppression.by);
    json.key("status").string(finding.suppression.status);
    json.end_object();
  }
  json.end_array();
}

bool is_image(const ArtifactInfo& artifact) {
  return artifact.kind != "lint" && artifact.kind != "dir" && artifact.kind != "rootfs" &&
         artifact.kind != "sbom";
}

}  // namespace

std::string report_facts(const ScanReport& report, const std::vector<std::string>& wanted,
                         UnixSeconds now) {
  std::string out;
  JsonWriter json(out, JsonWriter::kCompact);
  json.begin_object();
  if (is_image(report.artifact)) {
    if (wants(wanted, "image")) write_image(json, report, now);
    if (wants(wanted, "config")) write_config(json, report.artifact.settings);
  }
  if (wants(wanted, "inventory")) write_inventory(json, report.inventory);
  if (wants(wanted, "findings")) {
    write_findings(json, report.findings, report.inventory.distribution, now);
  }
  if (wants(wanted, "suppressed")) write_suppressed(json, report.suppressed);
  json.end_object();
  return out;
}

Status decide_report(const Policy& policy, Stage stage, ScanReport& report, UnixSeconds now) {
  SEAWALL_TRY(const Facts facts, Facts::read(report_facts(report, policy.facts_read(), now)));
  Evaluator evaluator(policy);
  report.decision = evaluator.decide(stage, facts, now);
  report.decision.notes = evaluator.exception_notes(now);
  return {};
}

Result<Decision> decide_findings(const Policy& policy, Stage stage,
                                 const std::vector<Finding>& findings, UnixSeconds now) {
  Policy of_findings;
  of_findings.name = policy.name;
  of_findings.digest = policy.digest;
  of_findings.exceptions = policy.exceptions;
  for (const PolicyRule& rule : policy.rules) {
    if (rule.asked_of == AskedOf::kFindings) of_findings.rules.push_back(rule);
  }
  ScanReport report;
  report.findings = findings;
  report.artifact.kind = "lint";
  SEAWALL_CHECK(decide_report(of_findings, stage, report, now));
  report.decision.notes.clear();
  return std::move(report.decision);
}

}  // namespace seawall::policy
