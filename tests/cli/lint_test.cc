// `seawall lint` as a user calls it.
#include "codec/json.h"
#include "support/support.h"

namespace seawall {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Lint : public testing::Test {
 protected:
  test::RunResult run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "lint");
    return test::seawall(arguments, {"SEAWALL_CACHE_DIR=" + scratch_.path() + "/cache"});
  }
  test::ScratchDirectory scratch_;
};

constexpr const char* kGood =
    "FROM registry.example/base:1.2@sha256:"
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n"
    "COPY app /app/\nUSER 10001\nHEALTHCHECK CMD [\"/app/check\"]\nENTRYPOINT [\"/app/run\"]\n";

TEST_F(Lint, PassesAGoodFileAndDeniesABadOne) {
  const test::RunResult good = run({scratch_.write("Dockerfile", kGood)});
  EXPECT_EQ(good.exit_code, 0) << good.out << good.err;
  EXPECT_THAT(good.out, HasSubstr("nothing found"));
  const std::string bad = scratch_.write("Bad", "FROM debian:latest\nRUN sudo true\n");
  const test::RunResult result = run({bad});
  EXPECT_EQ(result.exit_code, 1) << result.err;
  EXPECT_THAT(result.out, HasSubstr("SW-D0002"));
  EXPECT_THAT(result.out, HasSubstr("DL3007"));
  EXPECT_THAT(result.out, HasSubstr("--explain"));
  EXPECT_EQ(run({bad, "--fail-on", "none"}).exit_code, 0);
  EXPECT_EQ(run({bad, "--fail-on", "critical"}).exit_code, 0);
}

TEST_F(Lint, DirectoriesAndMachineFormats) {
  scratch_.write("tree/a/Dockerfile", "FROM debian:latest\n");
  scratch_.write("tree/b/api.Dockerfile", "FROM debian:12\nRUN sudo true\n");
  scratch_.write("tree/b/readme.md", "FROM debian:latest\n");
  const test::RunResult result = run({scratch_.path() + "/tree", "--format", "json"});
  EXPECT_EQ(result.exit_code, 1);
  const auto document = parse_json(result.out);
  ASSERT_OK(document);
  std::set<std::string> paths;
  for (const Node& finding : document->root()["findings"].items()) {
    paths.emplace(finding["location"]["path"].string());
    EXPECT_GE(finding["location"]["line"].integer().value_or(0), 1);
    EXPECT_FALSE(finding["remediation"].string().empty());
  }
  EXPECT_THAT(paths, testing::ElementsAre(scratch_.path() + "/tree/a/Dockerfile",
                                          scratch_.path() + "/tree/b/api.Dockerfile"));
  EXPECT_THAT(run({scratch_.path() + "/tree", "--format", "sarif"}).out, HasSubstr("SW-D0046"));
  EXPECT_EQ(run({scratch_.path() + "/tree", "--format", "cyclonedx"}).exit_code, 2);
  const test::RunResult empty = run({scratch_.path() + "/tree/b/../../cache-none"});
  EXPECT_EQ(empty.exit_code, 2);
  scratch_.write("none/x.txt", "x");
  EXPECT_THAT(run({scratch_.path() + "/none"}).err, HasSubstr("nothing to judge"));
}

TEST_F(Lint, FixesInPlace) {
  const std::string path = scratch_.write("Dockerfile", "FROM debian:12\nRUN apk add git\n");
  const test::RunResult before = run({path});
  EXPECT_THAT(before.out, HasSubstr("--fix corrects 1"));
  const test::RunResult result = run({path, "--fix"});
  EXPECT_THAT(result.out, HasSubstr("1 corrected"));
  EXPECT_EQ(test::read(path), "FROM debian:12\nRUN apk add --no-cache git\n");
  EXPECT_THAT(run({path}).out, Not(HasSubstr("--fix")));
}

TEST_F(Lint, ExplainsByAnyId) {
  for (const char* id : {"SW-D0046", "dl3004", "hadolint/DL3004", "DS-0010"}) {
    const test::RunResult result = run({"--explain", id});
    EXPECT_EQ(result.exit_code, 0) << id;
    EXPECT_THAT(result.out, HasSubstr("SW-D0046"));
    EXPECT_THAT(result.out, HasSubstr("What to do"));
  }
  EXPECT_EQ(run({"--explain", "DL9999"}).exit_code, 2);
}

TEST_F(Lint, SettingsAndIgnores) {
  const std::string path =
      scratch_.write("Dockerfile", "FROM evil.example/a:1\nLABEL maker=me\nCOPY secret.txt /\n");
  scratch_.write(".dockerignore", "secret.txt\n");
  const std::string out = run({path, "--trusted-registry", "registry.example,docker.io",
                               "--require-label", "created:rfc3339", "--strict-labels"})
                              .out;
  for (const char* id : {"SW-D0004", "SW-D0087", "SW-D0088", "SW-D0096"})
    EXPECT_THAT(out, HasSubstr(id));
  EXPECT_THAT(run({path, "--ignore", "SW-D0096,DL3026"}).out, Not(HasSubstr("SW-D0096")));
  EXPECT_THAT(run({path, "--severity", "high"}).out, Not(HasSubstr("negligible")));
  const std::string config = scratch_.write("hadolint.yaml", "trustedRegistries: [docker.io]\n");
  EXPECT_THAT(run({path, "--config", config}).out, HasSubstr("SW-D0004"));
  EXPECT_EQ(run({path, "--config", scratch_.write("bad.yaml", "ignored: 3\n")}).exit_code, 2);
  EXPECT_EQ(run({path, "--require-label", "a:nonsense"}).exit_code, 2);
}

TEST_F(Lint, ComposeFiles) {
  scratch_.write(
      "tree/compose.yaml",
      "services:\n  web:\n    image: registry.example/web:1\n    privileged: true\n"
      "    # seawall ignore=SW-C0002 the tests of the tests need it\n    cap_add: [ALL]\n");
  scratch_.write("tree/other.yaml", "a: 1\n");
  scratch_.write("tree/k8s.yaml", "apiVersion: v1\nkind: Service\nservices: {}\n");
  const test::RunResult result = run({scratch_.path() + "/tree", "--format", "json"});
  EXPECT_EQ(result.exit_code, 1) << result.err;
  EXPECT_THAT(result.out, HasSubstr("SW-C0001"));
  const auto document = parse_json(result.out);
  ASSERT_OK(document);
  EXPECT_EQ(document->root()["artifact"]["name"].string(), "2 files") << "and the manifest";
  bool aside = false;
  for (const Node& finding : document->root()["suppressed"].items())
    aside = aside || finding["finding"]["ruleId"].string() == "SW-C0002";
  EXPECT_TRUE(aside) << result.out;
  const test::RunResult other = run({scratch_.path() + "/tree/other.yaml"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.out, HasSubstr("neither a Dockerfile, a Compose file nor a"));
  EXPECT_THAT(run({"--explain", "SW-C0001"}).out, HasSubstr("privileged"));
}

TEST_F(Lint, NoiseIsAClearProblem) {
  std::string noise = "FROM x\n";
  for (int i = 0; i < 5000; ++i) noise += static_cast<char>(i * 7919 >> 3);
  const test::RunResult result = run({scratch_.write("Dockerfile", noise)});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.out, HasSubstr("line "));
  EXPECT_EQ(run({}).exit_code, 2);
  EXPECT_EQ(run({scratch_.path() + "/absent"}).exit_code, 2);
}

}  // namespace
}  // namespace seawall
