#include "advisory/constraint.h"

#include "support/support.h"

namespace seawall::advisory {
namespace {

constexpr auto kGem = VersionScheme::kRubygems;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<Range> inside(const std::vector<Requirement>& requirements) {
  auto ranges = ranges_of(kGem, requirements);
  EXPECT_OK(ranges);
  return ranges.ok() ? *ranges : std::vector<Range>{};
}

std::vector<Range> outside(const std::vector<Requirement>& requirements) {
  auto ranges = ranges_outside(kGem, requirements);
  EXPECT_OK(ranges);
  return ranges.ok() ? *ranges : std::vector<Range>{};
}

TEST(Constraint, OperatorsBecomeBounds) {
  EXPECT_THAT(inside({{">=1.0", "<1.2"}}), ElementsAre(Range{"1.0", "1.2", ""}));
  EXPECT_THAT(inside({{" >= 1.0 , <= 1.2 "}}), ElementsAre(Range{"1.0", "", "1.2"}));
  EXPECT_THAT(inside({{"<2"}}), ElementsAre(Range{"", "2", ""}));
  EXPECT_THAT(inside({{"= 1.3"}}), ElementsAre(Range{"1.3", "", "1.3"}));
  EXPECT_THAT(inside({{"1.3"}}), ElementsAre(Range{"1.3", "", "1.3"}));
  EXPECT_THAT(inside({{"> 1.2"}}), ElementsAre(Range{"1.2.0.1", "", ""}));
  EXPECT_THAT(inside({{"> 1.2.3.4"}}), ElementsAre(Range{"1.2.3.4.1", "", ""}));
  EXPECT_THAT(inside({{"> 1.2.rc1"}}), ElementsAre(Range{"1.2.rc1.1", "", ""}));
}

TEST(Constraint, PessimisticOperatorDropsTheLastNumber) {
  EXPECT_THAT(inside({{"~> 2.1.3"}}), ElementsAre(Range{"2.1.3", "2.2.a", ""}));
  EXPECT_THAT(inside({{"~> 2.1"}}), ElementsAre(Range{"2.1", "3.a", ""}));
  EXPECT_THAT(inside({{"~> 2"}}), ElementsAre(Range{"2", "3.a", ""}));
  EXPECT_THAT(inside({{"~> 2.99.0"}}), ElementsAre(Range{"2.99.0", "2.100.a", ""}));
  EXPECT_THAT(inside({{"~> 2.3.0.beta"}}), ElementsAre(Range{"2.3.0.beta", "2.4.a", ""}));
  EXPECT_THAT(inside({{"~> 99999999999999999999.1"}}),
              ElementsAre(Range{"99999999999999999999.1", "100000000000000000000.a", ""}));
  EXPECT_THAT(inside({{"~> 7.0.8, >= 7.0.8.5"}}), ElementsAre(Range{"7.0.8.5", "7.1.a", ""}));
}

TEST(Constraint, TheNarrowerBoundCounts) {
  EXPECT_THAT(inside({{">= 1", ">= 2", "< 5", "< 4"}}), ElementsAre(Range{"2", "4", ""}));
  EXPECT_THAT(inside({{"> 2", ">= 2"}}), ElementsAre(Range{"2.0.0.1", "", ""}));
  EXPECT_THAT(inside({{"<= 2", "< 2"}}), ElementsAre(Range{"", "2", ""}));
}

TEST(Constraint, WhatNothingCanMeetIsLeftOut) {
  EXPECT_THAT(inside({{"> 2", "< 1"}, {"> 1", "< 1"}, {">= 1", "< 1"}}), IsEmpty());
  EXPECT_THAT(inside({{">= 1", "<= 1"}}), ElementsAre(Range{"1", "", "1"}));
}

TEST(Constraint, OutsideIsTheGaps) {
  EXPECT_THAT(outside({}), ElementsAre(Range{}));
  EXPECT_THAT(outside({{">= 2"}}), ElementsAre(Range{"", "2", ""}));
  EXPECT_THAT(outside({{"> 2"}}), ElementsAre(Range{"", "", "2"}));
  EXPECT_THAT(outside({{"< 2"}}), ElementsAre(Range{"2", "", ""}));
  EXPECT_THAT(outside({{"<= 2"}}), ElementsAre(Range{"2.0.0.1", "", ""}));
  EXPECT_THAT(outside({{">= 7.2"}, {"< 3"}, {"~> 5.1.2"}}),
              ElementsAre(Range{"3", "5.1.2", ""}, Range{"5.2.a", "7.2", ""}));
  EXPECT_THAT(outside({{"= 1.5"}}), ElementsAre(Range{"", "1.5", ""}, Range{"1.5.0.1", "", ""}));
}

TEST(Constraint, OutsideMergesWhatOverlapsOrTouches) {
  EXPECT_THAT(outside({{">= 1", "< 3"}, {">= 2", "< 4"}, {">= 1", "< 2"}}),
              ElementsAre(Range{"", "1", ""}, Range{"4", "", ""}));
  EXPECT_THAT(outside({{"< 2"}, {">= 2"}}), IsEmpty());
  EXPECT_THAT(outside({{"<= 2"}, {"> 2"}}), IsEmpty());
  EXPECT_THAT(outside({{"< 2"}, {"> 2"}}), ElementsAre(Range{"2", "", "2"}));
  EXPECT_THAT(outside({{"< 2"}, {"<= 2"}, {">= 3"}}), ElementsAre(Range{"2.0.0.1", "3", ""}));
  EXPECT_THAT(outside({{">= 0"}, {"< 9"}}), IsEmpty());
}

TEST(Constraint, RefusesWhatIsNoRequirement) {
  for (const char* text :
       {"", " ", ">=", "^1.2", "~1", ">< 1", "!= 1", ">= 1 < 2", "1.*", "1 | 2", ">= 1, ^2"}) {
    EXPECT_FALSE(ranges_of(kGem, {{text}}).ok()) << text;
    EXPECT_FALSE(ranges_outside(kGem, {{text}}).ok()) << text;
  }
  EXPECT_FALSE(ranges_of(kGem, {{">= " + std::string(200, '1')}}).ok());
  EXPECT_FALSE(ranges_of(kGem, std::vector<Requirement>(257, {"<1"})).ok());
}

}  // namespace
}  // namespace seawall::advisory
