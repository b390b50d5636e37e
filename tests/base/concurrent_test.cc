// Path sets, work in parallel, reading ahead.

#include <atomic>
#include <random>

#include "base/path_set.h"
#include "base/read_ahead.h"
#include "base/thread_pool.h"
#include "support/support.h"

namespace seawall {
namespace {

TEST(PathSets, MatchAsGlobsDo) {
  EXPECT_TRUE(glob_match("etc/*-release", "etc/os-release"));
  EXPECT_FALSE(glob_match("etc/*-release", "etc/a/os-release"));
  EXPECT_TRUE(glob_match("**/package.json", "package.json"));
  EXPECT_TRUE(glob_match("**/package.json", "a/b/package.json"));
  EXPECT_FALSE(glob_match("**/package.json", "a/package.jsonx"));
  EXPECT_TRUE(glob_match("a/**/z", "a/z"));
  EXPECT_TRUE(glob_match("a/**/z", "a/b/c/z"));
  EXPECT_TRUE(glob_match("a/?c", "a/bc"));
  EXPECT_FALSE(glob_match("a/?c", "a/c"));
  // Patterns that would take for ever when tried one by one.
  std::string pattern, path;
  for (int i = 0; i < 30; ++i) {
    pattern += "**/a*a/";
    path += "aaaaaaaa/";
  }
  EXPECT_FALSE(glob_match(pattern + "b", path + "c"));
}

TEST(PathSets, NormalisedPathsNeverLeaveTheRoot) {
  bool escapes = false;
  EXPECT_EQ(normalize_path("./usr//lib/./x/", escapes), "usr/lib/x");
  EXPECT_FALSE(escapes);
  EXPECT_EQ(normalize_path("/etc/passwd", escapes), "etc/passwd");
  EXPECT_EQ(normalize_path("a/../b", escapes), "b");
  EXPECT_FALSE(escapes);
  for (const char* path : {"..", "../x", "a/../../x", "/..", "./../x"}) {
    normalize_path(path, escapes);
    EXPECT_TRUE(escapes) << path;
  }
}

TEST(PathSets, TellOwnersAndWhatMayLieBelow) {
  PathSet set;
  set.add("var/lib/dpkg/status", 3);
  set.add("var/lib/dpkg/status.d/*", 1);
  set.add("**/package.json", 2);
  set.add("var/lib/*/status", 0);
  std::vector<uint32_t> owners;
  set.match("var/lib/dpkg/status", owners);
  EXPECT_THAT(owners, testing::ElementsAre(0u, 3u));
  EXPECT_FALSE(set.matches("var/lib/dpkg"));
  // Whatever matches, every directory above it may contain it.
  std::mt19937 random(7);
  const std::vector<std::string> words{"var",      "lib",          "dpkg", "status",
                                       "status.d", "package.json", "x"};
  PathSet without;  // no "**", or everything may contain something
  without.add("var/lib/dpkg/status", 0);
  without.add("var/*/dpkg/status.d/?", 1);
  for (int i = 0; i < 20'000; ++i) {
    std::string path;
    for (size_t depth = 1 + random() % 5; depth > 0; --depth)
      path += (path.empty() ? "" : "/") + words[random() % words.size()];
    if (!without.matches(path)) continue;
    for (size_t slash = path.find('/'); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
      EXPECT_TRUE(without.may_contain(path.substr(0, slash))) << path;
    }
  }
  EXPECT_FALSE(without.may_contain("usr"));
  EXPECT_FALSE(without.may_contain("var/lib/dpkg/status.d/x/y/z"));
}

TEST(ParallelFor, DoesEachPieceOnce) {
  for (const unsigned jobs : {0u, 1u, 3u, 64u}) {
    for (const size_t count : {0u, 1u, 100u}) {
      std::vector<std::atomic<int>> done(count);
      parallel_for(count, jobs, [&](size_t i) { ++done[i]; });
      for (const auto& times : done) EXPECT_EQ(times, 1);
    }
  }
  EXPECT_GE(default_jobs(), 1u);
}

// Gives `good` bytes in odd sizes, then the end or an error.
class Stuttering : public Reader {
 public:
  Stuttering(size_t good, bool fails) : left_(good), fails_(fails) {}
  Result<size_t> read(std::span<char> buffer) override {
    if (left_ == 0 && fails_) return malformed("broken");
    const size_t count = std::min({buffer.size(), left_, size_t{1} + at_ % 70'001});
    for (size_t i = 0; i < count; ++i) buffer[i] = static_cast<char>(at_++ * 31 >> 3);
    left_ -= count;
    return count;
  }

 private:
  size_t left_, at_ = 0;
  bool fails_;
};

TEST(ReadingAhead, ChangesNothingButTheThread) {
  for (const size_t size :
       {size_t{0}, size_t{1}, ReadAhead::kBufferBytes, ReadAhead::kBufferBytes * 7 + 13}) {
    Stuttering plain(size, false);
    const std::string expected = *read_all(plain, size);
    ReadAhead ahead(std::make_unique<Stuttering>(size, false));
    EXPECT_EQ(*read_all(ahead, size), expected);
    char one;
    EXPECT_EQ(*ahead.read({&one, 1}), 0u) << "the end stays the end";
    ReadAhead failing(std::make_unique<Stuttering>(size, true));
    std::string got(size, '\0');
    if (size > 0) EXPECT_OK(read_exactly(failing, got));
    EXPECT_EQ(got, expected) << "every byte before the error comes first";
    EXPECT_FALSE(failing.read({&one, 1}).ok());
    ReadAhead unread(std::make_unique<Stuttering>(size, false));  // destroyed with full buffers
  }
}

}  // namespace
}  // namespace seawall
