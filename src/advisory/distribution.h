// Handing a finished database on: pushed to a registry as an OCI artifact, and fetched from there
// or from a web server.
//
//   publish_database(database, {.to = "registry.example.org/advisories:latest", ...});
//   fetch_database({.from = "registry.example.org/advisories:latest", .database = path, ...});
//
// One team builds and signs, everybody else fetches one file instead of all feeds. The artifact is
// described in docs/formats/database-artifact.md; an address that begins with https:// names the
// file itself, its signature beside it as ".sig". What is fetched lies under a hidden name until
// size, digest, content and signature are proved; then it replaces the database in one step.
// LIMITS: 16 GiB. COST: publishing holds the file in memory, fetching a window of it.
#pragma once

#include <string>

#include "advisory/import.h"
#include "artifact/image.h"

namespace seawall::advisory {

inline constexpr std::string_view kDatabaseType = "application/vnd.seawall.advisory-database.v1";
inline constexpr std::string_view kSignatureType =
    "application/vnd.seawall.advisory-database.signature.v1";

struct PublishOptions {
  std::string to;           // REGISTRY/REPOSITORY:TAG
  std::string private_key;  // PEM file; empty: unsigned
  artifact::OpenOptions access;
};

// The digest of the manifest under the tag. REQUIRES: the database was opened from a file. ERRORS:
// kUsage (the address), kMismatch (the database is damaged), those of registry_push.h.
Result<Digest> publish_database(const Database& database, const PublishOptions& options);

struct FetchOptions {
  std::string from;        // REGISTRY/REPOSITORY:TAG, or https://HOST/PATH/advisories.swdb
  std::string database;    // what is replaced
  std::string public_key;  // PEM file; when given, an unsigned database is refused
  artifact::OpenOptions access;
};

// ERRORS: kUnsupported (another kind of artifact), kMismatch (digest, signature, or no signature
// where a key asks for one), kMalformed, those of HttpClient; the old database stays in all cases.
Result<ImportSummary> fetch_database(const FetchOptions& options);

}  // namespace seawall::advisory
