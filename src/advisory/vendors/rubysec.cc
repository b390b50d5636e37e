// The Ruby Advisory Database (rubysec.com), one advisory of a gem a document: it lists the versions
// that are safe, as RubyGems requirements.
//
//   {"gem": "rack", "cve": "2024-26141", "ghsa": "xj5v-6v4g-jfw6", "title": "...",
//    "date": "2024-02-28", "cvss_v3": 5.8, "unaffected_versions": ["< 1.3.0"],
//    "patched_versions": ["~> 2.2.8, >= 2.2.8.1", ">= 3.0.9.1"]}
//
// Affected is every version that is in neither list. Advisories of interpreters ("engine": "ruby")
// have no gem and are passed over. Scores come without their vector, so only the severity is kept.
#include <algorithm>

#include "advisory/constraint.h"
#include "advisory/vendors/vendors.h"

namespace seawall::advisory::vendors {
namespace {

// CVE first, then GHSA, then OSVDB, then the name of the file.
std::vector<std::string> names_of(const Node& document, const FeedContext& context) {
  std::vector<std::string> names;
  const std::string cve = "CVE-" + std::string(document["cve"].string());
  if (is_cve(cve)) names.push_back(cve);
  const std::string_view ghsa = document["ghsa"].string();
  if (!ghsa.empty()) names.push_back("GHSA-" + std::string(ghsa));
  if (const auto osvdb = document["osvdb"].integer()) {
    names.push_back("OSVDB-" + std::to_string(*osvdb));
  }
  if (names.empty()) {
    const std::string_view path = document["_path"].string(context.path);
    const std::string_view stem = stem_of(path, path.ends_with(".yml") ? ".yml" : ".json");
    if (!stem.empty()) names.emplace_back(stem);
  }
  return names;
}

Severity severity_of(const Node& document) {
  for (const char* version : {"cvss_v4", "cvss_v3", "cvss_v2"}) {
    const auto score = document[version].number();
    if (score && *score >= 0 && *score <= 10) return severity_of_score(*score);
  }
  return Severity::kUnknown;
}

}  // namespace

bool accepts_rubysec(const Node& document) {
  return document["gem"].is_string() && document["title"].is_string() &&
         (document["patched_versions"].is_array() || document["url"].is_string());
}

void parse_rubysec(const Node& document, FeedContext& context) {
  std::vector<std::string> names = names_of(document, context);
  const std::string_view gem = document["gem"].string();
  if (names.empty() || gem.empty()) return;
  std::vector<Requirement> safe;
  for (const char* list : {"patched_versions", "unaffected_versions"}) {
    for (const Node& requirement : document[list].items()) safe.push_back({requirement.string()});
  }
  auto ranges = ranges_outside(VersionScheme::kRubygems, safe);
  if (!ranges.ok()) {
    context.sink.problem(std::move(ranges).error().at(names[0]).at(context.path));
    return;
  }
  if (ranges->empty()) return;

  Record record;
  record.feed = "gem";
  record.id = names[0];
  record.aliases.assign(names.begin() + 1, names.end());
  record.summary = one_line(document["title"].string());
  record.severity = severity_of(document);
  record.published = date_of(document["date"].string());
  const std::string_view url = document["url"].string();
  if (url.starts_with("http")) record.references.emplace_back(url);
  Affected row;
  row.ecosystem = "gem";
  row.package = gem;
  const bool fixed = std::any_of(ranges->begin(), ranges->end(),
                                 [](const Range& range) { return !range.fixed.empty(); });
  row.state = fixed ? FixState::kFixed : FixState::kUnknown;
  row.ranges = std::move(*ranges);
  const std::string_view platform = document["platform"].string();
  if (!platform.empty()) row.note = one_line("platform " + std::string(platform));
  record.affected.push_back(std::move(row));
  context.sink.record(std::move(record));
}

}  // namespace seawall::advisory::vendors
