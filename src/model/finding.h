// Findings: one thing wrong each, of whatever kind, and the decision that a policy makes of them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/package.h"
#include "model/severity.h"

namespace seawall {

enum class FindingKind : uint8_t {
  kVulnerability,
  kSecret,
  kMisconfiguration,
  kBenchmark,
  kLicense,
  kTrust,
  kBehaviour
};
std::string_view to_string(FindingKind kind);

// What the vendor says of a vulnerability in its package.
enum class FixState : uint8_t {
  kUnknown,     // affected, nothing said of a fix
  kFixed,       // a fixed version exists
  kAffected,    // affected, no fix yet (needed, pending, under work)
  kWillNotFix,  // the vendor decided against a fix
  kDeferred,    // postponed, no DSA, fix deferred
  kEndOfLife,   // the release is no longer looked after
  kNotAffected,
  kUnderInvestigation,
};
std::string_view to_string(
    FixState state);  // "fixed", "affected", "will_not_fix", "deferred", "end_of_life", ...
std::optional<FixState> parse_fix_state(std::string_view word);

struct CvssVector {
  std::string vector;  // "CVSS:3.1/AV:N/..."
  std::string source;  // who gave it: "nvd", "ghsa", "redhat"; may be empty
  double score = 0;    // base score
  auto operator<=>(const CvssVector&) const = default;
};

// The name and version of a package under which its vulnerability was found.
struct MatchedBy {
  // "package": its own; "source-package": those of the source it was built from; "purl": its own as
  // the language's registry writes them. Empty when not known.
  std::string identity;
  std::string name, version;
  bool operator==(const MatchedBy&) const = default;
};

// A vulnerability as it concerns one package.
struct VulnerabilityDetail {
  std::vector<std::string> aliases;     // every other name, sorted: GHSA-..., DSA-...
  std::vector<std::string> advisories;  // the vendor notices that fix it, sorted: RHSA-..., USN-...
  std::string data_source;              // the feed that matched: "debian"
  std::string ecosystem;                // "debian:12"
  MatchedBy matched_by;
  FixState fix_state = FixState::kUnknown;
  std::string fixed_version;     // the lowest that closes it; empty without a fix
  std::string affected_range;    // for people: ">=1.2.0, <1.2.9"
  std::string note;              // the vendor's reason, e.g. "Minor issue"
  std::vector<CvssVector> cvss;  // best first
  std::vector<std::string> cwes;
  double score = 0;                             // the CVSS base score used; 0 when none is known
  std::optional<double> epss, epss_percentile;  // 0..1
  bool known_exploited = false;                 // in CISA's KEV
  std::string kev_date_added, kev_due_date;     // "2025-06-09"
  bool ransomware = false;                      // KEV: used in ransomware campaigns
  bool malicious = false;                       // the package itself is the attack (MAL-...)
  double risk = 0;                              // 0..100: how likely times how bad (docs/risk.md)
  std::string published, withdrawn;
};

// Why a finding is set aside: a VEX statement, an entry of the ignore file, an inline comment.
struct Suppression {
  std::string by;             // "vex", "ignore", "inline", "baseline"; empty: not suppressed
  std::string source;         // the document or file: "product.openvex.json"
  std::string status;         // VEX: "not_affected", "fixed"
  std::string justification;  // VEX: "vulnerable_code_not_in_execute_path"
  std::string reason;         // in words
  std::string owner;
  std::string expires;  // "2026-12-20"; empty: never
  bool active() const { return !by.empty(); }
};

struct Finding {
  FindingKind kind = FindingKind::kVulnerability;
  std::string rule_id;  // "CVE-2024-45491", "SW-D0012"
  Severity severity = Severity::kUnknown;
  std::string title;                    // one line
  std::string evidence;                 // what was seen, one line; a secret is masked in it
  std::string secret_hash;              // of a secret: keyed, to compare findings by
  std::vector<std::string> aliases;     // other tools' ids of the rule: "DL3008"
  std::string remediation;              // what to do
  std::vector<std::string> references;  // URLs
  std::vector<std::string> controls;    // framework ids
  Package package;                      // the subject, for vulnerabilities
  Location location;                    // where
  VulnerabilityDetail vulnerability;
  int removed_layer = -1;   // the layer that deletes or replaces the file again: it still ships
  Suppression suppression;  // why it does not count; empty for findings that do
  // Stable over runs, layers and database dates: kind, rule, subject without version, path,
  // the secret, what a line of a build file says. 32 hex digits.
  std::string fingerprint;
};

// Sets the fingerprint from the other fields.
void set_fingerprint(Finding& finding);
// Worst first: known exploited, severity, score, EPSS, package, rule, location; total and stable.
void sort_findings(std::vector<Finding>& findings);

// What a decision comes to; each outweighs those before it. Audit allows and is written down.
enum class Verdict : uint8_t { kAllow, kAudit, kWarn, kDeny };
std::string_view to_string(Verdict verdict);

// One rule that spoke, with the findings it spoke of (indexes into ScanReport::findings).
struct RuleOutcome {
  std::string rule_id;  // "known-exploited"
  Verdict verdict = Verdict::kDeny;
  std::string message;
  std::vector<size_t> findings;
  std::string fix;                    // what to do; may be empty
  std::vector<std::string> subjects;  // of what it spoke besides findings: "container web"
  bool no_data = false;               // it spoke because a fact it asks for is not known
};

struct Decision {
  Verdict verdict = Verdict::kAllow;
  std::string policy;         // "built-in baseline"
  std::string policy_digest;  // "sha256:..." of the policy's text; empty for a built-in one
  std::vector<RuleOutcome> outcomes;
  std::vector<std::string> notes;  // exceptions that ended, or that nothing needed
};

}  // namespace seawall
