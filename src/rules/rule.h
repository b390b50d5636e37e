// Rules as data: the one shape that controls, Dockerfile and image rules, secret patterns and later
// kinds share. This folder reads and validates the common part; what makes a rule pass or fail is
// read by its kind from the rule's node.
//
//   rules:
//     - id: SW-D0012                       # ours, stable for ever: SW-<letter><digits>
//       aliases: [hadolint/DL3008, cis-docker-1.8.0/4.3]
//       title: {en: ..., fr: ...}          # what holds when it passes, or what the thing is
//       why: {en: ..., fr: ...}
//       severity: medium
//       fix: {en: ..., fr: ...}
//       frameworks: [sp800-190/4.1.1, gc-containers/I5]
//       references: [https://...]
//       ...                                # the kind's own keys
//       examples: {pass: [...], fail: [...]}
//
// A rule without a passing and a failing example is refused, so that none can ship.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codec/json.h"
#include "model/severity.h"

namespace seawall::rules {

// A text in the languages of the product.
struct Text {
  std::string en, fr;
};

struct Rule {
  std::string id;                    // "SW-D0012"
  std::vector<std::string> aliases;  // "hadolint/DL3008": TOOL/ID
  Text title, why, fix;
  Severity severity = Severity::kUnknown;
  std::vector<std::string> frameworks, references;
  std::string file;   // the content file that holds it
  uint32_t line = 0;  // where in it
  // What follows the '/' of each alias: "DL3008"; the ids that people's ignore comments name.
  std::vector<std::string> short_aliases() const;
};

// One file of rules. The kind's own keys are read from node(i); nodes live as long as the file.
class RuleFile {
 public:
  const std::vector<Rule>& rules() const { return rules_; }
  const Node& node(size_t i) const { return *nodes_[i]; }

 private:
  friend Result<RuleFile> load_rules(std::string_view yaml, std::string_view name);
  std::vector<Document> documents_;
  std::vector<Rule> rules_;
  std::vector<const Node*> nodes_;
};

// ERRORS: kMalformed with file, line and what to do: a missing or unknown severity, an id that
// stands twice or has another form, a missing English or French title or fix, no example on one
// side.
Result<RuleFile> load_rules(std::string_view yaml, std::string_view name);

}  // namespace seawall::rules
