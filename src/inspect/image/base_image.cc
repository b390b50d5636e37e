#include "inspect/image/base_image.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/content.h"
#include "base/strings.h"
#include "codec/yaml.h"

namespace seawall::inspect {
namespace {

constexpr std::string_view kContent = "image/base_images.yaml";
constexpr std::string_view kName = "org.opencontainers.image.base.name";
constexpr std::string_view kDigest = "org.opencontainers.image.base.digest";

bool is_start_command(std::string_view instruction) {
  return instruction.starts_with("CMD ") || instruction.starts_with("ENTRYPOINT ");
}

// How many steps of the history the base image made: up to the last start command that layers
// follow.
size_t steps_of_base(const std::vector<ImageStep>& steps) {
  size_t last_layer = 0;
  for (size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].layer >= 0) last_layer = i;
  }
  for (size_t i = last_layer; i-- > 0;) {
    if (is_start_command(steps[i].instruction)) return i + 1;
  }
  return 0;
}

// "ENV NODE_VERSION=18.20.4" among the base's steps.
std::string version_set(const std::vector<ImageStep>& steps, size_t count, std::string_view name) {
  const std::string with_equals = fmt::format("ENV {}=", name);
  for (size_t i = 0; i < count; ++i) {
    if (!steps[i].instruction.starts_with(with_equals)) continue;
    std::string_view value = std::string_view(steps[i].instruction).substr(with_equals.size());
    value = value.substr(0, value.find_first_of(" \t"));
    return std::string(value);
  }
  return "";
}

std::string name_of_known_image(const std::vector<ImageStep>& steps, size_t count) {
  static const auto documents = parse_yaml(built_in_content(kContent));
  if (!documents.ok() || documents->empty()) return "";
  for (const Node& image : (*documents)[0].root()["images"].items()) {
    const std::string version = version_set(steps, count, image["env"].string());
    if (!version.empty()) return fmt::format("{}:{}", image["name"].string(), version);
  }
  return "";
}

}  // namespace

BaseImage recognise_base(const ImageFacts& facts, const Distribution& distribution) {
  BaseImage base;
  base.steps = steps_of_base(facts.steps());
  for (size_t i = 0; i < base.steps; ++i)
    base.layers = std::max(base.layers, static_cast<size_t>(facts.steps()[i].layer + 1));
  const Node& labels = facts.config()["Labels"];
  if (const std::string_view name = labels[kName].string(); !name.empty()) {
    base.name = printable(name.substr(0, 256));
    base.digest = printable(labels[kDigest].string().substr(0, 128));
    base.known_by = "label";
    return base;
  }
  if (base.layers == 0) return base;
  base.known_by = "history";
  base.name = name_of_known_image(facts.steps(), base.steps);
  if (base.name.empty() && distribution.known()) {
    base.name = distribution.version_id.empty()
                    ? distribution.id
                    : fmt::format("{}:{}", distribution.id, distribution.version_id);
  }
  return base;
}

}  // namespace seawall::inspect
