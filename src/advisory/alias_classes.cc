#include "advisory/alias_classes.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string>

namespace seawall::advisory {
namespace {

constexpr uint32_t kNone = UINT32_MAX;

int name_rank(std::string_view name) {
  return is_cve(name) ? 0 : name.starts_with("GHSA-") ? 1 : 2;
}

}  // namespace

bool is_better_name(std::string_view a, std::string_view b) {
  const int rank_a = name_rank(a), rank_b = name_rank(b);
  return rank_a != rank_b ? rank_a < rank_b : a < b;
}

uint32_t AliasClasses::find(uint32_t name) const {
  if (name >= parent_.size()) return name;
  while (parent_[name] != name) name = parent_[name] = parent_[parent_[name]];
  return name;
}

void AliasClasses::resolve(uint32_t count,
                           const std::function<std::string_view(uint32_t)>& name_of) {
  parent_.resize(count);
  std::iota(parent_.begin(), parent_.end(), 0u);
  std::vector<uint32_t> size(count, 1), cve(count, kNone);
  for (auto& [a, b] : links_) {
    if (is_cve(name_of(a))) cve[a] = a;
    if (is_cve(name_of(b))) cve[b] = b;
    // The end with the better name comes first, so that the order below is one of names.
    if (is_better_name(name_of(b), name_of(a))) std::swap(a, b);
  }
  std::sort(links_.begin(), links_.end(), [&](const auto& x, const auto& y) {
    const auto x_name = name_of(x.first), y_name = name_of(y.first);
    if (x_name != y_name) return is_better_name(x_name, y_name);
    return name_of(x.second) < name_of(y.second);
  });
  links_.erase(std::unique(links_.begin(), links_.end()), links_.end());
  for (const auto& [a, b] : links_) {
    uint32_t x = find(a), y = find(b);
    if (x == y) continue;
    if (cve[x] != kNone && cve[y] != kNone) {
      ++refused_;
      continue;
    }
    if (size[x] < size[y]) std::swap(x, y);
    parent_[y] = x;
    size[x] += size[y];
    if (cve[x] == kNone) cve[x] = cve[y];
  }
  links_.clear();
  links_.shrink_to_fit();
}

}  // namespace seawall::advisory
