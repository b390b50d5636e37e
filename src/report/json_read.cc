#include "report/json_read.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "base/strings.h"
#include "codec/json.h"
#include "report/document.h"
#include "report/json_fields.h"
#include "report/renderers.h"

namespace seawall::report {
namespace {

constexpr std::string_view kAnyVersion = "https://seawall.dev/schema/scan-report-";
constexpr size_t kStartBytes = 4096;
constexpr size_t kShownSchema = 80;  // bytes of a wrong one in a message
// An image of ten thousand packages has some 50,000; a finding takes 1.6 KiB of memory and more.
constexpr uint64_t kMaxFindings = 500'000;
constexpr uint64_t kMaxActions = kMaxFindings;
constexpr uint64_t kMaxProblems = 1'000'000;
constexpr int kMaxLayerIndex =
    100'000;  // a bill of materials may name layers that it does not list

// RFC 3339 as render_json() writes it, and no other spelling of the same time.
UnixSeconds read_time(const JsonFields& fields, std::string_view key) {
  const std::string text = fields.text(key);
  const auto time = parse_time(text);
  if (time && machine_time(*time) == text) return *time;
  fields.fail(key, "must be a time such as 2026-11-22T08:00:00Z");
  return 0;
}

BaseImage read_base(const JsonFields& artifact) {
  BaseImage base;
  if (!artifact.has("base")) return base;
  const JsonFields fields = artifact.object("base");
  base.name = fields.optional_text("name");
  base.digest = fields.optional_text("digest");
  base.layers = fields.count("layers");
  base.known_by = fields.text("knownBy");
  if (base.known_by.empty()) fields.fail("knownBy", "must not be empty");
  return base;
}

ImageSettings read_settings(const JsonFields& artifact) {
  ImageSettings settings;
  if (!artifact.has("settings")) return settings;
  const JsonFields fields = artifact.object("settings");
  settings.user = fields.optional_text("user");
  settings.working_directory = fields.optional_text("workingDirectory");
  settings.stop_signal = fields.optional_text("stopSignal");
  settings.health_check = fields.optional_text("healthCheck");
  settings.entry_point = fields.texts("entryPoint");
  settings.command = fields.texts("command");
  settings.environment = fields.texts("environment");
  settings.ports = fields.texts("ports");
  settings.volumes = fields.texts("volumes");
  for (auto* names : {&settings.environment, &settings.ports, &settings.volumes}) {
    std::sort(names->begin(), names->end());
  }
  settings.labels = fields.optional_pairs("labels");
  return settings;
}

ArtifactInfo read_artifact(const JsonFields& fields, const Limits& limits) {
  ArtifactInfo artifact;
  artifact.name = fields.text("name");
  artifact.kind = fields.text("kind");
  artifact.digest = fields.optional_digest("digest");
  artifact.config_digest = fields.optional_digest("configDigest");
  artifact.tags = fields.texts("tags");
  artifact.platform = fields.optional_text("platform");
  artifact.created = fields.optional_text("created");
  artifact.size = fields.count("size");
  artifact.base = read_base(fields);
  artifact.settings = read_settings(fields);
  fields.each("layers", limits.layers, [&](const JsonFields& item) {
    LayerInfo layer;
    if (item.count("index") != artifact.layers.size()) item.fail("index", "is out of order");
    layer.diff_id = item.optional_digest("diffId");
    layer.digest = item.optional_digest("digest");
    layer.instruction = item.optional_text("instruction");
    layer.size = item.count("size");
    layer.unpacked_size = item.count("unpackedSize");
    layer.files = item.count("files");
    layer.packages = item.count("packages");
    artifact.layers.push_back(std::move(layer));
  });
  return artifact;
}

Distribution read_distribution(const JsonFields& fields) {
  Distribution distribution;
  distribution.id = fields.text("id");
  distribution.version_id = fields.optional_text("versionId");
  distribution.codename = fields.optional_text("codename");
  distribution.variant_id = fields.optional_text("variantId");
  distribution.id_like = fields.texts("idLike");
  distribution.pretty_name = fields.optional_text("prettyName");
  distribution.cpe_name = fields.optional_text("cpeName");
  distribution.minor = fields.optional_text("minor");
  return distribution;
}

DatabaseInfo read_database(const JsonFields& fields) {
  DatabaseInfo database;
  database.present = fields.flag("present");
  if (!database.present) return database;
  database.digest = fields.optional_text("digest");
  database.built = read_time(fields, "built");
  database.data_date = read_time(fields, "dataDate");
  database.max_age = static_cast<int64_t>(fields.count("maxAgeSeconds"));
  database.feeds_used = fields.texts("feedsUsed");
  return database;
}

Location read_location(const JsonFields& owner) {
  const JsonFields fields = owner.object("location");
  Location location;
  location.path = fields.optional_text("path");
  location.line = static_cast<uint32_t>(fields.optional_count("line", UINT32_MAX));
  location.layer = fields.optional_index("layer", kMaxLayerIndex);
  location.layer_digest = fields.optional_digest("layerDiffId");
  location.instruction = fields.optional_text("instruction");
  return location;
}

// The package URL is not read: it is made of the rest.
Package read_package(const JsonFields& fields) {
  Package package;
  package.type = fields.word("type", PackageType::kGeneric);
  package.name = fields.text("name");
  package.version = fields.text("version");
  package.architecture = fields.optional_text("architecture");
  package.source_name = fields.optional_text("sourceName");
  package.source_version = fields.optional_text("sourceVersion");
  package.module = fields.optional_text("module");
  package.vendor = fields.optional_text("vendor");
  package.license = fields.optional_text("license");
  package.installed_size = fields.optional_count("installedSize", INT64_MAX);
  package.found_by = fields.optional_text("foundBy");
  package.owner = fields.optional_text("owner");
  package.checksum = fields.optional_text("checksum");
  package.development = fields.optional_flag("development");
  package.direct = fields.optional_flag("direct");
  package.depends = fields.optional_texts("dependsOn");
  package.location = read_location(fields);
  return package;
}

VulnerabilityDetail read_vulnerability(const JsonFields& fields) {
  VulnerabilityDetail detail;
  detail.aliases = fields.texts("aliases");
  detail.advisories = fields.texts("advisories");
  detail.data_source = fields.optional_text("dataSource");
  detail.ecosystem = fields.optional_text("ecosystem");
  // Reports of before it was said have none.
  if (fields.has("matchedBy")) {
    const JsonFields matched_by = fields.object("matchedBy");
    detail.matched_by = {matched_by.text("identity"), matched_by.text("name"),
                         matched_by.text("version")};
  }
  detail.fix_state = fields.word("fixState", FixState::kUnderInvestigation);
  detail.fixed_version = fields.optional_text("fixedVersion");
  detail.affected_range = fields.optional_text("affectedRange");
  detail.note = fields.optional_text("note");
  detail.score = fields.number("score", 10);
  fields.each("cvss", UINT32_MAX, [&](const JsonFields& cvss) {
    detail.cvss.push_back(
        {cvss.text("vector"), cvss.optional_text("source"), cvss.number("score", 10)});
  });
  detail.cwes = fields.texts("cwes");
  detail.epss = fields.optional_number("epss", 1);
  detail.epss_percentile = fields.optional_number("epssPercentile", 1);
  detail.known_exploited = fields.flag("knownExploited");
  detail.kev_date_added = fields.optional_text("kevDateAdded");
  detail.kev_due_date = fields.optional_text("kevDueDate");
  detail.ransomware = fields.flag("ransomware");
  detail.malicious = fields.flag("malicious");
  detail.risk = fields.number("risk", 100);
  detail.published = fields.optional_text("published");
  detail.withdrawn = fields.optional_text("withdrawn");
  return detail;
}

// Two findings are the same one by their fingerprint, so a report without it cannot be compared.
std::string read_fingerprint(const JsonFields& fields) {
  std::string text = fields.text("fingerprint");
  if (text.size() != 32 || text.find_first_not_of("0123456789abcdef") != std::string::npos) {
    fields.fail("fingerprint", "must be 32 hexadecimal digits in lower case");
  }
  return text;
}

Finding read_finding(const JsonFields& fields) {
  Finding finding;
  finding.kind = fields.word("kind", FindingKind::kBehaviour);
  finding.rule_id = fields.text("ruleId");
  finding.severity = fields.word("severity", Severity::kCritical);
  finding.title = fields.text("title");
  finding.fingerprint = read_fingerprint(fields);
  finding.evidence = fields.optional_text("evidence");
  finding.secret_hash = fields.optional_text("secretHash");
  finding.aliases = fields.optional_texts("aliases");
  finding.removed_layer = fields.optional_index("removedLayer", kMaxLayerIndex);
  finding.remediation = fields.optional_text("remediation");
  finding.references = fields.texts("references");
  finding.controls = fields.texts("controls");
  if (fields.has("package")) {
    finding.package = read_package(fields.object("package"));
    if (finding.package.name.empty()) fields.fail("package", "has no name");
  }
  finding.location = read_location(fields);
  if (is_vulnerability(finding)) {
    finding.vulnerability = read_vulnerability(fields.object("vulnerability"));
  }
  return finding;
}

std::vector<Finding> read_findings(const JsonFields& root) {
  std::vector<Finding> findings;
  findings.reserve(root.list("findings", kMaxFindings).size());
  root.each("findings", kMaxFindings,
            [&](const JsonFields& item) { findings.push_back(read_finding(item)); });
  return findings;
}

std::vector<Finding> read_suppressed(const JsonFields& root) {
  std::vector<Finding> findings;
  if (!root.has("suppressed")) return findings;
  root.each("suppressed", kMaxFindings, [&](const JsonFields& item) {
    findings.push_back(read_finding(item.object("finding")));
    Suppression& why = findings.back().suppression;
    const JsonFields fields = item.object("suppression");
    why.by = fields.text("by");
    if (why.by.empty()) fields.fail("by", "must not be empty");
    why.source = fields.optional_text("source");
    why.status = fields.optional_text("status");
    why.justification = fields.optional_text("justification");
    why.reason = fields.optional_text("reason");
    why.owner = fields.optional_text("owner");
    why.expires = fields.optional_text("expires");
  });
  return findings;
}

Decision read_decision(const JsonFields& fields, size_t findings) {
  Decision decision;
  decision.verdict = fields.word("verdict", Verdict::kDeny);
  decision.policy = fields.text("policy");
  decision.policy_digest = fields.optional_text("policyDigest");
  decision.notes = fields.optional_texts("notes");
  fields.each("outcomes", UINT32_MAX, [&](const JsonFields& item) {
    RuleOutcome outcome;
    outcome.rule_id = item.text("ruleId");
    outcome.verdict = item.word("verdict", Verdict::kDeny);
    outcome.message = item.text("message");
    outcome.findings = item.indexes("findings", findings);
    outcome.fix = item.optional_text("fix");
    outcome.subjects = item.optional_texts("subjects");
    outcome.no_data = item.optional_flag("noData");
    decision.outcomes.push_back(std::move(outcome));
  });
  return decision;
}

std::vector<Action> read_actions(const JsonFields& root, size_t findings) {
  std::vector<Action> actions;
  root.each("actions", kMaxActions, [&](const JsonFields& item) {
    Action action;
    action.what = item.text("what");
    action.package = item.text("package");
    action.from_version = item.text("fromVersion");
    action.to_version = item.optional_text("toVersion");
    action.closes = item.indexes("closes", findings);
    action.denials_closed = item.count("denialsClosed");
    action.layer = item.optional_index("layer", kMaxLayerIndex);
    action.instruction = item.optional_text("instruction");
    actions.push_back(std::move(action));
  });
  return actions;
}

std::vector<Problem> read_problems(const JsonFields& root, std::string_view key) {
  std::vector<Problem> problems;
  root.each(key, kMaxProblems, [&](const JsonFields& item) {
    problems.push_back({item.text("where"), item.text("message"), item.optional_text("hint"),
                        item.word("code", Code::kInternal)});
  });
  return problems;
}

// What the report says of itself must be what it holds.
void verify_totals(const JsonFields& root, const ScanReport& report) {
  const JsonFields summary = root.object("summary");
  const auto verify = [](const JsonFields& fields, std::string_view key, uint64_t held) {
    if (const uint64_t said = fields.count(key); said != held) {
      fields.fail(key, fmt::format("is {}, but the content of the report gives {}", said, held));
    }
  };
  verify(summary, "packages", report.inventory.packages.size());
  verify(summary, "findings", report.findings.size());
  verify(root, "exitCode", static_cast<uint64_t>(exit_code_of(report)));
}

ScanReport read_report(const JsonFields& root, const Limits& limits) {
  ScanReport report;
  const JsonFields tool = root.object("tool");
  report.tool_version = tool.text("version");
  report.tool_digest = tool.optional_text("digest");
  report.state = root.word("state", AssessmentState::kError);
  report.state_message = root.optional_text("stateMessage");
  report.state_hint = root.optional_text("stateHint");
  report.artifact = read_artifact(root.object("artifact"), limits);
  report.inventory.distribution = read_distribution(root.object("distribution"));
  report.database = read_database(root.object("database"));
  report.findings = read_findings(root);
  report.suppressed = read_suppressed(root);
  report.decision = read_decision(root.object("decision"), report.findings.size());
  report.actions = read_actions(root, report.findings.size());
  report.problems = read_problems(root, "problems");
  report.notes = read_problems(root, "notes");
  report.inventory.packages.reserve(root.list("packages", limits.packages).size());
  root.each("packages", limits.packages, [&](const JsonFields& item) {
    report.inventory.packages.push_back(read_package(item));
  });
  verify_totals(root, report);
  sort_packages(report.inventory.packages);
  return report;
}

Status check_version(const Node& root) {
  if (!root["schema"].string().starts_with(kAnyVersion)) {
    return unsupported("this is not a report of seawall scan: \"schema\" does not name one")
        .hint("make one with: seawall scan TARGET --format json --output FILE");
  }
  const std::string_view schema = root["schema"].string();
  const auto version = root["schemaVersion"].integer();
  if (schema == kReportSchema && version == kReportSchemaVersion) return {};
  return unsupported(fmt::format("the report is of version {} (\"{}\"); this Seawall reads "
                                 "version {}",
                                 version ? std::to_string(*version) : "unknown",
                                 schema.substr(0, kShownSchema), kReportSchemaVersion))
      .hint("scan again with this Seawall, or use the one that wrote the report");
}

}  // namespace

bool looks_like_json_report(std::string_view start) {
  start = trim(start.substr(0, kStartBytes));
  return start.starts_with('{') && start.find(kAnyVersion) != std::string_view::npos;
}

Result<ScanReport> read_json(std::string bytes, const Limits& limits) {
  SEAWALL_TRY(const Document document, parse_json(std::move(bytes), limits));
  SEAWALL_CHECK(check_version(document.root()));
  std::optional<Error> error;
  ScanReport report = read_report(JsonFields(document.root(), error), limits);
  if (error) return std::move(*error);
  return report;
}

}  // namespace seawall::report
