// What is peculiar to each ecosystem, as lists in ascending order and as equalities.
#include "advisory/version.h"
#include "support/support.h"

namespace seawall::advisory {
namespace {

using List = std::vector<std::string_view>;

void expect_ascending(VersionScheme scheme, const List& versions) {
  for (size_t i = 0; i < versions.size(); ++i) {
    for (size_t j = 0; j < versions.size(); ++j) {
      EXPECT_EQ(compare(scheme, versions[i], versions[j]), i <=> j)
          << to_string(scheme) << ": " << versions[i] << " | " << versions[j];
    }
  }
}

void expect_equal(VersionScheme scheme, const List& versions) {
  for (const std::string_view a : versions) {
    for (const std::string_view b : versions) {
      EXPECT_EQ(compare(scheme, a, b), std::strong_ordering::equal) << a << " | " << b;
    }
  }
}

void expect_valid(VersionScheme scheme, const List& valid, const List& invalid) {
  for (const std::string_view v : valid) EXPECT_TRUE(is_valid_version(scheme, v)) << v;
  for (const std::string_view v : invalid) EXPECT_FALSE(is_valid_version(scheme, v)) << v;
}

TEST(DpkgVersion, OrdersTildeLettersAndEpochs) {
  expect_ascending(VersionScheme::kDpkg,
                   {"1.0~~", "1.0~~a", "1.0~", "1.0", "1.0-1", "1.0-1+deb12u1", "1.0-1.1", "1.0-2",
                    "1.0a", "1.0+b1", "1.0.1", "1.9", "1.10", "1:0.1"});
  expect_equal(VersionScheme::kDpkg, {"1.0", "0:1.0", "1.0-0", "01.00", "1.0-"});
  expect_valid(VersionScheme::kDpkg, {"1.0", "1:1.0-1", "1.0-1-2", "2:1-1~", "0:1:2-3"},
               {"", ":1", "a:1.0", "1.0-", "x1", "1.0 2", "1.0_2", "2147483648:1"});
}

TEST(RpmVersion, OrdersTildeCaretAndRelease) {
  expect_ascending(VersionScheme::kRpm,
                   {"1.0~rc1", "1.0~rc1^git1", "1.0", "1.0-1", "1.0-1.el9", "1.0-1.el9_2", "1.0-2",
                    "1.0^20210501", "1.0a", "1.0.1", "1.10", "1:0.1-1", "1:1-2", "1:1.0-1"});
  expect_equal(VersionScheme::kRpm, {"1.0-1", "0:1.0-1", "1_0-1", "1..0-01"});
  expect_valid(VersionScheme::kRpm, {"1.0", "1:1.0-1.el9", "1.0~rc1^git-1"},
               {"", "1.0-", "1.0 1", "1/2", "a:1"});
}

TEST(ApkVersion, OrdersSuffixesLettersAndFractions) {
  expect_ascending(
      VersionScheme::kApk,
      {"1.0_alpha", "1.0_alpha2", "1.0_beta", "1.0_pre", "1.0_rc1", "1.0",    "1.0-r1", "1.0~abc",
       "1.0_cvs",   "1.0_svn",    "1.0_git",  "1.0_hg",  "1.0_p",   "1.0_p1", "1.0a",   "1.0b",
       "1.0.01",    "1.0.010",    "1.0.1",    "1.0.9",   "1.0.10",  "1.1"});
  expect_ascending(VersionScheme::kApk, {"8.2.0015", "8.2.002"});
  expect_ascending(VersionScheme::kApk, {"1.6_rc1-r0", "1.6-r0", "1.6-r3"});
  expect_ascending(VersionScheme::kApk, {"5.7.1p1-r0", "5.7.1p1-r1", "5.7.1p2-r0"});
  expect_equal(VersionScheme::kApk, {"1-r1", "1-r01"});
  expect_valid(VersionScheme::kApk, {"1.2", "0.1_pre2~1234abcd", "0.1_p1_pre2", "1a_rc-r2"},
               {"", "1.", "a", "1-r", "0.1a1", "0.1_foo", "0.1~", "0.1-r2_p1", "0.1-r1-r2", "1.A"});
}

TEST(PacmanVersion, OrdersLettersBelowTheEnd) {
  expect_ascending(VersionScheme::kPacman, {"1.0a", "1.0alpha", "1.0b", "1.0rc", "1.0", "1.0-1",
                                            "1.0-2", "1.0.a", "1.0.1", "1.1", "1.10", "1:0.1"});
  expect_equal(VersionScheme::kPacman, {"1.0-1", "0:1.0-1", "1.00-01", "1_0-1"});
  expect_valid(VersionScheme::kPacman, {"1.0-1", "1:1.0-1.1", "20240101.gabc"},
               {"", "1.0-", "1.0-a", "1 0", "1/0", "-1"});
}

TEST(SemverVersion, OrdersPrereleases) {
  const List precedence = {"1.0.0-1",    "1.0.0-alpha",  "1.0.0-alpha.1", "1.0.0-alpha.beta",
                           "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",
                           "1.0.0",      "1.0.1",        "1.9.0",         "1.10.0"};
  for (const VersionScheme scheme :
       {VersionScheme::kSemver, VersionScheme::kNpm, VersionScheme::kCrates, VersionScheme::kHex,
        VersionScheme::kNuget, VersionScheme::kPub, VersionScheme::kGo}) {
    expect_ascending(scheme, precedence);
  }
  expect_equal(VersionScheme::kSemver, {"1.2", "v1.2.0", "1.2.0+build", "1.2.0.0"});
  expect_valid(VersionScheme::kSemver, {"1.2.3", "1.2.3-a.1+b.01"},
               {"", "1", "1.2", "01.2.3", "1.2.3-01", "1.2.3-", "1.2.3+", "v1.2.3", "1.2.3.4"});
}

TEST(NpmVersion, IsLoose) {
  expect_equal(VersionScheme::kNpm, {"1.2.3", "v1.2.3", " =v1.2.3 ", "1.2.3+x"});
  expect_ascending(VersionScheme::kNpm, {"1.2.3-beta", "1.2.3"});
  expect_equal(VersionScheme::kNpm, {"1.2.3beta", "1.2.3-beta"});
  expect_valid(VersionScheme::kNpm, {"1.2.3beta", "=1.2.3", "01.02.03"}, {"1.2", "a", "1.2.3.4"});
}

TEST(NugetVersion, HasFourPartsAndFoldsCase) {
  expect_ascending(VersionScheme::kNuget,
                   {"1.0.0-BETA", "1.0.0-beta2", "1.0", "1.0.0.1-a", "1.0.0.1"});
  expect_equal(VersionScheme::kNuget, {"1.0", "1.0.0.0", "1.0.0+meta", "01.0"});
  expect_equal(VersionScheme::kNuget, {"1.0.0-RC.1", "1.0.0-rc.1+a"});
  expect_valid(VersionScheme::kNuget, {"1", "1.2.3.4-a"}, {"1.2.3.4.5", "", "1.0-"});
}

TEST(PubVersion, ComparesBuilds) {
  expect_ascending(VersionScheme::kPub, {"1.0.0-pre", "1.0.0-pre+a", "1.0.0", "1.0.0+1", "1.0.0+2",
                                         "1.0.0+10", "1.0.0+a", "1.0.0+a.1"});
}

TEST(PypiVersion, OrdersByPep440) {
  expect_ascending(VersionScheme::kPypi, {"dog",           "0.1-bulbasaur",
                                          "1.0.dev456",    "1.0a1",
                                          "1.0a2.dev456",  "1.0a12.dev456",
                                          "1.0a12",        "1.0b1.dev456",
                                          "1.0b2",         "1.0b2.post345.dev456",
                                          "1.0b2.post345", "1.0rc1.dev456",
                                          "1.0rc1",        "1.0",
                                          "1.0+abc.5",     "1.0+abc.7",
                                          "1.0+5",         "1.0.post456.dev34",
                                          "1.0.post456",   "1.0.15",
                                          "1.1.dev1",      "1!0.1"});
  expect_equal(VersionScheme::kPypi, {"1.0", "v1", " 1.0.0 ", "0!1", "01.0"});
  expect_equal(VersionScheme::kPypi, {"1.0rc1", "1.0-c.1", "1.0_PREVIEW1", "1.0pre-1"});
  expect_equal(VersionScheme::kPypi, {"1.0.post1", "1.0-1", "1.0r1", "1.0_rev.1"});
  expect_equal(VersionScheme::kPypi, {"1.0a.dev1", "1.0alpha0dev1"});
  expect_valid(VersionScheme::kPypi, {"1.0", "1!2.0a1.post2.dev3+l.1", "1.0+UPPER"},
               {"", "a", "1.0.", "1.0+", "1.0+a..b", "1.0-x", "1.0 2", "!1"});
}

TEST(MavenVersion, OrdersQualifiers) {
  expect_ascending(VersionScheme::kMaven, {"1-alpha2snapshot",
                                           "1-alpha2",
                                           "1-alpha-123",
                                           "1-beta-2",
                                           "1-beta123",
                                           "1-m2",
                                           "1-m11",
                                           "1-rc",
                                           "1-cr2",
                                           "1-rc123",
                                           "1-SNAPSHOT",
                                           "1",
                                           "1-sp",
                                           "1-sp2",
                                           "1-sp123",
                                           "1-abc",
                                           "1-def",
                                           "1-pom-1",
                                           "1-1-snapshot",
                                           "1-1",
                                           "1-2",
                                           "1-123"});
  expect_ascending(VersionScheme::kMaven, {"2.0", "2.0.a", "2-1", "2.0.2", "2.0.123", "2.1.0",
                                           "2.1-a", "2.1b", "2.1-c", "2.1-1", "2.1.0.1", "2.2"});
  expect_equal(VersionScheme::kMaven,
               {"1", "1.0", "1.0.0", "1-0", "1.0-0", "1-ga", "1.FINAL", "1-release", "01"});
  expect_equal(VersionScheme::kMaven, {"1a1", "1-alpha-1", "1.0-a1", "1ALPHA1"});
  expect_valid(VersionScheme::kMaven, {"1", "anything"}, {""});
}

TEST(RubygemsVersion, TakesLettersForPrereleases) {
  expect_ascending(VersionScheme::kRubygems, {"0.beta.1", "1.0.a", "1.0.a.9", "1.0.a10", "1.0.b1",
                                              "1.0-1", "1.0.rc1", "1.0", "1.0.1", "1.9", "1.10"});
  expect_equal(VersionScheme::kRubygems, {"1.0", "1", "1.0.0"});
  expect_equal(VersionScheme::kRubygems, {"1.0.0.a", "1.a", "1.a.0"});
  expect_valid(VersionScheme::kRubygems, {"1.0", "", "1.0.a-b.1", "1-a"},
               {"a", "1..2", "1.", "1 2"});
}

TEST(PackagistVersion, OrdersStabilities) {
  expect_ascending(VersionScheme::kPackagist,
                   {"dev-main", "1.0-dev", "1.0alpha1", "1.0-beta1", "1.0-RC1", "1.0", "1.0.0",
                    "1.0.1", "1.0-p1", "1.1"});
  expect_equal(VersionScheme::kPackagist, {"1.0-beta.2", "v1.0b2", "1.0_beta2", "V1.0+b2"});
  expect_valid(VersionScheme::kPackagist, {"v1.0", "dev-main", "1.x-dev"},
               {"", "dev-", "x", "1 0"});
}

TEST(GoVersion, KnowsPseudoVersionsAndToolchains) {
  expect_ascending(
      VersionScheme::kGo,
      {"bad", "v0.0.0-20190101000000-abcdefabcdef", "v0.0.0-20200101000000-000000000000",
       "v1.0.0-0.20200101000000-abcdefabcdef", "v1.0.0-pre", "v1.0.0",
       "v1.0.1-0.20200101000000-abcdefabcdef", "v1.2", "v1.2.1"});
  expect_ascending(VersionScheme::kGo,
                   {"go1.20.14", "go1.21rc2", "go1.21rc10", "go1.21", "go1.21.1"});
  expect_equal(VersionScheme::kGo, {"go1.22.1 X:boringcrypto", "go1.22.1", "1.22.1", "v1.22.1"});
  expect_equal(VersionScheme::kGo, {"v2.0.0+incompatible", "v2.0.0", "2.0.0"});
  expect_equal(VersionScheme::kGo, {"go1.21rc2", "1.21.0-rc.2"});
  expect_valid(VersionScheme::kGo, {"v1.2.3", "v1", "go1.21rc2", "v1.0.0-a+b"},
               {"", "v", "v1.2.3.4", "v01.2.3", "v1-pre", "v1.0.0-01", "main"});
}

TEST(CranVersion, ComparesLists) {
  expect_ascending(VersionScheme::kCran, {"0.1-2", "0.1.3", "0.9", "0.75", "1.0", "1.0.0"});
  expect_equal(VersionScheme::kCran, {"1.0-2", "1.0.2", "01.0.02"});
  expect_valid(VersionScheme::kCran, {"1.0", "1.0-2"}, {"1", "", "1.a", "1..0"});
}

TEST(HackageVersion, ComparesLists) {
  expect_ascending(VersionScheme::kHackage, {"0.9", "0.75", "1", "1.0", "1.0.0", "1.1"});
  expect_valid(VersionScheme::kHackage, {"1", "1.0.2"}, {"", "1-0", "1.x"});
}

TEST(GenericVersion, OrdersNumbersAndWords) {
  expect_ascending(VersionScheme::kGeneric,
                   {"1.1.1~rc1", "1.1.1-dev", "1.1.1-alpha1", "1.1.1-beta", "1.1.1-rc1", "1.1.1",
                    "1.1.1a", "1.1.1g", "1.1.1.0", "1.1.2", "1.1.10"});
}

// The tools themselves, where they are installed.
constexpr std::string_view kHard[] = {
    "1.0",    "1.0-1",   "1:1.0-1", "1.0~rc1-1", "1.0+b1-2", "1.0a-1", "1.0.1-1", "1.0~~-1",
    "1.10-1", "1.0-1.1", "0:1.0-1", "01.0-1",    "1.0z-1",   "2a-1",   "2.0-1~",  "2.0-1"};

TEST(DpkgVersion, AgreesWithDpkg) {
  if (!test::on_path("dpkg")) GTEST_SKIP() << "dpkg is not on PATH";
  for (size_t i = 0; i < std::size(kHard); ++i) {
    for (size_t j = i + 1; j < std::size(kHard); ++j) {
      const std::string a(kHard[i]), b(kHard[j]);
      const auto order = compare(VersionScheme::kDpkg, a, b);
      const char* relation = order < 0 ? "lt" : order > 0 ? "gt" : "eq";
      EXPECT_EQ(test::run({"dpkg", "--compare-versions", a, relation, b}).exit_code, 0)
          << a << " " << relation << " " << b;
    }
  }
}

TEST(RpmVersion, AgreesWithRpm) {
  if (!test::on_path("rpm")) GTEST_SKIP() << "rpm is not on PATH";
  const std::vector<std::string> versions = {
      "1.0",  "1.0~rc1", "1.0^git1", "1.0^git1~pre", "1.0a",  "1.0.1",  "1.0.a", "1_0", "10abc",
      "abc1", "1.0.",    "xyz",      "1.",           "5.5p1", "5.5p10", "2.0.1", "~",   "^"};
  std::string script = "%{lua:";
  std::string expected;
  for (const std::string& a : versions) {
    for (const std::string& b : versions) {
      script += "print(rpm.vercmp('" + a + "','" + b + "')..' ') ";
      const auto order = compare(VersionScheme::kRpm, a, b);
      expected += order < 0 ? "-1 " : order > 0 ? "1 " : "0 ";
    }
  }
  const auto result = test::run({"rpm", "--eval", script + "}"});
  if (result.exit_code != 0) GTEST_SKIP() << "this rpm has no Lua: " << result.err;
  std::string found;
  for (const char c : result.out) {
    if (c != '\n') found += c;
  }
  EXPECT_EQ(found, expected);
}

TEST(PypiVersion, AgreesWithPackaging) {
  if (!test::on_path("python3")) GTEST_SKIP() << "python3 is not on PATH";
  const std::vector<std::string> versions = {
      "1.0",       "1.0.dev1",       "1.0a1", "1.0a1.dev2",   "1.0a1.post1",      "1.0rc1",
      "1.0.post1", "1.0.post1.dev2", "1.0+a", "1.0+1",        "1.0+a.1",          "1!0.1",
      "1.0-1",     "1.0.0",          "v1.0",  "1.0.preview3", "1.0b2.post3.dev4", "0.9"};
  std::string script =
      "import sys\n"
      "try:\n from packaging.version import Version as V\n"
      "except ImportError:\n"
      " try:\n  from setuptools._vendor.packaging.version import Version as V\n"
      " except ImportError:\n  sys.exit(3)\n"
      "v=sys.argv[1:]\n"
      "print(''.join('<' if V(a)<V(b) else '>' if V(a)>V(b) else '=' for a in v for b in v))\n";
  std::vector<std::string> command = {"python3", "-c", script};
  std::string expected;
  for (const std::string& a : versions) {
    command.push_back(a);
    for (const std::string& b : versions) {
      const auto order = compare(VersionScheme::kPypi, a, b);
      expected += order < 0 ? '<' : order > 0 ? '>' : '=';
    }
  }
  const auto result = test::run(command);
  if (result.exit_code != 0) GTEST_SKIP() << "python3 has no packaging module";
  EXPECT_EQ(result.out, expected + "\n");
}

}  // namespace
}  // namespace seawall::advisory
