#include "guard/profile/path_rules.h"

#include <algorithm>
#include <random>

#include "support/support.h"

namespace seawall::guard {
namespace {

TEST(PathRules, WhatARuleCovers) {
  EXPECT_TRUE(covers("/a/b", "/a/b"));
  EXPECT_FALSE(covers("/a/b", "/a/b/c"));
  EXPECT_TRUE(covers("/a/**", "/a"));
  EXPECT_TRUE(covers("/a/**", "/a/b/c"));
  EXPECT_TRUE(covers("/a/**", "/a/b/**"));
  EXPECT_FALSE(covers("/a/**", "/ab"));
  EXPECT_FALSE(covers("/a/b/**", "/a"));
  EXPECT_TRUE(covers("/**", "/"));
  EXPECT_TRUE(covers("/**", "/etc/shadow"));
}

TEST(PathRules, AccessIsPutTogetherOfSeveralRules) {
  const std::vector<FileRule> rules = {{"/a/**", true, false}, {"/a/b", false, true}};
  EXPECT_TRUE(allows(rules, "/a/b", {true, true}));
  EXPECT_FALSE(allows(rules, "/a/c", {true, true}));
  EXPECT_TRUE(allows(rules, "/a/c", {true, false}));
  EXPECT_TRUE(allows({}, "/x", {false, false}));
  EXPECT_FALSE(allows({}, "/x", {true, false}));
}

TEST(PathRules, NamesThatAreMadeUpBecomeTheirFolder) {
  const struct {
    std::string_view path, read, written;
  } cases[] = {
      {"/etc/app.conf", "/etc/app.conf", "/etc/app.conf"},
      {"/proc/812/stat", "/proc/**", "/proc/**"},
      {"/proc/self/stat", "/proc/self/stat", "/proc/self/stat"},
      {"/proc/meminfo", "/proc/meminfo", "/proc/meminfo"},
      {"/tmp", "/tmp/**", "/tmp/**"},
      {"/tmp/a/b", "/tmp/**", "/tmp/**"},
      {"/tmpfile", "/tmpfile", "/tmpfile"},
      {"/var/tmp/x", "/var/tmp/**", "/var/tmp/**"},
      {"/dev/shm/sem.x", "/dev/shm/**", "/dev/shm/**"},
      {"/var/log/app-20261127.log", "/var/log/**", "/var/log/**"},
      {"/var/log/app-123.log", "/var/log/app-123.log", "/var/log/**"},
      {"/var/spool/1/2", "/var/spool/**", "/var/spool/**"},
      {"/srv/tmp.aB3dE9/x", "/srv/**", "/srv/**"},
      {"/srv/config-abcdef", "/srv/config-abcdef", "/srv/config-abcdef"},
      {"/usr/lib/libc.so.6", "/usr/lib/libc.so.6", "/usr/lib/libc.so.6"},
      {"/data/123e4567-e89b-12d3-a456-426614174000", "/data/**", "/data/**"},
      {"/data/deadbeef00", "/data/**", "/data/**"},
      {"/data/feedface", "/data/feedface", "/data/feedface"},
      {"/1", "/1", "/1"},
      {"/", "/", "/"},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(generalize(test.path, false), test.read) << test.path;
    EXPECT_EQ(generalize(test.path, true), test.written) << test.path;
    EXPECT_TRUE(covers(generalize(test.path, true), test.path)) << test.path;
  }
}

TEST(PathRules, ManyFilesOfAFolderBecomeTheFolder) {
  PathAccess paths;
  for (size_t i = 0; i <= kMostRulesOfFolder; ++i)
    paths["/usr/share/zone/" + std::string(i + 1, 'a')].read = true;
  paths["/usr/share/zone/a"].write = true;
  paths["/usr/share/other"].read = true;
  EXPECT_EQ(fold(paths), (std::vector<FileRule>{{"/usr/share/other", true, false},
                                                {"/usr/share/zone/**", true, false},
                                                {"/usr/share/zone/a", false, true}}));
  PathAccess etc;
  for (size_t i = 0; i <= kMostRulesOfFolder; ++i)
    etc["/etc/" + std::string(i + 1, 'a')].read = true;
  EXPECT_EQ(fold(etc).size(), kMostRulesOfFolder + 1) << "/etc/shadow is not among them";
  PathAccess few = {
      {"/a/b/**", {true, false}}, {"/a/b/c", {true, true}}, {"/a/b/d/**", {true, false}}};
  EXPECT_EQ(fold(few), (std::vector<FileRule>{{"/a/b/**", true, false}, {"/a/b/c", false, true}}));
  EXPECT_EQ(fold({{"/**", {true, true}}, {"/a", {true, false}}}),
            (std::vector<FileRule>{{"/**", true, true}}));
}

// Folding only widens, and folding again changes nothing.
TEST(PathRules, FoldingKeepsEverythingAndIsDoneOnce) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    PathAccess paths;
    for (int i = 0; i < 150; ++i) {
      std::string path;
      for (unsigned depth = 1 + random() % 4; depth > 0; --depth)
        path += "/" + std::string(1, static_cast<char>('a' + random() % (depth == 1 ? 26 : 2)));
      if (random() % 3 == 0) path += std::string(1, static_cast<char>('a' + random() % 26));
      if (random() % 20 == 0) path += "/**";
      (random() % 2 ? paths[path].read : paths[path].write) = true;
    }
    const std::vector<FileRule> folded = fold(paths);
    PathAccess again;
    for (const FileRule& rule : folded) again[rule.path] = {rule.read, rule.write};
    EXPECT_EQ(fold(again), folded);
    for (const auto& [path, access] : paths) {
      const std::string plain = path.ends_with("/**") ? path.substr(0, path.size() - 3) : path;
      EXPECT_TRUE(allows(folded, plain, access)) << path;
    }
    EXPECT_TRUE(std::is_sorted(folded.begin(), folded.end(),
                               [](const auto& a, const auto& b) { return a.path < b.path; }));
  }
}

TEST(PathRules, WhichPathsThereAre) {
  for (const char* path : {"/", "/a", "/a/b.c", "/a/...", "/a/*"}) EXPECT_TRUE(is_plain_path(path));
  for (const char* path : {"", "a", "/a/", "//a", "/a/../b", "/a/./b", "/a/**", "/**"})
    EXPECT_FALSE(is_plain_path(path)) << path;
  EXPECT_TRUE(is_path_rule("/**") && is_path_rule("/a/**") && is_path_rule("/a"));
  for (const char* path : {"/a/**/b", "/a/**/**", "a/**", "**"}) EXPECT_FALSE(is_path_rule(path));
  EXPECT_FALSE(is_plain_path("/" + std::string(5000, 'a')));
}

}  // namespace
}  // namespace seawall::guard
