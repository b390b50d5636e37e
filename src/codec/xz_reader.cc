// The .xz file format 1.1.0: any number of streams and their padding.
#include <cstdint>
#include <memory>

#include <lzma.h>

#include "base/strings.h"
#include "codec/decoder.h"

namespace seawall {
namespace {

class XzDecoder : public Decoder {
 public:
  explicit XzDecoder(uint64_t memory) : memory_(memory) {
    ready_ = lzma_stream_decoder(&stream_, memory,
                                 LZMA_CONCATENATED | LZMA_TELL_UNSUPPORTED_CHECK) == LZMA_OK;
  }
  ~XzDecoder() override { lzma_end(&stream_); }

  Result<Step> decode(std::string_view in, std::span<char> out, bool last) override {
    if (!ready_) return decoder_out_of_memory();
    stream_.next_in = reinterpret_cast<const uint8_t*>(in.data());
    stream_.avail_in = in.size();
    stream_.next_out = reinterpret_cast<uint8_t*>(out.data());
    stream_.avail_out = out.size();
    // Concatenated streams end only where the file does, so the library must be told.
    const lzma_ret result = lzma_code(&stream_, last ? LZMA_FINISH : LZMA_RUN);
    const Step step = {in.size() - stream_.avail_in, out.size() - stream_.avail_out,
                       result == LZMA_STREAM_END};
    switch (result) {
      case LZMA_OK:
      case LZMA_STREAM_END:
      case LZMA_BUF_ERROR:  // no step was possible: more input is needed
        return step;
      case LZMA_MEMLIMIT_ERROR:
        return limit_reached("needs a dictionary larger than " + human_bytes(memory_));
      case LZMA_MEM_ERROR:
        return decoder_out_of_memory();
      case LZMA_OPTIONS_ERROR:
      case LZMA_UNSUPPORTED_CHECK:
        return unsupported("uses a filter or checksum that is not supported");
      case LZMA_FORMAT_ERROR:
        return malformed("has no xz header where one should be");
      default:
        return malformed("is damaged");
    }
  }

 private:
  lzma_stream stream_ = LZMA_STREAM_INIT;
  uint64_t memory_;
  bool ready_ = false;
};

}  // namespace

std::unique_ptr<Decoder> make_xz_decoder(uint64_t memory) {
  return std::make_unique<XzDecoder>(memory);
}

}  // namespace seawall
