// The layer cache: LayerResults in files named by diffID under a directory named by what was looked
// for (the inspectors' versions, the paths left out).
//
// Any number of processes read and write at once without locks: an entry is written aside and
// renamed, is the same whoever writes it, and carries a checksum, so that a torn or foreign file
// counts as absent. A cache that cannot be written (read-only, full disk) is used as far as it
// goes; it never makes a scan fail.
#pragma once

#include <optional>
#include <string>

#include "scan/layer_result.h"

namespace seawall::scan {

class LayerCache {
 public:
  // An empty directory name makes a cache that holds nothing.
  LayerCache(const std::string& directory, const std::string& fingerprint);
  std::optional<LayerResult> get(const Digest& diff_id) const;
  void put(const LayerResult& layer) const;

 private:
  std::string path_of(const Digest& diff_id) const;
  std::string directory_;
};

}  // namespace seawall::scan
