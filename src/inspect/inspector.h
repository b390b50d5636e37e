// Inspectors: what is looked for inside an artifact. One is a pure function from a file's bytes to
// the sink plus a descriptor; all of them stand in one explicit list (inspectors.cc). An inspector
// opens nothing, keeps nothing between files and sees each wanted file once.
//
// To add one: write parse_NAME(const FileInput&, InspectorSink&) in inspect/packages/NAME.cc,
// declare it in inspect/packages/packages.h, add its line to inspectors.cc, its tests to
// tests/inspect/ and a fuzz target.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/path_set.h"
#include "base/result.h"
#include "model/package.h"

namespace seawall::inspect {

struct FileInput {
  std::string_view path;     // normalised, relative
  std::string_view content;  // the whole file
  const Limits& limits;
};

class InspectorSink {
 public:
  virtual ~InspectorSink() = default;
  // The location's path is filled in by the caller; layer and instruction by the merge.
  virtual void package(Package package) = 0;
  virtual void distribution(Distribution distribution) = 0;
  // A damaged part of the file; the rest of it still counts.
  virtual void problem(Error error) = 0;
};

struct Inspector {
  std::string_view name;  // "dpkg"
  uint32_t version;       // raised whenever its results may change: part of the layer cache's key
  std::vector<std::string_view> paths;  // PathSet patterns
  std::string_view finds;               // for the generated documentation: "Debian packages"
  void (*parse)(const FileInput& file, InspectorSink& sink);
};

// All of them, in a fixed order.
const std::vector<Inspector>& inspectors();
// A digest of every name and version, for cache keys.
std::string inspectors_fingerprint();

}  // namespace seawall::inspect
