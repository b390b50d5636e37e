#include "policy/ignore_match.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"

namespace seawall::policy {
bool any_fits(const std::vector<std::string>& patterns, std::string_view text) {
  return patterns.empty() || std::any_of(patterns.begin(), patterns.end(), [&](const auto& one) {
           return fits_wildcards(one, text, false);
         });
}

bool is_for_hosts(const IgnoreEntry& entry) {
  return !entry.subjects.empty() || entry.id.starts_with("SW-H");
}

bool expired(const IgnoreEntry& entry, UnixSeconds today) {
  return !entry.expires.empty() && entry.expires < to_date(today);
}

Finding expired_finding(const IgnoreEntry& entry, const IgnoreFile& file) {
  Finding finding;
  finding.kind = FindingKind::kMisconfiguration;
  finding.rule_id = "SW-P0001";
  finding.severity = Severity::kLow;
  finding.title = fmt::format("an exception for {} has expired", entry.id);
  finding.evidence = fmt::format("expires: {}", entry.expires);
  finding.remediation = "Decide anew: repair it, or give the exception a later date.";
  finding.location.path = file.name;
  finding.location.line = entry.line;
  set_fingerprint(finding);
  return finding;
}

Suppression suppression_of(const IgnoreEntry& entry, const IgnoreFile& file) {
  return {
      "ignore",     fmt::format("{}:{}", file.name, entry.line), "", "", entry.reason, entry.owner,
      entry.expires};
}

}  // namespace seawall::policy
