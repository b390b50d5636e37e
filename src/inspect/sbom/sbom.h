// Reads a bill of materials instead of the artifact it describes.
//
//   SEAWALL_TRY(const SbomContent content, read_sbom(std::move(bytes), limits));
//
// Recognised by content: CycloneDX 1.2-1.7 (JSON, XML), SPDX 2.2 and 2.3 (JSON, tag-value), SPDX
// 3.0 (JSON-LD), syft-json, and each of them inside an in-toto statement or its DSSE envelope,
// whose signature is not checked (a note says so). Packages are what their package URLs say; what
// these cannot carry comes from the properties that Seawall, Trivy and Syft write. LIMITS:
// document_bytes, depth, nodes, packages. ERRORS: kUnsupported when it is none of these,
// kMalformed.
#pragma once

#include <string>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "model/package.h"
#include "model/scan_report.h"

namespace seawall::inspect {

struct SbomContent {
  std::string format;         // "CycloneDX 1.6", "SPDX-2.3", "syft-json"
  std::string artifact_name;  // what it describes, as written; may be empty
  Digest artifact_digest;
  Inventory inventory;  // sorted
  std::vector<Problem> problems, notes;
};
Result<SbomContent> read_sbom(std::string bytes, const Limits& limits);

}  // namespace seawall::inspect
