// PathShadow: which paths of the layers below one layer hides, and which files it holds, in eight
// bytes a path.
//
// Whether something found in a layer still counts in the image depends on all layers above it: a
// whiteout, an opaque directory or any new file at its path or at a directory above it hides it. A
// layer does not know what lies below (layers are read in parallel, and cached for any image), so
// it remembers every path it touches, as a 64-bit hash with its role, sorted; the merge asks about
// the few paths on which something was found. LIMITS: limits.shadow_paths. COST: a query takes
// about 20 ns a directory level.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"

namespace seawall::artifact {

class PathShadow {
 public:
  enum class Role : uint8_t {
    kFile = 1,      // a file, link or device: hides what is at the path and below it
    kWhiteout = 2,  // the same, and nothing takes its place
    kOpaque = 3,    // a directory whose lower content is hidden
    kDirectory = 4  // takes the place of a lower file at exactly this path
  };
  Status add(Role role, std::string_view path, const Limits& limits);
  // Call once after the last add().
  void finish();

  // A file, link or device stands at exactly this path.
  bool holds(std::string_view path) const { return has(Role::kFile, path); }
  // Whether a lower layer's file at `path` is hidden, by this layer's entry at the path itself.
  bool hides_itself(std::string_view path) const;
  // Whether everything below a directory is hidden by this layer's entry at the directory itself.
  bool hides_below(std::string_view directory) const;
  // Both, for the path and all directories above it.
  bool hides(std::string_view path) const;

  const std::vector<uint64_t>& hashes() const { return hashes_; }
  // What hashes() gave; false when it is not sorted.
  bool assign(std::vector<uint64_t> hashes);

 private:
  bool has(Role role, std::string_view path) const;
  std::vector<uint64_t> hashes_;
};

}  // namespace seawall::artifact
