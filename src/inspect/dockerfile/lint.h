// The Dockerfile linter: rules as data in content/dockerfile/, a native check each.
//
// Ids are SW-D0001 and up; other tools' ids are aliases, so that their ignore comments keep
// working:
//   # hadolint ignore=DL3008,DL3009      before an instruction
//   # hadolint global ignore=DL3008      anywhere
//   # check=skip=StageNameCasing         BuildKit's directive
//   # trivy:ignore:DS-0002               before an instruction
//   # seawall ignore=SW-D0012 reason     before an instruction
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inspect/dockerfile/dockerfile.h"
#include "inspect/dockerfile/dockerignore.h"
#include "inspect/dockerfile/shell.h"
#include "inspect/inspector.h"
#include "model/finding.h"
#include "rules/rule.h"

namespace seawall::inspect {

struct DockerLintOptions {
  std::vector<std::string> trusted_registries;  // globs; empty: any
  std::vector<std::string> ignored;             // ids or aliases
  bool has_dockerignore = true;                 // known to the caller; false: there is none
  std::vector<DockerIgnoreLine> ignore_lines;   // of the .dockerignore
  // Labels that an image must have, each with its kind: "text", "url", "rfc3339", "spdx", "hash",
  // "semver", "email"; with `strict_labels` it may have no others.
  std::map<std::string, std::string> labels;
  bool strict_labels = false;
  std::map<std::string, Severity>
      severities;  // by id or alias, in lower case: other than the rule's
};

// The commands of one RUN in POSIX shell form; spans are places in the Dockerfile.
struct RunCommands {
  const Instruction* run = nullptr;
  std::vector<ShellCommand> commands;
};
std::vector<RunCommands> commands_of(const Dockerfile& file);

struct DockerLintContext {
  const Dockerfile& file;
  const DockerLintOptions& options;
  std::vector<RunCommands> runs;
};

// A word without the quotes around it.
std::string_view unquoted(std::string_view word);
// Whether the last stage is this one or builds on it, so that what it holds is shipped.
bool ships(const Dockerfile& file, int stage);
// What ENV and ARG give a name in a stage up to a line; nothing when they do not.
std::optional<std::string> variable_of(const Dockerfile& file, int stage, uint32_t line,
                                       std::string_view name);

using DockerEmit = std::function<void(uint32_t line, std::string evidence)>;
using DockerCheck = void (*)(const DockerLintContext& context, const DockerEmit& emit);
// Null when there is none of that name; checks_*.cc hold them.
DockerCheck find_docker_check(std::string_view name);
DockerCheck find_docker_shell_check(std::string_view name);
DockerCheck find_docker_label_check(std::string_view name);

struct DockerRule {
  rules::Rule rule;
  std::string check_name;
  DockerCheck check = nullptr;
  bool history = false;                 // an image's history can answer it
  std::vector<std::string> pass, fail;  // examples: whole Dockerfiles
};
// The built-in rules. ERRORS: kMalformed; only a broken build has them.
Result<std::vector<DockerRule>> load_docker_rules();

struct DockerLint {
  std::vector<Finding> findings;  // by line, then rule; location.path is the caller's
  std::vector<Error> problems;
};
DockerLint lint_dockerfile(std::string_view text, const std::vector<DockerRule>& rules,
                           const DockerLintOptions& options = {}, const Limits& limits = {});

// Source trees: Dockerfile, Containerfile, *.Dockerfile.
void inspect_dockerfile(const FileInput& file, InspectorSink& sink);

}  // namespace seawall::inspect
