// VEX: what others state of a vulnerability in a product, so that people need not look again.
//
//   SEAWALL_TRY(const VexDocument vex, read_vex(bytes, "app.openvex.json", limits));
//   apply_vex(report, vex.statements);
//
// Read are OpenVEX (0.0.1, 0.2.0), CSAF 2.0 and 2.1 (profile VEX) and CycloneDX (analysis), each
// also inside an in-toto statement or its DSSE envelope. A
// statement concerns a finding when a vulnerability's name fits (aliases too) and the product fits:
// the package itself by its package URL, or the image (pkg:oci by digest, or by repository when it
// has none) with the package as a subcomponent, or all of the image without one. What a package URL
// leaves out (version, qualifiers) fits anything. The latest statement wins. "not_affected" and
// "fixed" set a finding aside; "affected" and "under_investigation" stay findings. FAILURE: what
// cannot be read sets nothing aside. Signatures are not verified. LIMITS: document_bytes, depth.
#pragma once

#include <string>
#include <vector>

#include "base/limits.h"
#include "base/time.h"
#include "model/scan_report.h"

namespace seawall::policy {

struct VexStatement {
  std::vector<std::string> vulnerabilities;  // the name and its aliases
  std::vector<std::string> products;         // package URLs or other identifiers
  std::vector<std::string> subcomponents;    // package URLs inside each product; empty: all of it
  std::string status;         // "not_affected", "affected", "fixed", "under_investigation"
  std::string justification;  // in OpenVEX's words
  std::string impact, action;
  UnixSeconds timestamp = 0;
  std::string source;  // the document
};
struct VexDocument {
  std::vector<VexStatement> statements;
  std::vector<Problem> problems;  // statements that were left out, and why
};
// ERRORS: kUnsupported when it is no VEX document, kMalformed.
Result<VexDocument> read_vex(std::string bytes, const std::string& source, const Limits& limits);

// Moves what is stated not to concern the artifact to report.suppressed.
void apply_vex(ScanReport& report, const std::vector<VexStatement>& statements);

// The decisions of a report as an OpenVEX 0.2.0 document: what VEX set aside with its statement,
// everything else as affected (with what to do) or under investigation.
std::string render_openvex(const ScanReport& report);

}  // namespace seawall::policy
