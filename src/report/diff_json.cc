#include "base/strings.h"
#include "codec/json_writer.h"
#include "report/diff.h"

namespace seawall::report {
namespace {

void write_count(JsonWriter& json, std::string_view key, uint64_t value) {
  json.key(key).integer(static_cast<int64_t>(value));
}

void write_side(JsonWriter& json, std::string_view key, const ScanReport& report) {
  json.key(key).begin_object();
  json.key("name").string(report.artifact.name);
  json.key("kind").string(report.artifact.kind);
  json.optional("digest", report.artifact.digest.text());
  json.key("state").string(to_string(report.state));
  json.optional("stateMessage", report.state_message);
  json.optional("distribution", report.inventory.distribution.id);
  json.optional("distributionVersion", report.inventory.distribution.version_id);
  write_count(json, "packages", report.inventory.packages.size());
  write_count(json, "findings", report.findings.size());
  write_count(json, "problems", report.problems.size());
  write_count(json, "size", report.artifact.size);
  json.key("layers").begin_array();
  for (const LayerInfo& layer : report.artifact.layers) {
    json.begin_object();
    json.optional("diffId", layer.diff_id.text());
    json.optional("instruction", layer.instruction);
    write_count(json, "unpackedSize", layer.unpacked_size);
    json.end_object();
  }
  json.end_array().end_object();
}

void write_findings(JsonWriter& json, std::string_view key, const std::vector<Finding>& findings) {
  json.key(key).begin_array();
  for (const Finding& finding : findings) {
    json.begin_object();
    json.key("kind").string(to_string(finding.kind));
    json.key("ruleId").string(finding.rule_id);
    json.key("severity").string(to_string(finding.severity));
    json.optional("title", finding.title);
    json.optional("evidence", finding.evidence);
    if (!finding.package.name.empty()) {
      json.key("package").begin_object();
      json.key("type").string(to_string(finding.package.type));
      json.key("name").string(finding.package.name);
      json.optional("version", finding.package.version);
      json.end_object();
    }
    json.optional("fixedVersion", finding.vulnerability.fixed_version);
    json.optional("path", finding.location.path);
    if (finding.location.layer >= 0) json.key("layer").integer(finding.location.layer);
    if (finding.location.line != 0) json.key("line").integer(finding.location.line);
    json.key("fingerprint").string(finding.fingerprint);
    json.end_object();
  }
  json.end_array();
}

void write_packages(JsonWriter& json, const std::vector<PackageChange>& packages) {
  json.key("packages").begin_array();
  for (const PackageChange& change : packages) {
    json.begin_object();
    json.key("change").string(to_string(change.kind));
    json.key("type").string(to_string(change.type));
    json.key("name").string(change.name);
    json.key("names").begin_array();
    for (const std::string& name : change.names) json.string(name);
    json.end_array();
    json.optional("from", change.from_version);
    json.optional("to", change.to_version);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

std::string render_diff_json(const ReportDiff& diff) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.key("schema").string("https://seawall.dev/schema/diff-1.json");
  json.key("schemaVersion").integer(1);
  write_side(json, "before", *diff.before);
  write_side(json, "after", *diff.after);
  json.key("verdict").string(to_string(diff.decision.verdict));
  json.optional("policy", diff.decision.policy);
  write_findings(json, "introduced", diff.introduced);
  write_findings(json, "fixed", diff.fixed);
  write_count(json, "unchanged", diff.unchanged);
  write_packages(json, diff.packages);
  json.key("settings").begin_array();
  for (const SettingChange& change : diff.settings) {
    json.begin_object();
    json.key("what").string(change.what);
    json.optional("from", change.from);
    json.optional("to", change.to);
    json.end_object();
  }
  json.end_array();
  write_count(json, "sharedLayers", diff.shared_layers);
  json.end_object();
  return out + "\n";
}

}  // namespace seawall::report
