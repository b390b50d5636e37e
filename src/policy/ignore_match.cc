#include "policy/ignore_match.h"

#include <algorithm>

#include <fmt/format.h>

namespace seawall::policy {
namespace {

bool glob_fits(std::string_view pattern, std::string_view text) {
  size_t p = 0, t = 0, star = std::string_view::npos, mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace

bool any_fits(const std::vector<std::string>& patterns, std::string_view text) {
  return patterns.empty() || std::any_of(patterns.begin(), patterns.end(),
                                         [&](const auto& one) { return glob_fits(one, text); });
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
