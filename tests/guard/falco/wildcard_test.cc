#include "guard/falco/wildcard.h"

#include <fnmatch.h>

#include <random>
#include <string>

#include "support/support.h"

namespace seawall::guard::falco {
namespace {

TEST(Wildcard, StarsTakeSlashesToo) {
  EXPECT_TRUE(wildcard_match("/home/*/.ssh/*", "/home/a/b/.ssh/id_rsa"));
  EXPECT_FALSE(wildcard_match("/home/*/.ssh/*", "/home/a/.ssh"));
  EXPECT_TRUE(wildcard_match("*../*../*", "../../etc"));
  EXPECT_TRUE(wildcard_match("*", ""));
  EXPECT_TRUE(wildcard_match("", ""));
  EXPECT_FALSE(wildcard_match("", "a"));
  EXPECT_FALSE(wildcard_match("?", ""));
}

TEST(Wildcard, SetsAndEscapes) {
  EXPECT_TRUE(wildcard_match("[a-c]x", "bx"));
  EXPECT_FALSE(wildcard_match("[!a-c]x", "bx"));
  EXPECT_TRUE(wildcard_match("[^a-c]x", "dx"));
  EXPECT_TRUE(wildcard_match("[]x]", "]"));
  EXPECT_TRUE(wildcard_match("\\*", "*"));
  EXPECT_FALSE(wildcard_match("\\*", "a"));
  EXPECT_TRUE(wildcard_match("a[", "a["));
}

TEST(Wildcard, CaseMayNotMatter) {
  EXPECT_TRUE(wildcard_match("/ETC/*", "/etc/a", true));
  EXPECT_FALSE(wildcard_match("/ETC/*", "/etc/a"));
  EXPECT_TRUE(wildcard_match("[A-C]", "b", true));
}

// A pattern that takes exponential time where '*' is tried by recursion.
TEST(Wildcard, ManyStarsStayQuick) {
  std::string pattern;
  for (int at = 0; at < 50; ++at) pattern += "*a";
  EXPECT_FALSE(wildcard_match(pattern + "b", std::string(4000, 'a')));
}

TEST(Wildcard, AgreesWithTheLibraryOnRandomPatterns) {
  std::mt19937 random(7);
  constexpr std::string_view kPattern = "ab*?/\\", kText = "ab/c";
  for (int round = 0; round < 20'000; ++round) {
    std::string pattern, text;
    for (size_t at = random() % 8; at > 0; --at) pattern += kPattern[random() % kPattern.size()];
    for (size_t at = random() % 8; at > 0; --at) text += kText[random() % kText.size()];
    if (pattern.ends_with('\\')) continue;  // a lone one at the end differs between libraries
    EXPECT_EQ(wildcard_match(pattern, text), fnmatch(pattern.c_str(), text.c_str(), 0) == 0)
        << pattern << " on " << text;
  }
}

}  // namespace
}  // namespace seawall::guard::falco
