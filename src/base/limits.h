// Limits: the bounds every parser of hostile bytes takes. One table, shown in docs/limits.md.
//
// A limit that is reached is an Error with Code::kLimit that names the limit and its value; it
// never truncates silently. The defaults fit the largest real inputs known and keep one process
// under the documented memory.
#pragma once

#include <cstdint>

namespace seawall {

struct Limits {
  uint64_t blob_bytes = 64ull << 30;       // one compressed layer or feed file
  uint64_t unpacked_bytes = 256ull << 30;  // one decompressed stream
  uint64_t ratio = 200;  // unpacked / packed, once past ratio_floor (a bomb reaches 1000 and more)
  uint64_t ratio_floor = 1ull << 30;       // bytes that may be unpacked before the ratio counts
  uint64_t decoder_memory = 136ull << 20;  // window of zstd and dictionary of xz, bytes
  uint64_t entries = 20'000'000;           // tar or zip entries in one archive
  uint32_t path_bytes = 4096;              // one path (PATH_MAX)
  uint32_t pax_bytes = 1u << 20;           // one PAX or GNU long-name record
  uint32_t meta_entries = 16;              // extension headers in a row before one file
  uint64_t document_bytes = 512ull << 20;  // one JSON or YAML document
  uint32_t depth = 128;                    // nesting of a document
  uint64_t nodes = 64'000'000;           // values in one document, aliases counted as often as used
  uint64_t file_bytes = 256ull << 20;    // one file an inspector reads whole (an rpm database)
  uint64_t spool_bytes = 4ull << 30;     // one file kept in an unnamed temporary file (a jar)
  uint64_t shadow_paths = 8'000'000;     // paths of one layer remembered, as hashes of 8 bytes
  uint64_t manifest_bytes = 8ull << 20;  // an OCI manifest, index or config
  uint32_t layers = 1000;                // layers of an image
  uint64_t packages = 2'000'000;         // packages of one artifact
  uint64_t whiteouts = 4'000'000;        // whiteouts kept of one layer
  uint32_t string_bytes = 64u << 10;     // a package's name, version, description
};

}  // namespace seawall
