// zstd (RFC 8878): any number of frames, skippable ones included, and nothing else.
#include <algorithm>
#include <bit>
#include <cstdint>
#include <memory>

#include <zstd.h>
#include <zstd_errors.h>

#include "base/strings.h"
#include "codec/decoder.h"

namespace seawall {
namespace {

class ZstdDecoder : public Decoder {
 public:
  explicit ZstdDecoder(uint64_t memory) : context_(ZSTD_createDCtx()), memory_(memory) {
    if (!context_) return;
    const ZSTD_bounds bounds = ZSTD_dParam_getBounds(ZSTD_d_windowLogMax);
    const int log = std::clamp(static_cast<int>(std::bit_width(memory)) - 1, bounds.lowerBound,
                               bounds.upperBound);
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, log);
  }

  Result<Step> decode(std::string_view in, std::span<char> out, bool last) override {
    if (!context_) return decoder_out_of_memory();
    if (frame_ended_ && in.empty()) return Step{0, 0, last};
    ZSTD_inBuffer source = {in.data(), in.size(), 0};
    ZSTD_outBuffer sink = {out.data(), out.size(), 0};
    const size_t result = ZSTD_decompressStream(context_.get(), &sink, &source);
    if (ZSTD_isError(result)) return error_of(result);
    // Zero: a frame is complete and all of it was given out.
    frame_ended_ = result == 0;
    return Step{source.pos, sink.pos, false};
  }

 private:
  Error error_of(size_t result) const {
    switch (ZSTD_getErrorCode(result)) {
      case ZSTD_error_frameParameter_windowTooLarge:
        return limit_reached("needs a window larger than " + human_bytes(memory_));
      case ZSTD_error_memory_allocation:
        return decoder_out_of_memory();
      case ZSTD_error_dictionary_wrong:
        return unsupported("needs a dictionary");
      case ZSTD_error_prefix_unknown:
        return malformed("has no zstd frame where one should be");
      case ZSTD_error_checksum_wrong:
        return malformed("has a wrong checksum");
      default:
        return malformed("is damaged");
    }
  }

  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<ZSTD_DCtx, Free> context_;
  uint64_t memory_;
  bool frame_ended_ = false;
};

}  // namespace

std::unique_ptr<Decoder> make_zstd_decoder(uint64_t memory) {
  return std::make_unique<ZstdDecoder>(memory);
}

}  // namespace seawall
