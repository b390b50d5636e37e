// Results, streams, digests, files, text and time.

#include <unistd.h>

#include <cstdlib>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/strings.h"
#include "base/time.h"
#include "support/support.h"

namespace seawall {
namespace {

Result<int> half(int value) {
  if (value % 2 != 0) return malformed("odd");
  return value / 2;
}
Result<int> quarter(int value) {
  SEAWALL_TRY(const int once, half(value));
  SEAWALL_TRY(const int twice, half(once));
  return twice;
}

TEST(Results, CarryValuesOrErrorsUpwards) {
  EXPECT_EQ(*quarter(8), 2);
  ASSERT_FALSE(quarter(6).ok());
  EXPECT_EQ(quarter(6).error().code(), Code::kMalformed);
  EXPECT_EQ(quarter(6).value_or(7), 7);
  Error error =
      Error(Code::kLimit, "too much").at("file").at("layer 2").hint("first").hint("second");
  EXPECT_EQ(error.text(), "layer 2: file: too much");
  EXPECT_EQ(error.hint(), "first") << "the hint closest to the cause stays";
  const Error copy = error;
  error = Error(Code::kIo, "other");
  EXPECT_EQ(copy.text(), "layer 2: file: too much");
  EXPECT_EQ(errno_error("cannot open x", ENOENT).code(), Code::kNotFound);
  EXPECT_EQ(errno_error("x", ENOSPC).code(), Code::kNoSpace);
  EXPECT_EQ(errno_error("x", EACCES).code(), Code::kPermission);
}

TEST(Streams, GiveWhatThereIsAndSayWhenItIsShort) {
  char buffer[4];
  MemoryReader reader("abcdef");
  EXPECT_OK(read_exactly(reader, buffer));
  EXPECT_EQ(std::string_view(buffer, 4), "abcd");
  const auto shortage = read_exactly(reader, buffer);
  ASSERT_FALSE(shortage.ok());
  EXPECT_THAT(shortage.error().text(), testing::HasSubstr("2 bytes early"));
  MemoryReader again("abcdef");
  EXPECT_EQ(read_all(again, 5).error().code(), Code::kLimit);
  MemoryReader third("abcdef");
  EXPECT_OK(third.skip(2));
  EXPECT_EQ(*read_all(third, 10), "cdef");
  EXPECT_FALSE(third.skip(1).ok());
  const auto access = std::make_shared<MemoryAccess>("0123456789");
  RangeReader range(access, 2, 5);
  EXPECT_OK(range.skip(1));
  EXPECT_EQ(*read_all(range, 10), "3456");
  RangeReader past(access, 8, 5);
  EXPECT_FALSE(read_all(past, 10).ok()) << "a range past the end is cut off, not empty";
  RangeReader huge(access, UINT64_MAX - 1, 5);
  EXPECT_FALSE(read_all(huge, 10).ok());
}

TEST(Digests, AreReadStrictlyAndComputed) {
  const std::string empty =
      "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  EXPECT_EQ(digest_of("").text(), empty);
  EXPECT_EQ(digest_of("abc", HashAlgorithm::kMd5).hex, "900150983cd24fb0d6963f7d28e17f72");
  ASSERT_OK(Digest::parse(empty));
  EXPECT_EQ(Digest::parse(empty)->short_text(), "sha256:e3b0c44298fc");
  for (const char* bad :
       {"", "sha256:", "sha256:abc", "md5:900150983cd24fb0d6963f7d28e17f72",
        "SHA256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
        "sha256:../../../../../../../../../../../../../../../../../../../../etc/pa"}) {
    EXPECT_FALSE(Digest::parse(bad).ok()) << bad;
  }
  Hasher hasher;
  hasher.update("a");
  hasher.update("bc");
  EXPECT_EQ(hasher.finish(), digest_of("abc"));
  EXPECT_EQ(hasher.finish(), digest_of("")) << "it starts anew";
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(*from_base64(to_base64(bytes)), bytes);
    EXPECT_EQ(*from_hex(to_hex(bytes)), bytes);
    bytes += static_cast<char>(i * 7);
  }
  for (const char* bad : {"a", "abc=d", "ab=", "a===", "ab!d"})
    EXPECT_FALSE(from_base64(bad).ok()) << bad;
  for (const char* bad : {"a", "zz", "0x"}) EXPECT_FALSE(from_hex(bad).ok()) << bad;
}

TEST(Files, AreWrittenWhollyOrNotAtAll) {
  const test::ScratchDirectory scratch;
  const std::string path = scratch.path() + "/file";
  {
    auto dropped = AtomicFile::create(path);
    ASSERT_OK(dropped);
    ASSERT_OK(dropped->write("half"));
  }
  EXPECT_FALSE(file_exists(path));
  ASSERT_OK(write_file(path, "first"));
  const auto map = MappedFile::open(path);
  ASSERT_OK(map);
  ASSERT_OK(write_file(path, "second"));
  EXPECT_EQ(map->bytes(), "first") << "a reader keeps what it opened";
  EXPECT_EQ(*read_file(path, 100), "second");
  EXPECT_EQ(read_file(path, 3).error().code(), Code::kLimit);
  auto patched = AtomicFile::create(path);
  ASSERT_OK(patched);
  ASSERT_OK(patched->write("....tail"));
  ASSERT_OK(patched->write_at(0, "head"));
  ASSERT_OK(patched->commit());
  EXPECT_EQ(*read_file(path, 100), "headtail");
  EXPECT_FALSE(write_file(scratch.path() + "/absent/file", "x").ok());
  EXPECT_FALSE(File::open(scratch.path()).ok()) << "a directory is no file";
  EXPECT_FALSE(File::open("/dev/null").ok()) << "nor is a device";
  EXPECT_GT(read_file("/proc/self/status", 1 << 20)->size(), 0u);
  EXPECT_OK(make_directories(scratch.path() + "/a/b/c"));
  EXPECT_OK(make_directories(scratch.path() + "/a/b/c"));
  EXPECT_FALSE(make_directories(path + "/below").ok());
  auto left = AtomicFile::create(scratch.path() + "/left");
  ASSERT_OK(left);
  remove_temporary_files();
  EXPECT_FALSE(left->commit().ok()) << "the interrupt path has removed it";
}

TEST(Text, IsMadeSafeToPrint) {
  EXPECT_EQ(printable("plain ünïcode ✗"), "plain ünïcode ✗");
  EXPECT_EQ(printable("\x1b[31m"), "\\x1b[31m");
  EXPECT_EQ(printable("a\nb\tc\x7f"), "a\\x0ab\\x09c\\x7f");
  EXPECT_EQ(printable("\xff\xc0\x80"), "\\xff\\xc0\\x80");
  EXPECT_EQ(printable("\xe2\x80\xae"), "\\xe2\\x80\\xae") << "right-to-left override";
  EXPECT_EQ(printable("\xc2\x9b"), "\\xc2\\x9b") << "a C1 control";
  EXPECT_TRUE(is_valid_utf8("\xf0\x9f\x98\x80"));
  for (const char* bad : {"\x80", "\xed\xa0\x80", "\xc0\xaf", "\xf4\x90\x80\x80", "\xe2\x82"}) {
    EXPECT_FALSE(is_valid_utf8(bad));
    EXPECT_TRUE(is_valid_utf8(to_valid_utf8(bad)));
  }
}

TEST(Text, SplitsTrimsAndCounts) {
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
  EXPECT_THAT(split("a,,b", ','), testing::ElementsAre("a", "", "b"));
  EXPECT_EQ(split_once("k=v=w", '=').second, "v=w");
  EXPECT_EQ(replace_all("aXbXc", "X", "--"), "a--b--c");
  EXPECT_EQ(parse_unsigned("18446744073709551615"), UINT64_MAX);
  for (const char* bad : {"", "-1", "+1", " 1", "1 ", "0x1", "18446744073709551616"}) {
    EXPECT_FALSE(parse_unsigned(bad)) << bad;
  }
  EXPECT_EQ(human_bytes(999), "999 B");
  EXPECT_EQ(human_bytes(1'900'000'000), "1.9 GB");
  EXPECT_EQ(human_bytes(412'000'000), "412 MB");
  EXPECT_EQ(human_count(1'204'551), "1,204,551");
  std::vector<std::string> lines;
  for_each_line("a\r\n\nb", [&](std::string_view line, size_t number) {
    lines.push_back(std::string(line) + std::to_string(number));
  });
  EXPECT_THAT(lines, testing::ElementsAre("a1", "2", "b3"));
}

TEST(Time, IsReadAndWritten) {
  for (const char* text : {"1970-01-01T00:00:00Z", "2000-02-29T23:59:59Z", "2026-11-24T01:02:03Z",
                           "0001-01-01T00:00:00Z"}) {
    ASSERT_TRUE(parse_time(text)) << text;
    EXPECT_EQ(to_rfc3339(*parse_time(text)), text);
  }
  EXPECT_EQ(parse_time("2026-11-24T02:00:00+02:00"), parse_time("2026-11-24T00:00:00Z"));
  EXPECT_EQ(parse_time("2026-11-24T00:00:00.123456Z"), parse_time("2026-11-24"));
  for (const char* bad :
       {"", "2026", "2026-13-01", "2026-02-30", "2025-02-29", "2026-11-24X", "2026-11-24T25:00:00Z",
        "2026-11-24T00:00:00+2", "2026-11-24T00:00:00.Z"}) {
    EXPECT_FALSE(parse_time(bad)) << bad;
  }
  EXPECT_EQ(parse_duration("5d"), 5 * 86400);
  EXPECT_EQ(parse_duration("36h"), 36 * 3600);
  EXPECT_EQ(parse_duration("0"), 0);
  for (const char* bad : {"", "d", "-1d", "1y", "99999999999d"})
    EXPECT_FALSE(parse_duration(bad)) << bad;
  EXPECT_EQ(human_duration(90000), "1 day");
  set_now(1000);
  EXPECT_EQ(now(), 1000);
  set_now(-1);
}

TEST(Interruption, IsSeenByWhoeverAsks) {
  EXPECT_OK(check_interrupted());
  set_interrupted(true);
  EXPECT_EQ(check_interrupted().error().code(), Code::kCancelled);
  set_interrupted(false);
}

TEST(Text, StarsAndQuestionMarks) {
  EXPECT_TRUE(fits_wildcards("*", ""));
  EXPECT_TRUE(fits_wildcards("*", "*x")) << "a star in the text is a character";
  EXPECT_TRUE(fits_wildcards("a*c*e", "abcde"));
  EXPECT_FALSE(fits_wildcards("a*c*e", "abcd"));
  EXPECT_TRUE(fits_wildcards("a?c", "abc"));
  EXPECT_FALSE(fits_wildcards("a?c", "ac"));
  EXPECT_FALSE(fits_wildcards("a?c", "abc", false));
  EXPECT_TRUE(fits_wildcards("a?c", "a?c", false));
  EXPECT_FALSE(fits_wildcards("*a*a*a*a*a*a*a*b", std::string(5000, 'a'))) << "and soon";
}

}  // namespace
}  // namespace seawall
