// The metadata of `docker save` archives. Source: docker/docker image/spec v1.2 ("Combined Image
// JSON + Filesystem Changeset Format") and, before Docker 1.10, v1.0/v1.1 with `repositories`.

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "artifact/archive.h"
#include "artifact/image_config.h"
#include "base/strings.h"
#include "codec/json.h"

namespace seawall::artifact {
namespace {

std::string tag_list(const std::vector<std::string>& tags) {
  return tags.empty() ? "untagged" : join(tags, ", ");
}

// "docker.io/library/app:1.0" and "app:1.0" mean the same image.
bool same_tag(std::string_view stored, std::string_view wanted) {
  const auto shorten = [](std::string_view tag) {
    for (std::string_view prefix : {"docker.io/library/", "docker.io/"}) {
      if (tag.starts_with(prefix)) return tag.substr(prefix.size());
    }
    return tag;
  };
  stored = shorten(stored);
  wanted = shorten(wanted);
  return stored == wanted || stored == std::string(wanted) + ":latest";
}

std::vector<std::string> tags_of(const Node& entry) {
  std::vector<std::string> tags;
  for (const Node& tag : entry["RepoTags"].items()) tags.emplace_back(tag.string());
  return tags;
}

Result<const Node*> choose(const Node& manifest, std::string_view which) {
  const auto entries = manifest.items();
  if (entries.empty()) return malformed("manifest.json names no image");
  if (which.empty()) {
    if (entries.size() == 1) return &entries[0];
    std::string list;
    for (size_t i = 0; i < entries.size() && i < 20; ++i) {
      list += fmt::format("{}@{} {}", i ? "; " : "", i, tag_list(tags_of(entries[i])));
    }
    return usage_error(fmt::format("the archive holds {} images: {}", entries.size(), list))
        .hint("name one: docker-archive:FILE:TAG or docker-archive:FILE:@0");
  }
  if (which.starts_with("@")) {
    const auto index = parse_unsigned(which.substr(1));
    if (index && *index < entries.size()) return &entries[*index];
    return usage_error(
        fmt::format("the archive has no image {}; it holds {}", which, entries.size()));
  }
  for (const Node& entry : entries) {
    for (const std::string& tag : tags_of(entry)) {
      if (same_tag(tag, which)) return &entry;
    }
  }
  return Error(Code::kNotFound, fmt::format("the archive holds no image tagged {}", which));
}

// The digest a file's name promises: "blobs/sha256/HEX" or "HEX.json"; empty when the name says
// nothing.
Digest digest_in_name(std::string_view path) {
  const size_t slash = path.rfind('/');
  std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  if (name.ends_with(".json")) name.remove_suffix(5);
  if (name.ends_with(".tar")) name.remove_suffix(4);
  const auto digest = Digest::parse("sha256:" + std::string(name));
  return digest.ok() ? *digest : Digest();
}

// When the archive carries OCI blobs too, the manifest that has this config is the image's digest.
Digest manifest_digest_of(const FileStore& store, const Digest& config, const Limits& limits) {
  const auto index = store.read("index.json", limits.manifest_bytes);
  if (!index.ok()) return {};
  const auto descriptors = parse_index(*index, limits);
  if (!descriptors.ok()) return {};
  for (const Descriptor& descriptor : *descriptors) {
    const auto bytes = store.read("blobs/sha256/" + descriptor.digest.hex, limits.manifest_bytes);
    if (!bytes.ok() || digest_of(*bytes) != descriptor.digest) continue;
    const auto manifest = parse_manifest(*bytes, limits);
    if (manifest.ok() && manifest->config.digest == config) return descriptor.digest;
  }
  return {};
}

Result<Image> read_manifest_entry(const FileStore& store, const Node& entry,
                                  const OpenOptions& options) {
  Image image;
  image.tags = tags_of(entry);
  const std::string config_path(entry["Config"].string());
  if (config_path.empty()) return malformed("manifest.json names no Config");
  SEAWALL_TRY(image.config, store.read(config_path, options.limits.manifest_bytes));
  image.config_digest = digest_of(image.config);
  if (const Digest promised = digest_in_name(config_path);
      !promised.empty() && promised != image.config_digest) {
    return Error(Code::kMismatch, fmt::format("the config {} has the digest {}", config_path,
                                              image.config_digest.text()))
        .hint("the archive was changed or damaged; save the image again with `docker save`");
  }
  const auto layers = entry["Layers"].items();
  if (layers.size() > options.limits.layers) {
    return limit_reached(fmt::format("the image has {} layers; at most {} are read", layers.size(),
                                     options.limits.layers));
  }
  for (const Node& node : layers) {
    ImageLayer layer;
    const std::string path(node.string());
    auto file = store.find(path);
    if (path.find("blobs/") != std::string::npos) layer.digest = digest_in_name(path);
    if (file.ok()) {
      layer.size = file->size;
      layer.open = [stored = *file]() -> Result<std::unique_ptr<Reader>> { return stored.open(); };
    } else {
      layer.open = [error = file.error()]() -> Result<std::unique_ptr<Reader>> { return error; };
    }
    image.layers.push_back(std::move(layer));
  }
  SEAWALL_CHECK(apply_config(image, options.limits));
  image.manifest_digest = manifest_digest_of(store, image.config_digest, options.limits);
  return image;
}

// Docker before 1.10: {"repo": {"tag": "layer id"}} and, per layer, ID/json with "parent" and
// ID/layer.tar.
Result<Image> read_repositories(const FileStore& store, std::string_view which,
                                const OpenOptions& options) {
  SEAWALL_TRY(std::string text, store.read("repositories", options.limits.manifest_bytes));
  SEAWALL_TRY(const Document document, parse_json(std::move(text), options.limits));
  std::vector<std::pair<std::string, std::string>> images;  // tag, top layer
  for (const Member& repository : document.root().members()) {
    for (const Member& tag : repository.value.members()) {
      images.emplace_back(fmt::format("{}:{}", repository.key, tag.key), tag.value.string());
    }
  }
  std::erase_if(images,
                [&](const auto& image) { return !which.empty() && !same_tag(image.first, which); });
  if (images.empty()) return Error(Code::kNotFound, "`repositories` names no such image");
  Image image;
  std::string id = images.front().second;
  for (const auto& [tag, top] : images) {
    if (top != id)
      return usage_error("the archive holds several images")
          .hint("name one: docker-archive:FILE:TAG");
    image.tags.push_back(tag);
  }
  std::set<std::string> seen;
  while (!id.empty()) {
    if (!seen.insert(id).second || seen.size() > options.limits.layers) {
      return malformed("the layers' `parent` entries run in a circle or are too many");
    }
    SEAWALL_TRY(std::string json, store.read(id + "/json", options.limits.manifest_bytes));
    SEAWALL_TRY(const Document config, parse_json(std::move(json), options.limits));
    ImageLayer layer;
    std::string command;
    for (const Node& word : config.root()["container_config"]["Cmd"].items()) {
      command += (command.empty() ? "" : " ") + std::string(word.string());
    }
    layer.instruction = dockerfile_instruction(command);
    SEAWALL_TRY(const StoredFile file, store.find(id + "/layer.tar"));
    layer.size = file.size;
    layer.open = [file]() -> Result<std::unique_ptr<Reader>> { return file.open(); };
    if (image.layers.empty()) {
      image.created = config.root()["created"].string();
      image.platform = fmt::format("{}/{}", config.root()["os"].string("linux"),
                                   config.root()["architecture"].string("amd64"));
    }
    image.layers.insert(image.layers.begin(), std::move(layer));
    id = std::string(config.root()["parent"].string());
  }
  return image;
}

}  // namespace

Result<Image> read_docker_image(const FileStore& store, std::string_view which,
                                const OpenOptions& options) {
  if (!store.has("manifest.json") && store.has("repositories"))
    return read_repositories(store, which, options);
  SEAWALL_TRY(std::string text, store.read("manifest.json", options.limits.manifest_bytes));
  auto document = parse_json(std::move(text), options.limits);
  if (!document.ok()) return std::move(document.error()).at("manifest.json");
  auto entry = choose(document->root(), which);
  if (!entry.ok()) return std::move(entry).error();
  return read_manifest_entry(store, **entry, options);
}

}  // namespace seawall::artifact
