// Any bytes as a zip archive, every member read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "codec/zip.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall;
  Limits limits;
  limits.unpacked_bytes = 1 << 20;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto zip = ZipReader::open(std::make_shared<MemoryAccess>(bytes), limits);
  if (!zip.ok()) return 0;
  uint64_t packed = 0;
  for (const ZipEntry& entry : zip->entries()) {
    packed += entry.packed_size;
    if (packed > size) std::abort();  // members share bytes
    const auto reader = zip->content(entry);
    if (!reader.ok()) continue;
    const auto content = read_all(**reader, limits.unpacked_bytes);
    if (content.ok() && content->size() != entry.size) std::abort();
  }
  return 0;
}
