// Decompression as a stack of Readers: gzip (many members, trailing zeros), zstd (many and
// skippable frames), xz, bzip2, or nothing, told apart by their first bytes. Streaming, constant
// memory, bounded.
//
// gzip runs on ISA-L when libisal.so.2 is installed, else on zlib: same results, tested against
// each other. ERRORS: kMalformed for damaged or truncated data ("the gzip data ends after 18874368
// bytes"), kLimit for unpacked_bytes, ratio (a decompression bomb) and decoder_memory (a window
// larger than allowed). Sources: RFC 1952, RFC 8878, the .xz file format 1.1.0.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/bytes.h"
#include "base/limits.h"

namespace seawall {

enum class Compression : uint8_t { kNone, kGzip, kZstd, kXz, kBzip2 };
std::string_view to_string(Compression compression);  // "gzip"

// From the first bytes (6 are enough); kNone when none fits.
Compression detect_compression(std::string_view first_bytes);

// Reads `inner` and yields what it unpacks to.
std::unique_ptr<Reader> make_decompressor(Compression compression, std::unique_ptr<Reader> inner,
                                          const Limits& limits = {});

// Looks at the first bytes of `inner` and stacks the right decompressor on it (or none).
struct Decompressed {
  std::unique_ptr<Reader> reader;
  Compression compression;
};
Result<Decompressed> decompress(std::unique_ptr<Reader> inner, const Limits& limits = {});

// "ISA-L 2.30" or "zlib 1.2.13": which library inflates gzip here.
std::string_view gzip_library();
// For tests and benchmarks: false forces zlib.
void allow_isal(bool allowed);

}  // namespace seawall
