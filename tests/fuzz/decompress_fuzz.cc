// Any bytes through every decompressor, in two inner read sizes; both gzip libraries must agree on
// what they accept.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "codec/decompress.h"

namespace {

using namespace seawall;

class DribbleReader : public Reader {
 public:
  DribbleReader(std::string_view bytes, size_t step) : inner_(bytes), step_(step) {}
  Result<size_t> read(std::span<char> buffer) override {
    return inner_.read(buffer.first(std::min(buffer.size(), step_)));
  }

 private:
  MemoryReader inner_;
  size_t step_;
};

Result<std::string> unpack(Compression compression, std::string_view bytes, size_t step) {
  Limits limits;
  limits.unpacked_bytes = 1 << 20;
  limits.decoder_memory = 8 << 20;
  const auto reader =
      make_decompressor(compression, std::make_unique<DribbleReader>(bytes, step), limits);
  return read_all(*reader, limits.unpacked_bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Compression compression = detect_compression(bytes);
  const auto whole = unpack(compression, bytes, 1 << 20);
  const auto dribbled = unpack(compression, bytes, 3);
  if (whole.ok() != dribbled.ok()) std::abort();
  if (whole.ok() && *whole != *dribbled) std::abort();
  if (compression == Compression::kGzip) {
    allow_isal(false);
    const auto by_zlib = unpack(compression, bytes, 1 << 20);
    allow_isal(true);
    if (whole.ok() && by_zlib.ok() && *whole != *by_zlib) std::abort();
  }
  return 0;
}
