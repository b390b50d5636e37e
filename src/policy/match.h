// Match: what a rule or an exception is about. All that is given must fit; of a list one pattern.
//
//   match:
//     images: ["registry.example/shop/*", "sha256:9f3c..."]     # '*' is any text, '?' one
//     character registries: [registry.example] namespaces: ["prod-*"]      labels: {team: "web*"}
//     namespaceLabels: {env: prod} kinds: [Deployment, Pod]    names: ["api-*"] operations:
//     [CREATE, UPDATE] subresources: [exec, attach, portforward] users: ["system:serviceaccount:*"]
//     groups: ["system:masters"] hosts: ["node-*"] vulnerabilities: [CVE-2024-45491] # findings, by
//     id or alias packages: ["openssl*"]      paths: ["usr/lib/*"]        severities: [low] times:
//     [{days: [mon, tue, wed, thu, fri], from: "22:00", to: "06:00", zone: Europe/Paris}]
//
// What is not known fits no pattern. ERRORS: kMalformed with the line of the file for an unknown
// key, a wrong kind, an empty list.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "codec/node.h"
#include "policy/facts.h"

namespace seawall::policy {

using Patterns = std::vector<std::string>;

struct TimeWindow {
  uint8_t days = 0x7f;         // bits, Sunday first
  int from = 0, to = 24 * 60;  // minutes of the day; from > to: over midnight
  std::string zone = "UTC";
  bool holds(UnixSeconds time) const;
};

struct Match {
  Patterns images, registries, namespaces, kinds, names, operations, subresources, users, groups,
      hosts;
  std::vector<std::pair<std::string, std::string>> labels, namespace_labels;
  Patterns vulnerabilities, packages, paths, severities;
  std::vector<TimeWindow> times;

  bool empty() const;
  // Whether it names findings, so that it is about some of them and not about the whole.
  bool about_findings() const;
  bool fits(const Facts& facts, UnixSeconds now) const;
  bool fits_finding(const Node& finding) const;
};

// `file` is for messages.
Result<Match> read_match(const Node& node, std::string_view file);
// An error with "file:line:column" of a node.
Error wrong_at(std::string_view file, const Node& node, std::string message);

}  // namespace seawall::policy
