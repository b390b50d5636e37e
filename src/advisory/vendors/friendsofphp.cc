// FriendsOfPHP's security advisories, one Composer package a document: branches, each with the
// versions that are affected.
//
//   {"title": "HTTP Proxy header vulnerability", "cve": "CVE-2016-5385", "reference":
//    "composer://amphp/artax", "branches": {"1.x": {"versions": [">0.7.1", "<1.0.4"]}}}
//
// An advisory without a CVE goes by the name of its file:
// "FRIENDSOFPHP-adodb/adodb-php/2018-03-06".
#include <algorithm>

#include "advisory/constraint.h"
#include "advisory/vendors/vendors.h"
#include "base/strings.h"

namespace seawall::advisory::vendors {
namespace {

constexpr std::string_view kReference = "composer://";

std::string id_of(const Node& document, const FeedContext& context) {
  const std::string_view cve = document["cve"].string();
  if (is_cve(cve)) return std::string(cve);
  std::string_view path = document["_path"].string(context.path);
  const size_t dot = path.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || path.find(".jsonl") != std::string_view::npos) {
    return {};
  }
  return "FRIENDSOFPHP-" + one_line(path.substr(0, dot));
}

// The day the first branch was looked at: the documents have no other date.
std::string date_of_branches(const Node& branches) {
  std::string first;
  for (const Member& branch : branches.members()) {
    std::string date = date_of(branch.value["time"].string());
    if (!date.empty() && (first.empty() || date < first)) first = std::move(date);
  }
  return first;
}

}  // namespace

bool accepts_friendsofphp(const Node& document) {
  return document["reference"].string().starts_with(kReference) && document["branches"].is_object();
}

void parse_friendsofphp(const Node& document, FeedContext& context) {
  const std::string id = id_of(document, context);
  const std::string_view reference = document["reference"].string();
  if (id.empty() || !reference.starts_with(kReference)) return;
  std::vector<Requirement> affected;
  for (const Member& branch : document["branches"].members()) {
    Requirement requirement;
    for (const Node& part : branch.value["versions"].items()) requirement.push_back(part.string());
    if (!requirement.empty()) affected.push_back(std::move(requirement));
  }
  auto ranges = ranges_of(VersionScheme::kPackagist, affected);
  if (!ranges.ok()) {
    context.sink.problem(std::move(ranges).error().at(id).at(context.path));
    return;
  }
  if (ranges->empty()) return;

  Record record;
  record.feed = "composer";
  record.id = id;
  record.summary = one_line(document["title"].string());
  record.published = date_of_branches(document["branches"]);
  const std::string_view link = document["link"].string();
  if (link.starts_with("http")) record.references.emplace_back(link);
  Affected row;
  row.ecosystem = "composer";
  row.package = to_lower(reference.substr(kReference.size()));
  const bool fixed = std::any_of(ranges->begin(), ranges->end(),
                                 [](const Range& range) { return !range.fixed.empty(); });
  row.state = fixed ? FixState::kFixed : FixState::kUnknown;
  row.ranges = std::move(*ranges);
  std::sort(row.ranges.begin(), row.ranges.end());
  record.affected.push_back(std::move(row));
  context.sink.record(std::move(record));
}

}  // namespace seawall::advisory::vendors
