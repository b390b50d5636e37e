#include "scan/merge.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

#include "base/digest.h"
#include "inspect/packages/os_release.h"
#include "inspect/packages/ownership.h"

namespace seawall::scan {
namespace {

// One path and inspector: what each layer said of it, from the bottom.
struct Said {
  size_t layer;
  const FileResult* result;
  std::optional<size_t> hidden_by;  // the next layer above that hides or replaces the file
};
using History = std::vector<Said>;
using Key = std::pair<std::string_view, std::string_view>;  // path, inspector

// Which layer next hides a path, with the directories' answers kept: many paths share them.
class Hiding {
 public:
  explicit Hiding(const std::vector<LayerResult>& layers) : layers_(layers) {}

  std::optional<size_t> above(size_t layer, std::string_view path) {
    const size_t slash = path.rfind('/');
    const std::string_view directory = path.substr(0, slash == std::string_view::npos ? 0 : slash);
    const std::vector<bool>& below = hidden_below(directory);
    for (size_t i = layer + 1; i < layers_.size(); ++i) {
      if (below[i] || layers_[i].shadow.hides_itself(path)) return i;
    }
    return std::nullopt;
  }

 private:
  // For each layer, whether it hides everything below the directory.
  const std::vector<bool>& hidden_below(std::string_view directory) {
    if (const auto known = known_.find(directory); known != known_.end()) return known->second;
    std::vector<bool> hidden(layers_.size(), false);
    if (!directory.empty()) {
      const size_t slash = directory.rfind('/');
      hidden = hidden_below(directory.substr(0, slash == std::string_view::npos ? 0 : slash));
    }
    for (size_t i = 0; i < layers_.size(); ++i) {
      if (layers_[i].shadow.hides_below(directory)) hidden[i] = true;
    }
    return known_.emplace(directory, std::move(hidden)).first->second;
  }

  const std::vector<LayerResult>& layers_;
  std::unordered_map<std::string_view, std::vector<bool>> known_;
};

std::string identity(const Package& package) {
  return fmt::format("{}\n{}\n{}", package.name, package.version, package.architecture);
}

// The lowest layer from which on, without a break, the file named this very package.
std::vector<size_t> layers_of(const History& history) {
  const auto& packages = history.back().result->packages;
  std::vector<size_t> layers(packages.size(), history.back().layer);
  std::vector<size_t> open(packages.size());
  for (size_t i = 0; i < open.size(); ++i) open[i] = i;
  for (size_t at = history.size() - 1; at-- > 0 && !open.empty();) {
    // Gone in between, so it came anew.
    if (history[at].hidden_by != history[at + 1].layer) break;
    std::unordered_set<std::string> present;
    for (const Package& package : history[at].result->packages) present.insert(identity(package));
    std::erase_if(open, [&](size_t i) { return !present.contains(identity(packages[i])); });
    for (size_t i : open) layers[i] = history[at].layer;
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

class Merger {
 public:
  Merger(const std::vector<LayerResult>& layers, const std::vector<std::string>& instructions,
         bool is_image)
      : layers_(layers), instructions_(instructions), is_image_(is_image), hiding_(layers) {}

  Merged run() {
    for (size_t i = 0; i < layers_.size(); ++i) {
      for (const FileResult& result : layers_[i].results) {
        files_[{result.path, result.inspector}].push_back(
            {i, &result, hiding_.above(i, result.path)});
      }
    }
    merged_.packages_by_layer.assign(layers_.size(), 0);
    for (const auto& [key, history] : files_) {
      if (!history.back().hidden_by) take_owners(*history.back().result);
    }
    for (const auto& [key, history] : files_) {
      take_findings(history);
      if (!history.back().hidden_by) take(history);
    }
    merged_.inventory.distribution = inspect::merge_distributions(distributions_);
    sort_packages(merged_.inventory.packages);
    drop_copies(merged_.inventory.packages);
    for (const Package& package : merged_.inventory.packages) {
      if (package.location.layer >= 0)
        ++merged_.packages_by_layer[static_cast<size_t>(package.location.layer)];
    }
    sort_findings(merged_.findings);
    return std::move(merged_);
  }

 private:
  void locate(Location& location, size_t layer) const {
    if (!is_image_) return;
    location.layer = static_cast<int>(layer);
    location.layer_digest = layers_[layer].diff_id;
    if (layer < instructions_.size()) location.instruction = instructions_[layer];
  }

  void take_owners(const FileResult& result) {
    for (const OwnedFile& file : result.owned) {
      owners_.emplace(file.key, &result.owners[file.package]);
    }
  }

  std::string owner_of(const Package& package) const {
    if (is_os_package(package.type) || owners_.empty()) return {};
    const std::string_view path = package.location.path;
    const std::string_view file = path.substr(0, path.find("!/"));
    const auto owner = owners_.find(quick_hash(inspect::ownership_key(file)));
    return owner == owners_.end() ? std::string() : *owner->second;
  }

  void take(const History& history) {
    const Said& top = history.back();
    for (const Distribution& distribution : top.result->distributions)
      distributions_.emplace_back(top.result->path, distribution);
    const std::string where = is_image_ ? fmt::format("layer {} of {}: {}", top.layer + 1,
                                                      layers_.size(), top.result->path)
                                        : top.result->path;
    for (const std::string& text : top.result->problems)
      merged_.problems.push_back({where, text, "", Code::kMalformed});
    for (const std::string& text : top.result->notes)
      merged_.notes.push_back({where, text, "", Code::kUnsupported});
    const std::vector<size_t> origins = layers_of(history);
    for (size_t i = 0; i < top.result->packages.size(); ++i) {
      Package package = top.result->packages[i];
      locate(package.location, origins[i]);
      package.owner = owner_of(package);
      // A program that an OS package brought is that package, found twice.
      if (!package.owner.empty() && package.type == PackageType::kGeneric) continue;
      merged_.inventory.packages.push_back(std::move(package));
    }
  }

  // Each finding once, in the lowest layer that has it; a secret also when it is hidden above.
  void take_findings(const History& history) {
    std::map<std::pair<std::string, uint32_t>, size_t> seen;  // fingerprint and line, index
    for (const Said& said : history) {
      for (const Finding& finding : said.result->findings) {
        const bool hidden = said.hidden_by.has_value();
        if (hidden && finding.kind != FindingKind::kSecret) continue;
        // The same secret twice in a file is one leak; the same mistake twice is two.
        const uint32_t line = finding.kind == FindingKind::kSecret ? 0 : finding.location.line;
        const auto [known, fresh] =
            seen.try_emplace(std::pair(finding.fingerprint, line), merged_.findings.size());
        if (fresh) {
          merged_.findings.push_back(finding);
          locate(merged_.findings.back().location, said.layer);
        }
        merged_.findings[known->second].removed_layer =
            hidden ? static_cast<int>(*said.hidden_by) : -1;
      }
    }
  }

  const std::vector<LayerResult>& layers_;
  const std::vector<std::string>& instructions_;
  const bool is_image_;
  Hiding hiding_;
  std::map<Key, History> files_;
  std::unordered_map<uint64_t, const std::string*> owners_;
  std::vector<std::pair<std::string, Distribution>> distributions_;
  Merged merged_;
};

}  // namespace

Merged merge_layers(const std::vector<LayerResult>& layers,
                    const std::vector<std::string>& instructions, bool is_image) {
  return Merger(layers, instructions, is_image).run();
}

}  // namespace seawall::scan
