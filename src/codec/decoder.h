// What the decompressors share: a Decoder turns packed bytes into unpacked ones and knows nothing
// of streams; a DecodingReader feeds it from a Reader, 256 KiB at a time, and enforces the limits.
//
//   return std::make_unique<DecodingReader>("gzip", make_gzip_decoder(), std::move(inner), limits);
//
// ERRORS of a DecodingReader stay: every later read() gives the same one. They name the format and
// how many packed bytes had been used.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/limits.h"

namespace seawall {

class Decoder {
 public:
  struct Step {
    size_t consumed = 0, produced = 0;
    bool end = false;  // all is unpacked; there is nothing valid after it
  };
  virtual ~Decoder() = default;
  // Unpacks some of `in` into `out` (not empty). Making no step without `end` means that more input
  // is needed; a Decoder that fills `out` is asked again before it is given more. `last`: nothing
  // follows `in`.
  virtual Result<Step> decode(std::string_view in, std::span<char> out, bool last) = 0;
};

class DecodingReader : public Reader {
 public:
  static constexpr size_t kInputBytes = 256 << 10;
  // `input_bytes` may be less when there is less to unpack.
  DecodingReader(std::string_view format, std::unique_ptr<Decoder> decoder,
                 std::unique_ptr<Reader> inner, const Limits& limits,
                 size_t input_bytes = kInputBytes);
  Result<size_t> read(std::span<char> buffer) override;

 private:
  Result<size_t> decode_some(std::span<char> buffer);
  Status refill();
  Status check_limits() const;

  std::string_view format_;
  std::unique_ptr<Decoder> decoder_;
  std::unique_ptr<Reader> inner_;
  Limits limits_;
  size_t buffer_bytes_;
  std::unique_ptr<char[]> buffer_;
  std::string_view in_;  // the part of buffer_ that is still packed
  uint64_t packed_ = 0, unpacked_ = 0;
  bool input_ended_ = false, ended_ = false;
  bool output_pending_ = false;  // the last step filled its output
  std::optional<Error> error_;
};

// One for each format (zstd_reader.cc and so on). `memory` bounds the window or dictionary.
std::unique_ptr<Decoder> make_gzip_decoder();
std::unique_ptr<Decoder> make_zstd_decoder(uint64_t memory);
std::unique_ptr<Decoder> make_xz_decoder(uint64_t memory);
std::unique_ptr<Decoder> make_bzip2_decoder();

// The answer when a library cannot get its working memory.
Error decoder_out_of_memory();

}  // namespace seawall
