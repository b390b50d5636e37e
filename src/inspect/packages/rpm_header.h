// The header of one rpm package as databases store it: an index of tags and the data they point
// into, all big-endian. Source: rpm, docs/manual/format_header.md and tags.md.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"
#include "model/package.h"

namespace seawall::inspect {

// The package; nothing for "gpg-pubkey", an imported key that rpm keeps as if it were one. The
// version is "epoch:version-release", the epoch only when it is not 0. The source package's version
// has the same epoch, for a source package's name has none. kMalformed when an index or a value
// leaves the header.
Result<std::optional<Package>> parse_rpm_header(std::string_view header, const Limits& limits);

// Calls use(path) for each file of the package: BASENAMES with DIRNAMES and DIRINDEXES, or
// OLDFILENAMES of rpm before 4. What leaves the header is passed over.
void for_each_rpm_file(std::string_view header, const std::function<void(std::string_view)>& use);

struct RpmSource {
  std::string_view name, version;  // version with its release, without epoch; both empty: unknown
};
// "openssl-3.0.7-24.el9.src.rpm" -> "openssl", "3.0.7-24.el9".
RpmSource split_source_rpm(std::string_view file_name);

}  // namespace seawall::inspect
