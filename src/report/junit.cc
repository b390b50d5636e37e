// JUnit XML as CI servers read it: one suite per package with findings, one case per finding. A
// case fails when the policy denies its finding; what could not be checked is an error, so that a
// green run means that everything was looked at.
#include <map>
#include <set>

#include <fmt/format.h>

#include "report/document.h"
#include "report/renderers.h"
#include "report/xml_writer.h"

namespace seawall::report {
namespace {

struct Suite {
  std::string name;
  std::vector<size_t> findings;
  size_t failures = 0;
};

// The suites in the order of their worst finding.
std::vector<Suite> suites_of(const ScanReport& report,
                             const std::vector<FindingVerdict>& verdicts) {
  std::vector<Suite> suites;
  std::map<std::string, size_t> index;
  for (size_t i = 0; i < report.findings.size(); ++i) {
    const Finding& finding = report.findings[i];
    std::string name = finding.package.name.empty() ? std::string(to_string(finding.kind))
                                                    : finding.package.advisory_name() + " " +
                                                          finding.package.advisory_version();
    const auto [at, fresh] = index.try_emplace(name, suites.size());
    if (fresh) suites.push_back({.name = std::move(name), .findings = {}});
    Suite& suite = suites[at->second];
    suite.findings.push_back(i);
    if (verdicts[i].verdict == Verdict::kDeny) ++suite.failures;
  }
  return suites;
}

class JUnit {
 public:
  explicit JUnit(const ScanReport& report)
      : report_(report),
        verdicts_(verdicts_of(report)),
        suites_(suites_of(report, verdicts_)),
        xml_(out_) {}

  std::string render() {
    size_t failures = unattached_denials();
    for (const Suite& suite : suites_) failures += suite.failures;
    const size_t errors = report_.problems.size() + (answered() ? 0 : 1);
    xml_.begin("testsuites").attribute("name", "seawall " + report_.artifact.name);
    counts(report_.findings.size() + unattached_denials() + report_.problems.size() + 1, failures,
           errors);
    write_checks(errors);
    write_unattached_denials();
    for (const Suite& suite : suites_) write_suite(suite);
    xml_.end();
    return std::move(out_);
  }

 private:
  bool answered() const {
    return report_.state == AssessmentState::kClean || report_.state == AssessmentState::kFindings;
  }

  void counts(size_t tests, size_t failures, size_t errors) {
    xml_.attribute("tests", std::to_string(tests));
    xml_.attribute("failures", std::to_string(failures));
    xml_.attribute("errors", std::to_string(errors));
  }

  // Whether the scan could say anything, and each part that it could not read.
  void write_checks(size_t errors) {
    xml_.begin("testsuite").attribute("name", "scan");
    counts(report_.problems.size() + 1, 0, errors);
    xml_.begin("testcase").attribute("classname", "scan").attribute("name", "complete answer");
    if (!answered()) {
      const std::string message = report_.state_message.empty()
                                      ? std::string(default_state_message(report_.state))
                                      : report_.state_message;
      xml_.begin("error").attribute("type", to_string(report_.state));
      xml_.attribute("message", message);
      xml_.text(report_.state_hint.empty() ? default_state_hint(report_.state)
                                           : std::string_view(report_.state_hint));
      xml_.end();
    }
    xml_.end();
    for (const Problem& problem : report_.problems) {
      xml_.begin("testcase").attribute("classname", "scan").attribute("name", problem.where);
      xml_.begin("error").attribute("type", to_string(problem.code));
      xml_.attribute("message", problem.message).text(problem.hint).end();
      xml_.end();
    }
    xml_.end();
  }

  // Rules may deny the artifact as a whole and name no finding.
  size_t unattached_denials() const {
    size_t count = 0;
    for (const RuleOutcome& outcome : report_.decision.outcomes) {
      if (outcome.verdict == Verdict::kDeny && outcome.findings.empty()) ++count;
    }
    return count;
  }

  void write_unattached_denials() {
    const size_t count = unattached_denials();
    if (count == 0) return;
    xml_.begin("testsuite").attribute("name", "policy");
    counts(count, count, 0);
    for (const RuleOutcome& outcome : report_.decision.outcomes) {
      if (outcome.verdict != Verdict::kDeny || !outcome.findings.empty()) continue;
      xml_.begin("testcase").attribute("classname", "policy").attribute("name", outcome.rule_id);
      xml_.begin("failure").attribute("type", outcome.rule_id);
      xml_.attribute("message", outcome.message).end();
      xml_.end();
    }
    xml_.end();
  }

  void write_suite(const Suite& suite) {
    xml_.begin("testsuite").attribute("name", suite.name);
    counts(suite.findings.size(), suite.failures, 0);
    for (const size_t index : suite.findings) {
      write_case(suite, report_.findings[index], verdicts_[index]);
    }
    xml_.end();
  }

  void write_case(const Suite& suite, const Finding& finding, const FindingVerdict& verdict) {
    xml_.begin("testcase").attribute("classname", suite.name);
    xml_.attribute("name", finding.rule_id + " in " + subject_of(finding));
    std::string details = sentence_of(finding);
    if (!finding.location.path.empty()) details += "\nWhere: /" + finding.location.path;
    if (!finding.remediation.empty()) details += "\nWhat to do: " + finding.remediation;
    for (const std::string& link : finding.references) details += "\n" + link;
    if (verdict.verdict == Verdict::kDeny) {
      xml_.begin("failure").attribute("type", verdict.outcome->rule_id);
      xml_.attribute("message",
                     verdict.outcome->message.empty() ? finding.title : verdict.outcome->message);
      xml_.text(details).end();
    } else {
      xml_.begin("system-out").text(details).end();
    }
    xml_.end();
  }

  const ScanReport& report_;
  const std::vector<FindingVerdict> verdicts_;
  const std::vector<Suite> suites_;
  std::string out_;
  XmlWriter xml_;
};

}  // namespace

std::string render_junit(const ScanReport& report) {
  return JUnit(report).render();
}

}  // namespace seawall::report
