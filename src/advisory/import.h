// Importing: feeds or a finished database from files into the database on this machine, and the way
// back.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "advisory/database.h"

namespace seawall::advisory {

struct ImportOptions {
  std::vector<std::string> paths;  // feeds in any form, or one finished database
  std::string database;            // what is written
  UnixSeconds date = 0;            // of the data, where the feeds do not say; 0: the files' own
  bool replace = false;            // forget the feeds that the paths do not bring
  std::string public_key;  // a finished database must carry a signature of this key (PEM file)
};

struct ImportSummary {
  uint64_t vulnerabilities = 0, rows = 0, bytes = 0;
  size_t feeds = 0;
  std::vector<Error> problems;  // damaged parts, left out
};

// What the database at `path` holds.
Result<ImportSummary> summarise(const std::string& path);

// Feeds found in the paths replace those of the same name; the others are kept. The old database
// stays in place, and in use by its readers, until the new one is complete. ERRORS: kNotFound,
// kUnsupported (no feed at all), kMismatch (digest or signature).
Result<ImportSummary> import_files(const ImportOptions& options);

// Writes a verified copy; with a private key also FILE.sig (base64 of an Ed25519 signature over the
// text "seawall advisory database sha256:HEX\n").
Status export_database(const Database& database, const std::string& path,
                       const std::string& private_key);
// The text of FILE.sig. ERRORS: kMalformed when the file holds no Ed25519 private key.
Result<std::string> sign_database(const Database& database, const std::string& private_key);
// Checks FILE.sig's text against the database's digest. ERRORS: kMismatch.
Status verify_signature(const Database& database, std::string_view signature,
                        const std::string& public_key);

}  // namespace seawall::advisory
