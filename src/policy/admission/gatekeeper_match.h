// What a constraint of Gatekeeper is about: spec.match.
//
//   const GatekeeperMatch match = GatekeeperMatch::read(spec["match"], fields);
//   std::string problem;
//   if (match.matches(state, problem)) ...
//
// The object or the old one must fit, in its own kind and with its own labels; of a Namespace its
// name and labels stand for those of a namespace. Source: Gatekeeper 3.23, pkg/mutation/match,
// pkg/wildcard.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/admission/evaluation_state.h"
#include "policy/admission/fields.h"
#include "policy/admission/resource_match.h"

namespace seawall::policy {

// spec.match of a constraint: all that it says must fit.
struct GatekeeperMatch {
  struct Kinds {
    std::vector<std::string> groups, kinds;  // none: all
  };
  std::vector<Kinds> kinds;
  std::string scope;                                         // "*", "Cluster", "Namespaced"
  std::vector<std::string> namespaces, excluded_namespaces;  // with '*' at an end
  std::string name;                                          // with '*' at an end; empty: any
  std::optional<LabelSelector> labels, namespace_labels;
  bool generated_only = false;  // source: Generated, which no request is

  static GatekeeperMatch read(const Node& node, Fields& fields);
  // `problem`: why it cannot be told.
  bool matches(const RequestState& state, std::string& problem) const;
};

}  // namespace seawall::policy
