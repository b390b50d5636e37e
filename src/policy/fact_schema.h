// FactSchema: the facts that a policy's conditions may ask for, with their types and the stages at
// which they are known. It comes from content/policy/facts.yaml; docs/policy-facts.md is made of
// it, and a condition that names something else is an error.
//
//   const FactSchema& schema = FactSchema::built_in();
//   if (auto problem = schema.problem_of("image.layers[].size")) ...     // nothing: it is a fact
//
// THREADS: safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cel/value.h"
#include "codec/node.h"
#include "policy/stage.h"

namespace seawall::policy {

enum class FactType : uint8_t {
  kObject,  // has the members that are listed
  kList,    // of what is listed as "name[]"
  kString,
  kBool,
  kInt,
  kDouble,
  kTimestamp,  // RFC 3339 in JSON
  kDuration,   // "90s" in JSON
  kStrings,    // a list of text
  kMap,        // text by text
  kAny,        // a Kubernetes object or a part of one: any members
};
std::string_view to_string(FactType type);

struct Fact {
  std::string name;  // the last part of its path
  std::string path;  // "image.layers[].size"
  FactType type = FactType::kObject;
  StageSet stages = kAllStages;
  std::string about_en, about_fr;
  std::vector<Fact> members;  // of objects; of a list, one: its element
};

class FactSchema {
 public:
  static const FactSchema& built_in();

  // The variables: "image", "finding" ...
  const std::vector<Fact>& roots() const { return roots_; }
  const Fact* root(std::string_view name) const;
  // What is wrong with a path that a condition reads, with the nearest known name.
  std::optional<std::string> problem_of(std::string_view path) const;
  // The stages at which all of these variables are known.
  StageSet stages_of(const std::vector<std::string>& roots) const;
  // A variable's value from JSON: times and durations become such, everything else stays where it
  // is. What has the wrong kind stays as it is, too: conditions then fail on it.
  cel::Value value_of(const Fact& fact, const Node& node, Arena& arena) const;

 private:
  std::vector<Fact> roots_;
};

}  // namespace seawall::policy
