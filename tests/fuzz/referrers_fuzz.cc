// Lists of what is attached to an image, and the manifests in them. The first byte chooses.
#include <cstdint>
#include <cstdlib>

#include "artifact/referrers_index.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall;
  if (size == 0) return 0;
  Limits limits;
  limits.manifest_bytes = 1 << 20;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto kind = (data[0] & 1) ? artifact::AttachedKind::kVex : artifact::AttachedKind::kSbom;
  if (data[0] & 2) {
    (void)artifact::attests(text, kind, limits);
    return 0;
  }
  if (const auto entries = artifact::parse_referrers(text, limits); entries.ok()) {
    if (entries->size() > artifact::kMostReferrers) std::abort();
    for (const auto& entry : *entries) {
      if (entry.descriptor.digest.empty()) std::abort();
    }
  }
  if (const auto manifest = artifact::parse_attached(text, "", kind, limits); manifest.ok()) {
    for (const auto& layer : manifest->layers) {
      if (layer.descriptor.digest.empty()) std::abort();
    }
  }
  return 0;
}
