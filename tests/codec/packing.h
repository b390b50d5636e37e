// Packers for the tests of decoders, and Readers that give their bytes in awkward sizes.
#pragma once

#include <bzlib.h>
#include <gtest/gtest.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "codec/decompress.h"

namespace seawall::test {

// `window_bits`: 31 gzip, -15 raw DEFLATE.
inline std::string deflate_bytes(std::string_view bytes, int window_bits, int level = 6) {
  z_stream stream = {};
  EXPECT_EQ(deflateInit2(&stream, level, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string packed(deflateBound(&stream, static_cast<uLong>(bytes.size())) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(::deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

inline std::string pack(Compression compression, std::string_view bytes) {
  std::string packed(bytes.size() + bytes.size() / 50 + 4096, '\0');
  switch (compression) {
    case Compression::kNone:
      return std::string(bytes);
    case Compression::kGzip:
      return deflate_bytes(bytes, 31);
    case Compression::kZstd:
      packed.resize(ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), 3));
      return packed;
    case Compression::kXz: {
      size_t size = 0;
      EXPECT_EQ(lzma_easy_buffer_encode(
                    0, LZMA_CHECK_CRC64, nullptr, reinterpret_cast<const uint8_t*>(bytes.data()),
                    bytes.size(), reinterpret_cast<uint8_t*>(packed.data()), &size, packed.size()),
                LZMA_OK);
      packed.resize(size);
      return packed;
    }
    case Compression::kBzip2: {
      auto size = static_cast<unsigned>(packed.size());
      EXPECT_EQ(BZ2_bzBuffToBuffCompress(packed.data(), &size, const_cast<char*>(bytes.data()),
                                         static_cast<unsigned>(bytes.size()), 1, 0, 0),
                BZ_OK);
      packed.resize(size);
      return packed;
    }
  }
  return packed;
}

// Gives at most `step` bytes a read.
class DribbleReader : public Reader {
 public:
  DribbleReader(std::string_view bytes, size_t step) : bytes_(bytes), step_(step) {}
  Result<size_t> read(std::span<char> buffer) override {
    const size_t count = std::min({buffer.size(), step_, bytes_.size()});
    std::memcpy(buffer.data(), bytes_.data(), count);
    bytes_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view bytes_;
  size_t step_;
};

// Text that packs well but not too well, the same in every run.
inline std::string sample_text(size_t bytes) {
  std::string text;
  text.reserve(bytes + 64);
  uint32_t random = 12345;
  while (text.size() < bytes) {
    random = random * 1664525 + 1013904223;
    text += "package-" + std::to_string(random >> 20) + " status installed\n";
  }
  text.resize(bytes);
  return text;
}

}  // namespace seawall::test
