// Reads what `seawall scan --format json` wrote back into the report it was made from.
//
//   SEAWALL_TRY(const ScanReport report, report::read_json(std::move(bytes), limits));
//
// ENSURES: render_json() of the result gives the same bytes again, when the bytes were Seawall's
// and of this version. What the form does not carry keeps its default: how long the scan took,
// what came from a cache, the steps of the base image, whether vulnerabilities were asked about.
// Findings stay in the order of the document, which indexes speak of; packages are sorted.
//
// Strict (docs/formats/report-json.md, version 1): the version must be ours, what the schema
// requires must be there and of its kind, words must be known, indexes must point at something,
// and the counts and the exit code must be those of the content, so that a report that somebody
// shortened is refused. Keys it does not know are ignored, as the promise of the form asks.
//
// COST: about 0.1 GB/s. LIMITS: document_bytes, depth, nodes, layers, packages; 500,000 findings.
// ERRORS: kUnsupported for another document or version, kMalformed and kLimit with line and column.
#pragma once

#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"
#include "model/scan_report.h"

namespace seawall::report {

Result<ScanReport> read_json(std::string bytes, const Limits& limits = {});

// Whether a file that starts so is a report of any version of Seawall: a JSON object that names our
// schema in its first 4 KiB. Says nothing of whether it can be read.
bool looks_like_json_report(std::string_view start);

}  // namespace seawall::report
