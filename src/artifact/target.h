// The target grammar: what `seawall scan TARGET` means, with or without a scheme in front.
//
//   docker-archive:FILE[:TAG|:@N]  oci-archive:FILE[:NAME]  oci:DIRECTORY[:NAME] registry:REFERENCE
//   docker:REFERENCE  podman:REFERENCE  rootfs:DIRECTORY  dir:DIRECTORY  sbom:FILE
//
// Without a scheme: an existing file or directory is recognised by its content; anything else is an
// image reference, looked for in the Docker engine, then in Podman, then in its registry.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "artifact/image.h"

namespace seawall::artifact {

enum class TargetKind : uint8_t {
  kDockerArchive,
  kOciArchive,
  kOciLayout,
  kRegistry,
  kDocker,
  kPodman,
  kRootfs,
  kDirectory,
  kRootArchive,
  kSbom,
};
std::string_view to_string(TargetKind kind);  // the scheme

struct Target {
  TargetKind kind;
  std::string location;  // path or reference
  std::string which;     // tag, name or @N inside an archive
  bool explicit_kind = false;
};

// ERRORS: kUsage for an unknown scheme or nothing; kNotFound, kUnsupported for a path that is
// neither.
Result<Target> parse_target(std::string_view text, const Limits& limits);

// A root filesystem or source tree: a directory examined in place.
struct FileTree {
  std::string name, kind, root;
};
// A bill of materials, read in place of what it describes.
struct SbomFile {
  std::string name, bytes;
};
using Artifact = std::variant<Image, FileTree, SbomFile>;
Result<Artifact> open_artifact(const Target& target, const OpenOptions& options);

}  // namespace seawall::artifact
