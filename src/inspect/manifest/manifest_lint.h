// Judges Kubernetes objects by the rules of content/manifests/.
//
//   const ManifestSource sources[] = {{text, &file}};
//   const auto answers = lint_manifests(sources, rules, {}, default_jobs());
//   for (const Finding& finding : answers[0].findings) report(finding);
//
// All sources are judged together: what refers to an object of another file finds it. A finding
// names the object, the JSON path in its document and the container; location.path and the
// fingerprint are the caller's. COST: some microseconds a rule, object and container; files in
// parallel. LIMITS: kMostFindings of one rule in a file, what is more is a problem. ERRORS: a
// condition that fails is a problem of the file. THREADS: any.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "inspect/inspector.h"
#include "inspect/manifest/manifest_rules.h"
#include "model/finding.h"

namespace seawall::inspect {

struct ManifestSource {
  std::string_view text;  // for comments
  const ManifestFile* file = nullptr;
};

struct ManifestLint {
  static constexpr size_t kMostFindings = 1000;
  std::vector<Finding> findings;  // by line, then rule; what is set aside says by what
  std::vector<Error> problems;
};

// An answer for each source, in their order. `ignored_ids` (ids or aliases) give no finding at all.
std::vector<ManifestLint> lint_manifests(std::span<const ManifestSource> sources,
                                         const std::vector<ManifestRule>& rules,
                                         const std::vector<std::string>& ignored_ids,
                                         unsigned jobs);

// The inspector "manifests": Kubernetes objects in source trees, each file for itself.
void inspect_manifest(const FileInput& file, InspectorSink& sink);

}  // namespace seawall::inspect
