// The rules on Dockerfiles that an image's history can answer, for images whose Dockerfile nobody
// has: content/dockerfile/ marks them with "history: true".
#pragma once

#include <string>
#include <vector>

#include "inspect/dockerfile/lint.h"

namespace seawall::inspect {

struct HistoryStep {
  std::string instruction;  // "RUN apt-get update", as artifact::dockerfile_instruction gives it
  int layer = -1;           // -1: it made none
};

// Findings with location.layer and instruction, fingerprints set. The first `base_steps` steps are
// the base image's: only what leaks a secret is said of them.
std::vector<Finding> lint_history(const std::vector<HistoryStep>& steps, size_t base_steps,
                                  const std::vector<DockerRule>& rules, const Limits& limits = {});

}  // namespace seawall::inspect
