// `seawall sbom` as a user calls it.
#include "codec/json.h"
#include "support/image_builder.h"
#include "support/support.h"

namespace seawall {
namespace {

using test::debian_layer;

class Sbom : public testing::Test {
 protected:
  std::string image() {
    return scratch_.write("image.tar", test::docker_archive({{debian_layer({{"demo", "1.0-1"}})}}));
  }
  test::RunResult run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "sbom");
    return test::seawall(arguments, {"SEAWALL_CACHE_DIR=" + scratch_.path() + "/cache"});
  }
  test::ScratchDirectory scratch_;
};

TEST_F(Sbom, NeedsNoDatabaseAndPasses) {
  const test::RunResult result = run({image()});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const auto document = parse_json(result.out);
  ASSERT_OK(document);
  EXPECT_EQ(document->root()["bomFormat"].string(), "CycloneDX");
  EXPECT_EQ(document->root()["vulnerabilities"].size(), 0u);
  bool found = false;
  for (const Node& node : document->root()["components"].items())
    found = found || node["name"].string() == "demo";
  EXPECT_TRUE(found) << result.out;
}

TEST_F(Sbom, EveryFormatGivesTheSameBytesAgain) {
  const std::string target = image();
  for (const char* format :
       {"cyclonedx", "cyclonedx-1.7", "cyclonedx-xml", "spdx", "spdx-tv", "spdx-3"}) {
    const test::RunResult first = run({target, "--format", format});
    EXPECT_EQ(first.exit_code, 0) << first.err;
    EXPECT_NE(first.out.find("demo"), std::string::npos) << format;
    EXPECT_EQ(run({target, "--no-cache", "-f", format, "--jobs", "1"}).out, first.out) << format;
  }
}

TEST_F(Sbom, OtherFormatsAreNoSboms) {
  const test::RunResult result = run({image(), "--format", "sarif"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("cyclonedx-xml"), std::string::npos) << result.err;
}

TEST_F(Sbom, WritesToAFile) {
  const std::string path = scratch_.path() + "/out.spdx";
  EXPECT_EQ(run({image(), "--format", "spdx-tv", "--output", path}).exit_code, 0);
  EXPECT_TRUE(test::read(path).starts_with("SPDXVersion: SPDX-2.3\n"));
  EXPECT_EQ(run({scratch_.path() + "/absent.tar"}).exit_code, 2);
}

}  // namespace
}  // namespace seawall
