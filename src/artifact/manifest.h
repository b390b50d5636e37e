// Image manifests and indexes beyond what image.h declares: media types and the questions a source
// asks before it parses. Sources: OCI image-spec v1.1, manifest.md and image-index.md; Docker
// registry "Image Manifest Version 2, Schema 2".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "artifact/image.h"
#include "codec/node.h"

namespace seawall::artifact {

inline constexpr std::string_view kOciManifest = "application/vnd.oci.image.manifest.v1+json";
inline constexpr std::string_view kOciIndex = "application/vnd.oci.image.index.v1+json";
inline constexpr std::string_view kDockerManifest =
    "application/vnd.docker.distribution.manifest.v2+json";
inline constexpr std::string_view kDockerManifestList =
    "application/vnd.docker.distribution.manifest.list.v2+json";

// Whether the document lists manifests (an index) rather than layers. The document itself decides;
// `media_type`, what the transport called it, only has to agree: one set of bytes must not be read
// as two things (CVE-2021-41190). ERRORS: kMalformed, kUnsupported (schema 1).
Result<bool> is_index(std::string_view json, std::string_view media_type, const Limits& limits);

// Refuses manifests of other artifacts (charts, signatures, encrypted layers): kUnsupported.
Status check_is_image(const Manifest& manifest);

// One descriptor (image-spec 1.1, descriptor.md). ERRORS: kMalformed with its line; kLimit for more
// than `size_limit` bytes.
Result<Descriptor> parse_descriptor(const Node& node, uint64_t size_limit);

// Layers that registries are told not to hold (Windows base layers).
bool is_foreign_layer(std::string_view media_type);

}  // namespace seawall::artifact
