#include "artifact/path_shadow.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/digest.h"

namespace seawall::artifact {
namespace {

uint64_t hash_of(PathShadow::Role role, std::string_view path) {
  return quick_hash(path, static_cast<uint64_t>(role));
}

}  // namespace

Status PathShadow::add(Role role, std::string_view path, const Limits& limits) {
  if (hashes_.size() >= limits.shadow_paths) {
    return limit_reached(fmt::format("the layer has more than {} paths", limits.shadow_paths));
  }
  hashes_.push_back(hash_of(role, path));
  return {};
}

void PathShadow::finish() {
  std::sort(hashes_.begin(), hashes_.end());
  hashes_.erase(std::unique(hashes_.begin(), hashes_.end()), hashes_.end());
}

bool PathShadow::assign(std::vector<uint64_t> hashes) {
  hashes_ = std::move(hashes);
  return std::is_sorted(hashes_.begin(), hashes_.end());
}

// Hashes are evenly spread, so that where one must stand can be guessed: a few steps instead of the
// twenty of a binary search among a million.
bool PathShadow::has(Role role, std::string_view path) const {
  const uint64_t wanted = hash_of(role, path);
  size_t low = 0, high = hashes_.size();
  while (high - low > 16) {
    const uint64_t first = hashes_[low], last = hashes_[high - 1];
    if (wanted < first || wanted > last) return false;
    const long double share =
        static_cast<long double>(wanted - first) / static_cast<long double>(last - first);
    const size_t guess =
        low + std::min(high - low - 1,
                       static_cast<size_t>(share * static_cast<long double>(high - low - 1)));
    if (hashes_[guess] == wanted) return true;
    if (hashes_[guess] < wanted) {
      low = guess + 1;
    } else {
      high = guess;
    }
  }
  return std::find(hashes_.begin() + static_cast<std::ptrdiff_t>(low),
                   hashes_.begin() + static_cast<std::ptrdiff_t>(high),
                   wanted) != hashes_.begin() + static_cast<std::ptrdiff_t>(high);
}

bool PathShadow::hides_itself(std::string_view path) const {
  return has(Role::kFile, path) || has(Role::kWhiteout, path) || has(Role::kDirectory, path);
}

bool PathShadow::hides_below(std::string_view directory) const {
  return has(Role::kFile, directory) || has(Role::kWhiteout, directory) ||
         has(Role::kOpaque, directory);
}

bool PathShadow::hides(std::string_view path) const {
  if (hashes_.empty()) return false;
  if (hides_itself(path)) return true;
  while (!path.empty()) {
    const size_t slash = path.rfind('/');
    path = path.substr(0, slash == std::string_view::npos ? 0 : slash);
    if (hides_below(path)) return true;
  }
  return false;
}

}  // namespace seawall::artifact
