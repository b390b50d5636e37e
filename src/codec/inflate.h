// Raw DEFLATE (RFC 1951), for gzip and zip: ISA-L when it is installed, else zlib.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "codec/decoder.h"

namespace seawall {

class Inflater {
 public:
  virtual ~Inflater() = default;
  // Like Decoder::decode(): `end` is set once, at the end of the final block.
  virtual Result<Decoder::Step> inflate(std::string_view in, std::span<char> out) = 0;
  // After `end`: bytes that were consumed but come after the data, at most 8. Valid until reset().
  virtual std::string_view leftover() const { return {}; }
  // Starts anew with other data.
  virtual void reset() = 0;
};

// Null when there is no memory for its state.
std::unique_ptr<Inflater> make_inflater();

// CRC-32 as gzip and zip use it, continued from `crc` (0 at first).
uint32_t crc32_of(uint32_t crc, std::string_view bytes);

}  // namespace seawall
