// The metadata of OCI image layouts. Source: OCI image-spec v1.1, image-layout.md, image-index.md,
// manifest.md.

#include <fmt/format.h>

#include "artifact/archive.h"
#include "artifact/manifest.h"
#include "base/strings.h"
#include "codec/json.h"

namespace seawall::artifact {
namespace {

constexpr int kMostNesting = 4;

std::string blob_path(const Digest& digest) {
  return fmt::format("blobs/{}/{}",
                     digest.algorithm == HashAlgorithm::kSha512 ? "sha512" : "sha256", digest.hex);
}

Result<std::string> read_blob(const FileStore& store, const Descriptor& descriptor,
                              const Limits& limits) {
  SEAWALL_TRY(std::string bytes, store.read(blob_path(descriptor.digest), limits.manifest_bytes));
  const Digest actual = digest_of(bytes, descriptor.digest.algorithm);
  if (actual != descriptor.digest) {
    return Error(Code::kMismatch, fmt::format("the blob {} has the digest {}",
                                              descriptor.digest.text(), actual.text()))
        .hint("the image was changed or damaged; copy it again");
  }
  return bytes;
}

// containerd writes the whole name beside the tag, which alone says little.
std::string name_of(const Node& entry) {
  return std::string(entry["annotations"]["io.containerd.image.name"].string(
      entry["annotations"]["org.opencontainers.image.ref.name"].string()));
}
std::string_view tag_of(const Node& entry) {
  return entry["annotations"]["org.opencontainers.image.ref.name"].string();
}

// The entry of index.json that `which` means. With no choice given and several names, the person
// must say.
Result<std::vector<Descriptor>> choose_entries(const std::string& json, std::string_view which,
                                               const Limits& limits,
                                               std::vector<std::string>& tags) {
  SEAWALL_TRY(const Document document, parse_json(json, limits));
  SEAWALL_TRY(std::vector<Descriptor> all, parse_index(json, limits));
  std::vector<Descriptor> chosen;
  std::vector<std::string> names;
  const auto entries = document.root()["manifests"].items();
  for (size_t i = 0; i < entries.size(); ++i) {
    const std::string name = name_of(entries[i]);
    if (!name.empty()) names.push_back(name);
    const bool wanted = which.empty() || name == which || tag_of(entries[i]) == which ||
                        name.ends_with(":" + std::string(which)) || which == fmt::format("@{}", i);
    if (!wanted) continue;
    for (const Descriptor& descriptor : all) {
      if (descriptor.digest.text() == entries[i]["digest"].string()) {
        chosen.push_back(descriptor);
        if (!name.empty()) tags.push_back(name);
        break;
      }
    }
  }
  if (chosen.empty() && !which.empty()) {
    return Error(Code::kNotFound,
                 fmt::format("the layout holds no image named {} (it holds: {})", which,
                             names.empty() ? "unnamed ones" : join(names, ", ")));
  }
  if (chosen.empty()) return malformed("index.json names no image");
  bool several = false;
  for (const Descriptor& descriptor : chosen) several |= descriptor.digest != chosen[0].digest;
  if (several && which.empty() && names.size() > 1) {
    return usage_error(
               fmt::format("the layout holds {} images: {}", chosen.size(), join(names, ", ")))
        .hint("name one: oci:DIRECTORY:NAME");
  }
  return chosen;
}

}  // namespace

Result<Image> read_oci_image(const FileStore& store, std::string_view which,
                             const OpenOptions& options) {
  const Limits& limits = options.limits;
  Image image;
  SEAWALL_TRY(const std::string index, store.read("index.json", limits.manifest_bytes));
  SEAWALL_TRY(std::vector<Descriptor> candidates, choose_entries(index, which, limits, image.tags));
  Manifest manifest;
  for (int depth = 0;; ++depth) {
    if (depth > kMostNesting) return limit_reached("image indexes are nested too deep");
    SEAWALL_TRY(const Descriptor chosen, choose_platform(candidates, options.platform));
    SEAWALL_TRY(const std::string bytes, read_blob(store, chosen, limits));
    SEAWALL_TRY(const bool nested, is_index(bytes, chosen.media_type, limits));
    if (nested) {
      SEAWALL_TRY(candidates, parse_index(bytes, limits));
      continue;
    }
    image.manifest_digest = chosen.digest;
    SEAWALL_TRY(manifest, parse_manifest(bytes, limits));
    SEAWALL_CHECK(check_is_image(manifest));
    break;
  }
  image.config_digest = manifest.config.digest;
  SEAWALL_TRY(image.config, read_blob(store, manifest.config, limits));
  for (const Descriptor& descriptor : manifest.layers) {
    ImageLayer layer;
    layer.digest = descriptor.digest;
    layer.size = descriptor.size;
    layer.media_type = descriptor.media_type;
    auto file = store.find(blob_path(descriptor.digest));
    if (!file.ok()) {
      layer.open = [error = file.error()]() -> Result<std::unique_ptr<Reader>> { return error; };
    } else if (file->size != descriptor.size) {
      layer.open = [error =
                        Error(Code::kMismatch,
                              fmt::format("the blob has {} bytes instead of {}", file->size,
                                          descriptor.size))]() -> Result<std::unique_ptr<Reader>> {
        return error;
      };
    } else {
      layer.open = [stored = *file]() -> Result<std::unique_ptr<Reader>> { return stored.open(); };
    }
    image.layers.push_back(std::move(layer));
  }
  SEAWALL_CHECK(apply_config(image, limits));
  return image;
}

}  // namespace seawall::artifact
