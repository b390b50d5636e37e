#include "codec/tar.h"

#include <filesystem>
#include <string>
#include <vector>

#include "codec/packing.h"
#include "codec/tar_builder.h"
#include "support/support.h"

namespace seawall {
namespace {

using test::DribbleReader;
using test::padded;
using test::pax_record;
using test::put;
using test::tar_end;
using test::tar_extension;
using test::tar_file;
using test::tar_header;
using test::with_checksum;

struct Seen {
  TarEntry entry;
  std::string content;
};

// All entries, or the first error. Content beyond `most` bytes is not read.
Result<std::vector<Seen>> walk(Reader& stream, const Limits& limits = {}, uint64_t most = 1 << 24) {
  TarReader tar(stream, limits);
  std::vector<Seen> all;
  while (true) {
    SEAWALL_TRY(const TarEntry* entry, tar.next());
    if (!entry) return all;
    Seen seen = {*entry, {}};
    if (entry->size <= most) {
      SEAWALL_TRY(seen.content, read_all(tar.content(), most));
    }
    all.push_back(std::move(seen));
  }
}
Result<std::vector<Seen>> walk(std::string_view archive, const Limits& limits = {}) {
  MemoryReader stream(archive);
  return walk(stream, limits);
}

Error error_of(std::string_view archive, const Limits& limits = {}) {
  auto all = walk(archive, limits);
  EXPECT_FALSE(all.ok());
  return all.ok() ? Error(Code::kInternal, "no error") : std::move(all).error();
}

TEST(Tar, ReadsPlainFiles) {
  const std::string archive = tar_file("a", "alpha") + tar_file("dir/b", std::string(1000, 'b')) +
                              tar_file("empty", "") + tar_end();
  for (const size_t step : {1, 7, 512, 1 << 20}) {
    DribbleReader stream(archive, step);
    const auto all = walk(stream);
    ASSERT_OK(all);
    ASSERT_EQ(all->size(), 3u);
    const Seen& a = (*all)[0];
    EXPECT_EQ(a.entry.path, "a");
    EXPECT_EQ(a.content, "alpha");
    EXPECT_EQ(a.entry.size, 5u);
    EXPECT_EQ(a.entry.mode, 0644u);
    EXPECT_EQ(a.entry.uid, 1000u);
    EXPECT_EQ(a.entry.gid, 100u);
    EXPECT_EQ(a.entry.mtime, 1700000000);
    EXPECT_EQ(a.entry.data_offset, 512u);
    EXPECT_EQ((*all)[1].content, std::string(1000, 'b'));
    EXPECT_EQ((*all)[1].entry.data_offset, 1536u);
    EXPECT_EQ((*all)[2].entry.data_offset, 3072u);
  }
}

TEST(Tar, CountsEntriesAndStaysAtTheEnd) {
  const std::string archive = tar_file("a", "alpha") + tar_end();
  MemoryReader own(archive);
  TarReader tar(own);
  ASSERT_NE(tar.next().value(), nullptr);
  EXPECT_EQ(tar.entries(), 1u);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(tar.next().value(), nullptr);
  EXPECT_EQ(tar.entries(), 1u);
}

TEST(Tar, PassesOverWhatIsNotRead) {
  const std::string big = test::sample_text(700'001);
  const std::string archive = tar_file("big", big) + tar_file("small", "s") + tar_end();
  for (const size_t step : {100, 1 << 20}) {
    DribbleReader stream(archive, step);
    TarReader tar(stream);
    ASSERT_NE(tar.next().value(), nullptr);
    char part[10];
    ASSERT_OK(read_exactly(tar.content(), part));
    ASSERT_OK(tar.content().skip(400'000));
    ASSERT_OK(read_exactly(tar.content(), part));
    EXPECT_EQ(std::string_view(part, 10), big.substr(400'010, 10));
    EXPECT_FALSE(tar.content().skip(400'000).ok());
    ASSERT_EQ(tar.next().value()->path, "small");
    EXPECT_EQ(read_all(tar.content(), 100).value(), "s");
  }
}

TEST(Tar, SkipsLargeDataInTheStreamItself) {
  class Counting : public MemoryReader {
   public:
    using MemoryReader::MemoryReader;
    Status skip(uint64_t count) override {
      skipped += count;
      return MemoryReader::skip(count);
    }
    uint64_t skipped = 0;
  };
  const std::string archive =
      tar_file("big", std::string(5 << 20, 'x')) + tar_file("b", "") + tar_end();
  Counting stream(archive);
  TarReader tar(stream);
  ASSERT_OK(tar.next());
  ASSERT_EQ(tar.next().value()->path, "b");
  EXPECT_GT(stream.skipped, 4u << 20);
}

TEST(Tar, KnowsTheTypes) {
  const std::pair<char, TarType> types[] = {
      {'0', TarType::kFile},      {'\0', TarType::kFile},      {'1', TarType::kHardLink},
      {'2', TarType::kSymlink},   {'3', TarType::kCharDevice}, {'4', TarType::kBlockDevice},
      {'5', TarType::kDirectory}, {'6', TarType::kFifo},       {'7', TarType::kFile},
      {'V', TarType::kOther},     {'Z', TarType::kOther}};
  for (const auto& [flag, type] : types) {
    const bool data = type == TarType::kFile || type == TarType::kOther;
    // The size of those without data is a lie that must not move the reader.
    const std::string archive = tar_header({.name = "n", .type = flag, .size = 600, .link = "t"}) +
                                (data ? padded(std::string(600, 'd')) : "") + tar_file("next", "x");
    const auto all = walk(archive);
    ASSERT_OK(all);
    ASSERT_EQ(all->size(), 2u) << flag;
    EXPECT_EQ((*all)[0].entry.type, type);
    EXPECT_EQ((*all)[0].entry.size, data ? 600u : 0u);
    EXPECT_EQ((*all)[0].entry.link_path, "t");
    EXPECT_EQ((*all)[1].content, "x");
  }
}

TEST(Tar, TakesV7DirectoriesByTheirName) {
  const std::string v7(8, '\0');
  const auto all = walk(tar_header({.name = "d/", .type = '\0', .magic = v7, .prefix = "ignored"}));
  ASSERT_OK(all);
  EXPECT_EQ((*all)[0].entry.type, TarType::kDirectory);
  EXPECT_EQ((*all)[0].entry.path, "d/");
  EXPECT_EQ(walk(tar_header({.name = "d/"})).value()[0].entry.type, TarType::kFile);
}

TEST(Tar, JoinsThePrefixOfItsDialect) {
  EXPECT_EQ(walk(tar_header({.name = "n", .prefix = "p/q"})).value()[0].entry.path, "p/q/n");
  const std::string gnu("ustar  \0", 8);
  // Octal times of GNU are no prefix; text there is one, from old Go programs.
  EXPECT_EQ(
      walk(tar_header({.name = "n", .magic = gnu, .prefix = "00000001234"})).value()[0].entry.path,
      "n");
  EXPECT_EQ(walk(tar_header({.name = "n", .magic = gnu, .prefix = "p/q"})).value()[0].entry.path,
            "p/q/n");
  std::string star = tar_header({.name = "n", .prefix = std::string(131, 'p') + "00000000000"});
  put(star, 508, std::string_view("tar\0", 4));
  EXPECT_EQ(walk(with_checksum(star)).value()[0].entry.path, std::string(131, 'p') + "/n");
}

TEST(Tar, AcceptsSignedChecksumsAndRefusesOthers) {
  std::string header = tar_header({.name = "caf\xc3\xa9"});
  EXPECT_OK(walk(with_checksum(header, true)));
  EXPECT_OK(walk(with_checksum(header, false)));
  header[0] = 'X';
  const Error error = error_of(tar_file("a", "b") + header);
  EXPECT_EQ(error.code(), Code::kMalformed);
  EXPECT_EQ(error.where(), "entry 2 at offset 1024");
  EXPECT_THAT(error.message(), testing::HasSubstr("checksum"));
}

std::string with_size_field(std::string_view field) {
  std::string header = tar_header({});
  put(header, 124, field);
  return with_checksum(header);
}

TEST(Tar, ReadsNumbersOfEveryKind) {
  const auto size_of = [](std::string_view field) {
    const std::string archive = with_size_field(field);
    MemoryReader own(archive);
    TarReader tar(own);
    const auto entry = tar.next();
    return entry.ok() ? std::to_string((*entry)->size) : "error";
  };
  const auto base256 = [](uint8_t first, uint64_t value) {
    std::string field(12, first == 0xff ? '\xff' : '\0');
    field[0] = static_cast<char>(first);
    for (int i = 0; i < 8; ++i)
      field[static_cast<size_t>(11 - i)] = static_cast<char>(value >> 8 * i);
    return field;
  };
  EXPECT_EQ(size_of("00000000017 "), "15");
  EXPECT_EQ(size_of("         17 "), "15");
  EXPECT_EQ(size_of(std::string("17\0junkjunk", 12)), "15");
  EXPECT_EQ(size_of(std::string(12, '\0')), "0");
  EXPECT_EQ(size_of("777777777777"), "68719476735");
  EXPECT_EQ(size_of(base256(0x80, 1ull << 40)), std::to_string(1ull << 40));
  EXPECT_EQ(size_of(base256(0x80, 1ull << 60)), std::to_string(1ull << 60));
  EXPECT_EQ(size_of(base256(0x80, (1ull << 60) + 1)), "error");
  EXPECT_EQ(size_of(base256(0x80, INT64_MAX)), "error");
  EXPECT_EQ(size_of(base256(0x80, 1ull << 63)), "error");
  EXPECT_EQ(size_of(base256(0x81, 0)), "error");
  EXPECT_EQ(size_of(base256(0xff, static_cast<uint64_t>(-1))), "error");
  EXPECT_EQ(size_of("00000000089 "), "error");
  EXPECT_EQ(size_of("-0000000001 "), "error");
  EXPECT_EQ(size_of("0x000000001 "), "error");

  std::string header = tar_header({});
  put(header, 136, base256(0xff, static_cast<uint64_t>(-5)));
  EXPECT_EQ(walk(with_checksum(header)).value()[0].entry.mtime, -5);
}

TEST(Tar, EndsWhereTheStreamDoes) {
  const std::string file = tar_file("a", "alpha");
  EXPECT_EQ(walk("").value().size(), 0u);
  EXPECT_EQ(walk(file).value().size(), 1u);
  EXPECT_EQ(walk(file + std::string(512, '\0')).value().size(), 1u);
  EXPECT_EQ(walk(file + tar_end() + "whatever follows").value().size(), 1u);
  EXPECT_EQ(walk(file.substr(0, 512 + 5)).value().size(), 1u);  // only padding is missing
  EXPECT_EQ(error_of(file + std::string(512, '\0') + file).code(), Code::kMalformed);
  EXPECT_EQ(error_of(file.substr(0, 512 + 4)).where(), "entry 1 at offset 0");
  EXPECT_EQ(error_of(file.substr(0, 300)).code(), Code::kMalformed);
}

TEST(TarPax, AppliesLocalAndGlobalRecords) {
  const std::string archive =
      tar_extension(
          'g', pax_record("uid", "7") + pax_record("comment", "c") + pax_record("mtime", "12.5")) +
      tar_extension('x', pax_record("path", "long/name") + pax_record("linkpath", "to") +
                             pax_record("size", "3") + pax_record("gid", "3000000000") +
                             pax_record("mtime", "-1.5") +
                             pax_record("SCHILY.xattr.user.x", std::string("a\0b=\n", 5))) +
      tar_header({.name = "short", .size = 100}) + padded("abc") + tar_file("second", "x") +
      tar_extension('x', pax_record("uid", "")) + tar_file("third", "");
  const auto all = walk(archive);
  ASSERT_OK(all);
  ASSERT_EQ(all->size(), 3u);
  const Seen& first = (*all)[0];
  EXPECT_EQ(first.entry.path, "long/name");
  EXPECT_EQ(first.entry.link_path, "to");
  EXPECT_EQ(first.content, "abc");
  EXPECT_EQ(first.entry.uid, 7u);
  EXPECT_EQ(first.entry.gid, 3000000000u);
  EXPECT_EQ(first.entry.mtime, -2);
  EXPECT_EQ((*all)[1].entry.path, "second");
  EXPECT_EQ((*all)[1].entry.mtime, 12);
  EXPECT_EQ((*all)[2].entry.uid, 1000u);  // an empty record hides the global one
}

TEST(TarPax, RefusesDamagedRecords) {
  for (const std::string& records : {std::string("x"),
                                     std::string("0 a=b\n"),
                                     std::string("6 a=b"),
                                     std::string("7 a=b\n"),
                                     std::string("5 a=b\n"),
                                     std::string("99999999999999999999 a=b\n"),
                                     std::string("6 =ab\n"),
                                     std::string("5 ab\n"),
                                     std::string("2 \n"),
                                     std::string("3 a\n"),
                                     std::string("-6 a=b\n"),
                                     pax_record("path", std::string("a\0b", 3)),
                                     pax_record("linkpath", std::string("\0", 1)),
                                     pax_record("size", "-1"),
                                     pax_record("size", "9223372036854775807"),
                                     pax_record("size", "1e3"),
                                     pax_record("mtime", "1.x"),
                                     pax_record("mtime", "soon"),
                                     pax_record("uid", "99999999999999999999"),
                                     pax_record("a", "b") + '\0'}) {
    const Error error = error_of(tar_extension('x', records) + tar_file("f", ""));
    EXPECT_EQ(error.code(), Code::kMalformed) << records;
    EXPECT_EQ(error.where(), "entry 1 at offset 0");
  }
}

TEST(TarGnu, AppliesLongNames) {
  const std::string name(300, 'n'), link(400, 'l');
  const std::string archive = tar_extension('L', name + '\0') + tar_extension('K', link + '\0') +
                              tar_header({.name = "cut", .type = '2', .link = "cut"}) +
                              tar_file("next", "x");
  const auto all = walk(archive);
  ASSERT_OK(all);
  EXPECT_EQ((*all)[0].entry.path, name);
  EXPECT_EQ((*all)[0].entry.link_path, link);
  EXPECT_EQ((*all)[1].entry.path, "next");
  // Go lets the GNU name win over the PAX one, in either order.
  const std::string pax = tar_extension('x', pax_record("path", "pax"));
  const std::string gnu = tar_extension('L', std::string_view("gnu\0tail", 8));
  EXPECT_EQ(walk(pax + gnu + tar_file("f", "")).value()[0].entry.path, "gnu");
  EXPECT_EQ(walk(gnu + pax + tar_file("f", "")).value()[0].entry.path, "gnu");
}

TEST(TarLimits, AreEnforced) {
  Limits limits;
  limits.meta_entries = 3;
  std::string extensions;
  for (int i = 0; i < 3; ++i) extensions += tar_extension('g', pax_record("comment", "c"));
  EXPECT_OK(walk(extensions + tar_file("f", "") + extensions + tar_file("g", ""), limits));
  extensions += tar_extension('L', "name");
  EXPECT_EQ(error_of(extensions + tar_file("f", ""), limits).code(), Code::kLimit);

  limits.pax_bytes = 1000;
  EXPECT_OK(walk(tar_extension('L', std::string(1000, 'n')) + tar_file("f", ""), limits));
  EXPECT_EQ(error_of(tar_extension('L', std::string(1001, 'n')), limits).code(), Code::kLimit);
  EXPECT_EQ(error_of(tar_header({.type = 'x', .size = 1ull << 33}), limits).code(), Code::kLimit);

  limits.path_bytes = 200;
  EXPECT_OK(walk(tar_extension('L', std::string(200, 'n')) + tar_file("f", ""), limits));
  EXPECT_EQ(error_of(tar_extension('K', std::string(201, 'n')) + tar_file("f", ""), limits).code(),
            Code::kLimit);

  limits.entries = 2;
  EXPECT_OK(walk(tar_file("a", "") + tar_file("b", ""), limits));
  EXPECT_EQ(error_of(tar_file("a", "") + tar_file("b", "") + tar_file("c", ""), limits).code(),
            Code::kLimit);
}

TEST(TarLimits, ExtensionsNeedAnEntry) {
  EXPECT_OK(walk(tar_extension('g', pax_record("comment", "c")) + tar_end()));
  for (const char type : {'x', 'L', 'K'}) {
    const std::string extension = tar_extension(type, pax_record("path", "c"));
    EXPECT_EQ(error_of(extension + tar_end()).code(), Code::kMalformed);
    EXPECT_EQ(error_of(extension).code(), Code::kMalformed);
  }
}

// A file of 10,000 bytes of which [512, 1024) and [5000, 5003) are stored.
std::string sparse_expanded() {
  std::string bytes(10'000, '\0');
  bytes.replace(512, 512, std::string(512, 'a'));
  bytes.replace(5000, 3, "end");
  return bytes;
}
std::string sparse_stored() {
  return std::string(512, 'a') + "end";
}
std::string gnu_sparse_header(std::string_view runs, uint64_t real_size, bool extended) {
  std::string header = tar_header(
      {.name = "sparse", .type = 'S', .size = 515, .magic = std::string("ustar  \0", 8)});
  put(header, 386, runs);
  header[482] = extended ? 1 : 0;
  put(header, 483, test::octal(real_size, 11));
  return with_checksum(header);
}
std::string old_run(uint64_t offset, uint64_t size) {
  return test::octal(offset, 11) + '\0' + test::octal(size, 11) + '\0';
}

void expect_sparse(const std::string& archive) {
  for (const size_t step : {1, 1 << 20}) {
    DribbleReader stream(archive, step);
    const auto all = walk(stream);
    ASSERT_OK(all);
    ASSERT_EQ(all->size(), 2u);
    const Seen& first = (*all)[0];
    EXPECT_EQ(first.entry.path, "sparse");
    EXPECT_TRUE(first.entry.sparse);
    EXPECT_EQ(first.entry.size, 10'000u);
    EXPECT_EQ(first.content, sparse_expanded());
    EXPECT_EQ(archive.substr(first.entry.data_offset, 515), sparse_stored());
    EXPECT_EQ((*all)[1].content, "after");
  }
}

TEST(TarSparse, ExpandsEveryFormat) {
  const std::string after = tar_file("after", "after");
  const std::string stored = padded(sparse_stored());
  const std::string runs = old_run(512, 512) + old_run(5000, 3);
  expect_sparse(gnu_sparse_header(runs, 10'000, false) + stored + after);
  std::string more = padded(old_run(5000, 3) + old_run(10'000, 0));
  std::string first = old_run(512, 100) + old_run(612, 100) + old_run(712, 100) + old_run(812, 212);
  expect_sparse(gnu_sparse_header(first, 10'000, true) + more + stored + after);

  const auto pax = [&](std::string records, std::string map) {
    return tar_extension('x', records) +
           tar_header({.name = map.empty() ? "sparse" : "GNUSparseFile.1/sparse",
                       .size = map.size() + 515}) +
           map + stored + after;
  };
  const std::string size = pax_record("GNU.sparse.size", "10000");
  const std::string blocks = pax_record("GNU.sparse.numblocks", "2");
  expect_sparse(pax(size + blocks + pax_record("GNU.sparse.offset", "512") +
                        pax_record("GNU.sparse.numbytes", "512") +
                        pax_record("GNU.sparse.offset", "5000") +
                        pax_record("GNU.sparse.numbytes", "3"),
                    ""));
  expect_sparse(pax(size + blocks + pax_record("GNU.sparse.map", "512,512,5000,3"), ""));
  expect_sparse(pax(pax_record("GNU.sparse.major", "1") + pax_record("GNU.sparse.minor", "0") +
                        pax_record("GNU.sparse.name", "sparse") +
                        pax_record("GNU.sparse.realsize", "10000"),
                    padded("2\n512\n512\n5000\n3\n")));
}

TEST(TarSparse, StreamsHugeHoles) {
  const std::string archive = gnu_sparse_header(old_run(512, 515), 1ull << 32, false) +
                              padded(sparse_stored()) + tar_file("after", "after");
  MemoryReader stream(archive);
  TarReader tar(stream);
  EXPECT_EQ(tar.next().value()->size, 1ull << 32);
  ASSERT_OK(tar.content().skip((1ull << 32) - 1));
  EXPECT_EQ(read_all(tar.content(), 10).value(), std::string(1, '\0'));
  EXPECT_EQ(tar.next().value()->path, "after");
}

TEST(TarSparse, RefusesDamagedMaps) {
  const std::string stored = padded(sparse_stored());
  for (const std::string& runs :
       {old_run(512, 512) + old_run(600, 3), old_run(5000, 3) + old_run(512, 512), old_run(9999, 2),
        old_run(0, 516), std::string("x") + old_run(0, 1).substr(1)}) {
    EXPECT_EQ(error_of(gnu_sparse_header(runs, 10'000, false) + stored).code(), Code::kMalformed);
  }
  EXPECT_EQ(error_of(gnu_sparse_header(old_run(0, 1), 10'000, true)).code(), Code::kMalformed);
  for (const std::string& records :
       {pax_record("GNU.sparse.map", "512,512"),
        pax_record("GNU.sparse.map", "512,512") + pax_record("GNU.sparse.numblocks", "2"),
        pax_record("GNU.sparse.map", "512,512,") + pax_record("GNU.sparse.numblocks", "1"),
        pax_record("GNU.sparse.map", "512") + pax_record("GNU.sparse.numblocks", "1"),
        pax_record("GNU.sparse.map", "0,900") + pax_record("GNU.sparse.numblocks", "1"),
        pax_record("GNU.sparse.numbytes", "3"), pax_record("GNU.sparse.offset", "3"),
        pax_record("GNU.sparse.offset", "3,4"),
        pax_record("GNU.sparse.major", "1") + pax_record("GNU.sparse.minor", "0") +
            pax_record("GNU.sparse.realsize", "many")}) {
    const std::string archive =
        tar_extension('x', records) + tar_header({.name = "f", .size = 515}) + stored;
    EXPECT_EQ(error_of(archive).code(), Code::kMalformed) << records;
  }
  const std::string version =
      pax_record("GNU.sparse.major", "1") + pax_record("GNU.sparse.minor", "0");
  for (const std::string& map :
       {std::string("\n"), std::string("x\n"), std::string("1\n5\n"), std::string("1\n0\n9\n"),
        std::string("99999999999999999999\n"), std::string("1\n\n\n")}) {
    const std::string archive = tar_extension('x', version) +
                                tar_header({.name = "f", .size = 512 + 5}) + padded(map) +
                                padded("abcde");
    EXPECT_EQ(error_of(archive).code(), Code::kMalformed) << map;
  }
  Limits limits;
  limits.pax_bytes = 2048;
  std::string endless = gnu_sparse_header(old_run(0, 0), 10'000, true);
  for (int i = 0; i < 8; ++i) {
    std::string more = padded(old_run(0, 0));
    more[504] = 1;
    endless += more;
  }
  EXPECT_EQ(error_of(endless, limits).code(), Code::kLimit);
}

TEST(TarSparse, TakesAnUnknownVersionAsItIsStored) {
  const auto all = walk(tar_extension('x', pax_record("GNU.sparse.major", "2") +
                                               pax_record("GNU.sparse.minor", "0")) +
                        tar_file("f", "stored"));
  ASSERT_OK(all);
  EXPECT_EQ((*all)[0].content, "stored");
  EXPECT_FALSE((*all)[0].entry.sparse);
}

// One of everything, small.
std::string zoo() {
  return tar_extension('g', pax_record("uid", "7")) +
         tar_extension('x', pax_record("path", "p") + pax_record("size", "4")) +
         tar_header({.name = "short"}) + padded("data") + tar_extension('L', "long") +
         tar_file("cut", "content") +
         gnu_sparse_header(old_run(0, 0) + old_run(9, 1) + old_run(20, 0) + old_run(22, 0), 30,
                           true) +
         padded(old_run(25, 2)) + padded(sparse_stored()) + tar_end();
}

TEST(TarDamage, EveryTruncationIsAnErrorOrAShorterArchive) {
  const std::string archive = zoo();
  const size_t whole = walk(archive).value().size();
  ASSERT_EQ(whole, 3u);
  for (size_t cut = 0; cut < archive.size(); ++cut) {
    const auto all = walk(std::string_view(archive).substr(0, cut));
    if (all.ok()) {
      EXPECT_LE(all->size(), whole);
    } else {
      EXPECT_EQ(all.error().code(), Code::kMalformed) << cut;
    }
  }
}

TEST(TarDamage, EveryFlippedBitComesToAnEnd) {
  const std::string archive = zoo();
  for (size_t bit = 0; bit < archive.size() * 8; ++bit) {
    std::string damaged = archive;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    const auto all = walk(damaged);
    if (all.ok()) {
      EXPECT_LE(all->size(), 8u);
    }
    // The same with the checksum made to fit, so that the field itself is judged.
    const size_t block = bit / 8 / 512 * 512;
    damaged.replace(block, 512, with_checksum(damaged.substr(block, 512)));
    const auto again = walk(damaged);
    if (again.ok()) {
      EXPECT_LE(again->size(), 8u);
    }
  }
}

// A tree with what real layers hold; file names of all lengths around the fields' sizes.
class TarOracle : public testing::Test {
 protected:
  void SetUp() override {
    if (!test::on_path("tar")) GTEST_SKIP() << "no tar on this machine";
    namespace fs = std::filesystem;
    scratch_.write("tree/empty", "");
    scratch_.write("tree/etc/passwd", "root:x:0:0\n");
    scratch_.write("tree/big", test::sample_text(300'000));
    fs::create_symlink("../target", tree("etc/link"));
    fs::create_hard_link(tree("big"), tree("zz-hard"));
    ASSERT_EQ(test::run({"mkfifo", tree("fifo")}).exit_code, 0);
  }
  std::string tree(const std::string& name) { return scratch_.path() + "/tree/" + name; }
  void add_long_names() {
    for (const size_t length : {99, 100, 101, 155, 156, 200}) {
      scratch_.write("tree/deep/" + std::string(length, 'n'), std::to_string(length));
      std::filesystem::create_symlink(std::string(length, 't'),
                                      tree("deep/l" + std::to_string(length)));
    }
    scratch_.write("tree/" + std::string(150, 'a') + "/" + std::string(90, 'b'), "prefix");
  }
  void add_sparse() {
    std::string bytes(3 << 20, '\0');
    for (size_t at = 0; at < bytes.size(); at += 128 << 10) bytes.replace(at, 4, "data");
    scratch_.write("solid", bytes);
    scratch_.write("hole", std::string(2 << 20, '\0'));
    ASSERT_EQ(
        test::run({"cp", "--sparse=always", scratch_.path() + "/solid", tree("sparse")}).exit_code,
        0);
    ASSERT_EQ(
        test::run({"cp", "--sparse=always", scratch_.path() + "/hole", tree("hole")}).exit_code, 0);
  }

  // Packs the tree and compares the walk with the tree on disk.
  void check(std::vector<std::string> options, bool expect_sparse = false) {
    std::vector<std::string> command = {"tar", "-c", "--sort=name"};
    command.insert(command.end(), options.begin(), options.end());
    for (const char* word : {"-f", "-", "-C"}) command.emplace_back(word);
    command.push_back(scratch_.path());
    command.emplace_back("tree");
    const auto packed = test::run(command);
    ASSERT_EQ(packed.exit_code, 0) << packed.err;
    DribbleReader stream(packed.out, 10'007);
    const auto all = walk(stream);
    ASSERT_OK(all);
    size_t sparse = 0;
    for (const Seen& seen : *all) {
      compare(seen, packed.out);
      if (seen.entry.sparse) ++sparse;
    }
    EXPECT_EQ(sparse > 0, expect_sparse);
    size_t on_disk = 1;
    for ([[maybe_unused]] const auto& file :
         std::filesystem::recursive_directory_iterator(scratch_.path() + "/tree")) {
      ++on_disk;
    }
    EXPECT_EQ(all->size(), on_disk);
  }

  void compare(const Seen& seen, std::string_view archive) {
    namespace fs = std::filesystem;
    const std::string path = scratch_.path() + "/" + seen.entry.path;
    const fs::file_status status = fs::symlink_status(path);
    ASSERT_TRUE(fs::exists(status)) << path;
    if (fs::is_symlink(status)) {
      EXPECT_EQ(seen.entry.type, TarType::kSymlink);
      EXPECT_EQ(seen.entry.link_path, fs::read_symlink(path).string());
    } else if (fs::is_directory(status)) {
      EXPECT_EQ(seen.entry.type, TarType::kDirectory);
    } else if (fs::is_fifo(status)) {
      EXPECT_EQ(seen.entry.type, TarType::kFifo);
    } else if (seen.entry.type == TarType::kHardLink) {
      EXPECT_TRUE(fs::equivalent(path, scratch_.path() + "/" + seen.entry.link_path));
    } else {
      EXPECT_EQ(seen.entry.type, TarType::kFile);
      EXPECT_TRUE(seen.content == test::read(path)) << path;
      if (!seen.entry.sparse) {
        EXPECT_TRUE(archive.substr(seen.entry.data_offset, seen.entry.size) == seen.content);
      }
    }
    if (!fs::is_symlink(status)) {
      EXPECT_EQ(seen.entry.mode, static_cast<uint32_t>(status.permissions()));
    }
  }

  test::ScratchDirectory scratch_;
};

TEST_F(TarOracle, ReadsV7) {
  std::filesystem::remove(tree("fifo"));
  check({"--format=v7"});
}
TEST_F(TarOracle, ReadsUstar) {
  scratch_.write("tree/" + std::string(90, 'a') + "/" + std::string(90, 'b'), "prefix");
  check({"--format=ustar"});
}
TEST_F(TarOracle, ReadsOldGnu) {
  add_long_names();
  check({"--format=gnu"});
}
TEST_F(TarOracle, ReadsPax) {
  add_long_names();
  check({"--format=pax"});
}
TEST_F(TarOracle, ReadsLargeOwners) {
  check({"--format=gnu", "--owner=x:3000000000", "--group=y:3000000001"});
  check({"--format=pax", "--owner=x:3000000000", "--group=y:3000000001"});
}
TEST_F(TarOracle, ReadsGlobalHeaders) {
  check({"--format=pax", "--pax-option=comment=hello,globexthdr.name=g"});
}
TEST_F(TarOracle, ReadsSparseFiles) {
  add_sparse();
  if (test::run({"tar", "-cS", "-f", "/dev/null", "-C", scratch_.path(), "tree"}).exit_code != 0) {
    GTEST_SKIP() << "this tar knows no sparse files";
  }
  check({"--format=gnu", "-S"}, true);
  for (const char* version : {"0.0", "0.1", "1.0"}) {
    check({"--format=pax", "-S", std::string("--sparse-version=") + version}, true);
  }
}

// Python's tarfile as a second opinion on names and sizes.
TEST(TarPython, AgreesOnNamesAndSizes) {
  if (!test::on_path("python3")) GTEST_SKIP() << "no python3 on this machine";
  const std::string script = R"(
import io, sys, tarfile
for form in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w', format=form) as tar:
        for i in range(40):
            info = tarfile.TarInfo('d/' * i + 'caf\u00e9-' + str(i))
            info.size = i * 100
            info.mtime = i
            tar.addfile(info, io.BytesIO(b'x' * info.size))
    sys.stdout.buffer.write(len(out.getvalue()).to_bytes(8, 'little') + out.getvalue())
)";
  const auto result = test::run({"python3", "-c", script});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  std::string_view rest = result.out;
  for (int archive = 0; archive < 3; ++archive) {
    uint64_t length = 0;
    ASSERT_GE(rest.size(), 8u);
    std::memcpy(&length, rest.data(), 8);
    const auto all = walk(rest.substr(8, length));
    rest.remove_prefix(8 + length);
    ASSERT_OK(all);
    ASSERT_EQ(all->size(), 40u);
    std::string directories;
    for (size_t i = 0; i < 40; ++i, directories += "d/") {
      EXPECT_EQ((*all)[i].entry.path, directories + "caf\xc3\xa9-" + std::to_string(i));
      EXPECT_EQ((*all)[i].content, std::string(i * 100, 'x'));
      EXPECT_EQ((*all)[i].entry.mtime, static_cast<int64_t>(i));
    }
  }
}

}  // namespace
}  // namespace seawall
