// The indexes of PathSet against one glob_match for each pattern.
#include <fmt/format.h>

#include <random>

#include "base/path_set.h"
#include "support/support.h"

namespace seawall {
namespace {

TEST(PathSetIndex, GivesWhatMatchingEachPatternGives) {
  const std::vector<std::string> patterns = {"a/b.json",
                                             "**/b.json",
                                             "**/a/*.json",
                                             "**/*.lock.json",
                                             "a/*",
                                             "**/*.json",
                                             "a/**",
                                             "**/a/b/*.x.y",
                                             "*/b.json",
                                             "**/node/*/b.json",
                                             "a/*/c/b.json",
                                             "**/c*",
                                             "**/a?b",
                                             "x/**/*.json",
                                             "**/.hidden",
                                             "**/*.d/b.json",
                                             "**/specs/*.gemspec"};
  PathSet set;
  for (uint32_t i = 0; i < patterns.size(); ++i) set.add(patterns[i], i);
  std::mt19937 random(7);
  const std::vector<std::string> names = {"a",     "b.json",    "c",   "x",       "a.lock.json",
                                          "q.x.y", "node",      "acb", ".hidden", "e.d",
                                          "specs", "r.gemspec", "b",   "c.json",  ".json"};
  for (int i = 0; i < 20'000; ++i) {
    std::string path;
    for (size_t depth = random() % 5 + 1; depth > 0; --depth)
      path += (path.empty() ? "" : "/") + names[random() % names.size()];
    std::vector<uint32_t> expected, actual;
    for (uint32_t p = 0; p < patterns.size(); ++p) {
      if (glob_match(patterns[p], path)) expected.push_back(p);
    }
    set.match(path, actual);
    ASSERT_EQ(actual, expected) << path;
    if (!expected.empty()) {
      const size_t slash = path.rfind('/');
      ASSERT_TRUE(set.may_contain(slash == std::string::npos ? "" : path.substr(0, slash)));
    }
  }
}

}  // namespace
}  // namespace seawall
