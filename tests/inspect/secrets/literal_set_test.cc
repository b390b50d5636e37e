#include "inspect/secrets/literal_set.h"

#include <random>

#include "base/strings.h"
#include "support/support.h"

namespace seawall::inspect {
namespace {

using Hits = std::vector<LiteralSet::Hit>;

// Every place tried by hand.
Hits expected(const std::vector<std::string>& literals, std::string_view text) {
  Hits out;
  for (uint32_t at = 0; at < text.size(); ++at) {
    for (uint32_t i = 0; i < literals.size(); ++i) {
      if (equal_ignoring_case(text.substr(at, literals[i].size()), literals[i]))
        out.push_back({at, i});
    }
  }
  return out;
}

std::string random_text(std::mt19937& random, std::string_view alphabet, size_t size) {
  std::string out(size, ' ');
  for (char& c : out) c = alphabet[random() % alphabet.size()];
  return out;
}

class LiteralSets : public ::testing::TestWithParam<LiteralEngine> {
 protected:
  std::unique_ptr<LiteralSet> set_of(std::vector<std::string> literals) {
    return LiteralSet::make(std::move(literals), GetParam());
  }
};

TEST_P(LiteralSets, FindOverlappingLiteralsAtBothEnds) {
  const std::vector<std::string> literals = {"key", "api_key", "eyJ", "-----begin", "KEY_"};
  const auto set = set_of(literals);
  if (!set) GTEST_SKIP() << "Hyperscan is not installed";
  Hits hits;
  for (const std::string_view text :
       {"", "k", "ke", "key", "KEY", "api_KEY_key", "xxEYJ", "-----BEGIN", "k\0ey", "keykeykey_"}) {
    set->find(text, hits);
    EXPECT_EQ(hits, expected(literals, text)) << text;
  }
}

TEST_P(LiteralSets, GiveWhatTryingEveryPlaceGives) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    const std::string_view alphabet = round % 3 == 0   ? "aAbB@`{["
                                      : round % 3 == 1 ? "abcdefghijklmnopqrstuvwxyz_-0123"
                                                       : std::string_view("ab\0\x80\xff_", 6);
    std::vector<std::string> literals;
    for (size_t i = 0; i < 1 + random() % 20; ++i)
      literals.push_back(random_text(random, "abAB_@xyz", 3 + random() % 6));
    std::sort(literals.begin(), literals.end());
    literals.erase(std::unique(literals.begin(), literals.end()), literals.end());
    const auto set = set_of(literals);
    if (!set) GTEST_SKIP() << "Hyperscan is not installed";
    const std::string text = random_text(random, alphabet, random() % 300);
    Hits hits;
    set->find(text, hits);
    ASSERT_EQ(hits, expected(literals, text)) << round;
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, LiteralSets,
                         ::testing::Values(LiteralEngine::kPortable, LiteralEngine::kHyperscan));

}  // namespace
}  // namespace seawall::inspect
