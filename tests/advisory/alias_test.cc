#include "advisory/alias_classes.h"

#include <algorithm>

#include "support/support.h"

namespace seawall::advisory {
namespace {

const std::vector<std::string> kNames = {"",        "CVE-2024-1000", "CVE-2024-2000", "GHSA-aaaa",
                                         "PYSEC-1", "GHSA-bbbb",     "GO-1"};
enum : uint32_t { kCve1 = 1, kCve2, kGhsaA, kPysec, kGhsaB, kGo };

AliasClasses resolved(std::vector<std::pair<uint32_t, uint32_t>> links) {
  AliasClasses classes;
  for (const auto& [a, b] : links) classes.link(a, b);
  classes.resolve(static_cast<uint32_t>(kNames.size()),
                  [](uint32_t name) { return std::string_view(kNames[name]); });
  return classes;
}

TEST(AliasClasses, MergesTransitively) {
  const auto classes = resolved({{kGhsaA, kPysec}, {kPysec, kGo}, {kGo, kCve1}});
  EXPECT_EQ(classes.find(kGhsaA), classes.find(kCve1));
  EXPECT_EQ(classes.find(kPysec), classes.find(kCve1));
  EXPECT_NE(classes.find(kGhsaB), classes.find(kCve1));
  EXPECT_EQ(classes.refused(), 0u);
}

TEST(AliasClasses, NeverBringsTwoCvesTogether) {
  const auto classes = resolved({{kGhsaA, kCve1}, {kGhsaB, kCve2}, {kGhsaA, kGhsaB}});
  EXPECT_NE(classes.find(kCve1), classes.find(kCve2));
  EXPECT_EQ(classes.find(kGhsaA), classes.find(kCve1));
  EXPECT_EQ(classes.find(kGhsaB), classes.find(kCve2));
  EXPECT_EQ(classes.refused(), 1u);
}

TEST(AliasClasses, DoesNotDependOnTheOrderOfLinks) {
  std::vector<std::pair<uint32_t, uint32_t>> links = {
      {kGhsaA, kCve1}, {kPysec, kGhsaA}, {kPysec, kCve2}, {kGo, kPysec}, {kGhsaB, kGo}};
  std::sort(links.begin(), links.end());
  const auto first = resolved(links);
  do {
    const auto other = resolved(links);
    for (uint32_t a = 1; a < kNames.size(); ++a) {
      for (uint32_t b = 1; b < kNames.size(); ++b) {
        EXPECT_EQ(first.find(a) == first.find(b), other.find(a) == other.find(b));
      }
    }
  } while (std::next_permutation(links.begin(), links.end()));
}

TEST(AliasClasses, ToleratesSelfLinksDoublesAndUnknownNumbers) {
  const auto classes = resolved({{kGo, kGo}, {kGo, kPysec}, {kPysec, kGo}});
  EXPECT_EQ(classes.find(kGo), classes.find(kPysec));
  EXPECT_EQ(classes.find(1000), 1000u);
}

TEST(AliasNames, RecognisesCves) {
  EXPECT_TRUE(is_cve_id("CVE-2024-1000"));
  EXPECT_TRUE(is_cve_id("CVE-1999-0001234567"));
  for (const char* bad : {"", "CVE-", "CVE-2024-", "cve-2024-1000", "CVE-20x4-1000", "CVE-2024-1x",
                          "CVE-2024-1000 ", "GHSA-2024-1000"}) {
    EXPECT_FALSE(is_cve_id(bad)) << bad;
  }
}

TEST(AliasNames, PrefersCveThenGhsaThenTheSmallest) {
  EXPECT_TRUE(is_better_name("CVE-2024-1000", "GHSA-aaaa"));
  EXPECT_TRUE(is_better_name("GHSA-aaaa", "DSA-1"));
  EXPECT_TRUE(is_better_name("DSA-1", "PYSEC-1"));
  EXPECT_FALSE(is_better_name("PYSEC-1", "PYSEC-1"));
}

}  // namespace
}  // namespace seawall::advisory
