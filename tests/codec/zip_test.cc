#include "codec/zip.h"

#include <string>
#include <vector>

#include "codec/packing.h"
#include "codec/zip_builder.h"
#include "support/support.h"

namespace seawall {
namespace {

using test::le;
using test::ZipBuilder;
using Member = test::ZipMember;

Result<ZipReader> open(const std::string& bytes, const Limits& limits = {}) {
  return ZipReader::open(std::make_shared<MemoryAccess>(bytes), limits);
}

// All contents, or the first error.
Result<std::vector<std::string>> read_members(const std::string& bytes, const Limits& limits = {}) {
  SEAWALL_TRY(const ZipReader zip, open(bytes, limits));
  std::vector<std::string> contents;
  for (const ZipEntry& entry : zip.entries()) {
    SEAWALL_TRY(auto reader, zip.content(entry));
    SEAWALL_TRY(auto content, read_all(*reader, 1 << 26));
    contents.push_back(std::move(content));
  }
  return contents;
}

Code code_of(const std::string& bytes, const Limits& limits = {}) {
  auto contents = read_members(bytes, limits);
  EXPECT_FALSE(contents.ok());
  return contents.ok() ? Code::kInternal : contents.error().code();
}

TEST(Zip, ReadsStoredAndDeflatedMembers) {
  const std::string text = test::sample_text(600'000);
  const std::string bytes = ZipBuilder()
                                .add({.path = "a.txt", .content = text})
                                .add({.path = "dir/", .method = 0})
                                .add({.path = "dir/b", .content = "stored", .method = 0})
                                .add({.path = "empty"})
                                .build();
  for (const bool isal : {true, false}) {
    allow_isal(isal);
    const auto contents = read_members(bytes);
    ASSERT_OK(contents);
    EXPECT_EQ(*contents, (std::vector<std::string>{text, "", "stored", ""}));
  }
  allow_isal(true);
  const auto zip = open(bytes);
  EXPECT_EQ(zip->entries()[2].path, "dir/b");
  EXPECT_EQ(zip->entries()[2].size, 6u);
  EXPECT_EQ(zip->entries()[2].method, 0);
  EXPECT_EQ(zip->entries()[0].header_offset, 0u);
}

TEST(Zip, ReadsDescriptorsZip64CommentsAndPrefixes) {
  ZipBuilder builder;
  builder.add({.path = "a", .content = "alpha", .flags = 8})
      .add({.path = "b", .content = "beta", .zip64 = true})
      .add({.path = "c", .content = "gamma", .method = 0, .flags = 8});
  builder.comment = "a comment with PK\5\6 in it";
  builder.prefix = "#!/bin/sh\nexec java -jar $0\n";
  const auto contents = read_members(builder.build());
  ASSERT_OK(contents);
  EXPECT_EQ(*contents, (std::vector<std::string>{"alpha", "beta", "gamma"}));
}

TEST(Zip, ReadsAnEmptyArchive) {
  const auto zip = open(ZipBuilder().build());
  ASSERT_OK(zip);
  EXPECT_TRUE(zip->entries().empty());
  EXPECT_EQ(code_of(""), Code::kMalformed);
  EXPECT_EQ(code_of("PK\5\6"), Code::kMalformed);
  EXPECT_EQ(code_of(std::string(70'000, 'x')), Code::kMalformed);
}

TEST(Zip, RefusesLies) {
  const auto one = [](Member member) { return ZipBuilder().add(std::move(member)).build(); };
  for (const uint16_t method : {0, 8}) {
    const Member base = {.path = "m", .content = "some content, some content", .method = method};
    const auto lie = [&](auto change) {
      Member member = base;
      change(member);
      return code_of(one(member));
    };
    EXPECT_OK(read_members(one(base)));
    EXPECT_EQ(lie([](Member& m) { m.crc_lie = 1; }), Code::kMalformed);
    EXPECT_EQ(lie([](Member& m) { m.size_lie = 1; }), Code::kMalformed);
    EXPECT_EQ(lie([](Member& m) { m.size_lie = -1; }), Code::kMalformed);
    EXPECT_EQ(lie([](Member& m) { m.packed_lie = -1; }), Code::kMalformed);
    EXPECT_EQ(lie([](Member& m) { m.packed_lie = 1; }), Code::kMalformed);
    EXPECT_EQ(lie([](Member& m) { m.packed_lie = 1 << 30; }), Code::kMalformed);
    EXPECT_EQ(lie([](Member& m) { m.offset_lie = 1; }), Code::kMalformed);
    EXPECT_EQ(lie([](Member& m) { m.offset_lie = 1 << 30; }), Code::kMalformed);
    EXPECT_EQ(lie([](Member& m) { m.local_path = "n"; }), Code::kMalformed);
    EXPECT_EQ(lie([](Member& m) { m.path = std::string("m\0n", 3); }), Code::kMalformed);
  }
  EXPECT_EQ(code_of(one({.path = "m", .packed = std::string("\xff\xff\xff", 3)})),
            Code::kMalformed);
  ZipBuilder builder;
  builder.add({.path = "m"}).count_lie = 1;
  EXPECT_EQ(code_of(builder.build()), Code::kMalformed);
}

TEST(Zip, RefusesOverlappingMembers) {
  // The second's directory record points at the first's data.
  const Member first = {.path = "a", .content = "alpha", .method = 0};
  const Member second = {.path = "a", .content = "alpha", .method = 0, .offset_lie = -36};
  const auto zip = open(ZipBuilder().add(first).add(second).build());
  ASSERT_FALSE(zip.ok());
  EXPECT_EQ(zip.error().code(), Code::kMalformed);
  EXPECT_THAT(zip.error().message(), testing::HasSubstr("overlap"));
}

TEST(Zip, LeavesUnsupportedMembersAlone) {
  const std::string bytes = ZipBuilder()
                                .add({.path = "secret", .content = "x", .flags = 1})
                                .add({.path = "lzma", .content = "x", .method = 14, .packed = "y"})
                                .add({.path = "plain", .content = "x"})
                                .build();
  const auto zip = open(bytes);
  ASSERT_OK(zip);
  EXPECT_TRUE(zip->entries()[0].encrypted);
  EXPECT_EQ(zip->content(zip->entries()[0]).error().code(), Code::kUnsupported);
  EXPECT_EQ(zip->content(zip->entries()[0]).error().where(), "secret");
  EXPECT_EQ(zip->content(zip->entries()[1]).error().code(), Code::kUnsupported);
  EXPECT_EQ(read_all(**zip->content(zip->entries()[2]), 10).value(), "x");
}

TEST(Zip, KeepsItsLimits) {
  const std::string bytes = ZipBuilder()
                                .add({.path = "zeros", .content = std::string(4 << 20, '\0')})
                                .add({.path = std::string(100, 'n')})
                                .build();
  EXPECT_OK(read_members(bytes));
  Limits limits;
  limits.entries = 1;
  EXPECT_EQ(code_of(bytes, limits), Code::kLimit);
  limits = {};
  limits.unpacked_bytes = 1 << 20;
  EXPECT_EQ(code_of(bytes, limits), Code::kLimit);
  limits = {};
  limits.ratio = 100;
  limits.ratio_floor = 1 << 20;
  EXPECT_EQ(code_of(bytes, limits), Code::kLimit);
  limits = {};
  limits.path_bytes = 99;
  EXPECT_EQ(code_of(bytes, limits), Code::kLimit);
}

std::string zoo() {
  ZipBuilder builder;
  builder.add({.path = "a", .content = "alpha alpha alpha", .flags = 8})
      .add({.path = "b", .content = "beta", .method = 0, .zip64 = true});
  builder.comment = "c";
  return builder.build();
}

TEST(ZipDamage, EveryTruncationIsAnError) {
  const std::string bytes = zoo();
  for (size_t cut = 0; cut < bytes.size(); ++cut) {
    EXPECT_EQ(code_of(bytes.substr(0, cut)), Code::kMalformed) << cut;
    EXPECT_FALSE(read_members(bytes.substr(bytes.size() - cut)).ok()) << cut;
  }
}

TEST(ZipDamage, NoFlippedBitChangesContent) {
  const std::string bytes = zoo();
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    const auto contents = read_members(damaged);
    if (contents.ok()) {
      EXPECT_EQ(*contents, (std::vector<std::string>{"alpha alpha alpha", "beta"})) << bit;
    }
  }
}

// What Python's zipfile writes: to a file, to a stream (data descriptors), with forced ZIP64.
TEST(ZipPython, ReadsWhatItWrites) {
  if (!test::on_path("python3")) GTEST_SKIP() << "no python3 on this machine";
  const std::string script = R"(
import io, sys, zipfile
class Stream:
    def __init__(self): self.data = bytearray()
    def write(self, data): self.data += data; return len(data)
    def flush(self): pass
for kind in range(3):
    out = Stream() if kind == 1 else io.BytesIO()
    with zipfile.ZipFile(out, 'w') as archive:
        for i in range(70000 if kind == 2 else 50):
            info = zipfile.ZipInfo('d%d/f' % i)
            info.compress_type = zipfile.ZIP_DEFLATED if i % 2 else zipfile.ZIP_STORED
            content = b'x' * (0 if kind == 2 else i * 1000)
            if kind == 0:
                with archive.open(info, 'w', force_zip64=True) as member: member.write(content)
            else:
                archive.writestr(info, content)
    data = bytes(out.data) if kind == 1 else out.getvalue()
    sys.stdout.buffer.write(len(data).to_bytes(8, 'little') + data)
)";
  const auto result = test::run({"python3", "-c", script});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  std::string_view rest = result.out;
  for (const size_t count : {50, 50, 70'000}) {
    uint64_t length = 0;
    ASSERT_GE(rest.size(), 8u);
    std::memcpy(&length, rest.data(), 8);
    const std::string bytes(rest.substr(8, length));
    rest.remove_prefix(8 + length);
    if (count > 1000) {
      const auto zip = open(bytes);
      ASSERT_OK(zip);
      EXPECT_EQ(zip->entries().size(), count);
      continue;
    }
    const auto contents = read_members(bytes);
    ASSERT_OK(contents);
    ASSERT_EQ(contents->size(), count);
    for (size_t i = 0; i < count; ++i) EXPECT_EQ((*contents)[i], std::string(i * 1000, 'x'));
  }
}

}  // namespace
}  // namespace seawall
