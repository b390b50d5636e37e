#include "policy/trivy_ignore.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/strings.h"

namespace seawall::policy {
namespace {

std::optional<FindingKind> kind_of(std::string_view list) {
  constexpr std::pair<std::string_view, FindingKind> kLists[] = {
      {"vulnerabilities", FindingKind::kVulnerability},
      {"misconfigurations", FindingKind::kMisconfiguration},
      {"secrets", FindingKind::kSecret},
      {"licenses", FindingKind::kLicense}};
  for (const auto& [name, kind] : kLists) {
    if (name == list) return kind;
  }
  return std::nullopt;
}

Result<IgnoreEntry> read_entry(const Node& node, FindingKind kind, const std::string& name) {
  constexpr std::string_view kKnown[] = {"id", "paths", "purls", "expired_at", "statement"};
  for (const Member& member : node.members()) {
    if (std::find(std::begin(kKnown), std::end(kKnown), member.key) == std::end(kKnown)) {
      return wrong_entry(name, member.value.line(),
                         fmt::format("nothing is called \"{}\"", printable(member.key)));
    }
  }
  IgnoreEntry entry;
  entry.line = node.line();
  entry.kind = kind;
  entry.id = node["id"].string();
  if (entry.id.empty()) return wrong_entry(name, entry.line, "an entry needs an id");
  // Trivy writes "AVD-DS-0002" or "DS-0002"; rules know its names as "trivy/DS-0002".
  entry.also = "trivy/" + entry.id.substr(entry.id.starts_with("AVD-") ? 4 : 0);
  entry.reason = trim(node["statement"].string());
  SEAWALL_TRY(entry.paths, read_patterns(node["paths"], name));
  SEAWALL_TRY(entry.purls, read_patterns(node["purls"], name));
  const Node& expires = node["expired_at"];
  if (!expires.exists()) return entry;
  const auto time = parse_time(expires.string());
  if (!time) return wrong_entry(name, expires.line(), "expired_at takes a date such as 2026-12-20");
  entry.expires = to_date(*time);
  return entry;
}

}  // namespace

Result<IgnoreFile> read_trivy_ignore(const Node& root, const std::string& name) {
  IgnoreFile file;
  file.name = name;
  for (const Member& list : root.members()) {
    const auto kind = kind_of(list.key);
    if (!kind) {
      return wrong_entry(name, list.value.line(),
                         fmt::format("no list is called \"{}\"; there are vulnerabilities, "
                                     "misconfigurations, secrets and licenses",
                                     printable(list.key)));
    }
    if (!list.value.is_array() && !list.value.is_null())
      return wrong_entry(name, list.value.line(), "a list of entries is expected");
    for (const Node& node : list.value.items()) {
      SEAWALL_TRY(IgnoreEntry entry, read_entry(node, *kind, name));
      file.entries.push_back(std::move(entry));
    }
  }
  file.notes.push_back({name, fmt::format("{} exceptions without an owner", file.entries.size()),
                        "move them to .seawall-ignore.yaml", Code::kUnsupported});
  return file;
}

}  // namespace seawall::policy
