// Collecting facts: from an opened artifact to the results of its layers, from the cache or by
// walking them.
#pragma once

#include <vector>

#include "artifact/target.h"
#include "inspect/inspector.h"
#include "model/scan_report.h"
#include "scan/layer_cache.h"
#include "scan/layer_result.h"

namespace seawall::scan {

struct CollectOptions {
  Limits limits;
  unsigned jobs = 1;
  std::string cache_directory;  // empty: no cache
  uint8_t categories = inspect::kAllCategories;
  std::vector<std::string> skip;  // globs of paths that are left out
};

struct Collected {
  std::vector<LayerResult> layers;  // one for each layer of the image; one for a tree
  std::vector<bool> from_cache;
  std::vector<bool> usable;       // false where the layer could not be read
  std::vector<Problem> problems;  // in layer order
};

// Walks what the cache lacks, the largest layers first, on `jobs` threads; the outcome does not
// depend on their number. A layer that fails becomes a problem and the others go on. ERRORS:
// kCancelled only.
Result<Collected> collect_image(const artifact::Image& image, const CollectOptions& options);
Result<Collected> collect_tree(const artifact::FileTree& tree, const CollectOptions& options);

}  // namespace seawall::scan
