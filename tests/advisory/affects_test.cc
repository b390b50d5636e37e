#include "advisory/affects.h"

#include "advisory/risk.h"
#include "support/support.h"

namespace seawall::advisory {
namespace {

constexpr auto kScheme = VersionScheme::kSemver;

bool in(std::vector<Range> ranges, std::string_view version,
        std::vector<std::string_view> versions = {}) {
  return affects(kScheme, ranges, versions, version);
}

TEST(Affects, HalfOpenRange) {
  EXPECT_FALSE(in({{"1.2.0", "1.2.9", ""}}, "1.1.9"));
  EXPECT_TRUE(in({{"1.2.0", "1.2.9", ""}}, "1.2.0"));
  EXPECT_TRUE(in({{"1.2.0", "1.2.9", ""}}, "1.2.8"));
  EXPECT_FALSE(in({{"1.2.0", "1.2.9", ""}}, "1.2.9"));
}

TEST(Affects, ClosedRange) {
  EXPECT_TRUE(in({{"1.0.0", "", "2.0.0"}}, "2.0.0"));
  EXPECT_FALSE(in({{"1.0.0", "", "2.0.0"}}, "2.0.1"));
}

TEST(Affects, NothingOrZeroIsTheFirstVersion) {
  for (const char* introduced : {"", "0"}) {
    EXPECT_TRUE(in({{introduced, "1.0.0", ""}}, "0.0.1"));
    // Below "0" in the scheme, and affected all the same.
    EXPECT_TRUE(in({{introduced, "1.0.0", ""}}, "0.0.0-alpha"));
    EXPECT_FALSE(in({{introduced, "1.0.0", ""}}, "1.0.0"));
  }
}

TEST(Affects, OpenRangeGoesOnForEver) {
  EXPECT_TRUE(in({{"2.0.0", "", ""}}, "99.0.0"));
  EXPECT_FALSE(in({{"2.0.0", "", ""}}, "1.9.9"));
}

TEST(Affects, AnyRangeOrNamedVersionIsEnough) {
  const std::vector<Range> ranges = {{"1.0.0", "1.1.0", ""}, {"2.0.0", "2.1.0", ""}};
  EXPECT_TRUE(in(ranges, "2.0.5"));
  EXPECT_FALSE(in(ranges, "1.5.0"));
  EXPECT_TRUE(in(ranges, "1.5.0", {"1.5.0"}));
  EXPECT_TRUE(in({}, "1.5.0", {"1.4.0", "1.5.0"}));
  EXPECT_FALSE(in({}, "1.5.1", {"1.4.0", "1.5.0"}));
}

TEST(Affects, NeitherRangesNorVersionsMeansAll) {
  EXPECT_TRUE(in({}, "1.0.0"));
}

TEST(Affects, AnEmptyRangeHoldsNothing) {
  EXPECT_FALSE(in({{"2.0.0", "1.0.0", ""}}, "1.5.0"));
  EXPECT_FALSE(in({{"", "0", ""}}, "1.0.0"));
}

TEST(Affects, TextForPeople) {
  const std::vector<Range> two = {{"1.2.0", "1.2.9", ""}, {"0", "", "0.9"}};
  EXPECT_EQ(to_text(two, {}), ">=1.2.0, <1.2.9 || <=0.9");
  EXPECT_EQ(to_text({}, {}), "all versions");
  const std::vector<Range> open = {{"", "", ""}};
  EXPECT_EQ(to_text(open, {}), "all versions");
  const std::vector<std::string_view> many = {"1", "2", "3", "4", "5"};
  EXPECT_EQ(to_text({}, many), "=1 || =2 || =3 || =4 || ...");
}

TEST(Risk, StaysInBoundsAndGrowsWithWhatItDependsOn) {
  double last = -1;
  for (const double epss : {0.0, 0.01, 0.3, 0.97, 1.0}) {
    const double risk = risk_of({Severity::kHigh, 8.1, epss});
    EXPECT_GT(risk, last);
    EXPECT_LE(risk, 90);
    last = risk;
  }
  EXPECT_LT(risk_of({Severity::kLow, 3.1, 0.5}), risk_of({Severity::kCritical, 9.8, 0.5}));
  EXPECT_LE(risk_of({Severity::kCritical, 1000, 1000.0}), 90);
}

TEST(Risk, KnownExploitedIsNearTheTop) {
  const double exploited = risk_of({Severity::kLow, 2.0, 0.0, true});
  EXPECT_GE(exploited, 90);
  EXPECT_GT(exploited, risk_of({Severity::kCritical, 10, 1.0}));
  EXPECT_GT(risk_of({Severity::kLow, 2.0, 0.0, true, true}), exploited);
  EXPECT_EQ(risk_of({Severity::kUnknown, 0, std::nullopt, false, false, true}), 100);
}

TEST(Risk, WithoutFiguresItIsTheExampleOfTheDocument) {
  EXPECT_DOUBLE_EQ(risk_of({Severity::kHigh, 0, std::nullopt}), 2.16);
}

}  // namespace
}  // namespace seawall::advisory
