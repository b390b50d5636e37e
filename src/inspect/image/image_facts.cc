#include "inspect/image/image_facts.h"

#include "artifact/image_config.h"
#include "base/path_set.h"
#include "base/strings.h"

namespace seawall::inspect {
namespace {

// The engines' own when an image sets none. Source: moby, oci/defaults.go.
constexpr std::string_view kDefaultPath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr int kMostLinks = 16;

}  // namespace

Result<ImageFacts> ImageFacts::make(std::string_view config, std::vector<ImageLayerFacts> layers,
                                    bool complete) {
  ImageFacts facts;
  SEAWALL_TRY(facts.document_, parse_json(std::string(config)));
  facts.layers_ = std::move(layers);
  facts.complete_ = complete;
  int layer = -1;
  for (const Node& entry : facts.document_.root()["history"].items()) {
    const bool empty = entry["empty_layer"].boolean();
    if (!empty) ++layer;
    facts.steps_.push_back({artifact::dockerfile_instruction(entry["created_by"].string()),
                            std::string(entry["created"].string()), empty ? -1 : layer});
  }
  for (size_t i = 0; i < facts.layers_.size(); ++i) {
    for (const NotableFile& file : *facts.layers_[i].notable) {
      VisibleFile visible{&file, i, -1};
      for (size_t above = i + 1; above < facts.layers_.size() && visible.hidden_by < 0; ++above) {
        // A directory over a directory changes its mode, not what is below it.
        const bool hidden = file.directory ? facts.layers_[above].shadow->hides_itself(file.path)
                                           : facts.layers_[above].shadow->hides(file.path);
        if (hidden) visible.hidden_by = static_cast<int>(above);
      }
      if (visible.hidden_by < 0 && !file.link.empty()) facts.links_[file.path] = file.link;
      facts.notable_.push_back(visible);
    }
  }
  return facts;
}

const Node& ImageFacts::config() const {
  return document_.root()["config"];
}

std::string_view ImageFacts::text(std::string_view key) const {
  return config()[key].string();
}

std::vector<std::string> ImageFacts::list(std::string_view key) const {
  std::vector<std::string> out;
  for (const Node& item : config()[key].items()) out.emplace_back(item.string());
  return out;
}

std::string ImageFacts::environment(std::string_view name) const {
  for (const Node& item : config()["Env"].items()) {
    const auto [key, value] = split_once(item.string(), '=');
    if (key == name) return std::string(value);
  }
  return {};
}

std::vector<std::string> ImageFacts::search_path() const {
  const std::string set = environment("PATH");
  std::vector<std::string> out;
  for (const std::string_view part : split(set.empty() ? kDefaultPath : set, ':')) {
    if (!part.empty()) out.emplace_back(part);
  }
  return out;
}

// Links near the root are followed: "bin/sh" is "usr/bin/sh" where /usr is merged.
std::string ImageFacts::resolve(std::string_view path) const {
  bool escapes = false;
  std::string current = normalize_path(path, escapes);
  for (int round = 0; round < kMostLinks; ++round) {
    bool changed = false;
    for (size_t slash = current.find('/'); slash != std::string::npos && !changed;
         slash = current.find('/', slash + 1)) {
      const auto link = links_.find(std::string_view(current).substr(0, slash));
      if (link == links_.end()) continue;
      const size_t parent = current.rfind('/', slash - 1);
      const std::string base =
          link->second.starts_with('/') || parent == std::string::npos || slash == 0
              ? std::string()
              : current.substr(0, parent) + "/";
      current = normalize_path(base + link->second + current.substr(slash), escapes);
      changed = true;
    }
    if (!changed) break;
  }
  return current;
}

std::optional<bool> ImageFacts::holds(const std::string& path) const {
  for (size_t i = layers_.size(); i-- > 0;) {
    if (layers_[i].shadow->holds(path)) return true;
    if (layers_[i].shadow->hides(path)) return false;
  }
  return false;
}

std::optional<bool> ImageFacts::exists(std::string_view path) const {
  const std::string resolved = resolve(path);
  if (holds(resolved).value_or(false)) return true;
  if (!complete_) return std::nullopt;
  for (size_t slash = resolved.find('/'); slash != std::string::npos;
       slash = resolved.find('/', slash + 1)) {
    // Something that is no directory stands on the way: a link deeper than those that are known.
    if (holds(resolved.substr(0, slash)).value_or(false)) return std::nullopt;
  }
  return false;
}

}  // namespace seawall::inspect
