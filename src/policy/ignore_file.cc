#include "policy/ignore_file.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"
#include "codec/yaml.h"
#include "model/purl.h"
#include "policy/match.h"
#include "policy/trivy_ignore.h"

namespace seawall::policy {
namespace {

constexpr int64_t kMostDaysAhead = 366;

// "*" stands for any text; all else for itself.
bool any_fits(const std::vector<std::string>& patterns, std::string_view text) {
  return patterns.empty() || std::any_of(patterns.begin(), patterns.end(), [&](const auto& one) {
           return fits_wildcards(one, text, false);
         });
}

// A package URL of the file may leave out version and qualifiers.
bool any_purl_fits(const std::vector<std::string>& patterns, const std::string& purl) {
  if (patterns.empty()) return true;
  const std::string plain = purl.substr(0, purl.find('?'));
  const std::string unversioned = plain.substr(0, plain.rfind('@'));
  return any_fits(patterns, purl) || any_fits(patterns, plain) || any_fits(patterns, unversioned);
}

Result<IgnoreEntry> read_entry(const Node& node, const std::string& name, UnixSeconds today) {
  IgnoreEntry entry;
  entry.line = node.line();
  for (const Member& member : node.members()) {
    constexpr std::string_view kKnown[] = {"id",     "paths", "purls",  "images",
                                           "reason", "owner", "expires"};
    if (std::find(std::begin(kKnown), std::end(kKnown), member.key) == std::end(kKnown))
      return wrong_entry(name, member.value.line(),
                         fmt::format("nothing is called \"{}\"", member.key));
  }
  entry.id = node["id"].string();
  entry.reason = trim(node["reason"].string());
  entry.owner = trim(node["owner"].string());
  if (entry.id.empty()) return wrong_entry(name, entry.line, "an entry needs an id");
  if (entry.reason.empty()) return wrong_entry(name, entry.line, "an entry needs a reason");
  if (entry.owner.empty()) return wrong_entry(name, entry.line, "an entry needs an owner");
  SEAWALL_TRY(entry.paths, read_patterns(node["paths"], name));
  SEAWALL_TRY(entry.purls, read_patterns(node["purls"], name));
  SEAWALL_TRY(entry.images, read_patterns(node["images"], name));
  const std::string_view expires = node["expires"].string();
  if (expires == "never") return entry;
  const auto time = parse_time(expires);
  if (!time) return wrong_entry(name, entry.line, "an entry needs expires: 2026-12-20, or never");
  if (*time - today > kMostDaysAhead * 86400)
    return wrong_entry(name, entry.line, "an entry expires within a year, or is written never");
  entry.expires = to_date(*time);
  return entry;
}

Result<IgnoreFile> read_lines(std::string_view text, const std::string& name) {
  IgnoreFile file;
  file.name = name;
  Status status;
  for_each_line(text, [&](std::string_view line, size_t number) {
    line = trim(line.substr(0, line.find('#')));
    if (line.empty() || !status.ok()) return;
    const auto [id, rest] = split_once(line, ' ');
    IgnoreEntry entry;
    entry.id = to_valid_utf8(id);
    entry.line = static_cast<uint32_t>(number);
    const std::string_view word = trim(rest);
    if (word.starts_with("exp:")) {
      const auto time = parse_time(word.substr(4));
      if (!time) status = wrong_entry(name, entry.line, "exp: takes a date such as 2026-12-20");
      if (time) entry.expires = to_date(*time);
    } else if (!word.empty()) {
      status = wrong_entry(name, entry.line, "after an id only exp:DATE may stand");
    }
    file.entries.push_back(std::move(entry));
  });
  SEAWALL_CHECK(std::move(status));
  file.notes.push_back(
      {name, fmt::format("{} exceptions without a reason or an owner", file.entries.size()),
       "move them to .seawall-ignore.yaml", Code::kUnsupported});
  return file;
}

bool names(const IgnoreEntry& entry, const Finding& finding) {
  const auto in = [&](const std::vector<std::string>& list) {
    return std::any_of(list.begin(), list.end(), [&](const std::string& name) {
      return name == entry.id || (!entry.also.empty() && name == entry.also);
    });
  };
  if (entry.kind && *entry.kind != finding.kind) return false;
  return entry.id == finding.rule_id || in(finding.aliases) || in(finding.vulnerability.aliases);
}

bool covers(const IgnoreEntry& entry, const Finding& finding, const ScanReport& report) {
  if (!names(entry, finding) || !any_fits(entry.images, report.artifact.name)) return false;
  const std::string& path =
      finding.location.path.empty() ? finding.package.location.path : finding.location.path;
  if (!any_fits(entry.paths, path)) return false;
  if (entry.purls.empty()) return true;
  return !finding.package.name.empty() &&
         any_purl_fits(entry.purls, purl_of(finding.package, report.inventory.distribution));
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

}  // namespace

Error wrong_entry(const std::string& name, uint32_t line, std::string_view what) {
  return malformed(fmt::format("{}, line {}: {}", name, line, what));
}

Result<std::vector<std::string>> read_patterns(const Node& list, const std::string& name) {
  std::vector<std::string> result;
  if (!list.exists()) return result;
  for (const Node& item : list.items()) {
    if (!item.is_string()) return wrong_entry(name, item.line(), "a pattern must be text");
    result.emplace_back(item.string());
  }
  // An empty list would narrow nothing and so ignore more than its author meant.
  if (result.empty()) return wrong_entry(name, list.line(), "a list of patterns must not be empty");
  return result;
}

Result<IgnoreFile> read_ignore_file(std::string_view text, const std::string& name,
                                    UnixSeconds today, const Limits& limits) {
  if (!name.ends_with(".yaml") && !name.ends_with(".yml")) return read_lines(text, name);
  auto documents = parse_yaml(text, limits);
  if (!documents.ok()) return std::move(documents.error()).at(name);
  IgnoreFile file;
  file.name = name;
  for (const Document& document : *documents) {
    const Node& root = document.root();
    if (root.is_null()) continue;
    if (root.is_object() && documents->size() == 1) return read_trivy_ignore(root, name);
    if (!root.is_array()) return wrong_entry(name, root.line(), "a list of entries is expected");
    for (const Node& node : root.items()) {
      SEAWALL_TRY(IgnoreEntry entry, read_entry(node, name, today));
      file.entries.push_back(std::move(entry));
    }
  }
  return file;
}

void apply_ignore(ScanReport& report, const IgnoreFile& file, UnixSeconds today) {
  for (const Problem& note : file.notes) report.notes.push_back(note);
  std::vector<bool> used(file.entries.size(), false);
  std::vector<Finding> kept;
  for (Finding& finding : report.findings) {
    const IgnoreEntry* by = nullptr;
    for (size_t i = 0; i < file.entries.size(); ++i) {
      const IgnoreEntry& entry = file.entries[i];
      if (!covers(entry, finding, report)) continue;
      used[i] = true;
      if (!by && !expired(entry, today)) by = &entry;
    }
    if (!by) {
      kept.push_back(std::move(finding));
      continue;
    }
    finding.suppression = {
        "ignore",   fmt::format("{}:{}", file.name, by->line), "", "", by->reason, by->owner,
        by->expires};
    report.suppressed.push_back(std::move(finding));
  }
  for (size_t i = 0; i < file.entries.size(); ++i) {
    const IgnoreEntry& entry = file.entries[i];
    if (expired(entry, today)) {
      kept.push_back(expired_finding(entry, file));
    } else if (!used[i]) {
      report.notes.push_back(
          {fmt::format("{}:{}", file.name, entry.line),
           fmt::format("the exception for {} names nothing that was found", entry.id),
           "remove it when it is no longer needed", Code::kUnsupported});
    }
  }
  report.findings = std::move(kept);
  sort_findings(report.findings);
  sort_findings(report.suppressed);
}

}  // namespace seawall::policy
