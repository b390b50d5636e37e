#include "codec/decompress.h"

#include <string>
#include <vector>

#include "base/interrupt.h"
#include "codec/packing.h"
#include "support/support.h"

namespace seawall {
namespace {

using test::DribbleReader;
using test::pack;
using test::sample_text;

constexpr Compression kFormats[] = {Compression::kGzip, Compression::kZstd, Compression::kXz,
                                    Compression::kBzip2};

// Turns ISA-L off for one scope.
class ZlibOnly {
 public:
  ZlibOnly() { allow_isal(false); }
  ~ZlibOnly() { allow_isal(true); }
};

Result<std::string> unpack(Compression compression, std::string_view packed,
                           const Limits& limits = {}, size_t step = 1 << 20) {
  auto reader =
      make_decompressor(compression, std::make_unique<DribbleReader>(packed, step), limits);
  return read_all(*reader, 1ull << 30);
}

std::string name_of(const testing::TestParamInfo<Compression>& info) {
  return std::string(to_string(info.param));
}

class DecompressEach : public testing::TestWithParam<Compression> {};
INSTANTIATE_TEST_SUITE_P(All, DecompressEach, testing::ValuesIn(kFormats), name_of);

TEST_P(DecompressEach, GivesBackWhatWasPacked) {
  for (const size_t size : {0, 1, 100, 70'000, 3'000'000}) {
    const std::string text = sample_text(size);
    const auto back = unpack(GetParam(), pack(GetParam(), text));
    ASSERT_OK(back);
    EXPECT_EQ(*back, text) << size;
  }
}

TEST_P(DecompressEach, TakesAnyInnerReadSize) {
  const std::string text = sample_text(200'000);
  const std::string packed = pack(GetParam(), text);
  for (const size_t step : {1, 2, 3, 7, 509, 4096}) {
    const auto back = unpack(GetParam(), packed, {}, step);
    ASSERT_OK(back);
    EXPECT_EQ(*back, text) << step;
  }
}

TEST_P(DecompressEach, FillsAnyOutputSize) {
  const std::string text = sample_text(20'000);
  const std::string packed = pack(GetParam(), text);
  for (const size_t step : {1, 5, 1000}) {
    const auto reader =
        make_decompressor(GetParam(), std::make_unique<DribbleReader>(packed, 11), {});
    std::string back;
    std::vector<char> buffer(step);
    while (true) {
      const auto got = reader->read(buffer);
      ASSERT_OK(got);
      if (*got == 0) break;
      back.append(buffer.data(), *got);
    }
    EXPECT_EQ(back, text) << step;
    EXPECT_EQ(reader->read(buffer).value(), 0u);  // the end stays the end
  }
}

TEST_P(DecompressEach, ReadsStreamsOneAfterAnother) {
  const std::string a = sample_text(100'000), b = "the second";
  const std::string packed = pack(GetParam(), a) + pack(GetParam(), "") + pack(GetParam(), b);
  for (const size_t step : {1, 13, 1 << 20}) {
    const auto back = unpack(GetParam(), packed, {}, step);
    ASSERT_OK(back);
    EXPECT_EQ(*back, a + b);
  }
}

TEST_P(DecompressEach, SaysWhereCutDataEnds) {
  const std::string packed = pack(GetParam(), sample_text(3000));
  for (size_t cut = 0; cut < packed.size(); ++cut) {
    const auto back = unpack(GetParam(), std::string_view(packed).substr(0, cut));
    ASSERT_FALSE(back.ok()) << cut;
    EXPECT_EQ(back.error().code(), Code::kMalformed);
    EXPECT_EQ(back.error().message(), "the " + std::string(to_string(GetParam())) +
                                          " data ends after " + std::to_string(cut) + " bytes");
  }
}

TEST_P(DecompressEach, NeverAcceptsAFlippedBitAsOtherContent) {
  const std::string text = sample_text(900);
  const std::string packed = pack(GetParam(), text);
  for (size_t bit = 0; bit < packed.size() * 8; ++bit) {
    std::string damaged = packed;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    const auto back = unpack(GetParam(), damaged, {}, 64);
    // zstd has no checksum here: what unpacks may then be anything, but it must come to an end.
    if (back.ok() && GetParam() != Compression::kZstd) {
      EXPECT_EQ(*back, text) << bit;
    }
  }
}

TEST_P(DecompressEach, RefusesWhatFollows) {
  const std::string packed = pack(GetParam(), "content");
  const auto back = unpack(GetParam(), packed + "garbage!garbage!");
  ASSERT_FALSE(back.ok());
  EXPECT_EQ(back.error().code(), Code::kMalformed);
  EXPECT_THAT(back.error().message(), testing::HasSubstr(to_string(GetParam())));
}

TEST_P(DecompressEach, RepeatsItsError) {
  const auto reader = make_decompressor(
      GetParam(), std::make_unique<MemoryReader>("neither this nor that, but long enough"), {});
  char buffer[16];
  const auto first = reader->read(buffer), second = reader->read(buffer);
  ASSERT_FALSE(first.ok());
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(first.error().text(), second.error().text());
}

TEST_P(DecompressEach, StopsAtUnpackedBytes) {
  const std::string text = sample_text(10'000);
  const std::string packed = pack(GetParam(), text);
  Limits limits;
  limits.unpacked_bytes = 10'000;
  EXPECT_OK(unpack(GetParam(), packed, limits));
  limits.unpacked_bytes = 9'999;
  const auto back = unpack(GetParam(), packed, limits);
  ASSERT_FALSE(back.ok());
  EXPECT_EQ(back.error().code(), Code::kLimit);
}

TEST_P(DecompressEach, StopsABombPastTheFloorOnly) {
  const std::string zeros(4 << 20, '\0');
  const std::string packed = pack(GetParam(), zeros);
  Limits limits;
  limits.ratio = 100;
  EXPECT_OK(unpack(GetParam(), packed, limits));
  limits.ratio_floor = 1 << 20;
  const auto back = unpack(GetParam(), packed, limits);
  ASSERT_FALSE(back.ok());
  EXPECT_EQ(back.error().code(), Code::kLimit);
  EXPECT_THAT(back.error().message(), testing::HasSubstr("more than 100 times"));
}

TEST_P(DecompressEach, StopsWhenInterrupted) {
  const std::string packed = pack(GetParam(), sample_text(100));
  set_interrupted(true);
  const auto back = unpack(GetParam(), packed);
  set_interrupted(false);
  ASSERT_FALSE(back.ok());
  EXPECT_EQ(back.error().code(), Code::kCancelled);
}

TEST_P(DecompressEach, PassesOnTheInnerError) {
  class Failing : public Reader {
    Result<size_t> read(std::span<char>) override { return Error(Code::kNetwork, "reset by peer"); }
  };
  const auto reader = make_decompressor(GetParam(), std::make_unique<Failing>(), {});
  char buffer[16];
  const auto got = reader->read(buffer);
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().code(), Code::kNetwork);
}

TEST_P(DecompressEach, IsDetected) {
  const std::string packed = pack(GetParam(), "content");
  EXPECT_EQ(detect_compression(std::string_view(packed).substr(0, 6)), GetParam());
  auto opened = decompress(std::make_unique<DribbleReader>(packed, 1));
  ASSERT_OK(opened);
  EXPECT_EQ(opened->compression, GetParam());
  EXPECT_EQ(read_all(*opened->reader, 100).value(), "content");
}

TEST(Decompress, PassesThroughWhatIsNotPacked) {
  for (const std::string_view text :
       {"", "a", "plain", "BZh9 is the name of a file", "\x1f\x8b is not enough"}) {
    auto opened = decompress(std::make_unique<MemoryReader>(text));
    ASSERT_OK(opened);
    EXPECT_EQ(opened->compression, Compression::kNone);
    EXPECT_EQ(read_all(*opened->reader, 100).value(), text);
  }
}

TEST(Decompress, SkipsThroughThePrefix) {
  auto opened = decompress(std::make_unique<MemoryReader>("0123456789"));
  ASSERT_OK(opened);
  ASSERT_OK(opened->reader->skip(3));
  ASSERT_OK(opened->reader->skip(5));
  EXPECT_EQ(read_all(*opened->reader, 100).value(), "89");
  EXPECT_FALSE(opened->reader->skip(1).ok());
}

TEST(Decompress, NamesItsFormats) {
  EXPECT_EQ(to_string(Compression::kNone), "none");
  EXPECT_EQ(to_string(Compression::kBzip2), "bzip2");
  EXPECT_THAT(std::string(gzip_library()),
              testing::AnyOf(testing::StartsWith("ISA-L 2"), testing::StartsWith("zlib 1")));
  const ZlibOnly scope;
  EXPECT_THAT(std::string(gzip_library()), testing::StartsWith("zlib 1"));
}

// A gzip member whose header has every optional part (RFC 1952, section 2.3).
std::string gzip_with_header(std::string_view content, uint8_t flags, bool good_crc = true) {
  const std::string plain = pack(Compression::kGzip, content);
  std::string header = plain.substr(0, 10);
  header[3] = static_cast<char>(flags);
  if (flags & 4) header += std::string("\x05\x00", 2) + "extra";
  if (flags & 8) header += std::string("name\0", 5);
  if (flags & 16) header += std::string("comment\0", 8);
  if (flags & 2) {
    const uLong crc =
        crc32(0, reinterpret_cast<const Bytef*>(header.data()), static_cast<uInt>(header.size()));
    header += static_cast<char>(crc & 0xff);
    header += static_cast<char>((crc >> 8 & 0xff) ^ (good_crc ? 0 : 1));
  }
  return header + plain.substr(10);
}

TEST(Gzip, ReadsEveryHeader) {
  for (unsigned flags = 0; flags < 32; ++flags) {
    const std::string member = gzip_with_header("content", static_cast<uint8_t>(flags));
    for (const size_t step : {1, 3, 1000}) {
      const auto back = unpack(Compression::kGzip, member + member, {}, step);
      ASSERT_OK(back);
      EXPECT_EQ(*back, "contentcontent") << flags;
    }
  }
  EXPECT_FALSE(unpack(Compression::kGzip, gzip_with_header("content", 2, false)).ok());
  EXPECT_FALSE(unpack(Compression::kGzip, gzip_with_header("content", 0x20)).ok());
}

TEST(Gzip, ReadsAnEmptyExtraField) {
  std::string member = pack(Compression::kGzip, "content");
  member[3] = 4;
  member.insert(10, 2, '\0');
  EXPECT_EQ(unpack(Compression::kGzip, member).value(), "content");
}

TEST(Gzip, AcceptsZerosAtTheEndAndNothingElse) {
  const std::string member = pack(Compression::kGzip, "content");
  for (const size_t step : {1, 1000}) {
    const std::string padded = member + std::string(777, '\0');
    EXPECT_EQ(unpack(Compression::kGzip, padded, {}, step).value(), "content");
    EXPECT_FALSE(unpack(Compression::kGzip, padded + "x", {}, step).ok());
    EXPECT_FALSE(unpack(Compression::kGzip, padded + member, {}, step).ok());
  }
}

TEST(Gzip, ChecksSumAndLengthWithBothLibraries) {
  const std::string member = pack(Compression::kGzip, sample_text(5000));
  for (const bool isal : {true, false}) {
    allow_isal(isal);
    for (const size_t from_end : {1, 4, 5, 8}) {
      std::string damaged = member;
      damaged[damaged.size() - from_end] ^= 0x10;
      const auto back = unpack(Compression::kGzip, damaged);
      ASSERT_FALSE(back.ok());
      EXPECT_THAT(back.error().message(),
                  testing::HasSubstr(from_end > 4 ? "wrong checksum" : "wrong length"));
    }
  }
  allow_isal(true);
}

// Stored, fixed and dynamic blocks, matches and none, in members of many sizes.
TEST(Gzip, BothLibrariesGiveTheSameBytes) {
  std::string noise;
  uint32_t random = 1;
  for (int i = 0; i < 300'000; ++i) {
    random = random * 1664525 + 1013904223;
    noise += static_cast<char>(random >> 24);
  }
  for (const std::string& content :
       {sample_text(2'000'000), noise, std::string(1'000'000, 'a'), std::string("x")}) {
    for (const int level : {0, 1, 6, 9}) {
      const std::string packed = test::deflate_bytes(content, 31, level);
      for (const size_t step : {31, 1 << 20}) {
        EXPECT_EQ(unpack(Compression::kGzip, packed, {}, step).value(), content);
        const ZlibOnly scope;
        EXPECT_EQ(unpack(Compression::kGzip, packed, {}, step).value(), content);
      }
    }
  }
}

TEST(Gzip, BothLibrariesGiveTheSameKindOfError) {
  const std::string packed = pack(Compression::kGzip, sample_text(600));
  for (size_t bit = 0; bit < packed.size() * 8; ++bit) {
    std::string damaged = packed;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    const auto with_isal = unpack(Compression::kGzip, damaged);
    const ZlibOnly scope;
    const auto with_zlib = unpack(Compression::kGzip, damaged);
    ASSERT_EQ(with_isal.ok(), with_zlib.ok()) << bit;
    if (with_isal.ok()) {
      EXPECT_EQ(*with_isal, *with_zlib);
    } else {
      EXPECT_EQ(with_isal.error().code(), with_zlib.error().code()) << bit;
    }
  }
}

TEST(Gzip, ReadsManySmallMembers) {
  std::string packed, text;
  for (int i = 0; i < 500; ++i) {
    const std::string part = sample_text(static_cast<size_t>(i));
    text += part;
    packed += pack(Compression::kGzip, part);
  }
  for (const size_t step : {1, 100, 1 << 20}) {
    EXPECT_EQ(unpack(Compression::kGzip, packed, {}, step).value(), text);
    const ZlibOnly scope;
    EXPECT_EQ(unpack(Compression::kGzip, packed, {}, step).value(), text);
  }
}

TEST(Zstd, PassesOverSkippableFrames) {
  const std::string skippable = std::string("\x53\x2a\x4d\x18\x05\x00\x00\x00", 8) + "hello";
  const std::string frame = pack(Compression::kZstd, "content");
  EXPECT_EQ(detect_compression(skippable), Compression::kZstd);
  const std::string packed = skippable + frame + skippable;
  for (const size_t step : {1, 1000}) {
    EXPECT_EQ(unpack(Compression::kZstd, packed, {}, step).value(), "content");
  }
  EXPECT_EQ(unpack(Compression::kZstd, skippable).value(), "");
  EXPECT_FALSE(unpack(Compression::kZstd, skippable.substr(0, 10)).ok());
}

TEST(Zstd, RefusesALargeWindow) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, 24);
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  const std::string text = sample_text(100'000);
  std::string packed(text.size() + 1000, '\0');
  ZSTD_inBuffer in = {text.data(), text.size(), 0};
  ZSTD_outBuffer out = {packed.data(), packed.size(), 0};
  // Begun before the size is known, so that the frame asks for the whole window.
  ZSTD_compressStream2(context, &out, &in, ZSTD_e_flush);
  ASSERT_EQ(ZSTD_compressStream2(context, &out, &in, ZSTD_e_end), 0u);
  ZSTD_freeCCtx(context);
  packed.resize(out.pos);

  EXPECT_EQ(unpack(Compression::kZstd, packed).value(), text);
  Limits limits;
  limits.decoder_memory = 8 << 20;
  const auto back = unpack(Compression::kZstd, packed, limits);
  ASSERT_FALSE(back.ok());
  EXPECT_EQ(back.error().code(), Code::kLimit);
  packed.back() ^= 1;
  const auto damaged = unpack(Compression::kZstd, packed);
  ASSERT_FALSE(damaged.ok());
  EXPECT_THAT(damaged.error().message(), testing::HasSubstr("wrong checksum"));
}

TEST(Xz, AcceptsPaddingOfWholeWords) {
  const std::string stream = pack(Compression::kXz, "content");
  const std::string zeros(8, '\0');
  EXPECT_EQ(unpack(Compression::kXz, stream + zeros + stream + zeros).value(), "contentcontent");
  EXPECT_FALSE(unpack(Compression::kXz, stream + zeros.substr(0, 3)).ok());
}

TEST(Xz, RefusesALargeDictionary) {
  Limits limits;
  limits.decoder_memory = 64 << 10;
  const auto back = unpack(Compression::kXz, pack(Compression::kXz, sample_text(1000)), limits);
  ASSERT_FALSE(back.ok());
  EXPECT_EQ(back.error().code(), Code::kLimit);
}

// What the real programs write.
TEST(Decompress, ReadsWhatTheProgramsWrite) {
  const std::string text = sample_text(500'000);
  const std::pair<Compression, std::vector<std::string>> programs[] = {
      {Compression::kGzip, {"gzip", "-c", "-9"}},
      {Compression::kZstd, {"zstd", "-c", "-q", "--long=27"}},
      {Compression::kXz, {"xz", "-c", "-T2", "--block-size=100000"}},
      {Compression::kBzip2, {"bzip2", "-c", "-9"}}};
  for (const auto& [compression, command] : programs) {
    if (!test::on_path(command[0])) continue;
    const auto result = test::run(command, text);
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(unpack(compression, result.out, {}, 1000).value(), text) << command[0];
  }
}

}  // namespace
}  // namespace seawall
