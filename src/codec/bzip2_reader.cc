// bzip2: any number of streams one after another. It has no published specification; libbz2 1.0 is
// the reference. Its memory is fixed, under 4 MiB.
#include <algorithm>
#include <cstdint>
#include <memory>

#include <bzlib.h>

#include "codec/decoder.h"

namespace seawall {
namespace {

class Bzip2Decoder : public Decoder {
 public:
  ~Bzip2Decoder() override { close(); }

  Result<Step> decode(std::string_view in, std::span<char> out, bool last) override {
    if (!open_) {
      if (in.empty()) return Step{0, 0, last && streams_ > 0};
      stream_ = {};
      if (BZ2_bzDecompressInit(&stream_, 0, 0) != BZ_OK) return decoder_out_of_memory();
      open_ = true;
    }
    constexpr size_t kMost = 1u << 30;  // its counts have 32 bits
    const auto in_size = static_cast<unsigned>(std::min(in.size(), kMost));
    const auto out_size = static_cast<unsigned>(std::min(out.size(), kMost));
    stream_.next_in = const_cast<char*>(in.data());
    stream_.avail_in = in_size;
    stream_.next_out = out.data();
    stream_.avail_out = out_size;
    const int result = BZ2_bzDecompress(&stream_);
    const Step step = {in_size - stream_.avail_in, out_size - stream_.avail_out, false};
    switch (result) {
      case BZ_OK:
        return step;
      case BZ_STREAM_END:
        close();
        ++streams_;
        return step;
      case BZ_MEM_ERROR:
        return decoder_out_of_memory();
      case BZ_DATA_ERROR_MAGIC:
        return malformed("has no bzip2 header where one should be");
      default:
        return malformed("is damaged");
    }
  }

 private:
  void close() {
    if (open_) BZ2_bzDecompressEnd(&stream_);
    open_ = false;
  }

  bz_stream stream_ = {};
  bool open_ = false;
  uint64_t streams_ = 0;
};

}  // namespace

std::unique_ptr<Decoder> make_bzip2_decoder() {
  return std::make_unique<Bzip2Decoder>();
}

}  // namespace seawall
