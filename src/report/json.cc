// Seawall's own form. docs/formats/report-json.md describes it for readers, and
// docs/schema/scan-report-1.json is its JSON Schema; both change with this file.
#include <array>
#include <cstdint>

#include "codec/json_writer.h"
#include "report/document.h"
#include "report/renderers.h"

namespace seawall::report {
namespace {

void write_strings(JsonWriter& json, std::string_view name, const std::vector<std::string>& list) {
  json.key(name).begin_array();
  for (const std::string& text : list) json.string(text);
  json.end_array();
}

void write_indexes(JsonWriter& json, std::string_view name, const std::vector<size_t>& list) {
  json.key(name).begin_array();
  for (const size_t index : list) json.integer(static_cast<int64_t>(index));
  json.end_array();
}

void write_count(JsonWriter& json, std::string_view name, uint64_t value) {
  json.key(name).integer(static_cast<int64_t>(value));
}

void write_tool(JsonWriter& json, const ScanReport& report) {
  json.key("tool").begin_object();
  json.key("name").string("seawall");
  json.key("version").string(report.tool_version);
  json.optional("digest", report.tool_digest);
  json.end_object();
}

void write_base(JsonWriter& json, const BaseImage& base) {
  if (base.known_by.empty()) return;
  json.key("base").begin_object();
  json.optional("name", base.name);
  json.optional("digest", base.digest);
  write_count(json, "layers", base.layers);
  json.key("knownBy").string(base.known_by);
  json.end_object();
}

void write_settings(JsonWriter& json, const ImageSettings& settings) {
  if (settings == ImageSettings()) return;
  json.key("settings").begin_object();
  json.optional("user", settings.user);
  json.optional("workingDirectory", settings.working_directory);
  json.optional("stopSignal", settings.stop_signal);
  json.optional("healthCheck", settings.health_check);
  write_strings(json, "entryPoint", settings.entry_point);
  write_strings(json, "command", settings.command);
  write_strings(json, "environment", settings.environment);
  write_strings(json, "ports", settings.ports);
  write_strings(json, "volumes", settings.volumes);
  if (!settings.labels.empty()) {
    json.key("labels").begin_object();
    for (const auto& [name, value] : settings.labels) json.key(name).string(value);
    json.end_object();
  }
  json.end_object();
}

void write_artifact(JsonWriter& json, const ArtifactInfo& artifact) {
  json.key("artifact").begin_object();
  json.key("name").string(artifact.name);
  json.key("kind").string(artifact.kind);
  json.optional("digest", artifact.digest.text());
  json.optional("configDigest", artifact.config_digest.text());
  write_strings(json, "tags", artifact.tags);
  json.optional("platform", artifact.platform);
  json.optional("created", artifact.created);
  write_count(json, "size", artifact.size);
  write_base(json, artifact.base);
  write_settings(json, artifact.settings);
  json.key("layers").begin_array();
  for (size_t i = 0; i < artifact.layers.size(); ++i) {
    const LayerInfo& layer = artifact.layers[i];
    json.begin_object();
    write_count(json, "index", i);
    json.optional("diffId", layer.diff_id.text());
    json.optional("digest", layer.digest.text());
    json.optional("instruction", layer.instruction);
    write_count(json, "size", layer.size);
    write_count(json, "unpackedSize", layer.unpacked_size);
    write_count(json, "files", layer.files);
    write_count(json, "packages", layer.packages);
    json.end_object();
  }
  json.end_array().end_object();
}

void write_distribution(JsonWriter& json, const Distribution& distribution) {
  json.key("distribution").begin_object();
  json.key("id").string(distribution.id);
  json.optional("versionId", distribution.version_id);
  json.optional("codename", distribution.codename);
  json.optional("variantId", distribution.variant_id);
  write_strings(json, "idLike", distribution.id_like);
  json.optional("prettyName", distribution.pretty_name);
  json.optional("cpeName", distribution.cpe_name);
  json.optional("minor", distribution.minor);
  json.end_object();
}

void write_database(JsonWriter& json, const DatabaseInfo& database) {
  json.key("database").begin_object();
  json.key("present").boolean(database.present);
  if (database.present) {
    json.optional("digest", database.digest);
    json.key("built").string(machine_time(database.built));
    json.key("dataDate").string(machine_time(database.data_date));
    json.key("maxAgeSeconds").integer(database.max_age);
    write_strings(json, "feedsUsed", database.feeds_used);
  }
  json.end_object();
}

// Left out when there are none.
void write_texts(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  json.key(name).begin_array();
  for (const std::string& text : texts) json.string(text);
  json.end_array();
}

void write_decision(JsonWriter& json, const Decision& decision) {
  json.key("decision").begin_object();
  json.key("verdict").string(to_string(decision.verdict));
  json.key("policy").string(decision.policy);
  json.optional("policyDigest", decision.policy_digest);
  json.key("outcomes").begin_array();
  for (const RuleOutcome& outcome : decision.outcomes) {
    json.begin_object();
    json.key("ruleId").string(outcome.rule_id);
    json.key("verdict").string(to_string(outcome.verdict));
    json.key("message").string(outcome.message);
    write_indexes(json, "findings", outcome.findings);
    json.optional("fix", outcome.fix);
    write_texts(json, "subjects", outcome.subjects);
    if (outcome.no_data) json.key("noData").boolean(true);
    json.end_object();
  }
  json.end_array();
  write_texts(json, "notes", decision.notes);
  json.end_object();
}

void write_summary(JsonWriter& json, const ScanReport& report) {
  std::array<int64_t, 6> counts = {};
  for (const Finding& finding : report.findings) ++counts[static_cast<size_t>(finding.severity)];
  json.key("summary").begin_object();
  write_count(json, "packages", report.inventory.packages.size());
  write_count(json, "findings", report.findings.size());
  json.key("bySeverity").begin_object();
  for (int i = 5; i >= 0; --i) {
    json.key(to_string(static_cast<Severity>(i))).integer(counts[static_cast<size_t>(i)]);
  }
  json.end_object().end_object();
}

void write_location(JsonWriter& json, const Location& location) {
  json.key("location").begin_object();
  json.optional("path", location.path);
  if (location.line != 0) json.key("line").integer(location.line);
  if (location.layer >= 0) json.key("layer").integer(location.layer);
  json.optional("layerDiffId", location.layer_digest.text());
  json.optional("instruction", location.instruction);
  json.end_object();
}

void write_package(JsonWriter& json, const Package& package, const std::string& purl) {
  json.begin_object();
  json.key("purl").string(purl);
  json.key("type").string(to_string(package.type));
  json.key("name").string(package.name);
  json.key("version").string(package.version);
  json.optional("architecture", package.architecture);
  json.optional("sourceName", package.source_name);
  json.optional("sourceVersion", package.source_version);
  json.optional("module", package.module);
  json.optional("vendor", package.vendor);
  json.optional("license", package.license);
  if (package.installed_size != 0) write_count(json, "installedSize", package.installed_size);
  json.optional("foundBy", package.found_by);
  json.optional("owner", package.owner);
  json.optional("checksum", package.checksum);
  if (package.development) json.key("development").boolean(true);
  if (package.direct) json.key("direct").boolean(true);
  if (!package.depends.empty()) write_strings(json, "dependsOn", package.depends);
  write_location(json, package.location);
  json.end_object();
}

void write_vulnerability(JsonWriter& json, const VulnerabilityDetail& detail) {
  json.key("vulnerability").begin_object();
  write_strings(json, "aliases", detail.aliases);
  write_strings(json, "advisories", detail.advisories);
  json.optional("dataSource", detail.data_source);
  json.optional("ecosystem", detail.ecosystem);
  if (!detail.matched_by.identity.empty()) {
    json.key("matchedBy").begin_object();
    json.key("identity").string(detail.matched_by.identity);
    json.key("name").string(detail.matched_by.name);
    json.key("version").string(detail.matched_by.version);
    json.end_object();
  }
  json.key("fixState").string(to_string(detail.fix_state));
  json.optional("fixedVersion", detail.fixed_version);
  json.optional("affectedRange", detail.affected_range);
  json.optional("note", detail.note);
  json.key("score").number(detail.score);
  json.key("cvss").begin_array();
  for (const CvssVector& cvss : detail.cvss) {
    json.begin_object();
    json.key("vector").string(cvss.vector);
    json.optional("source", cvss.source);
    json.key("score").number(cvss.score);
    json.end_object();
  }
  json.end_array();
  write_strings(json, "cwes", detail.cwes);
  if (detail.epss) json.key("epss").number(*detail.epss);
  if (detail.epss_percentile) json.key("epssPercentile").number(*detail.epss_percentile);
  json.key("knownExploited").boolean(detail.known_exploited);
  json.optional("kevDateAdded", detail.kev_date_added);
  json.optional("kevDueDate", detail.kev_due_date);
  json.key("ransomware").boolean(detail.ransomware);
  json.key("malicious").boolean(detail.malicious);
  json.key("risk").number(detail.risk);
  json.optional("published", detail.published);
  json.optional("withdrawn", detail.withdrawn);
  json.end_object();
}

void write_finding(JsonWriter& json, const Finding& finding, const Distribution& distribution) {
  json.begin_object();
  json.key("kind").string(to_string(finding.kind));
  json.key("ruleId").string(finding.rule_id);
  json.key("severity").string(to_string(finding.severity));
  json.key("title").string(finding.title);
  json.key("fingerprint").string(finding.fingerprint);
  json.optional("evidence", finding.evidence);
  json.optional("secretHash", finding.secret_hash);
  if (!finding.aliases.empty()) write_strings(json, "aliases", finding.aliases);
  if (finding.removed_layer >= 0) json.key("removedLayer").integer(finding.removed_layer);
  json.optional("remediation", finding.remediation);
  write_strings(json, "references", finding.references);
  write_strings(json, "controls", finding.controls);
  if (!finding.package.name.empty()) {
    json.key("package");
    write_package(json, finding.package, purl_of(finding.package, distribution));
  }
  write_location(json, finding.location);
  if (is_vulnerability(finding)) write_vulnerability(json, finding.vulnerability);
  json.end_object();
}

void write_actions(JsonWriter& json, const std::vector<Action>& actions) {
  json.key("actions").begin_array();
  for (const Action& action : actions) {
    json.begin_object();
    json.key("what").string(action.what);
    json.key("package").string(action.package);
    json.key("fromVersion").string(action.from_version);
    json.optional("toVersion", action.to_version);
    write_indexes(json, "closes", action.closes);
    write_count(json, "denialsClosed", action.denials_closed);
    if (action.layer >= 0) json.key("layer").integer(action.layer);
    json.optional("instruction", action.instruction);
    json.end_object();
  }
  json.end_array();
}

void write_problems(JsonWriter& json, std::string_view name, const std::vector<Problem>& problems) {
  json.key(name).begin_array();
  for (const Problem& problem : problems) {
    json.begin_object();
    json.key("code").string(to_string(problem.code));
    json.key("where").string(problem.where);
    json.key("message").string(problem.message);
    json.optional("hint", problem.hint);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

std::string render_json(const ScanReport& report) {
  const Distribution& distribution = report.inventory.distribution;
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.key("schema").string(kReportSchema);
  json.key("schemaVersion").integer(kReportSchemaVersion);
  write_tool(json, report);
  json.key("state").string(to_string(report.state));
  json.optional("stateMessage", report.state_message);
  json.optional("stateHint", report.state_hint);
  json.key("exitCode").integer(exit_code_of(report));
  write_artifact(json, report.artifact);
  write_distribution(json, distribution);
  write_database(json, report.database);
  write_decision(json, report.decision);
  write_summary(json, report);
  write_actions(json, report.actions);
  json.key("findings").begin_array();
  for (const Finding& finding : report.findings) write_finding(json, finding, distribution);
  json.end_array();
  if (!report.suppressed.empty()) {
    json.key("suppressed").begin_array();
    for (const Finding& finding : report.suppressed) {
      json.begin_object();
      json.key("suppression").begin_object();
      const Suppression& why = finding.suppression;
      json.key("by").string(why.by);
      json.optional("source", why.source).optional("status", why.status);
      json.optional("justification", why.justification).optional("reason", why.reason);
      json.optional("owner", why.owner).optional("expires", why.expires);
      json.end_object();
      json.key("finding");
      write_finding(json, finding, distribution);
      json.end_object();
    }
    json.end_array();
  }
  write_problems(json, "problems", report.problems);
  write_problems(json, "notes", report.notes);
  json.key("packages").begin_array();
  for (const Package& package : report.inventory.packages) {
    write_package(json, package, purl_of(package, distribution));
  }
  json.end_array();
  json.end_object();
  return out;
}

}  // namespace seawall::report
