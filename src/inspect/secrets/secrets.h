// Secrets in files and in the configuration of an image.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "inspect/inspector.h"
#include "inspect/secrets/secret_scanner.h"

namespace seawall::inspect {

// The inspector "secrets": every text file but those that skips_secrets() names.
void parse_secrets(const FileInput& file, InspectorSink& sink);

// Rules that replace the built-in ones for all later parse_secrets() calls, and their hash key
// (empty: default_hash_key()). REQUIRES: called before the first scan, by one thread.
void use_secret_rules(SecretRules rules, std::string hash_key = {});
const SecretScanner& secret_scanner();

// Files that hold no secrets by nature (content/secrets/skip.yaml). `path` is normalised.
bool skips_secrets(std::string_view path);
// Test data of an installed package: its secrets count as low.
bool is_package_test_data(std::string_view path);

// ENV, LABEL, ARG and RUN of an image configuration (OCI image-spec v1.1, config.md). Findings have
// the path "image config"; location.line is the number of the instruction in the history, from 1
// (0 when none of them holds it), location.instruction its text with the secret masked.
// ERRORS: kMalformed when it is no JSON object.
Result<std::vector<Finding>> scan_image_config(std::string_view json, const SecretScanner& scanner);

}  // namespace seawall::inspect
