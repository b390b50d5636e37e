// TOML 1.0 into the same Nodes as JSON, with line and column. Adapter of toml++.
//
// Dates and times become strings as written in RFC 3339. LIMITS: document_bytes, depth, nodes.
// ERRORS: kMalformed or kLimit with line and column. COST: about 30 MB/s.
#pragma once

#include <string_view>

#include "base/limits.h"
#include "codec/json.h"

namespace seawall {

Result<Document> parse_toml(std::string_view text, const Limits& limits = {});

}  // namespace seawall
