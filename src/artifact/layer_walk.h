// The walk through one layer: a blob's bytes in, the wanted files and what the layer hides out.
//
// The stream is inflated while two hashes run beside it (blob and diffID); the tar is walked once;
// one PathSet says who wants a file; only wanted files are read, whole, within limits. Nothing is
// written, no link followed. Paths that leave the root are refused; device nodes and the like are
// passed over.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "artifact/image.h"
#include "base/path_set.h"
#include "base/progress.h"

namespace seawall::artifact {

struct WalkedFile {
  std::string path;  // normalised
  std::string content;
  const std::vector<uint32_t>& owners;  // of the PathSet
};

struct LayerFacts {
  Digest digest;   // of the blob
  Digest diff_id;  // of the unpacked tar
  uint64_t packed_size = 0, unpacked_size = 0;
  uint64_t files = 0;  // entries
  // Paths of lower layers that this one hides, with everything below them: whiteouts, opaque
  // directories, and files put where something wanted could have been. Only those that matter to
  // the PathSet.
  std::vector<std::string> hidden;
  // Wanted paths that are hard links to a file of this layer nobody wanted: (path, target).
  std::vector<std::pair<std::string, std::string>> unread_links;
  uint64_t refused_paths = 0;  // entries whose path leaves the root
};

struct WalkOptions {
  Limits limits;
  bool overlap = false;          // inflate in a second thread
  Progress* progress = nullptr;  // told of packed bytes
};

// Walks to the end, digests complete. On an error, what was found before it has been reported to
// `on_file` and must be thrown away by the caller. ERRORS: kMalformed, kLimit, kCancelled.
Result<LayerFacts> walk_layer(std::unique_ptr<Reader> blob, const PathSet& wanted,
                              const WalkOptions& options,
                              const std::function<void(const WalkedFile&)>& on_file);

// The same for a directory: enters only directories that may hold wanted files, follows no links,
// in sorted order. `problems` gets what could not be read (a refused permission names the path).
Status walk_tree(const std::string& root, const PathSet& wanted, const Limits& limits,
                 const std::function<void(const WalkedFile&)>& on_file,
                 std::vector<Error>& problems, uint64_t& files);

}  // namespace seawall::artifact
