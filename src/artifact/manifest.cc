#include "artifact/manifest.h"

#include <cstdint>

#include <fmt/format.h>

#include "artifact/platform.h"
#include "base/strings.h"
#include "codec/json.h"

namespace seawall::artifact {
namespace {

bool is_index_type(std::string_view type) {
  return type == kOciIndex || type == kDockerManifestList;
}
bool is_manifest_type(std::string_view type) {
  return type == kOciManifest || type == kDockerManifest;
}

std::string shown(std::string_view text) {
  return printable(text.substr(0, 120));
}

Result<Document> parse_document(std::string_view json, const Limits& limits) {
  if (json.size() > limits.manifest_bytes) {
    return limit_reached(fmt::format("the manifest has {} bytes; at most {} are read", json.size(),
                                     limits.manifest_bytes));
  }
  SEAWALL_TRY(Document document, parse_json(std::string(json), limits));
  const Node& root = document.root();
  if (!root.is_object()) return malformed("the manifest is not a JSON object");
  const auto version = root["schemaVersion"].integer();
  const std::string_view type = root["mediaType"].string();
  if (version == 1 || type.starts_with("application/vnd.docker.distribution.manifest.v1+") ||
      root["fsLayers"].exists()) {
    return unsupported("this is a manifest of Docker's schema 1, which was given up in 2017")
        .hint("push the image again with a current tool, or convert it with `skopeo copy`");
  }
  if (version.value_or(2) != 2) {
    return unsupported(fmt::format("the manifest has schemaVersion {}", *version));
  }
  return document;
}

bool is_attestation(const Node& entry) {
  return (entry["platform"]["os"].string() == "unknown" &&
          entry["platform"]["architecture"].string() == "unknown") ||
         entry["annotations"]["vnd.docker.reference.type"].string() == "attestation-manifest";
}

}  // namespace

Result<Descriptor> parse_descriptor(const Node& node, uint64_t size_limit) {
  if (!node.is_object()) return malformed("a descriptor is not an object");
  Descriptor descriptor;
  descriptor.media_type = node["mediaType"].string();
  if (!node["digest"].is_string()) {
    return malformed(fmt::format("line {}: a descriptor has no digest", node.line()));
  }
  auto digest = Digest::parse(node["digest"].string());
  if (!digest) {
    return std::move(digest).error().at(fmt::format("line {}", node["digest"].line()));
  }
  descriptor.digest = std::move(digest).value();
  const auto size = node["size"].integer();
  if (!size || *size < 0) {
    return malformed(fmt::format("line {}: a descriptor has no size", node.line()));
  }
  descriptor.size = static_cast<uint64_t>(*size);
  if (descriptor.size > size_limit) {
    return limit_reached(fmt::format("line {}: a blob of {} bytes; at most {} are read",
                                     node["size"].line(), descriptor.size, size_limit));
  }
  descriptor.platform = platform_text(node["platform"]);
  return descriptor;
}

Result<bool> is_index(std::string_view json, std::string_view media_type, const Limits& limits) {
  SEAWALL_TRY(Document document, parse_document(json, limits));
  const Node& root = document.root();
  const bool lists_manifests = root["manifests"].is_array();
  if (lists_manifests && (root["layers"].exists() || root["config"].exists())) {
    return malformed("the document is a manifest and an index at once");
  }
  if (!lists_manifests && !root["layers"].is_array()) {
    return malformed("the document has neither layers nor manifests");
  }
  for (const std::string_view type : {media_type, root["mediaType"].string()}) {
    if (lists_manifests ? is_manifest_type(type) : is_index_type(type)) {
      return malformed(fmt::format("the document {} but is called {}",
                                   lists_manifests ? "lists manifests" : "lists layers",
                                   shown(type)));
    }
  }
  return lists_manifests;
}

Result<std::vector<Descriptor>> parse_index(std::string_view json, const Limits& limits) {
  SEAWALL_TRY(Document document, parse_document(json, limits));
  const Node& root = document.root();
  if (!root["manifests"].is_array()) return malformed("the index has no \"manifests\"");
  if (root["layers"].exists()) return malformed("the document is a manifest and an index at once");
  std::vector<Descriptor> manifests;
  size_t number = 0;
  for (const Node& entry : root["manifests"].items()) {
    ++number;
    if (is_attestation(entry)) continue;
    auto descriptor = parse_descriptor(entry, limits.manifest_bytes);
    if (!descriptor) {
      return std::move(descriptor).error().at(fmt::format("entry {} of the index", number));
    }
    manifests.push_back(std::move(descriptor).value());
  }
  return manifests;
}

Result<Manifest> parse_manifest(std::string_view json, const Limits& limits) {
  SEAWALL_TRY(Document document, parse_document(json, limits));
  const Node& root = document.root();
  if (root["manifests"].exists()) {
    return malformed("this is an index of manifests where one manifest should be");
  }
  if (!root["layers"].is_array()) return malformed("the manifest has no \"layers\"");
  if (root["layers"].size() > limits.layers) {
    return limit_reached(fmt::format("the image has {} layers; at most {} are read",
                                     root["layers"].size(), limits.layers));
  }
  Manifest manifest;
  auto config = parse_descriptor(root["config"], limits.manifest_bytes);
  if (!config) return std::move(config).error().at("the manifest's config");
  manifest.config = std::move(config).value();
  for (const Node& node : root["layers"].items()) {
    auto layer = parse_descriptor(node, limits.blob_bytes);
    if (!layer) {
      return std::move(layer).error().at(
          fmt::format("the manifest's layer {}", manifest.layers.size() + 1));
    }
    manifest.layers.push_back(std::move(layer).value());
  }
  return manifest;
}

Status check_is_image(const Manifest& manifest) {
  const std::string_view type = manifest.config.media_type;
  // Early builders wrote no type, or a general one.
  const bool image = type.empty() || type == "application/octet-stream" ||
                     type == "application/json" || type.find(".image.") != type.npos;
  if (!image) {
    return unsupported(
        fmt::format("this is not a container image but an artifact of type {}", shown(type)));
  }
  for (const Descriptor& layer : manifest.layers) {
    if (layer.media_type.ends_with("+encrypted")) {
      return unsupported("the image's layers are encrypted")
          .hint("decrypt a copy first, e.g. with `skopeo copy --decryption-key`");
    }
  }
  return {};
}

bool is_foreign_layer(std::string_view media_type) {
  return media_type.find(".foreign.") != media_type.npos ||
         media_type.find(".nondistributable.") != media_type.npos;
}

}  // namespace seawall::artifact
