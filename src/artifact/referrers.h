// Documents attached to an image: its bill of materials, VEX about it.
//
//   SEAWALL_TRY(const Attached found, open_attached(target, AttachedKind::kSbom, options));
//   read_sbom(found.document.bytes, limits)
//
// Looked for in this order, and the first place that has one decides: the registry's list of
// referrers (OCI distribution-spec v1.1) or, where it keeps none, the tag "sha256-HEX"; cosign's
// older tags "sha256-HEX.att" and "sha256-HEX.sbom"; BuildKit's attestation manifest in the image's
// own index; and last the list of referrers of the index that holds the image. Of several documents
// in one place the newest counts (org.opencontainers.image.created), then the lowest digest of its
// manifest, then the first in it.
//
// No signature is verified. FAILURE: closed. Whatever is found but cannot be read, has another
// digest or size than was said, or names another subject, is an error; nothing else is then taken
// in its place. LIMITS: 1000 entries a list, 64 manifests, 32 indexes, 128 MiB a document.
#pragma once

#include <string>

#include "artifact/attachment_source.h"
#include "artifact/image.h"
#include "artifact/referrers_index.h"
#include "artifact/target.h"

namespace seawall::artifact {

struct AttachedDocument {
  std::string bytes, media_type;
  Digest digest;
  std::string place;  // "the registry's list of referrers"
};

// `image`: its manifest's digest. ERRORS: kNotFound when nothing of the kind is attached.
Result<AttachedDocument> find_attached(AttachmentSource& source, const Image& image,
                                       AttachedKind kind, const Limits& limits);

struct Attached {
  Image image;  // its layers are not opened
  AttachedDocument document;
};
// ERRORS: kUsage for a target that is neither in a registry nor an OCI layout.
Result<Attached> open_attached(const Target& target, AttachedKind kind, const OpenOptions& options);

}  // namespace seawall::artifact
