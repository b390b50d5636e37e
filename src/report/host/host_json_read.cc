#include "report/host/host_json_read.h"

#include <set>

#include <fmt/format.h>

#include "base/strings.h"
#include "codec/json.h"

namespace seawall::report {
namespace {

ControlText text_of(const Node& node) {
  return {std::string(node["en"].string()), std::string(node["fr"].string())};
}

std::vector<std::string> texts_of(const Node& list) {
  std::vector<std::string> out;
  for (const Node& item : list.items()) out.emplace_back(item.string());
  return out;
}

std::vector<ControlEvidence> evidence_of(const Node& list) {
  std::vector<ControlEvidence> out;
  for (const Node& one : list.items()) {
    out.push_back({std::string(one["what"].string()), std::string(one["value"].string()),
                   std::string(one["source"].string())});
  }
  return out;
}

Suppression suppression_of(const Node& node) {
  Suppression why;
  why.by = node["by"].string();
  why.source = node["source"].string();
  why.reason = node["reason"].string();
  why.owner = node["owner"].string();
  why.expires = node["expires"].string();
  return why;
}

Error wrong(const Node& node, std::string_view what) {
  return malformed(fmt::format("line {}: {}", node.line(), what));
}

Result<ControlVerdict> verdict_of(const Node& node) {
  const auto verdict = parse_control_verdict(node["verdict"].string());
  if (!verdict) {
    return wrong(node, fmt::format("\"{}\" is no verdict", printable(node["verdict"].string())));
  }
  return *verdict;
}

Result<ControlResult> read_control(const Node& node) {
  ControlResult control;
  control.id = node["id"].string();
  if (control.id.empty()) return wrong(node, "a control has no id");
  SEAWALL_TRY(control.verdict, verdict_of(node));
  control.number = node["number"].string();
  control.section = node["section"].string();
  control.severity = parse_severity(node["severity"].string());
  control.level = static_cast<int>(node["level"].integer().value_or(0) & 0xff);
  control.automated = node["automated"].boolean();
  control.title = text_of(node["title"]);
  control.why = text_of(node["why"]);
  control.fix = text_of(node["fix"]);
  control.look = text_of(node["look"]);
  control.patch = node["patch"].string();
  control.aliases = texts_of(node["aliases"]);
  control.frameworks = texts_of(node["frameworks"]);
  control.references = texts_of(node["references"]);
  control.message = node["message"].string();
  control.evidence = evidence_of(node["evidence"]);
  control.suppression = suppression_of(node["suppression"]);
  for (const Node& one : node["subjects"].items()) {
    ControlSubject subject;
    subject.name = one["name"].string();
    SEAWALL_TRY(subject.verdict, verdict_of(one));
    subject.message = one["message"].string();
    subject.evidence = evidence_of(one["evidence"]);
    subject.suppression = suppression_of(one["suppression"]);
    control.subjects.push_back(std::move(subject));
  }
  return control;
}

Finding read_note(const Node& node) {
  Finding note;
  note.kind = FindingKind::kMisconfiguration;
  note.rule_id = node["id"].string();
  note.title = node["title"].string();
  note.evidence = node["evidence"].string();
  note.remediation = node["remediation"].string();
  note.location.path = node["file"].string();
  note.location.line = static_cast<uint32_t>(node["line"].integer().value_or(0) & UINT32_MAX);
  return note;
}

}  // namespace

Result<HostReport> read_host_json(std::string bytes, const Limits& limits) {
  SEAWALL_TRY(const Document document, parse_json(std::move(bytes), limits));
  const Node& root = document.root();
  if (root["schema"].string() != kHostReportSchema) {
    return malformed("it is no report of a host")
        .hint("seawall host --format json --output FILE writes one");
  }
  if (root["schemaVersion"].integer() != kHostReportSchemaVersion)
    return unsupported("another version of Seawall wrote it");
  HostReport report;
  report.tool_version = root["tool"].string();
  report.benchmark = root["benchmark"].string();
  report.benchmark_title = root["benchmarkTitle"].string();
  const Node& host = root["host"];
  report.host = host["name"].string();
  report.system = host["system"].string();
  report.kernel = host["kernel"].string();
  report.engine = host["engine"].string();
  report.containers = static_cast<size_t>(host["containers"].integer().value_or(0));
  report.collected_at = host["collectedAt"].string();
  report.facts_digest = host["factsDigest"].string();
  for (const Member& section : root["sections"].members())
    report.section_titles[std::string(section.key)] = text_of(section.value);
  // Without a list of controls everything would look newly failing beside it.
  if (!root["controls"].is_array()) return wrong(root, "\"controls\" is no list");
  std::set<std::string> ids;
  for (const Node& node : root["controls"].items()) {
    SEAWALL_TRY(ControlResult control, read_control(node));
    if (!ids.insert(control.id).second)
      return wrong(node, fmt::format("the control {} is there twice", printable(control.id)));
    report.controls.push_back(std::move(control));
  }
  for (const Node& node : root["notes"].items()) report.notes.push_back(read_note(node));
  return report;
}

}  // namespace seawall::report
