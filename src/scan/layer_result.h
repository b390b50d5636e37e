// LayerResult: what the inspectors found in one layer, independent of the image it is part of; what
// the layer cache keeps.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/result.h"
#include "model/finding.h"
#include "model/package.h"

namespace seawall::scan {

// What one inspector said of one file.
struct FileResult {
  std::string path;
  std::string inspector;
  std::vector<Package> packages;            // location: only path and line are set
  std::vector<Distribution> distributions;  // none or one
  std::vector<Finding> findings;            // location: only path and line are set
  std::vector<std::string> problems;        // damaged parts, for people
};

struct LayerResult {
  Digest digest, diff_id;
  uint64_t packed_size = 0, unpacked_size = 0, files = 0;
  std::vector<FileResult> results;    // by path, then inspector
  std::vector<std::string> hidden;    // see artifact/layer_walk.h
  std::vector<std::string> problems;  // of the layer as a whole that do not make it unusable
};

std::string to_json(const LayerResult& layer);
// ERRORS: kMalformed for anything that to_json did not write.
Result<LayerResult> layer_result_from_json(std::string json);

}  // namespace seawall::scan
