// Secrets in `seawall scan`: found, masked, set aside by a baseline.
#include "codec/json.h"
#include "support/support.h"

namespace seawall {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ScanSecrets : public testing::Test {
 protected:
  test::RunResult run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(),
                     {"scan", "dir:" + scratch_.path() + "/tree", "--scanners", "secrets"});
    return test::seawall(arguments, {"SEAWALL_CACHE_DIR=" + scratch_.path() + "/cache"});
  }
  test::ScratchDirectory scratch_;
};

TEST_F(ScanSecrets, ABaselineSetsAsideWhatWasKnown) {
  const std::string key = "AKIAQ7XDK4P2WJ5NBT3Z", other = "AKIAW5NJB2P4K7XDQT3Z";
  scratch_.write("tree/.env", "AWS_ACCESS_KEY_ID=" + key + "\n");
  const std::string baseline = scratch_.path() + "/baseline.json";
  const test::RunResult first =
      run({"--fail-on", "low", "--secrets-baseline-out", baseline, "--format", "json"});
  EXPECT_EQ(first.exit_code, 1) << first.err;
  EXPECT_THAT(first.out, Not(HasSubstr(key)));
  EXPECT_THAT(test::read(baseline), Not(HasSubstr(key)));
  EXPECT_EQ(run({"--fail-on", "low", "--secrets-baseline", baseline}).exit_code, 0);
  scratch_.write("tree/new.env", "AWS_ACCESS_KEY_ID=" + other + "\n");
  const test::RunResult second =
      run({"--fail-on", "low", "--secrets-baseline", baseline, "--format", "json"});
  EXPECT_EQ(second.exit_code, 1) << second.out;
  const auto document = parse_json(second.out);
  ASSERT_OK(document);
  EXPECT_EQ(document->root()["findings"].size(), 1u);
  EXPECT_EQ(document->root()["suppressed"].size(), 1u);
  const std::string bad = scratch_.write("bad.json", "{\"version\": 9}");
  EXPECT_EQ(run({"--secrets-baseline", bad}).exit_code, 2) << "closed: no scan without it";
}

}  // namespace
}  // namespace seawall
