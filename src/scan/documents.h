// Documents that others made about an artifact: bills of materials read in its place, and VEX.
#pragma once

#include <vector>

#include "artifact/target.h"
#include "model/scan_report.h"
#include "policy/vex.h"
#include "scan/scan.h"

namespace seawall::scan {

// The packages of an SBOM become the inventory; a note says that nothing was compared with it.
Status read_sbom_into(const artifact::SbomFile& file, const ScanOptions& options,
                      ScanReport& report);
// The same for the SBOM attached to an image, which itself stays the subject. ERRORS: kNotFound
// when none is attached, and those of artifact/referrers.h.
Status read_attached_sbom(const artifact::Target& target, const ScanOptions& options,
                          ScanReport& report);
// Everything that options.vex names: files, directories, and "attached" for what is attached to
// the image. Notes go to the report. ERRORS: of the first that cannot be read, with its name.
Result<std::vector<policy::VexStatement>> read_statements(const ScanOptions& options,
                                                          ScanReport& report);

}  // namespace seawall::scan
