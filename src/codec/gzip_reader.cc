// gzip (RFC 1952): the members' headers and trailers are read here, byte by byte, so that ISA-L and
// zlib only ever see raw DEFLATE and judge it within the same frame.
#include <algorithm>
#include <cstdint>
#include <memory>

#include <zlib.h>

#include "codec/decoder.h"
#include "codec/inflate.h"
#include "codec/isal_library.h"

namespace seawall {
namespace {

class ZlibInflater : public Inflater {
 public:
  ZlibInflater() { ready_ = inflateInit2(&stream_, -MAX_WBITS) == Z_OK; }
  ~ZlibInflater() override {
    if (ready_) inflateEnd(&stream_);
  }
  bool ready() const { return ready_; }

  Result<Decoder::Step> inflate(std::string_view in, std::span<char> out) override {
    constexpr size_t kMost = 1u << 30;  // its counts have 32 bits
    const auto in_size = static_cast<uInt>(std::min(in.size(), kMost));
    const auto out_size = static_cast<uInt>(std::min(out.size(), kMost));
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream_.avail_in = in_size;
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = out_size;
    const int result = ::inflate(&stream_, Z_NO_FLUSH);
    if (result == Z_MEM_ERROR) return decoder_out_of_memory();
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
      return malformed("is damaged");
    }
    return Decoder::Step{in_size - stream_.avail_in, out_size - stream_.avail_out,
                         result == Z_STREAM_END};
  }

  void reset() override { inflateReset(&stream_); }

 private:
  z_stream stream_ = {};
  bool ready_ = false;
};

// The flags of a member's header (RFC 1952, section 2.3.1).
constexpr uint8_t kHeaderCrc = 2, kExtra = 4, kName = 8, kComment = 16, kReserved = 0xe0;

class GzipDecoder : public Decoder {
 public:
  Result<Step> decode(std::string_view in, std::span<char> out, bool last) override {
    if (!inflater_ && !(inflater_ = make_inflater())) return decoder_out_of_memory();
    size_t at = 0;
    while (true) {
      if (part_ == Part::kData) {
        SEAWALL_TRY(Step step, inflater_->inflate(in.substr(at), out));
        if (step.end)
          SEAWALL_CHECK(end_data(out.first(step.produced)));
        else
          count({out.data(), step.produced});
        at += step.consumed;
        if (!step.end || step.produced > 0) return Step{at, step.produced, false};
        continue;
      }
      if (at == in.size()) break;
      SEAWALL_CHECK(frame_byte(static_cast<uint8_t>(in[at])));
      ++at;
    }
    return Step{at, 0, last && at_member_end()};
  }

 private:
  enum class Part : uint8_t {
    kFixed,  // the first ten bytes
    kExtraLength,
    kExtraField,
    kFileName,
    kFileComment,
    kHeaderSum,
    kData,
    kTrailer,
    kPadding
  };

  // Between members, at least one of which is complete.
  bool at_member_end() const {
    return part_ == Part::kPadding || (part_ == Part::kFixed && have_ == 0 && members_ > 0);
  }

  void count(std::string_view unpacked) {
    crc_ = crc32_of(crc_, unpacked);
    size_ += static_cast<uint32_t>(unpacked.size());
  }

  Status end_data(std::span<const char> unpacked) {
    count({unpacked.data(), unpacked.size()});
    part_ = Part::kTrailer;
    have_ = 0;
    value_ = 0;
    // At most 8 bytes, and the trailer has 8.
    for (const char c : inflater_->leftover()) SEAWALL_CHECK(frame_byte(static_cast<uint8_t>(c)));
    return {};
  }

  Status frame_byte(uint8_t byte) {
    if (part_ < Part::kHeaderSum && !(part_ == Part::kFixed && have_ == 0 && byte == 0)) {
      const char c = static_cast<char>(byte);
      header_crc_ = crc32_of(have_ == 0 && part_ == Part::kFixed ? 0 : header_crc_, {&c, 1});
    }
    switch (part_) {
      case Part::kFixed:
        return fixed_byte(byte);
      case Part::kExtraLength:
        value_ |= static_cast<uint64_t>(byte) << (8 * have_);
        if (++have_ == 2) value_ > 0 ? enter(Part::kExtraField, value_) : enter_after(kExtra);
        return {};
      case Part::kExtraField:
        if (--value_ == 0) enter_after(kExtra);
        return {};
      case Part::kFileName:
        if (byte == 0) enter_after(kName);
        return {};
      case Part::kFileComment:
        if (byte == 0) enter_after(kComment);
        return {};
      case Part::kHeaderSum:
        value_ |= static_cast<uint64_t>(byte) << (8 * have_);
        if (++have_ < 2) return {};
        if (value_ != (header_crc_ & 0xffff)) return malformed("has a damaged header");
        enter_data();
        return {};
      case Part::kTrailer:
        return trailer_byte(byte);
      case Part::kPadding:
        if (byte != 0) return malformed("is followed by something else");
        return {};
      case Part::kData:
        break;
    }
    return Error(Code::kInternal, "a gzip header byte was taken for data");
  }

  Status fixed_byte(uint8_t byte) {
    if (have_ == 0 && byte == 0 && members_ > 0) {
      part_ = Part::kPadding;
      return {};
    }
    if ((have_ == 0 && byte != 0x1f) || (have_ == 1 && byte != 0x8b)) {
      return malformed(members_ > 0 ? "is followed by something else" : "has no gzip header");
    }
    if (have_ == 2 && byte != Z_DEFLATED) return malformed("names an unknown method");
    if (have_ == 3) {
      if ((byte & kReserved) != 0) return malformed("has unknown header flags");
      flags_ = byte;
    }
    if (++have_ == 10) enter_after(0);
    return {};
  }

  Status trailer_byte(uint8_t byte) {
    value_ |= static_cast<uint64_t>(byte) << (8 * have_);
    if (++have_ < 8) return {};
    if (static_cast<uint32_t>(value_) != crc_) return malformed("has a wrong checksum");
    if (static_cast<uint32_t>(value_ >> 32) != size_) return malformed("has a wrong length");
    ++members_;
    enter(Part::kFixed, 0);
    return {};
  }

  void enter(Part part, uint64_t value) {
    part_ = part;
    value_ = value;
    have_ = 0;
  }
  // The next part of the header that the flags ask for, after the one of flag `done`.
  void enter_after(uint8_t done) {
    if (done < kExtra && (flags_ & kExtra)) return enter(Part::kExtraLength, 0);
    if (done < kName && (flags_ & kName)) return enter(Part::kFileName, 0);
    if (done < kComment && (flags_ & kComment)) return enter(Part::kFileComment, 0);
    if (flags_ & kHeaderCrc) return enter(Part::kHeaderSum, 0);
    enter_data();
  }
  void enter_data() {
    enter(Part::kData, 0);
    crc_ = 0;
    size_ = 0;
    if (members_ > 0) inflater_->reset();
  }

  std::unique_ptr<Inflater> inflater_;
  Part part_ = Part::kFixed;
  uint8_t flags_ = 0;
  unsigned have_ = 0;   // bytes of this part so far
  uint64_t value_ = 0;  // the part's little-endian number, or what is left of it
  uint64_t members_ = 0;
  uint32_t header_crc_ = 0, crc_ = 0, size_ = 0;
};

}  // namespace

std::unique_ptr<Inflater> make_inflater() {
  if (auto inflater = make_isal_inflater()) return inflater;
  auto inflater = std::make_unique<ZlibInflater>();
  if (!inflater->ready()) return nullptr;
  return inflater;
}

uint32_t crc32_of(uint32_t crc, std::string_view bytes) {
  if (bytes.size() >= 64) {
    if (const Crc32Function fast = isal_crc32()) return fast(crc, bytes);
  }
  return static_cast<uint32_t>(
      ::crc32_z(crc, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

std::unique_ptr<Decoder> make_gzip_decoder() {
  return std::make_unique<GzipDecoder>();
}

}  // namespace seawall
