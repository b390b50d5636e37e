#include "advisory/version_vectors.h"

#include "support/support.h"

namespace seawall::advisory {
namespace {

TEST(VersionVectors, ReportsEachLineThatDoesNotHold) {
  const auto report = check_vectors(VersionScheme::kDpkg,
                                    "# a comment\n"
                                    "\n"
                                    "1.0 < 1.1\r\n"
                                    "  1.0-1\t=  1.0-01 \n"
                                    "// another comment\n"
                                    "2.0 < 1.0\n"
                                    "1.0 > 1.0\n");
  ASSERT_OK(report);
  EXPECT_EQ(report.value().checked, 4u);
  ASSERT_EQ(report.value().failures.size(), 2u);
  const VectorFailure& first = report.value().failures[0];
  EXPECT_EQ(first.line, 6u);
  EXPECT_EQ(to_string(first), "line 6: 2.0 < 1.0 does not hold: 2.0 > 1.0");
  EXPECT_EQ(to_string(report.value().failures[1]), "line 7: 1.0 > 1.0 does not hold: 1.0 = 1.0");
}

TEST(VersionVectors, NamesTheMalformedLine) {
  for (const char* line : {"1.0 <", "1.0 <= 2.0", "1.0", "1.0 < 2.0 3.0", "1.0 ~ 2.0", "< 1 2"}) {
    const auto report = check_vectors(VersionScheme::kDpkg, std::string("1 < 2\n\n") + line);
    ASSERT_FALSE(report.ok()) << line;
    EXPECT_EQ(report.error().code(), Code::kMalformed);
    EXPECT_EQ(report.error().where(), "line 3");
    EXPECT_FALSE(report.error().hint().empty());
  }
}

TEST(VersionVectors, PacmanLeavesOutAReleaseThatOnlyOneHas) {
  const auto report = check_vectors(VersionScheme::kPacman,
                                    "1.5-1 = 1.5\n1.5 = 1.5-2\n1.5-1 < 1.5-2\n1:1.5 > 1.6-1\n");
  ASSERT_OK(report);
  EXPECT_TRUE(report->failures.empty()) << to_string(report->failures.front());
  EXPECT_TRUE(compare(VersionScheme::kPacman, "1.5", "1.5-1") < 0) << "an order for sorting";
}

TEST(VersionVectors, HasNothingToSayOfNothing) {
  const auto report = check_vectors(VersionScheme::kApk, "");
  ASSERT_OK(report);
  EXPECT_EQ(report.value().checked, 0u);
}

TEST(VersionVectors, PrintsHostileVersionsSafely) {
  const auto report = check_vectors(VersionScheme::kGeneric, "2\x1b[2J < 1");
  ASSERT_OK(report);
  ASSERT_EQ(report.value().failures.size(), 1u);
  EXPECT_EQ(to_string(report.value().failures[0]).find('\x1b'), std::string::npos);
}

// The vectors that osv-scalibr generated with the ecosystems' own tools.
TEST(VersionVectors, AgreesWithTheSharedSample) {
  if (test::shared_data().empty()) GTEST_SKIP() << "no shared data";
  const std::string archive = test::shared_data() + "/vectors/versions-sample.tar.zst";
  if (!test::on_path("tar") || !test::on_path("zstd")) GTEST_SKIP() << "tar or zstd is missing";
  test::ScratchDirectory scratch;
  if (test::run({"tar", "--zstd", "-xf", archive, "-C", scratch.path()}).exit_code != 0) {
    GTEST_SKIP() << "the shared data has no version vectors";
  }
  struct Sample {
    const char* ecosystem;
    // Lines that state what no order can, or that an older release of the tool said.
    size_t exceptions;
  };
  size_t checked = 0;
  for (const Sample& sample : {Sample{"Alpine", 0},
                               {"CRAN", 0},
                               {"Debian", 0},
                               {"Hackage", 0},
                               {"Maven", 7},
                               {"NuGet", 0},
                               {"Packagist", 1},
                               {"Pub", 0},
                               {"PyPI", 0},
                               {"RedHat", 0},
                               {"RubyGems", 0},
                               {"semver", 0}}) {
    std::string name;
    for (const char* c = sample.ecosystem; *c; ++c) name += static_cast<char>(*c | 32);
    size_t failures = 0;
    std::string shown;
    for (const char* suffix : {"-versions.txt", "-versions-generated.txt"}) {
      const auto found = test::run({"find", scratch.path(), "-name", name + suffix, "-type", "f"});
      const std::string path = found.out.substr(0, found.out.find('\n'));
      if (path.empty()) continue;
      const auto report = check_vectors(*parse_version_scheme(sample.ecosystem), test::read(path));
      ASSERT_OK(report);
      checked += report.value().checked;
      failures += report.value().failures.size();
      for (const VectorFailure& failure : report.value().failures) {
        shown += to_string(failure) + "\n";
      }
    }
    EXPECT_LE(failures, sample.exceptions) << name << "\n" << shown;
  }
  EXPECT_GT(checked, 17000u);
}

}  // namespace
}  // namespace seawall::advisory
