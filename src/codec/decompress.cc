#include "codec/decompress.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>

#include <zlib.h>

#include "codec/decoder.h"
#include "codec/isal_library.h"

namespace seawall {
namespace {

constexpr size_t kMagicBytes = 6;

// Gives the bytes that were looked at before the rest of the stream.
class PrefixedReader : public Reader {
 public:
  PrefixedReader(std::string_view prefix, std::unique_ptr<Reader> inner)
      : prefix_(prefix), inner_(std::move(inner)) {}

  Result<size_t> read(std::span<char> buffer) override {
    if (at_ == prefix_.size()) return inner_->read(buffer);
    const size_t count = std::min(buffer.size(), prefix_.size() - at_);
    std::memcpy(buffer.data(), prefix_.data() + at_, count);
    at_ += count;
    return count;
  }

  Status skip(uint64_t count) override {
    const size_t own = std::min<uint64_t>(count, prefix_.size() - at_);
    at_ += own;
    return count > own ? inner_->skip(count - own) : Status();
  }

 private:
  std::string prefix_;
  size_t at_ = 0;
  std::unique_ptr<Reader> inner_;
};

bool is_zstd(std::string_view bytes) {
  if (bytes.starts_with("\x28\xb5\x2f\xfd")) return true;
  // A skippable frame: 0x184D2A50 to 0x184D2A5F.
  return bytes.size() >= 4 && (bytes[0] & 0xf0) == 0x50 && bytes.substr(1, 3) == "\x2a\x4d\x18";
}

// The name of a file may start with "BZh9" too, so the first block's (or the end's) mark must fit.
bool is_bzip2(std::string_view bytes) {
  if (bytes.size() < 6 || !bytes.starts_with("BZh") || bytes[3] < '1' || bytes[3] > '9') {
    return false;
  }
  const std::string_view mark = bytes.substr(4, 2);
  return mark == "\x31\x41" || mark == "\x17\x72";
}

}  // namespace

std::string_view to_string(Compression compression) {
  constexpr std::string_view names[] = {"none", "gzip", "zstd", "xz", "bzip2"};
  return names[static_cast<size_t>(compression)];
}

Compression detect_compression(std::string_view first_bytes) {
  if (first_bytes.starts_with("\x1f\x8b\x08")) return Compression::kGzip;
  if (is_zstd(first_bytes)) return Compression::kZstd;
  if (first_bytes.starts_with(std::string_view("\xfd"
                                               "7zXZ\0",
                                               6)))
    return Compression::kXz;
  if (is_bzip2(first_bytes)) return Compression::kBzip2;
  return Compression::kNone;
}

std::unique_ptr<Reader> make_decompressor(Compression compression, std::unique_ptr<Reader> inner,
                                          const Limits& limits) {
  std::unique_ptr<Decoder> decoder;
  switch (compression) {
    case Compression::kNone:
      return inner;
    case Compression::kGzip:
      decoder = make_gzip_decoder();
      break;
    case Compression::kZstd:
      decoder = make_zstd_decoder(limits.decoder_memory);
      break;
    case Compression::kXz:
      decoder = make_xz_decoder(limits.decoder_memory);
      break;
    case Compression::kBzip2:
      decoder = make_bzip2_decoder();
      break;
  }
  return std::make_unique<DecodingReader>(to_string(compression), std::move(decoder),
                                          std::move(inner), limits);
}

Result<Decompressed> decompress(std::unique_ptr<Reader> inner, const Limits& limits) {
  char first[kMagicBytes];
  size_t have = 0;
  while (have < sizeof first) {
    SEAWALL_TRY(const size_t got, inner->read(std::span(first).subspan(have)));
    if (got == 0) break;
    have += got;
  }
  const std::string_view prefix(first, have);
  const Compression compression = detect_compression(prefix);
  auto whole = std::make_unique<PrefixedReader>(prefix, std::move(inner));
  return Decompressed{make_decompressor(compression, std::move(whole), limits), compression};
}

std::string_view gzip_library() {
  static const std::string zlib_name = std::string("zlib ") + zlibVersion();
  const std::string_view isal = isal_name();
  return isal.empty() ? std::string_view(zlib_name) : isal;
}

}  // namespace seawall
