// Red Hat's security data API, one CVE a document (access.redhat.com/hydra/rest/securitydata/cve).
//
//   {"name": "CVE-2023-52425", "threat_severity": "Moderate", "package_state": [{"product_name":
//     "Red Hat Enterprise Linux 9", "cpe": "cpe:/o:redhat:enterprise_linux:9",
//     "fix_state": "Will not fix", "package_name": "expat"}], "affected_release": [...]}
//
// It complements the notices (OSV, CSAF), which know what is fixed, by binary package: from here
// come severity, CVSS, CWE, summary and what is not fixed. Names in package_state are those of
// source packages, so the rows made here are found by a package's source name, while rows with a
// fix are found by its binary name: the matcher asks by both. What the states become:
//   Affected, New              affected
//   Will not fix               will not fix
//   Fix deferred               deferred
//   Out of support scope       end of life
//   Under investigation        under investigation
//   Not affected               no row
// "nodejs:18/nodejs" is package nodejs of module nodejs:18; names with a slash alone are container
// images and "x:flatpak/x" Flatpaks, both left out. A package that has an erratum for the same
// release is left out too, unless it is of a module.
#include <algorithm>

#include "advisory/vendors/vendors.h"
#include "base/strings.h"

namespace seawall::advisory::vendors {
namespace {

constexpr std::pair<std::string_view, FixState> kStates[] = {
    {"Affected", FixState::kAffected},
    {"New", FixState::kUnderInvestigation},
    {"Will not fix", FixState::kWillNotFix},
    {"Fix deferred", FixState::kDeferred},
    {"Out of support scope", FixState::kEndOfLife},
    {"Under investigation", FixState::kUnderInvestigation},
};

// "expat-0:2.5.0-1.el9_3.1" -> "expat".
std::string_view name_of_nevr(std::string_view nevr) {
  for (int i = 0; i < 2; ++i) {
    const size_t dash = nevr.rfind('-');
    if (dash == std::string_view::npos) return {};
    nevr = nevr.substr(0, dash);
  }
  return nevr;
}

// "CWE-476->CWE-125", "(CWE-120|CWE-122)": every id in it.
void add_weaknesses(std::string_view text, Record& record) {
  for (size_t at = text.find("CWE-"); at != std::string_view::npos; at = text.find("CWE-", at)) {
    size_t end = at + 4;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    if (end > at + 4) record.cwes.emplace_back(text.substr(at, end - at));
    at = end;
  }
}

using Errata = std::vector<std::pair<std::string, std::string_view>>;

Errata errata_of(const Node& releases) {
  Errata errata;
  for (const Node& release : releases.items()) {
    std::string ecosystem = redhat_ecosystem(release["cpe"].string());
    const std::string_view name = name_of_nevr(release["package"].string());
    if (!ecosystem.empty() && !name.empty()) errata.emplace_back(std::move(ecosystem), name);
  }
  return errata;
}

void add_state(const Node& state, const Errata& errata, Record& record) {
  const std::string_view word = state["fix_state"].string();
  const auto* known = std::find_if(std::begin(kStates), std::end(kStates),
                                   [&](const auto& entry) { return entry.first == word; });
  if (known == std::end(kStates)) return;
  Affected row;
  row.ecosystem = redhat_ecosystem(state["cpe"].string());
  if (row.ecosystem.empty()) return;
  row.state = known->second;
  row.ranges = below({});
  const std::string_view package = state["package_name"].string();
  const auto [before, after] = split_once(package, '/');
  if (after.empty()) {
    row.package = package;
    const auto same = [&](const auto& fixed) {
      return fixed.first == row.ecosystem && fixed.second == package;
    };
    if (std::any_of(errata.begin(), errata.end(), same)) return;
  } else {
    if (before.find(':') == std::string_view::npos || before.ends_with(":flatpak")) return;
    row.module = before;
    row.package = after;
  }
  if (!row.package.empty()) record.affected.push_back(std::move(row));
}

}  // namespace

bool accepts_redhat_cve(const Node& document) {
  return is_cve(document["name"].string()) &&
         (document["bugzilla"].is_object() || document["threat_severity"].is_string() ||
          document["package_state"].is_array());
}

void parse_redhat_cve(const Node& document, FeedContext& context) {
  const std::string_view id = document["name"].string();
  if (!is_cve(id)) return;
  Record record;
  record.feed = "redhat";
  record.id = id;
  record.severity = parse_severity(document["threat_severity"].string());
  record.published = date_of(document["public_date"].string());
  record.summary = one_line(document["bugzilla"]["description"].string());
  if (record.summary.empty()) record.summary = one_line(document["details"][0].string());
  add_cvss(record, document["cvss3"]["cvss3_scoring_vector"].string(), "redhat");
  add_cvss(record, document["cvss"]["cvss_scoring_vector"].string(), "redhat");
  add_weaknesses(document["cwe"].string(), record);
  record.references.push_back("https://access.redhat.com/security/cve/" + record.id);

  const Errata errata = errata_of(document["affected_release"]);
  for (const Node& state : document["package_state"].items()) add_state(state, errata, record);
  context.sink.record(std::move(record));
}

}  // namespace seawall::advisory::vendors
