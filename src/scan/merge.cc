#include "scan/merge.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_set>

#include <fmt/format.h>

#include "inspect/packages/os_release.h"

namespace seawall::scan {
namespace {

// One path and inspector: its results from the layer that last introduced the file up to the
// topmost.
using History = std::vector<std::pair<size_t, const FileResult*>>;
using Key = std::pair<std::string, std::string>;  // path, inspector

std::string identity(const Package& package) {
  return fmt::format("{}\n{}\n{}", package.name, package.version, package.architecture);
}

void hide(std::map<Key, History>& files, const std::string& path) {
  if (path.empty()) {
    files.clear();
    return;
  }
  const auto is_below = [&](const std::string& other) {
    return other.starts_with(path) && (other.size() == path.size() || other[path.size()] == '/');
  };
  for (auto file = files.lower_bound({path, ""});
       file != files.end() && file->first.first.starts_with(path);) {
    file = is_below(file->first.first) ? files.erase(file) : std::next(file);
  }
}

// The lowest layer from which on, without a break, the file named this very package.
std::vector<size_t> layers_of(const History& history) {
  const auto& packages = history.back().second->packages;
  std::vector<size_t> layers(packages.size(), history.back().first);
  std::vector<size_t> open(packages.size());
  for (size_t i = 0; i < open.size(); ++i) open[i] = i;
  for (size_t at = history.size() - 1; at-- > 0 && !open.empty();) {
    std::unordered_set<std::string> present;
    for (const Package& package : history[at].second->packages) present.insert(identity(package));
    std::erase_if(open, [&](size_t i) { return !present.contains(identity(packages[i])); });
    for (size_t i : open) layers[i] = history[at].first;
  }
  return layers;
}

// A database that stands at two paths (a copy, not a link) must not count twice.
void drop_copies(std::vector<Package>& packages) {
  std::set<std::tuple<PackageType, std::string, std::string, std::string>> seen;
  std::erase_if(packages, [&](const Package& package) {
    return is_os_package(package.type) &&
           !seen.emplace(package.type, package.name, package.version, package.architecture).second;
  });
}

}  // namespace

Merged merge_layers(const std::vector<LayerResult>& layers,
                    const std::vector<std::string>& instructions, bool is_image) {
  std::map<Key, History> files;
  for (size_t i = 0; i < layers.size(); ++i) {
    for (const std::string& path : layers[i].hidden) hide(files, path);
    for (const FileResult& result : layers[i].results) {
      files[{result.path, result.inspector}].emplace_back(i, &result);
    }
  }
  Merged merged;
  merged.packages_by_layer.assign(layers.size(), 0);
  std::vector<std::pair<std::string, Distribution>> distributions;
  for (const auto& [key, history] : files) {
    const auto& [layer, top] = history.back();
    for (const Distribution& distribution : top->distributions)
      distributions.emplace_back(top->path, distribution);
    for (const std::string& text : top->problems) {
      const std::string where =
          is_image ? fmt::format("layer {} of {}: {}", layer + 1, layers.size(), top->path)
                   : top->path;
      merged.problems.push_back({where, text, "", Code::kMalformed});
    }
    const std::vector<size_t> origins = layers_of(history);
    for (size_t i = 0; i < top->packages.size(); ++i) {
      Package package = top->packages[i];
      if (is_image) {
        const size_t origin = origins[i];
        package.location.layer = static_cast<int>(origin);
        package.location.layer_digest = layers[origin].diff_id;
        if (origin < instructions.size()) package.location.instruction = instructions[origin];
      }
      merged.inventory.packages.push_back(std::move(package));
    }
  }
  merged.inventory.distribution = inspect::merge_distributions(distributions);
  sort_packages(merged.inventory.packages);
  drop_copies(merged.inventory.packages);
  for (const Package& package : merged.inventory.packages) {
    if (package.location.layer >= 0)
      ++merged.packages_by_layer[static_cast<size_t>(package.location.layer)];
  }
  return merged;
}

}  // namespace seawall::scan
