#include "artifact/image_config.h"

#include <fmt/format.h>

#include "artifact/image.h"
#include "artifact/platform.h"
#include "base/strings.h"
#include "base/time.h"
#include "codec/json.h"

namespace seawall::artifact {
namespace {

constexpr std::string_view kShell = "/bin/sh -c ";

// Builders put build arguments before the shell as "|COUNT NAME=VALUE ... "; values may hold
// spaces, so that the shell is what ends them.
std::string_view without_arguments(std::string_view command) {
  if (!command.starts_with('|')) return command;
  const size_t shell = command.find(kShell);
  return shell == command.npos ? command : command.substr(shell);
}

// One history entry for each layer, or none at all: builders that leave entries out leave no way to
// tell which layer the rest belong to.
std::vector<std::string> instructions_of(const Node& history, size_t layers) {
  std::vector<std::string> instructions;
  for (const Node& entry : history.items()) {
    if (entry["empty_layer"].boolean()) continue;
    if (instructions.size() == layers) return {};
    instructions.push_back(dockerfile_instruction(entry["created_by"].string()));
  }
  if (instructions.size() != layers) instructions.clear();
  return instructions;
}

}  // namespace

std::string dockerfile_instruction(std::string_view created_by) {
  std::string_view text = trim(created_by);
  if (text.ends_with("# buildkit")) text = trim(text.substr(0, text.size() - 10));
  const bool run = text.starts_with("RUN ");
  std::string_view command = without_arguments(run ? trim(text.substr(4)) : text);
  if (!command.starts_with(kShell)) return std::string(text);
  command = trim(command.substr(kShell.size()));
  if (command.starts_with("#(nop)")) return std::string(trim(command.substr(6)));
  return fmt::format("RUN {}", command);
}

Status apply_config(Image& image, const Limits& limits) {
  if (image.config.size() > limits.manifest_bytes) {
    return limit_reached(fmt::format("the image configuration has {} bytes; at most {} are read",
                                     image.config.size(), limits.manifest_bytes));
  }
  auto document = parse_json(image.config, limits);
  if (!document) return std::move(document).error().at("the image configuration");
  const Node& root = document->root();
  if (!root.is_object()) return malformed("the image configuration is not a JSON object");
  const Node& rootfs = root["rootfs"];
  if (!rootfs["diff_ids"].is_array() && !image.layers.empty()) {
    return malformed("the image configuration has no rootfs.diff_ids");
  }
  const auto diff_ids = rootfs["diff_ids"].items();
  if (diff_ids.size() > limits.layers) {
    return limit_reached(fmt::format("the image has {} layers; at most {} are read",
                                     diff_ids.size(), limits.layers));
  }
  if (diff_ids.size() != image.layers.size()) {
    return malformed(fmt::format("the image configuration names {} layers, but there are {}",
                                 diff_ids.size(), image.layers.size()));
  }
  auto instructions = instructions_of(root["history"], diff_ids.size());
  for (size_t i = 0; i < diff_ids.size(); ++i) {
    auto digest = Digest::parse(diff_ids[i].string());
    if (!digest) {
      return std::move(digest).error().at(
          fmt::format("the image configuration, line {}", diff_ids[i].line()));
    }
    image.layers[i].diff_id = std::move(digest).value();
    if (!instructions.empty()) image.layers[i].instruction = std::move(instructions[i]);
  }
  image.platform = platform_text(root);
  const std::string_view created = root["created"].string();
  image.created = parse_time(created) ? created : "";
  return {};
}

}  // namespace seawall::artifact
