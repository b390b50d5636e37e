// Rules on Compose files, as data in content/compose/ with a native check each. Ids SW-C0001 and
// up.
//
//   SEAWALL_TRY(const auto rules, load_compose_rules());
//   for (const Finding& finding : lint_compose(text, rules).findings) ...
//
// A service is judged as Compose would start it from this file alone: YAML anchors and merge keys
// applied, `extends` within the file followed, ${VAR:-default} taken as its default. What a
// variable without a default or another file decides is not judged, nor is what an override file,
// whose services have neither image nor build, leaves out. Source: the Compose specification
// (compose-spec/spec.md, services, 2025).
//
// Comments set findings aside, which then stay, suppressed by "inline":
//
//   # seawall ignore=SW-C0001,SW-C0044 the reason     for the key in the same or the next line and
//                                                     all that is below it
//   # seawall global ignore=SW-C0044 the reason       for the file
//
// An id may also be an alias, ignore=5.5, or "all". COST: about the time of parsing. LIMITS: 8 MiB,
// a million values and 64 MiB of text with aliases counted as often as used, kMostFindings a rule;
// each is a problem when reached. THREADS: safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "codec/node.h"
#include "inspect/inspector.h"
#include "model/finding.h"
#include "rules/rule.h"

namespace seawall::inspect {

class ComposeFile;
class ComposeObservations;
struct ComposeRule;
using ComposeCheck = void (*)(const ComposeFile& file, const ComposeRule& rule,
                              ComposeObservations& seen);

struct ComposeRule {
  static constexpr size_t kMostFindings = 1000;  // of one rule in one file

  rules::Rule rule;
  ComposeCheck check = nullptr;
  // What the check is told by the rule: places in a service ("deploy.resources.limits.memory"),
  // what is looked for there, and what is let pass.
  std::vector<std::string> keys, values, except;
  // Examples: the body of a service, or a whole file that begins with "services:". "<|>" stands in
  // secrets, so that no scanner of ours or others finds them in the rules.
  std::vector<std::string> pass, fail;
};

// The built-in rules, in the order of their ids. ERRORS: kMalformed; only a broken build has them.
Result<std::vector<ComposeRule>> load_compose_rules();
// The check that a rule names; null when there is none of that name.
ComposeCheck find_compose_check(std::string_view name);

struct ComposeLint {
  // By line, then rule id. kMisconfiguration; location.line is set, location.path is the caller's.
  std::vector<Finding> findings;
  std::vector<Error> problems;
};
// `ignored_ids` (rule ids or aliases) give no finding at all.
ComposeLint lint_compose(std::string_view text, const std::vector<ComposeRule>& rules,
                         const std::vector<std::string>& ignored_ids = {},
                         const Limits& limits = {});

// A mapping whose "services" are mappings of which one has an image, a build or the like; a file
// that is named as Compose files are needs mappings only. Never a Kubernetes manifest.
bool looks_like_compose(std::string_view path, const Node& root);

// The inspector "compose": files that look like Compose files. Secrets of known formats are left to
// the inspector "secrets", which reads the same text.
void inspect_compose(const FileInput& file, InspectorSink& sink);

}  // namespace seawall::inspect
