// What must hold of every order: it is one, on any strings at all.
#include <random>

#include "advisory/version.h"
#include "support/support.h"

namespace seawall::advisory {
namespace {

constexpr int kSchemes = static_cast<int>(VersionScheme::kGeneric) + 1;

// Pieces that the orders treat in special ways, so that random versions meet the odd cases.
constexpr std::string_view kPieces[] = {
    "0",    "1",   "2",   "10",    "00",   "01",  ".",        "-",        "_",
    "+",    "~",   "^",   ":",     "!",    "a",   "b",        "c",        "rc",
    "p",    "r",   "dev", "alpha", "beta", "pre", "sp",       "final",    "ga",
    "post", "-r1", "#",   "v",     "go",   "_p",  "_alpha",   " ",        "x",
    "A",    "RC",  "..",  "--",    "m",    "Z",   "\xc3\xa9", "snapshot", "99999999999999999999"};

class Versions {
 public:
  explicit Versions(unsigned seed) : random_(seed) {}
  std::string next() {
    std::string version;
    for (size_t i = pick(7); i > 0; --i) version += kPieces[pick(std::size(kPieces))];
    return version;
  }
  // Differs from `version` in little, so that comparisons get past the first part.
  std::string near(std::string version) {
    const size_t at = pick(version.size() + 1);
    if (pick(2) == 0) return version.insert(at, kPieces[pick(std::size(kPieces))]);
    return version.substr(0, at) + std::string(kPieces[pick(std::size(kPieces))]);
  }

 private:
  size_t pick(size_t below) { return random_() % below; }
  std::mt19937 random_;
};

class EveryScheme : public testing::TestWithParam<int> {
 protected:
  VersionScheme scheme() const { return static_cast<VersionScheme>(GetParam()); }
  int order(std::string_view a, std::string_view b) const {
    const auto result = compare(scheme(), a, b);
    return result < 0 ? -1 : result > 0 ? 1 : 0;
  }
};

TEST_P(EveryScheme, IsATotalOrder) {
  Versions versions(static_cast<unsigned>(GetParam()) + 7);
  for (int i = 0; i < 20000; ++i) {
    const std::string a = versions.next(), b = versions.near(a), c = versions.near(i % 2 ? a : b);
    ASSERT_EQ(order(a, a), 0) << a;
    const int ab = order(a, b), bc = order(b, c), ac = order(a, c);
    ASSERT_EQ(order(b, a), -ab) << a << " | " << b;
    if (ab <= 0 && bc <= 0) {
      ASSERT_LE(ac, 0) << a << " | " << b << " | " << c;
      if (ab < 0 || bc < 0) {
        ASSERT_LT(ac, 0) << a << " | " << b << " | " << c;
      }
    }
    if (ab >= 0 && bc >= 0) {
      ASSERT_GE(ac, 0) << a << " | " << b << " | " << c;
      if (ab > 0 || bc > 0) {
        ASSERT_GT(ac, 0) << a << " | " << b << " | " << c;
      }
    }
  }
}

TEST_P(EveryScheme, ComparesNumbersOfAnyLength) {
  const std::string nines(1000, '9');
  const std::string more = "1" + std::string(1000, '0');
  EXPECT_EQ(order(nines + ".0.0", more + ".0.0"), -1);
  EXPECT_EQ(order("1." + more + ".0", "1." + nines + ".0"), 1);
}

TEST_P(EveryScheme, OrdersPlainVersionsByTheirNumbers) {
  EXPECT_EQ(order("1.2.3", "1.2.3"), 0);
  EXPECT_EQ(order("1.2.9", "1.2.10"), -1);
  EXPECT_EQ(order("2.0.0", "1.99.99"), 1);
  EXPECT_TRUE(is_valid_version(scheme(), "1.2.3"));
}

TEST_P(EveryScheme, SurvivesLongInput) {
  const std::string dashes(20000, '-'), mixed = [] {
    std::string text;
    for (int i = 0; i < 5000; ++i) text += "a1.-";
    return text;
  }();
  for (const std::string& text : {dashes, mixed}) {
    EXPECT_EQ(order(text, text), 0);
    is_valid_version(scheme(), text);
    EXPECT_EQ(order(text, "1"), -order("1", text));
  }
}

INSTANTIATE_TEST_SUITE_P(Versions, EveryScheme, testing::Range(0, kSchemes),
                         [](const auto& parameter) {
                           return std::string(
                               to_string(static_cast<VersionScheme>(parameter.param)));
                         });

TEST(VersionScheme, IsFoundByNameEcosystemAndPurlType) {
  struct Case {
    std::string_view name;
    VersionScheme scheme;
  };
  for (const Case& known : {Case{"debian", VersionScheme::kDpkg},
                            {"Debian:12", VersionScheme::kDpkg},
                            {"dpkg", VersionScheme::kDpkg},
                            {"ubuntu", VersionScheme::kDpkg},
                            {"Ubuntu:Pro:22.04:LTS", VersionScheme::kDpkg},
                            {"redhat", VersionScheme::kRpm},
                            {"Red Hat:enterprise_linux:9::appstream", VersionScheme::kRpm},
                            {"rpm", VersionScheme::kRpm},
                            {"Alpine:v3.20", VersionScheme::kApk},
                            {"arch", VersionScheme::kPacman},
                            {"semver", VersionScheme::kSemver},
                            {"npm", VersionScheme::kNpm},
                            {"PyPI", VersionScheme::kPypi},
                            {"pypi", VersionScheme::kPypi},
                            {"maven", VersionScheme::kMaven},
                            {"rubygems", VersionScheme::kRubygems},
                            {"gem", VersionScheme::kRubygems},
                            {"nuget", VersionScheme::kNuget},
                            {"packagist", VersionScheme::kPackagist},
                            {"composer", VersionScheme::kPackagist},
                            {"go", VersionScheme::kGo},
                            {"golang", VersionScheme::kGo},
                            {"crates.io", VersionScheme::kCrates},
                            {"cargo", VersionScheme::kCrates},
                            {"pub", VersionScheme::kPub},
                            {"hex", VersionScheme::kHex},
                            {"cran", VersionScheme::kCran},
                            {"hackage", VersionScheme::kHackage}}) {
    EXPECT_EQ(parse_version_scheme(known.name), known.scheme) << known.name;
  }
  EXPECT_EQ(parse_version_scheme("plan9"), std::nullopt);
  EXPECT_EQ(parse_version_scheme(""), std::nullopt);
}

}  // namespace
}  // namespace seawall::advisory
