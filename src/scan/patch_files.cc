#include "scan/patch_files.h"

#include <filesystem>

#include "codec/yaml.h"

namespace seawall::scan {
namespace {

// Lists of files, each a string or a mapping with a "path". Text in place of a name, which
// patchesStrategicMerge and transformers allow, is the name of no file.
constexpr const char* kLists[] = {
    "patches",        "patchesStrategicMerge", "patchesJson6902", "replacements",
    "configurations", "transformers",          "generators",      "validators"};

}  // namespace

bool is_kustomization(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return name == "kustomization.yaml" || name == "kustomization.yml" || name == "Kustomization";
}

std::string normal_path(std::string_view path) {
  return std::filesystem::path(path).lexically_normal().string();
}

std::vector<std::string> kustomize_parts(std::string_view path, std::string_view text,
                                         const Limits& limits) {
  std::vector<std::string> parts;
  const auto documents = parse_yaml(text, limits);
  if (!documents.ok() || documents->empty()) return parts;
  const Node& root = documents->front().root();
  const size_t slash = path.rfind('/');
  const std::string directory(slash == path.npos ? "" : path.substr(0, slash + 1));
  const auto add = [&](std::string_view name) {
    if (!name.empty() && !name.starts_with('/') && name.find('\n') == name.npos)
      parts.push_back(normal_path(directory + std::string(name)));
  };
  for (const char* list : kLists) {
    for (size_t i = 0; i < root[list].size(); ++i) {
      const Node& one = root[list][i];
      add(one.is_object() ? one["path"].string() : one.string());
    }
  }
  add(root["openapi"]["path"].string());
  parts.push_back(normal_path(path));
  return parts;
}

}  // namespace seawall::scan
