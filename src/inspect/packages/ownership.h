// Which files OS packages own, so that a language package among them is left to the distribution.
#pragma once

#include <string_view>

#include "inspect/inspector.h"

namespace seawall::inspect {

// Whether a language package or an unpackaged program could be found at the path, so that its owner
// matters. Debian's file lists name some 100,000 files of which a few thousand matter.
bool may_hold_package(std::string_view path);
// Tells the sink of one path of a file list, if it matters: "/usr/bin/x", "./usr/bin/x",
// "usr/bin/x".
void report_owned(std::string_view path, std::string_view package, InspectorSink& sink);

// var/lib/dpkg/info/NAME[:ARCH].list and status.d/NAME.md5sums (distroless).
void parse_dpkg_files(const FileInput& file, InspectorSink& sink);
// var/lib/pacman/local/NAME-VERSION-RELEASE/files.
void parse_pacman_files(const FileInput& file, InspectorSink& sink);

// A path as it is compared: without a leading "usr/" before bin, sbin and lib*, since a merged /usr
// makes both names the same file.
std::string_view ownership_key(std::string_view path);

}  // namespace seawall::inspect
