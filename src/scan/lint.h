// `seawall lint`: rules on build files as they lie in a source tree, without an artifact.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "inspect/dockerfile/lint.h"
#include "inspect/manifest/kubesec.h"
#include "model/scan_report.h"
#include "policy/policy_choice.h"
#include "scan/helm.h"

namespace seawall::scan {

struct LintOptions {
  std::vector<std::string> paths;  // files, directories and packed charts; "-": `standard_input`
  std::string standard_input;
  std::vector<std::string> skip;      // globs of paths below directories that are left out
  inspect::DockerLintOptions docker;  // has_dockerignore and ignore_lines are set for each file
  Severity least_severity = Severity::kUnknown;  // leave out findings below
  policy::PolicyChoice policy;
  HelmOptions helm;
  bool fix = false;      // correct files in place; of "-" the text is LintedFile::fixed_text
  bool kubesec = false;  // fill LintResult::kubesec
  Limits limits;
};

struct LintedFile {
  std::string path;
  size_t corrected = 0;    // findings that --fix removed
  size_t correctable = 0;  // findings that it would remove; 0 after it did
  std::string fixed_text;  // with `fix`
};

struct LintResult {
  ScanReport report;
  std::vector<LintedFile> files;  // by path
  // With the name that kubesec gives the file: the last part of its path, "STDIN" for "-".
  std::vector<std::pair<std::string, inspect::KubesecReport>> kubesec;
};

// ERRORS: kNotFound for a path that is not there or a directory without anything to judge, kIo,
// kCancelled. A file or chart that cannot be judged is a problem of the report.
Result<LintResult> lint(const LintOptions& options);

}  // namespace seawall::scan
