// The Debian security tracker's data as one JSON document (security-tracker.debian.org,
// "/tracker/data/json"): package -> CVE -> release -> state.
//
//   {"expat": {"CVE-2024-45491": {"description": "...", "releases": {"bookworm": {
//     "status": "resolved", "fixed_version": "2.5.0-1+deb12u1", "urgency": "not yet assigned"}}}}}
//
// Packages are source packages. One record is made for each (package, CVE), so that the document is
// not inverted in memory; the builder merges records by id. What the states become:
//   resolved, fixed_version "0"    never affected: no row
//   resolved                       fixed
//   undetermined                   under investigation
//   open, nodsa_reason ignored     will not fix       (note: the nodsa text)
//   open, any other nodsa          deferred           (postponed, or "no DSA": no notice of its
//   own) open, urgency end-of-life      end of life open                           affected
#include <algorithm>

#include "advisory/vendors/vendors.h"
#include "base/strings.h"

namespace seawall::advisory::vendors {
namespace {

// Every release whose advisories may still be asked for. Source: wiki.debian.org/DebianReleases.
constexpr std::pair<std::string_view, std::string_view> kReleases[] = {
    {"wheezy", "debian:7"},  {"jessie", "debian:8"},    {"stretch", "debian:9"},
    {"buster", "debian:10"}, {"bullseye", "debian:11"}, {"bookworm", "debian:12"},
    {"trixie", "debian:13"}, {"forky", "debian:14"},    {"duke", "debian:15"},
    {"sid", "debian:sid"},
};

std::string_view ecosystem_of_release(std::string_view codename) {
  for (const auto& [name, ecosystem] : kReleases) {
    if (name == codename) return ecosystem;
  }
  return {};
}

bool is_tracker_id(std::string_view id) {
  return is_cve(id) || (id.starts_with("TEMP-") && id.size() <= 64);
}

FixState open_state(const Node& release, std::string_view urgency) {
  if (urgency == "end-of-life") return FixState::kEndOfLife;
  if (release["nodsa_reason"].string() == "ignored") return FixState::kWillNotFix;
  if (release["nodsa"].is_string()) return FixState::kDeferred;
  return FixState::kAffected;
}

void add_release(std::string_view codename, std::string_view package, const Node& release,
                 Record& record) {
  const std::string_view ecosystem = ecosystem_of_release(codename);
  if (ecosystem.empty()) return;
  const std::string_view status = release["status"].string();
  std::string_view urgency = release["urgency"].string();
  // "low**": the stars say that the urgency was taken from the NVD.
  while (urgency.ends_with('*')) urgency.remove_suffix(1);

  Affected row;
  row.ecosystem = ecosystem;
  row.package = package;
  if (urgency != "end-of-life") row.severity = parse_severity(urgency);
  if (status == "resolved") {
    const std::string_view fixed = release["fixed_version"].string();
    if (fixed.empty() || fixed == "0") return;
    row.ranges = below(fixed);
    row.state = FixState::kFixed;
  } else if (status == "open" || status == "undetermined") {
    row.ranges = below({});
    row.state = status == "open" ? open_state(release, urgency) : FixState::kUnderInvestigation;
    row.note = one_line(release["nodsa"].string());
  } else {
    return;
  }
  record.affected.push_back(std::move(row));
}

}  // namespace

bool accepts_debian_tracker(const Node& document) {
  // A few packages may have no CVE yet: the first that has one decides.
  const auto packages = document.members();
  for (size_t i = 0; i < std::min<size_t>(packages.size(), 16); ++i) {
    const auto entries = packages[i].value.members();
    if (entries.empty()) continue;
    return is_tracker_id(entries[0].key) && entries[0].value["releases"].is_object();
  }
  return false;
}

void parse_debian_tracker(const Node& document, FeedContext& context) {
  for (const Member& package : document.members()) {
    for (const Member& entry : package.value.members()) {
      if (!is_tracker_id(entry.key)) continue;
      Record record;
      record.feed = "debian";
      record.id = entry.key;
      record.summary = one_line(entry.value["description"].string());
      for (const Member& release : entry.value["releases"].members()) {
        add_release(release.key, package.key, release.value, record);
      }
      if (!record.affected.empty()) context.sink.record(std::move(record));
    }
  }
}

}  // namespace seawall::advisory::vendors
