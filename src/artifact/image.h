// Image: an ordered list of layers, each a stream of bytes, and the configuration that names them.
// Every kind of source (archive, layout, registry, engine) is opened into this; nothing is unpacked
// to disk.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/result.h"
#include "net/http_client.h"

namespace seawall::artifact {

struct Descriptor {
  std::string media_type;
  Digest digest;
  uint64_t size = 0;
  std::string platform;  // "linux/arm64/v8", of an index's entries
};

// One layer as stored. `open` gives the blob's bytes as they are (usually compressed) and may be
// called again.
struct ImageLayer {
  Digest digest;      // of the blob; empty when the source does not say (old docker archives)
  Digest diff_id;     // of the unpacked tar, from the config
  uint64_t size = 0;  // blob bytes; 0 unknown
  std::string media_type;
  std::string instruction;  // from the history
  std::function<Result<std::unique_ptr<Reader>>()> open;
};

struct Image {
  std::string name;        // as the user gave it
  std::string kind;        // "docker-archive", "oci-archive", "oci", "registry", "docker", "podman"
  Digest manifest_digest;  // empty when the source has no manifest
  Digest config_digest;    // the image id
  std::string config;      // the configuration's JSON, its digest verified
  std::vector<std::string> tags;
  std::string platform;  // "linux/amd64"
  std::string created;
  std::vector<ImageLayer> layers;  // from the bottom
  // Sources that can only send all layers in one stream (an engine): calls `visit` with each
  // layer's blob, in the source's order; the layer is told by its diffID. When set,
  // ImageLayer::open is empty.
  std::function<Status(const std::function<Status(std::unique_ptr<Reader>)>& visit)> stream_layers;
};

struct OpenOptions {
  std::string platform;  // "linux/arm64"; empty: this machine's, else the only one
  Limits limits;
  HttpOptions http;
  bool plain_http = false;    // registries on localhost are tried with http anyway
  std::string docker_config;  // ~/.docker/config.json unless $DOCKER_CONFIG
  std::string engine_socket;  // $DOCKER_HOST or the usual place
};

// Fills platform, created, diff_ids and instructions of `image` from image.config and checks that
// the number of layers agrees. Used by every source. ERRORS: kMalformed.
Status apply_config(Image& image, const Limits& limits);

Result<Image> open_registry_image(std::string_view reference, const OpenOptions& options);
// `engine` is "docker" or "podman" (which speaks the Docker API).
Result<Image> open_engine_image(std::string_view engine, std::string_view reference,
                                const OpenOptions& options);

// What an image index or manifest list holds, and which of it fits the platform ("linux/amd64",
// "linux/arm64/v8"; a variant may be left out). ERRORS: kNotFound lists what there is.
Result<Descriptor> choose_platform(const std::vector<Descriptor>& manifests,
                                   std::string_view platform);
std::string host_platform();
// Every descriptor of an index document; manifests of attestations ("unknown/unknown") are left
// out.
Result<std::vector<Descriptor>> parse_index(std::string_view json, const Limits& limits);
struct Manifest {
  Descriptor config;
  std::vector<Descriptor> layers;
};
Result<Manifest> parse_manifest(std::string_view json, const Limits& limits);

}  // namespace seawall::artifact
