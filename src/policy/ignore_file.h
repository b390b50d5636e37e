// The ignore file: findings that someone decided to live with, who, why, and until when.
//
//   - id: CVE-2024-45491            # or a rule (SW-D0012), or an alias
//     purls: ["pkg:deb/debian/libexpat1"]   # all further members narrow it; "*" is any text
//     paths: ["usr/lib/*"]
//     images: ["registry.example/shop/*"]
//     subjects: ["container web"]   # of a control (SW-H0502, cis-docker-1.8.0/5.4): of which
//     things reason: only reachable from the build container owner: web-team expires: 2026-12-20 #
//     at most a year ahead; "never" must be written
//
// Also read: .trivyignore, one id a line ("CVE-1 exp:2026-01-01"), and .trivyignore.yaml
// (trivy_ignore.h), whose entries need no owner.
// FAILURE: a file that cannot be read or has a wrong entry is an error, so that nothing is ignored
// by mistake and no exception is dropped in silence. An expired entry ignores nothing and is a
// finding itself (SW-P0001). LIMITS: document_bytes, depth, nodes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/time.h"
#include "model/host_report.h"
#include "model/scan_report.h"

namespace seawall::policy {

struct IgnoreEntry {
  std::string id;
  std::string also;                 // another name for the same; may be empty
  std::optional<FindingKind> kind;  // only findings of this kind
  std::vector<std::string> paths, purls, images, subjects;
  std::string reason, owner;
  std::string expires;  // "2026-12-20"; empty: never
  uint32_t line = 0;
};
struct IgnoreFile {
  std::string name;
  std::vector<IgnoreEntry> entries;
  std::vector<Problem> notes;
};
// `today` bounds how far ahead an entry may expire. ERRORS: kMalformed naming the line.
Result<IgnoreFile> read_ignore_file(std::string_view text, const std::string& name,
                                    UnixSeconds today, const Limits& limits);

// Moves what entries name to report.suppressed; adds a finding for each expired entry and a note
// for each that named nothing.
void apply_ignore(ScanReport& report, const IgnoreFile& file, UnixSeconds today);
// Sets aside the controls, or those of their subjects, that entries name by id, alias or number and
// that fail or could not be judged. Entries of packages, paths and images name none. Expired and
// unused entries are notes of the report (SW-P0001, SW-P0002).
void apply_ignore(HostReport& report, const IgnoreFile& file, UnixSeconds today);

}  // namespace seawall::policy
