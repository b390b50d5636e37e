// Arch Linux's vulnerability groups (security.archlinux.org, "/AVG-NNNN.json" or a dump of one a
// line): packages, the issues they have and the version that fixes them all.
//
//   {"name": "AVG-1003", "packages": ["inetutils"], "status": "Fixed", "affected": "1.9.4-9",
//    "fixed": "2.0-1", "issues": ["CVE-2020-10188"], "severity": "High", "type": "..."}
//
// `affected` is the version in which it was noticed, not where it began: ranges start at the first
// version. "Testing" has its fix in the testing repository only, which is a fixed version all the
// same. "Not affected" makes no rows; "Unknown" is under investigation.
#include "advisory/vendors/vendors.h"

namespace seawall::advisory::vendors {

bool accepts_arch(const Node& document) {
  return document["name"].string().starts_with("AVG-") && document["packages"].is_array() &&
         document["issues"].is_array();
}

void parse_arch(const Node& document, FeedContext& context) {
  const std::string_view status = document["status"].string();
  if (status == "Not affected") return;
  Record record;
  record.feed = "arch";
  record.id = document["name"].string();
  record.severity = parse_severity(document["severity"].string());
  record.references.push_back("https://security.archlinux.org/" + record.id);
  for (const Node& issue : document["issues"].items()) {
    if (is_cve(issue.string())) record.covers.emplace_back(issue.string());
  }
  const std::string_view fixed = document["fixed"].string();
  std::string names;
  for (const Node& package : document["packages"].items()) {
    if (package.string().empty()) continue;
    names += (names.empty() ? "" : ", ") + std::string(package.string());
    Affected row;
    row.ecosystem = "arch";
    row.package = package.string();
    row.ranges = below(fixed);
    if (!fixed.empty()) {
      row.state = FixState::kFixed;
    } else {
      row.state = status == "Unknown" ? FixState::kUnderInvestigation : FixState::kAffected;
    }
    record.affected.push_back(std::move(row));
  }
  record.summary = one_line(names + ": " + std::string(document["type"].string("vulnerability")));
  if (!record.affected.empty()) context.sink.record(std::move(record));
}

}  // namespace seawall::advisory::vendors
