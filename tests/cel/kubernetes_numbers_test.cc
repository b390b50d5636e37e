// Quantities and semantic versions.
#include "cel/kubernetes_cases.h"
#include "cel/quantity.h"
#include "cel/semver.h"

namespace seawall::cel {
namespace {

using test::Case;
using test::expect_all;

constexpr Case kQuantities[] = {
    {"quantity('100m')", "100m", 1},
    {"quantity('0.1')", "100m", 1},
    {"quantity('1.500')", "1.500", 1},
    {"quantity('1.50')", "1500m", 1},
    {"quantity('+5')", "+5", 1},
    {"quantity('-0.000')", "0", 1},
    {"quantity('0Ki')", "0", 1},
    {"quantity('1024')", "1024", 1},
    {"quantity('1024Ki')", "1Mi", 1},
    {"quantity('1.5Gi')", "1536Mi", 1},
    {"quantity('0.5Ki')", "512", 1},
    {"quantity('1025Ki')", "1025Ki", 1},
    {"quantity('12e6')", "12e6", 1},
    {"quantity('12000000e0')", "12e6", 1},
    {"quantity('1E3')", "1E3", 1},
    {"quantity('1E')", "1E", 1},
    {"quantity('1e400')", "10e399", 1},
    {"quantity('0.1n')", "1n", 1},
    {"quantity('-0.1n')", "-1n", 1},
    {"quantity('1.0000000001')", "1000000001n", 2},
    {"quantity('99999999999999999999')", "99999999999999999999", 2},
    {"quantity('9Ei')", "9223372036854775807", 1},
    {"quantity('1000E')", "1", 1},
    {"quantity('.5')", "500m", 1},
    {"quantity('Gi')", "0", 1},
    {"quantity('')",
     "error: quantities must match the regular expression "
     "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
     0},
    {"quantity('5 Gi')",
     "error: quantities must match the regular expression "
     "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
     1},
    {"quantity('5gi')",
     "error: quantities must match the regular expression "
     "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
     1},
    {"quantity('5Kib')",
     "error: quantities must match the regular expression "
     "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
     1},
    {"quantity('1e')", "error: unable to parse quantity's suffix", 1},
    {"quantity('1ee3')", "error: unable to parse quantity's suffix", 1},
    {"quantity('.e-30')", "error: unable to parse numeric part of quantity", 1},
    {"isQuantity('1.5Gi')", "true", 1},
    {"isQuantity('1,5Gi')", "false", 1},
    {"quantity('10Mi') == quantity('10240Ki')", "true", 3},
    {"quantity('1e3') == quantity('1k')", "true", 3},
    {"quantity('1') != quantity('2')", "true", 3},
    {"quantity('1k').compareTo(quantity('1Ki'))", "-1", 3},
    {"quantity('-1').isLessThan(quantity('0.000000001'))", "true", 4},
    {"quantity('100000000000000000000').isGreaterThan(quantity('99999999999999999999.9'))", "true",
     7},
    {"sign(quantity('-5m'))", "-1", 2},
    {"sign(quantity('0'))", "0", 2},
    {"quantity('2Ki').asInteger()", "2048", 2},
    {"quantity('1.5').asInteger()", "error: cannot convert value to integer", 2},
    {"quantity('1000m').isInteger()", "false", 2},
    {"quantity('1.5Gi').isInteger()", "false", 2},
    {"quantity('9223372036854775807').isInteger()", "false", 3},
    {"quantity('1e19').isInteger()", "false", 2},
    {"quantity('100m').asApproximateFloat()", "0.1", 2},
    {"quantity('1.5Gi').asApproximateFloat()", "1.610612736e+09", 2},
    {"quantity('1e400').asApproximateFloat()", "+Inf", 2},
    {"quantity('1Gi').add(quantity('512Mi'))", "1536Mi", 3},
    {"quantity('1Gi').add(quantity('1'))", "1073741825", 3},
    {"quantity('0').add(quantity('1Ki'))", "1Ki", 3},
    {"quantity('1').add(5)", "6", 2},
    {"quantity('0').add(5000)", "5e3", 2},
    {"quantity('9223372036854775807').add(1)", "9223372036854775808", 3},
    {"quantity('1k').sub(quantity('1'))", "999", 3},
    {"quantity('1').sub(1)", "0", 2},
    {"quantity('100000000000000000000').sub(quantity('1n'))", "99999999999999999999999999999n", 5},
    {"quantity('1').add('2')", "does not compile", 0},
    {"quantity('1').add(dyn(2))", "3", 2},
    {"quantity('1').foo()", "does not compile", 0},
    {"string(dyn(quantity('1')))", "error: no such overload: string(kubernetes.Quantity)", 3},
};

constexpr Case kVersions[] = {
    {"semver('1.2.3-rc.1+build.5')", "1.2.3-rc.1+build.5", 2},
    {"semver('1.2')", "error: No Major.Minor.Patch elements found", 1},
    {"semver('1.2.3.4')", R"(error: Invalid character(s) found in patch number "3.4")", 1},
    {"semver('')", "error: Version string empty", 0},
    {"semver('v1.2.3')", R"(error: Invalid character(s) found in major number "v1")", 1},
    {"semver('1.02.3')", R"(error: Minor number must not contain leading zeroes "02")", 1},
    {"semver('1.2.3-01')",
     R"(error: Numeric PreRelease version must not contain leading zeroes "01")", 1},
    {"semver('1.2.3-a..b')", "error: Prerelease is empty", 1},
    {"semver('1.2.3+')", "error: Build meta data is empty", 1},
    {"semver('1.2.3+a_b')", R"(error: Invalid character(s) found in build meta data "a_b")", 1},
    {"semver('1.2.3-ä')", R"(error: Invalid character(s) found in prerelease "ä")", 1},
    {"semver('1.2.18446744073709551616')",
     R"(error: strconv.ParseUint: parsing "18446744073709551616": value out of range)", 3},
    {"semver('1..3')", R"(error: strconv.ParseUint: parsing "": invalid syntax)", 1},
    {"semver('v1.02', true)", "1.2.0", 1},
    {"semver('7', true)", "7.0.0", 1},
    {"semver('1.2-rc', true)", "error: short version cannot contain PreRelease/Build meta data", 1},
    {"semver('1.2.03-rc.1', true)", "1.2.3-rc.1", 2},
    {"semver('v1.2.3', false)", R"(error: Invalid character(s) found in major number "v1")", 1},
    {"isSemver('1.2.3')", "true", 1},
    {"isSemver('1.2')", "false", 1},
    {"isSemver('1.2', true)", "true", 1},
    {"semver('1.2.3').major() + semver('1.2.3').minor() + semver('1.2.3').patch()", "6", 8},
    {"semver('18446744073709551615.0.0').major()", "-1", 4},
    {"semver('1.0.0-rc.1').isLessThan(semver('1.0.0'))", "true", 3},
    {"semver('1.0.0-1').compareTo(semver('1.0.0-a'))", "-1", 3},
    {"semver('1.0.0-rc.9').compareTo(semver('1.0.0-rc.10'))", "-1", 4},
    {"semver('1.0.0-a').compareTo(semver('1.0.0-a.1'))", "-1", 3},
    {"semver('1.0.0+a') == semver('1.0.0+b')", "true", 3},
    {"semver('2.0.0').isGreaterThan(semver('1.9.9'))", "true", 3},
};

TEST(KubernetesNumbers, Quantities) {
  expect_all(kQuantities);
}
TEST(KubernetesNumbers, Versions) {
  expect_all(kVersions);
}

// Ascending; each is less than all behind it.
constexpr std::string_view kAscending[] = {
    "-1e400", "-9Ei",  "-1Ki", "-1k", "-1",  "-1m", "0",  "1n",
    "1u",     "1m",    "0.5",  "1",   "1.5", "999", "1k", "1023",
    "1Ki",    "1M",    "1Mi",  "1G",  "1Gi", "8E",  "9E", "9223372036854775807",
    "10E",    "1e400",
};

TEST(KubernetesNumbers, QuantitiesAreTotallyOrdered) {
  Arena arena;
  for (size_t i = 0; i < std::size(kAscending); ++i) {
    for (size_t j = 0; j < std::size(kAscending); ++j) {
      const auto left = Quantity::parse(kAscending[i], arena);
      const auto right = Quantity::parse(kAscending[j], arena);
      ASSERT_OK(left);
      ASSERT_OK(right);
      EXPECT_EQ(left->compare(*right), i < j   ? -1
                                       : i > j ? 1
                                               : 0)
          << kAscending[i] << " and " << kAscending[j];
    }
  }
}

TEST(KubernetesNumbers, WhatIsAddedAndTakenAwayLeavesTheSame) {
  Arena arena;
  for (const std::string_view one : kAscending) {
    for (const std::string_view other : kAscending) {
      const auto left = Quantity::parse(one, arena), right = Quantity::parse(other, arena);
      ASSERT_OK(left);
      ASSERT_OK(right);
      const auto sum = left->add(*right, arena);
      ASSERT_OK(sum);
      const auto back = sum->subtract(*right, arena);
      ASSERT_OK(back);
      EXPECT_EQ(back->compare(*left), 0) << one << " + " << other << " = " << sum->text();
    }
  }
}

TEST(KubernetesNumbers, LongQuantitiesAreRefused) {
  Arena arena;
  const auto longest = Quantity::parse(std::string(1024, '9'), arena);
  ASSERT_OK(longest);
  EXPECT_EQ(longest->text(), std::string(1024, '9'));
  const auto longer = Quantity::parse(std::string(1025, '9'), arena);
  ASSERT_FALSE(longer.ok());
  EXPECT_EQ(longer.error().code(), Code::kLimit);
  // As many digits as lie between the two would have to be written.
  const auto far = Quantity::parse("1e1000000000", arena);
  ASSERT_OK(far);
  const auto sum = longest->add(*far, arena);
  ASSERT_FALSE(sum.ok());
  EXPECT_EQ(sum.error().code(), Code::kLimit);
  EXPECT_EQ(longest->compare(*far), -1);
}

TEST(KubernetesNumbers, AQuantityNeverChanges) {
  const Environment environment = Environment::kubernetes(36);
  const auto program = environment.compile(
      "[quantity('99999999999999999999')].all(x, "
      "x.add(quantity('1')).isLessThan(x.add(quantity('2'))) && "
      "x == quantity('99999999999999999999'))");
  ASSERT_OK(program);
  Evaluation evaluation;
  EXPECT_TRUE(evaluation.run(*program, {}).is_true());
}

TEST(KubernetesNumbers, VersionsAreTotallyOrdered) {
  // The order of semver.org, 11.
  constexpr std::string_view kOrder[] = {
      "1.0.0-1",    "1.0.0-2",      "1.0.0-alpha",   "1.0.0-alpha.1", "1.0.0-alpha.beta",
      "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",    "1.0.0",
      "1.0.1",      "1.1.0",        "2.0.0"};
  for (size_t i = 0; i < std::size(kOrder); ++i) {
    for (size_t j = 0; j < std::size(kOrder); ++j) {
      const auto left = Semver::parse(kOrder[i]), right = Semver::parse(kOrder[j]);
      ASSERT_OK(left);
      ASSERT_OK(right);
      EXPECT_EQ(left->compare(*right), i < j   ? -1
                                       : i > j ? 1
                                               : 0)
          << kOrder[i] << " and " << kOrder[j];
      EXPECT_EQ(left->text(), kOrder[i]);
    }
  }
}

}  // namespace
}  // namespace seawall::cel
