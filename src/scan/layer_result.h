// LayerResult: what the inspectors found in one layer, independent of the image it is part of; what
// the layer cache keeps.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/path_shadow.h"
#include "base/digest.h"
#include "base/result.h"
#include "inspect/image/image_facts.h"
#include "model/finding.h"
#include "model/package.h"

namespace seawall::scan {

// A file that an OS package's list names: the quick_hash of its ownership_key.
struct OwnedFile {
  uint64_t key = 0;
  uint32_t package = 0;  // index into FileResult::owners
};

// What one inspector said of one file. Only those that say something are kept.
struct FileResult {
  std::string path;
  std::string inspector;
  std::vector<Package> packages;            // location: only path and line are set
  std::vector<Distribution> distributions;  // none or one
  std::vector<Finding> findings;            // location: only path and line are set
  std::vector<OwnedFile> owned;
  std::vector<std::string> owners;    // names of OS packages
  std::vector<std::string> problems;  // damaged parts, for people
  std::vector<std::string> notes;     // what lies beyond what the file can say
  bool empty() const {
    return packages.empty() && distributions.empty() && findings.empty() && owned.empty() &&
           problems.empty() && notes.empty();
  }
};

using inspect::NotableFile;

struct LayerResult {
  Digest digest, diff_id;
  uint64_t packed_size = 0, unpacked_size = 0, files = 0;
  std::vector<FileResult> results;   // by path, then inspector
  std::vector<NotableFile> notable;  // by path
  artifact::PathShadow shadow;
  std::vector<std::string> problems;  // of the layer as a whole that do not make it unusable
};

// One line with the length of the JSON that follows, then the shadow's hashes, eight bytes each,
// little-endian.
std::string to_bytes(const LayerResult& layer);
// ERRORS: kMalformed for anything that to_bytes did not write.
Result<LayerResult> layer_result_from_bytes(std::string_view bytes);

}  // namespace seawall::scan
