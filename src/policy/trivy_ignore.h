// Trivy's ignore file in YAML (".trivyignore.yaml"), as its documentation describes it
// ("Filtering", "By Finding IDs"):
//
//   vulnerabilities:
//     - id: CVE-2022-40897
//       paths: ["usr/lib/python3/*"]     # optional
//       purls: ["pkg:pypi/setuptools"]   # optional
//       expired_at: 2026-12-20           # optional
//       statement: accepted              # optional
//   misconfigurations: []
//   secrets: []
//   licenses: []
#pragma once

#include <string>
#include <vector>

#include "codec/node.h"
#include "policy/ignore_file.h"

namespace seawall::policy {

// Every entry concerns its list's kind of finding only. A member that Trivy does not document is an
// error. Nobody answers for these entries, which a note says.
Result<IgnoreFile> read_trivy_ignore(const Node& root, const std::string& name);

// For the readers of both forms: an error with its place, and a list of patterns, which must not be
// empty.
Error wrong_entry(const std::string& name, uint32_t line, std::string_view what);
Result<std::vector<std::string>> read_patterns(const Node& list, const std::string& name);

}  // namespace seawall::policy
