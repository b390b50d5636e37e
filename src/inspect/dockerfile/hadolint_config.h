// The configuration file of hadolint, so that a project can change linters without editing.
//
// Source: hadolint's README, "Configure": ignored, trustedRegistries, label-schema, strict-labels,
// override (error, warning, info, style), failure-threshold, no-fail. Severities become high,
// medium, low, negligible. What only shapes hadolint's own output is passed over.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "inspect/dockerfile/lint.h"

namespace seawall::inspect {

struct HadolintConfig {
  DockerLintOptions options;
  std::optional<Severity> threshold;  // kUnknown: deny nothing
};

// ERRORS: kMalformed with line for what is no YAML or has another shape.
Result<HadolintConfig> read_hadolint_config(std::string_view yaml, const Limits& limits = {});

}  // namespace seawall::inspect
