// What the SPDX 2.3 and 3.0 documents say in the same words, so that one reader
// (inspect/sbom/spdx.cc) understands both.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/scan_report.h"
#include "report/document.h"

namespace seawall::report {

// Letters, digits, "." and "-" are all that an SPDX identifier may hold (section 3.2 of 2.3); other
// characters become "-", and what is longer than 64 bytes is cut.
std::string spdx_idstring(std::string_view text);
// "Package-deb-zlib1g-" and 16 digits of the digest of its reference, which makes it unique in the
// document.
std::string spdx_package_id(const ComponentList::Component& component);
// A LicenseRef for a text that is no expression.
std::string spdx_license_ref(std::string_view license);
// "found in /var/lib/dpkg/status, layer 2 (sha256:...), made by: RUN ..."; empty without a path.
std::string spdx_source_info(const Location& location);
// "found by npm-lock, only for development"; may be empty.
std::string spdx_comment(const Package& package);
// "State of the scan: clean." and whether packages may be missing.
std::string spdx_creation_comment(const ScanReport& report);
// Algorithm ("md5", "sha1", "sha256", "sha384", "sha512") and digits, in lower case, of
// "sha512:<hex>"; nothing when it is no digest of one of these.
std::optional<std::pair<std::string, std::string>> spdx_checksum(std::string_view checksum);
std::string_view spdx_algorithm(HashAlgorithm algorithm);  // in lower case

// What Seawall knows of a package and no standard has a field for, as the properties that
// CycloneDX carries: "seawall:package:foundBy" and its value. No value is empty.
std::vector<std::pair<std::string, std::string>> package_properties(const Package& package);

}  // namespace seawall::report
