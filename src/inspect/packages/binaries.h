// What is inside archives of classes and executables. All read at any offset; nothing is held
// whole.
#pragma once

#include "inspect/inspector.h"

namespace seawall::inspect {

// jar, war, ear and their like, nested to any depth up to kMostNested: pom.properties, manifest,
// file name, in this order. Location.path is the place inside ("BOOT-INF/lib/a.jar").
// LIMITS: kMostNested archives in each other, kMostUnpacked bytes unpacked for one file.
void parse_java_archive(const FileInput& file, InspectorSink& sink);
inline constexpr int kMostNested = 32;
inline constexpr uint64_t kMostUnpacked = 4ull << 30;

// Go modules and the Go version from the build information of a binary.
// Source: Go, debug/buildinfo and cmd/link (the format before and since Go 1.18).
void parse_go_binary(const FileInput& file, InspectorSink& sink);
// Crates from the section that cargo-auditable writes. Source: cargo-auditable, PARSING.md.
void parse_rust_binary(const FileInput& file, InspectorSink& sink);
// Programs that no package manager installed, by what they say of themselves: content/binaries/.
void parse_known_binary(const FileInput& file, InspectorSink& sink);
// The package that an ELF file says it is part of (.note.package).
// Source: systemd, "Package Metadata for Executable Files".
void parse_package_note(const FileInput& file, InspectorSink& sink);

}  // namespace seawall::inspect
