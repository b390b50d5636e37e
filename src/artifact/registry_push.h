// Writing to a registry, the other direction of registry.h (OCI distribution-spec v1.1, "Push").
//
//   Repository repository(reference, options, Repository::Access::kPush);
//   SEAWALL_TRY(Descriptor layer, push_blob(repository, kType, std::move(bytes)));
//   SEAWALL_TRY(Digest digest, push_manifest(repository, "latest", json, kOciManifest));
//
// A blob the registry has already is not sent again; a new one goes in one request (POST, then PUT
// to the place that was answered). Blobs come before the manifest that names them. COST: a blob is
// held in memory while it is sent. ERRORS: kUnauthorized with how to log in, kNetwork, kMismatch
// when the registry says it stored something else.
#pragma once

#include <string>
#include <string_view>

#include "artifact/image.h"
#include "artifact/registry.h"

namespace seawall::artifact {

Result<Descriptor> push_blob(Repository& repository, std::string_view media_type,
                             std::string bytes);
Result<Digest> push_manifest(Repository& repository, const std::string& tag,
                             const std::string& json, std::string_view media_type);

}  // namespace seawall::artifact
