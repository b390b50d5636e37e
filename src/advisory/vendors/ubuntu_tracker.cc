// Ubuntu's CVE tracker, one CVE a document: release -> source package -> status and note.
//
//   {"candidate": "CVE-2024-45491", "priority": "medium", "packages": {"jammy": {"expat": {
//     "name": "expat", "status": "released", "note": "2.4.7-1ubuntu0.4"}}}}
//
// What a status becomes:
//   released                  fixed, the note is the version; without one there is nothing to
//   compare needed, active, pending   affected (of a pending fix the note says the version)
//   needs-triage              under investigation
//   deferred                  deferred
//   ignored                   end of life when the note says so, else will not fix
//   not-affected, DNE         no row ("does not exist")
// Rows of Expanded Security Maintenance ("esm-infra/focal", "esm-apps/jammy", "trusty/esm") go to
// "ubuntu-pro:20.04": their fixes are not in the public archive. Left out: upstream and devel,
// variants that are other products (fips, realtime, ros, snap, ubuntu-core, phones), releases
// before 14.04, and interim releases that ended before 23.10; their data is frozen and would double
// the database. For the same reason kernels that another one replaced ("superseded by", "replaced
// by", "was needed" after the end of a kernel's support) have no row: the notes speak of a source
// package that is built no more, and its successor has the rows.
#include <algorithm>

#include "advisory/vendors/vendors.h"
#include "base/strings.h"

namespace seawall::advisory::vendors {
namespace {

// Source: wiki.ubuntu.com/Releases.
constexpr std::pair<std::string_view, std::string_view> kReleases[] = {
    {"jammy", "22.04"},  {"noble", "24.04"},    {"focal", "20.04"},    {"bionic", "18.04"},
    {"xenial", "16.04"}, {"trusty", "14.04"},   {"mantic", "23.10"},   {"oracular", "24.10"},
    {"plucky", "25.04"}, {"questing", "25.10"}, {"resolute", "26.04"},
};

std::string_view version_of(std::string_view codename) {
  for (const auto& [name, version] : kReleases) {
    if (name == codename) return version;
  }
  return {};
}

// Empty for what has no rows. "ubuntu:22.04" or "ubuntu-pro:22.04".
std::string ecosystem_of_release(std::string_view key) {
  const auto [first, second] = split_once(key, '/');
  if (second.empty()) {
    const std::string_view version = version_of(first);
    return version.empty() ? std::string() : "ubuntu:" + std::string(version);
  }
  const bool pocket = first == "esm-infra" || first == "esm-apps" || first == "esm-infra-legacy";
  const std::string_view version =
      pocket ? version_of(second) : (second == "esm" ? version_of(first) : std::string_view());
  return version.empty() ? std::string() : "ubuntu-pro:" + std::string(version);
}

// A version starts with a digit and has no spaces: notes are also used for remarks.
bool looks_like_version(std::string_view text) {
  if (text.empty() || text[0] < '0' || text[0] > '9') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view(".+-:~").find(c) != std::string_view::npos;
  });
}

bool is_replaced(std::string_view note) {
  return note.starts_with("superseded") || note.starts_with("replaced") ||
         note.starts_with("end of kernel support") || note.starts_with("was superseded");
}

// False when the status makes no row.
bool set_state(std::string_view status, std::string_view note, Affected& row) {
  if (status == "released") {
    if (!looks_like_version(note)) return false;
    row.state = FixState::kFixed;
    row.ranges = below(note);
    return true;
  }
  row.ranges = below({});
  if (status == "needed" || status == "active" || status == "in-progress") {
    row.state = FixState::kAffected;
  } else if (status == "pending") {
    row.state = FixState::kAffected;
    if (looks_like_version(note)) row.note = "fix prepared: " + one_line(note);
    return true;
  } else if (status == "needs-triage") {
    row.state = FixState::kUnderInvestigation;
  } else if (status == "deferred") {
    row.state = FixState::kDeferred;
  } else if (status == "ignored") {
    if (is_replaced(note)) return false;
    const bool ended = note.starts_with("end of life") || note.starts_with("end of standard") ||
                       note.starts_with("out of standard") || note.starts_with("end-of-life");
    row.state = ended ? FixState::kEndOfLife : FixState::kWillNotFix;
    if (ended) return true;
  } else {
    return false;
  }
  row.note = one_line(note);
  return true;
}

void add_scores(const Node& cvss, Record& record) {
  // {"nvd": " CVSS:3.1/AV:N/... [7.5 HIGH]"}
  for (const Member& score : cvss.members()) {
    const std::string_view text = trim(score.value.string());
    add_cvss(record, text.substr(0, text.find(' ')), score.key);
  }
}

}  // namespace

bool accepts_ubuntu_tracker(const Node& document) {
  return is_cve(document["candidate"].string()) && document["packages"].is_object();
}

void parse_ubuntu_tracker(const Node& document, FeedContext& context) {
  const std::string_view id = document["candidate"].string();
  if (!is_cve(id)) return;
  Record record;
  record.feed = "ubuntu";
  record.id = id;
  for (const Member& release : document["packages"].members()) {
    const std::string ecosystem = ecosystem_of_release(release.key);
    if (ecosystem.empty()) continue;
    for (const Member& package : release.value.members()) {
      Affected row;
      if (!set_state(package.value["status"].string(), trim(package.value["note"].string()), row)) {
        continue;
      }
      row.ecosystem = ecosystem;
      row.package = package.key;
      record.affected.push_back(std::move(row));
    }
  }
  // "trusty/esm" and "esm-infra-legacy/trusty" are the same pocket by its old and new name.
  const auto key = [](const Affected& row) {
    return std::tie(row.ecosystem, row.package, row.state, row.ranges);
  };
  std::sort(record.affected.begin(), record.affected.end(),
            [&](const Affected& a, const Affected& b) { return key(a) < key(b); });
  record.affected.erase(
      std::unique(record.affected.begin(), record.affected.end(),
                  [&](const Affected& a, const Affected& b) { return key(a) == key(b); }),
      record.affected.end());
  if (record.affected.empty()) return;

  record.severity = parse_severity(document["priority"].string());
  record.published = date_of(document["public_date"].string());
  add_scores(document["cvss"], record);
  std::string_view text = document["ubuntu_description"].string();
  if (trim(text).empty()) text = document["description"].string();
  // These texts are wrapped: their lines belong together.
  record.summary = one_line(replace_all(trim(text), "\n", " "));
  record.references.push_back("https://ubuntu.com/security/" + record.id);
  context.sink.record(std::move(record));
}

}  // namespace seawall::advisory::vendors
