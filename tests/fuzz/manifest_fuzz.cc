// Manifests, indexes and configurations, one document read as each of them.
#include <cstdint>
#include <string>
#include <string_view>

#include "artifact/image.h"
#include "artifact/image_config.h"
#include "artifact/manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall;
  using namespace seawall::artifact;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Limits limits;
  limits.layers = 16;
  (void)is_index(text, kOciManifest, limits);
  if (const auto manifest = parse_manifest(text, limits); manifest.ok()) {
    (void)check_is_image(*manifest);
  }
  if (const auto index = parse_index(text, limits); index.ok()) {
    (void)choose_platform(*index, "linux/arm/v7");
    (void)choose_platform(*index, "");
  }
  Image image;
  image.config = text;
  image.layers.resize(size % 4);
  (void)apply_config(image, limits);
  (void)dockerfile_instruction(text);
  return 0;
}
