// VEX documents from files: one, or all of a directory.
#pragma once

#include <string>

#include "base/limits.h"
#include "policy/vex.h"

namespace seawall::policy {

// A file, or every file of a directory (not of those inside it), in the order of their names.
// FAILURE: closed; a file that is no VEX document is an error that names it, and so is a directory
// without files. LIMITS: document_bytes a file, 1000 files.
Result<VexDocument> read_vex_path(const std::string& path, const Limits& limits);

}  // namespace seawall::policy
