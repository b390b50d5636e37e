// Reports to render: a realistic one (a Debian image that a policy denies), one for each state, and
// one whose every string is hostile.
#pragma once

#include <string>

#include "model/scan_report.h"
#include "scan/actions.h"

namespace seawall::test {

inline Digest digest(char c) {
  return {HashAlgorithm::kSha256, std::string(64, c)};
}

inline Package debian_package(const std::string& name, const std::string& version,
                              const std::string& source, int layer) {
  Package package;
  package.type = PackageType::kDeb;
  package.name = name;
  package.version = version;
  package.architecture = "amd64";
  package.source_name = source == name ? "" : source;
  package.license = "GPL-2+ and MIT";
  package.installed_size = 612000;
  package.location.path = "var/lib/dpkg/status";
  package.location.layer = layer;
  package.location.layer_digest = digest(static_cast<char>('a' + layer));
  package.location.instruction =
      layer == 0 ? "ADD rootfs.tar.xz /" : "RUN apt-get install -y erlang";
  return package;
}

inline Finding vulnerability(const Package& package, const std::string& id, Severity severity,
                             double score, const std::string& fixed, const std::string& title) {
  Finding finding;
  finding.rule_id = id;
  finding.severity = severity;
  finding.title = title;
  finding.package = package;
  finding.location = package.location;
  finding.references = {"https://security-tracker.debian.org/tracker/" + id};
  VulnerabilityDetail& detail = finding.vulnerability;
  detail.data_source = "debian";
  detail.ecosystem = "debian:12";
  const bool own_name = package.advisory_name() == package.name;
  detail.matched_by = {own_name ? "package" : "source-package", package.advisory_name(),
                       package.advisory_version()};
  detail.fix_state = fixed.empty() ? FixState::kAffected : FixState::kFixed;
  detail.fixed_version = fixed;
  detail.score = score;
  if (score > 0) {
    detail.cvss = {{"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "nvd", score}};
    detail.epss = 0.0091;
    detail.epss_percentile = 0.76;
  }
  detail.cwes = {"CWE-190"};
  detail.risk = score * 3.5;
  detail.published = "2024-08-30T03:15:03Z";
  if (!fixed.empty()) finding.remediation = "Upgrade to " + fixed + " or later.";
  set_fingerprint(finding);
  return finding;
}

inline void set_baseline_decision(ScanReport& report) {
  RuleOutcome exploited{
      "known-exploited", Verdict::kDeny, "A vulnerability that attackers are known to use", {}};
  RuleOutcome critical{
      "critical-with-fix", Verdict::kDeny, "A critical vulnerability that an upgrade closes", {}};
  for (size_t i = 0; i < report.findings.size(); ++i) {
    const Finding& finding = report.findings[i];
    if (finding.vulnerability.known_exploited) {
      exploited.findings.push_back(i);
    } else if (finding.severity == Severity::kCritical &&
               !finding.vulnerability.fixed_version.empty()) {
      critical.findings.push_back(i);
    }
  }
  report.decision = {Verdict::kAllow, "built-in baseline", {}};
  for (RuleOutcome* outcome : {&exploited, &critical}) {
    if (outcome->findings.empty()) continue;
    report.decision.verdict = Verdict::kDeny;
    report.decision.outcomes.push_back(*outcome);
  }
}

// An image without findings, all of it checked.
inline ScanReport clean_report() {
  ScanReport report;
  report.artifact.name = "registry.example/shop/api:1.4.2";
  report.artifact.kind = "registry";
  report.artifact.digest = digest('9');
  report.artifact.config_digest = digest('8');
  report.artifact.tags = {"1.4.2"};
  report.artifact.platform = "linux/amd64";
  report.artifact.created = "2026-11-20T09:30:00Z";
  report.artifact.size = 412'000'000;
  report.artifact.layers = {
      {digest('a'), digest('1'), "ADD rootfs.tar.xz /", 29'000'000, 78'000'000, 3120, 88, false},
      {digest('b'), digest('2'), "RUN apt-get install -y erlang", 91'000'000, 301'000'000, 9210, 41,
       false},
      {digest('c'), digest('3'), "COPY app /srv/app", 9'000'000, 33'000'000, 402, 3, true}};
  Distribution& distribution = report.inventory.distribution;
  distribution.id = "debian";
  distribution.version_id = "12";
  distribution.codename = "bookworm";
  distribution.pretty_name = "Debian GNU/Linux 12 (bookworm)";
  distribution.minor = "12.6";
  report.inventory.packages = {debian_package("erlang-base", "1:25.2.3+dfsg-1", "erlang", 1),
                               debian_package("libexpat1", "2.5.0-1", "expat", 0),
                               debian_package("libexpat1-dev", "2.5.0-1", "expat", 1),
                               debian_package("libc6", "2.36-9+deb12u7", "glibc", 0),
                               debian_package("zlib1g", "1:1.2.13.dfsg-1", "zlib", 0)};
  report.inventory.packages[1].license = "mit";
  report.inventory.packages[3].license = "LGPL-2.1-or-later AND (GPL-2.0-only OR MIT)";
  report.inventory.packages[4].license = "Zlib";
  Package semver;
  semver.type = PackageType::kNpm;
  semver.name = "semver";
  semver.version = "7.3.7";
  semver.license = "ISC";
  semver.location = {"srv/app/node_modules/semver/package.json", 2, digest('c'),
                     "COPY app /srv/app", 0};
  report.inventory.packages.push_back(semver);
  sort_packages(report.inventory.packages);
  report.state = AssessmentState::kClean;
  report.database.present = true;
  report.database.digest = digest('d').text();
  report.database.built = 1'795'334'400;      // 2026-11-22T08:00:00Z
  report.database.data_date = 1'795'305'600;  // 2026-11-22T00:00:00Z
  report.database.max_age = 5 * 86400;
  report.database.feeds_used = {"debian 2026-11-22", "osv-npm 2026-11-22"};
  report.tool_version = "0.1.0";
  report.scanned_at = 1'795'420'800;
  report.seconds = 1.9;
  report.decision.policy = "built-in baseline";
  return report;
}

inline ScanReport sample_report() {
  ScanReport report = clean_report();
  const auto installed = [&](std::string_view name) {
    for (const Package& package : report.inventory.packages) {
      if (package.name == name) return package;
    }
    return Package();
  };
  const Package erlang = installed("erlang-base"), expat = installed("libexpat1"),
                expat_dev = installed("libexpat1-dev"), libc = installed("libc6"),
                zlib = installed("zlib1g"), semver = installed("semver");
  auto& findings = report.findings;
  findings.push_back(
      vulnerability(erlang, "CVE-2025-32433", Severity::kCritical, 10.0, "1:25.2.3+dfsg-1+deb12u1",
                    "Erlang/OTP: the SSH server runs commands before authentication"));
  findings.back().vulnerability.known_exploited = true;
  findings.back().vulnerability.kev_date_added = "2025-06-09";
  findings.back().vulnerability.kev_due_date = "2025-06-30";
  findings.back().vulnerability.aliases = {"DSA-5906-1", "GHSA-37cp-fgq5-7wc2"};
  for (const Package& package : {expat, expat_dev}) {
    findings.push_back(vulnerability(package, "CVE-2024-45491", Severity::kCritical, 9.8,
                                     "2.5.0-1+deb12u1",
                                     "An integer overflow in dtdCopy on 32-bit platforms"));
    findings.push_back(vulnerability(package, "CVE-2024-45490", Severity::kHigh, 7.5,
                                     "2.5.0-1+deb12u1", "XML_ParseBuffer takes a negative length"));
    findings.push_back(vulnerability(package, "CVE-2024-28757", Severity::kMedium, 5.3,
                                     "2.5.0-1+deb12u2", "Entity expansion in isolated parsers"));
  }
  findings.push_back(vulnerability(libc, "CVE-2025-0395", Severity::kMedium, 6.2, "2.36-9+deb12u10",
                                   "assert() allocates too little"));
  findings.push_back(vulnerability(libc, "CVE-2019-1010022", Severity::kNegligible, 9.8, "",
                                   "Bypass of the stack guard"));
  findings.push_back(vulnerability(zlib, "CVE-2023-45853", Severity::kHigh, 9.8, "",
                                   "An integer overflow in MiniZip's zipOpenNewFileInZip4_64"));
  findings.back().vulnerability.fix_state = FixState::kWillNotFix;
  findings.push_back(vulnerability(semver, "CVE-2022-25883", Severity::kHigh, 7.5, "7.5.2",
                                   "A regular expression that takes quadratic time"));
  findings.back().vulnerability.data_source = "osv-npm";
  findings.back().vulnerability.ecosystem = "npm";
  Finding secret;
  secret.kind = FindingKind::kSecret;
  secret.rule_id = "SW-S0001";
  secret.severity = Severity::kCritical;
  secret.title = "AWS access key";
  secret.evidence = "AWS_ACCESS_KEY_ID=AKIA\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2Q7XD";
  secret.secret_hash = "5f2b1c0d9e8f7a6b5c4d3e2f1a0b9c8d";
  secret.aliases = {"gitleaks/aws-access-token"};
  secret.removed_layer = 1;
  secret.remediation = "Revoke the key, then build the image without the file.";
  secret.location = {"srv/app/.env", 0, digest('a'), "ADD rootfs.tar.xz /", 3};
  set_fingerprint(secret);
  findings.push_back(secret);
  sort_findings(findings);
  report.state = AssessmentState::kFindings;
  set_baseline_decision(report);
  report.actions = scan::plan_actions(report);
  return report;
}

// A part could not be read, and the advisories are too old.
inline ScanReport troubled_report(AssessmentState state) {
  ScanReport report = clean_report();
  report.state = state;
  if (state == AssessmentState::kUnscanned) report.database = {};
  if (state == AssessmentState::kError) {
    report.problems.push_back(
        {"layer 3 of 3 (sha256:cccccccccccc)",
         "ends after 18,874,368 of 44,040,192 bytes: the archive is truncated",
         "save the image again with `docker save` and repeat", Code::kMalformed});
  }
  return report;
}

// What an attacker would write into every field: escapes, invalid UTF-8, markup, mentions, NUL.
inline std::string hostile() {
  std::string text =
      "\x1b[31mred\x1b[0m \xff\xc3( ]]> <script>alert(1)</script> & \"' | `x` @all #1 ";
  text += "[a](https://evil.example) \xe2\x80\xae\xef\xbf\xbe\r\n| b | \xe6\xbc\xa2\xe5\xad\x97 ";
  text += std::string(1, '\0') + "\t../../etc/passwd %s ${x} \\ *_~";
  return text;
}

inline void poison(std::string& text) {
  text = hostile() + text;
}

inline void poison(Location& location) {
  poison(location.path);
  poison(location.instruction);
}

inline void poison(Package& package) {
  for (std::string* text :
       {&package.name, &package.version, &package.architecture, &package.source_name,
        &package.source_version, &package.module, &package.vendor, &package.license}) {
    poison(*text);
  }
  poison(package.location);
}

inline ScanReport hostile_report() {
  ScanReport report = sample_report();
  ArtifactInfo& artifact = report.artifact;
  for (std::string* text : {&artifact.name, &artifact.kind, &artifact.platform, &artifact.created,
                            &artifact.tags[0], &report.decision.policy, &report.state_message,
                            &report.state_hint, &report.database.feeds_used[0]}) {
    poison(*text);
  }
  for (LayerInfo& layer : artifact.layers) poison(layer.instruction);
  Distribution& distribution = report.inventory.distribution;
  for (std::string* text : {&distribution.id, &distribution.version_id, &distribution.codename,
                            &distribution.pretty_name, &distribution.cpe_name}) {
    poison(*text);
  }
  for (Package& package : report.inventory.packages) poison(package);
  for (Finding& finding : report.findings) {
    for (std::string* text : {&finding.rule_id, &finding.title, &finding.remediation}) {
      poison(*text);
    }
    finding.references.push_back(hostile());
    finding.controls.push_back(hostile());
    if (!finding.package.name.empty()) poison(finding.package);
    poison(finding.location);
    VulnerabilityDetail& detail = finding.vulnerability;
    detail.aliases.push_back(hostile());
    detail.advisories.push_back(hostile());
    detail.cwes.push_back(hostile());
    detail.cvss.push_back({hostile(), hostile(), 5.0});
    for (std::string* text :
         {&detail.data_source, &detail.ecosystem, &detail.fixed_version, &detail.affected_range,
          &detail.note, &detail.kev_date_added, &detail.published}) {
      poison(*text);
    }
    detail.fix_state = FixState::kFixed;
    detail.known_exploited = true;
  }
  for (RuleOutcome& outcome : report.decision.outcomes) {
    poison(outcome.rule_id);
    poison(outcome.message);
    outcome.findings.push_back(1'000'000);  // no such finding
  }
  report.problems.push_back({hostile(), hostile(), hostile(), Code::kMalformed});
  report.state = AssessmentState::kError;
  report.actions = scan::plan_actions(report);
  return report;
}

// One of each kind that a renderer may meet.
inline std::vector<ScanReport> all_reports() {
  std::vector<ScanReport> reports = {sample_report(), clean_report(), hostile_report(),
                                     ScanReport()};
  for (const auto state : {AssessmentState::kStale, AssessmentState::kUnscanned,
                           AssessmentState::kUnsupported, AssessmentState::kError}) {
    reports.push_back(troubled_report(state));
  }
  for (const char* by : {"vex", "ignore"}) {
    ScanReport report = hostile_report();
    for (Finding& finding : report.findings)
      finding.suppression = {by,  "a\x01", "not_affected", "component_not_present", "b\xff",
                             "c", ""};
    report.suppressed = std::move(report.findings);
    report.findings.clear();
    report.actions.clear();
    report.decision = {};
    reports.push_back(std::move(report));
  }
  return reports;
}

}  // namespace seawall::test
