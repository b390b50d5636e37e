// Lists of what is attached to an image: the entries of an index with what they say of themselves,
// and the documents that an attached manifest holds. Sources: OCI distribution-spec v1.1, "Listing
// Referrers"; image-spec v1.1, image-index.md; BuildKit, "Attestation storage"; cosign's signature
// specification for its older layer types.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/image.h"

namespace seawall::artifact {

enum class AttachedKind : uint8_t { kSbom, kVex };
std::string_view to_string(AttachedKind kind);  // "SBOM", "VEX document"

// One entry of an index, attestations included.
struct ReferrerEntry {
  Descriptor descriptor;
  std::string artifact_type;
  std::string created;     // org.opencontainers.image.created, as written
  std::string name;        // org.opencontainers.image.ref.name
  std::string attests_to;  // vnd.docker.reference.digest of an attestation manifest
};
// LIMITS: manifest_bytes; kMostReferrers entries. ERRORS: kMalformed, kLimit.
inline constexpr size_t kMostReferrers = 1000;
Result<std::vector<ReferrerEntry>> parse_referrers(std::string_view json, const Limits& limits);

// A document that a manifest holds as a layer.
struct AttachedLayer {
  Descriptor descriptor;
  bool surely = false;  // its type says that it is of the kind; else its content must
};
struct AttachedManifest {
  std::string subject;  // the digest that it is about, as written; empty when it does not say
  std::string created;
  std::vector<AttachedLayer> layers;  // those that are or may be of the kind, in their order
};
// `artifact_type` is what the index called the manifest. ERRORS: kMalformed, also for an index.
Result<AttachedManifest> parse_attached(std::string_view json, std::string_view artifact_type,
                                        AttachedKind kind, const Limits& limits);

// Whether an index's word for a manifest allows it to hold a document of the kind.
bool may_hold(std::string_view artifact_type, AttachedKind kind);
// Whether a DSSE envelope, sigstore bundle or in-toto statement speaks of the kind by its
// predicateType; false for other documents.
bool attests(std::string_view bytes, AttachedKind kind, const Limits& limits);

}  // namespace seawall::artifact
