// SARIF 2.1.0 (OASIS standard, errata 01): one run a report, one rule per rule id, one result per
// finding.
// What code-scanning servers read beyond the standard: rules[].properties.security-severity (a
// string from "0.0" to "10.0") and partialFingerprints, by which a result is followed over time.
#include <algorithm>
#include <cstdint>
#include <map>

#include <fmt/format.h>

#include "codec/json_writer.h"
#include "report/document.h"
#include "report/renderers.h"

namespace seawall::report {
namespace {

constexpr std::string_view kSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

std::string_view level_of(Severity severity) {
  switch (severity) {
    case Severity::kCritical:
    case Severity::kHigh:
      return "error";
    case Severity::kMedium:
      return "warning";
    default:
      return "note";
  }
}

// A path as a relative URI reference (RFC 3986): everything but unreserved characters and "/" is
// percent-encoded, so that neither a colon nor a leading "//" is taken for a scheme or an
// authority.
std::string uri_of(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  std::string uri;
  for (const unsigned char c : path) {
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
                            c == '~' || c == '/';
    if (unreserved) {
      uri += static_cast<char>(c);
    } else {
      uri += fmt::format("%{:02X}", static_cast<unsigned>(c));
    }
  }
  return uri.empty() ? "." : uri;
}

bool is_web_link(std::string_view text) {
  if (!text.starts_with("https://") && !text.starts_with("http://")) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c > 0x20 && c < 0x7f &&
           std::string_view("\"<>\\^`{|}").find(c) == std::string_view::npos;
  });
}

// All findings of one rule id, described by its worst.
struct Rule {
  const Finding* worst;
  double score = 0;
  size_t index = 0;
};

class SarifRun {
 public:
  SarifRun(const ScanReport& report, JsonWriter& json)
      : report_(report), components_(report), verdicts_(verdicts_of(report)), json_(json) {
    for (const auto* list : {&report.findings, &report.suppressed}) {
      for (const Finding& finding : *list) {
        const double score = score_in_band(finding.severity, finding.vulnerability.score);
        const auto [at, fresh] = rules_.try_emplace(finding.rule_id, Rule{&finding, score, 0});
        if (fresh) {
          at->second.index = order_.size();
          order_.push_back(&at->second);
        } else if (finding.severity > at->second.worst->severity ||
                   (finding.severity == at->second.worst->severity && score > at->second.score)) {
          at->second.worst = &finding;
          at->second.score = score;
        }
      }
    }
  }

  void write() {
    json_.begin_object();
    write_tool();
    write_invocation();
    json_.key("columnKind").string("unicodeCodePoints");
    json_.key("results").begin_array();
    for (size_t i = 0; i < report_.findings.size(); ++i)
      write_result(report_.findings[i], verdicts_[i]);
    for (const Finding& finding : report_.suppressed) write_result(finding, FindingVerdict());
    json_.end_array();
    write_run_properties();
    json_.end_object();
  }

 private:
  void text(std::string_view name, std::string_view value) {
    json_.key(name).begin_object().key("text").string(value).end_object();
  }

  void write_tool() {
    json_.key("tool").begin_object().key("driver").begin_object();
    json_.key("name").string("Seawall");
    json_.optional("version", report_.tool_version);
    json_.key("informationUri").string("https://seawall.dev");
    json_.key("rules").begin_array();
    for (const Rule* rule : order_) write_rule(*rule);
    json_.end_array().end_object().end_object();
  }

  void write_rule(const Rule& rule) {
    const Finding& finding = *rule.worst;
    json_.begin_object();
    json_.key("id").string(finding.rule_id);
    text("shortDescription", finding.title.empty() ? finding.rule_id : finding.title);
    for (const std::string& link : finding.references) {
      if (!is_web_link(link)) continue;
      json_.key("helpUri").string(link);
      break;
    }
    text("help", finding.remediation.empty() ? sentence_of(finding) : finding.remediation);
    json_.key("defaultConfiguration").begin_object();
    json_.key("level").string(level_of(finding.severity));
    json_.end_object();
    json_.key("properties").begin_object();
    json_.key("security-severity").string(fmt::format("{:.1f}", rule.score));
    json_.key("tags").begin_array();
    json_.string("security").string(to_string(finding.kind));
    for (const std::string& cwe : finding.vulnerability.cwes) json_.string("external/cwe/" + cwe);
    json_.end_array().end_object().end_object();
  }

  // What could not be checked, and why the answer is not the whole one.
  void write_invocation() {
    json_.key("invocations").begin_array().begin_object();
    const int exit_code = exit_code_of(report_);
    json_.key("executionSuccessful").boolean(exit_code < 2);
    json_.key("exitCode").integer(exit_code);
    json_.key("toolExecutionNotifications").begin_array();
    if (report_.state != AssessmentState::kClean && report_.state != AssessmentState::kFindings) {
      const std::string message = report_.state_message.empty()
                                      ? std::string(default_state_message(report_.state))
                                      : report_.state_message;
      write_notification(to_string(report_.state), message,
                         report_.state_hint.empty() ? default_state_hint(report_.state)
                                                    : std::string_view(report_.state_hint));
    }
    for (const Problem& problem : report_.problems) {
      const std::string message =
          problem.where.empty() ? problem.message : problem.where + ": " + problem.message;
      write_notification(to_string(problem.code), message, problem.hint);
    }
    json_.end_array().end_object().end_array();
  }

  void write_notification(std::string_view id, const std::string& message, std::string_view hint) {
    json_.begin_object();
    json_.key("descriptor").begin_object().key("id").string(id).end_object();
    json_.key("level").string("error");
    std::string words = message;
    if (!hint.empty()) words.append(" What to do: ").append(hint);
    text("message", words);
    json_.end_object();
  }

  void write_result(const Finding& finding, const FindingVerdict& verdict) {
    json_.begin_object();
    json_.key("ruleId").string(finding.rule_id);
    json_.key("ruleIndex").integer(static_cast<int64_t>(rules_.at(finding.rule_id).index));
    json_.key("kind").string("fail");
    json_.key("level").string(level_of(finding.severity));
    text("message", sentence_of(finding));
    write_locations(finding);
    json_.key("partialFingerprints").begin_object();
    json_.key("seawall/v1").string(finding.fingerprint);
    json_.end_object();
    if (const double risk = finding.vulnerability.risk; risk > 0) {
      json_.key("rank").number(std::min(risk, 100.0));
    }
    write_suppression(finding.suppression);
    write_result_properties(finding, verdict);
    json_.end_object();
  }

  void write_suppression(const Suppression& suppression) {
    if (!suppression.active()) return;
    std::string why = suppression.reason;
    if (!suppression.justification.empty())
      why = suppression.justification + (why.empty() ? "" : ": " + why);
    json_.key("suppressions").begin_array().begin_object();
    json_.key("kind").string(suppression.by == "inline" ? "inSource" : "external");
    json_.key("status").string("accepted");
    json_.optional("justification", why);
    json_.end_object().end_array();
  }

  void write_locations(const Finding& finding) {
    const Location& location =
        finding.location.path.empty() ? finding.package.location : finding.location;
    json_.key("locations").begin_array().begin_object();
    json_.key("physicalLocation").begin_object();
    json_.key("artifactLocation").begin_object();
    json_.key("uri").string(uri_of(location.path.empty() ? report_.artifact.name : location.path));
    json_.end_object();
    // Servers show a result at a line; the first one stands for the whole file.
    json_.key("region").begin_object();
    json_.key("startLine").integer(std::max<int64_t>(location.line, 1));
    json_.end_object().end_object();
    json_.key("logicalLocations").begin_array().begin_object();
    json_.key("name").string(subject_of(finding));
    const std::string_view reference = components_.reference_of(finding.package);
    json_.key("fullyQualifiedName")
        .string(report_.artifact.name + "/" +
                (reference.empty() ? location.path : std::string(reference)));
    json_.key("kind").string(finding.package.name.empty() ? "resource" : "package");
    json_.end_object().end_array();
    if (location.layer >= 0) {
      text("message", fmt::format("layer {}{}{}", location.layer + 1,
                                  location.instruction.empty() ? "" : ": ", location.instruction));
    }
    json_.end_object().end_array();
  }

  void write_result_properties(const Finding& finding, const FindingVerdict& verdict) {
    json_.key("properties").begin_object();
    json_.key("severity").string(to_string(finding.severity));
    json_.key("verdict").string(to_string(verdict.verdict));
    if (verdict.outcome) json_.key("policyRule").string(verdict.outcome->rule_id);
    json_.optional("purl", components_.reference_of(finding.package));
    if (is_vulnerability(finding)) {
      const VulnerabilityDetail& detail = finding.vulnerability;
      json_.key("fixState").string(to_string(detail.fix_state));
      json_.optional("fixedVersion", detail.fixed_version);
      if (const MatchedBy& by = detail.matched_by; !by.identity.empty()) {
        json_.key("matchedBy").string(fmt::format("{} {} {}", by.identity, by.name, by.version));
      }
      json_.key("cvssScore").number(detail.score);
      if (detail.epss) json_.key("epss").number(*detail.epss);
      json_.key("knownExploited").boolean(detail.known_exploited);
    }
    if (!finding.location.layer_digest.empty()) {
      json_.key("layerDiffId").string(finding.location.layer_digest.text());
    }
    json_.end_object();
  }

  void write_run_properties() {
    json_.key("properties").begin_object();
    json_.key("state").string(to_string(report_.state));
    json_.key("verdict").string(to_string(report_.decision.verdict));
    json_.key("policy").string(report_.decision.policy);
    json_.key("artifact").string(report_.artifact.name);
    json_.optional("artifactDigest", report_.artifact.digest.text());
    json_.optional("platform", report_.artifact.platform);
    json_.optional("distribution", report_.inventory.distribution.pretty_name);
    json_.optional("databaseDigest", report_.database.digest);
    if (report_.database.present) {
      json_.key("databaseDataDate").string(machine_time(report_.database.data_date));
    }
    json_.end_object();
  }

  const ScanReport& report_;
  const ComponentList components_;
  const std::vector<FindingVerdict> verdicts_;
  std::map<std::string, Rule> rules_;
  std::vector<const Rule*> order_;  // as they first appear: worst first
  JsonWriter& json_;
};

}  // namespace

std::string render_sarif(const ScanReport& report) {
  return render_sarif(std::vector{&report});
}

std::string render_sarif(const std::vector<const ScanReport*>& reports) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.key("$schema").string(kSchema);
  json.key("version").string("2.1.0");
  json.key("runs").begin_array();
  for (const ScanReport* report : reports) SarifRun(*report, json).write();
  json.end_array().end_object();
  return out;
}

}  // namespace seawall::report
