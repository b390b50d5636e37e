// YAML 1.2 core as go-yaml (Kubernetes) reads it, into the same Nodes as JSON, with line and
// column.
//
// Aliases are expanded within a budget (limits.nodes counts every use, over all documents of a
// stream); "<<" merge keys are applied; a duplicate key is an error; y/yes/on ... are booleans as
// in go-yaml v2; timestamps stay strings. Adapter of libyaml. LIMITS: document_bytes, depth, nodes.
// ERRORS: kMalformed or kLimit with line and column.
#pragma once

#include <string>
#include <vector>

#include "codec/json.h"

namespace seawall {

// Every document of a stream, empty ones included, each with its own positions.
Result<std::vector<Document>> parse_yaml(std::string_view text, const Limits& limits = {});

}  // namespace seawall
