// `seawall diff` as a user calls it, on real archives.
#include <algorithm>

#include "codec/json.h"
#include "support/image_builder.h"
#include "support/support.h"

namespace seawall {
namespace {

using test::debian_layer;
using ::testing::HasSubstr;
using ::testing::Not;

class DiffVerb : public testing::Test {
 protected:
  test::RunResult run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "diff");
    return test::seawall(arguments, {"SEAWALL_CACHE_DIR=" + scratch_.path() + "/cache"});
  }
  std::string image(const std::string& name, const std::string& version) {
    return scratch_.write(name, test::docker_archive({{debian_layer({{"demo", version}})}}));
  }
  test::ScratchDirectory scratch_;
};

TEST_F(DiffVerb, SaysWhatMoved) {
  const std::string before = image("a.tar", "1.0-1"), after = image("b.tar", "1.0-2");
  const test::RunResult table = run({before, after, "--scanners", "configuration"});
  EXPECT_EQ(table.exit_code, 0) << table.err << table.out;
  const test::RunResult all = run({before, after});
  EXPECT_EQ(all.exit_code, 3) << "no advisory data on either side";
  EXPECT_THAT(all.out, HasSubstr("upgraded"));
  EXPECT_THAT(all.out, HasSubstr("1.0-2"));
  EXPECT_THAT(all.out, HasSubstr("seawall db update"));
  EXPECT_EQ(run({before, after}).out, all.out) << "the same bytes again";
  EXPECT_THAT(run({before, before}).out, HasSubstr("no difference in findings"));
}

TEST_F(DiffVerb, MachineForms) {
  const std::string before = image("a.tar", "1.0-1"), after = image("b.tar", "1.0-2");
  const auto document = parse_json(run({before, after, "-f", "json"}).out);
  ASSERT_OK(document);
  EXPECT_EQ(document->root()["packages"][0]["change"].string(), "upgraded");
  EXPECT_EQ(document->root()["packages"][0]["from"].string(), "1.0-1");
  const std::string markdown = run({before, after, "--format", "markdown"}).out;
  EXPECT_THAT(markdown, HasSubstr("### Seawall"));
  EXPECT_LT(std::count(markdown.begin(), markdown.end(), '\n'), 60);
  EXPECT_EQ(run({before, after, "--format", "sarif"}).exit_code, 2);
}

TEST_F(DiffVerb, ASavedReportIsASide) {
  const std::string before = image("a.tar", "1.0-1"), after = image("b.tar", "1.0-2");
  const std::string saved = scratch_.path() + "/saved.json";
  ASSERT_EQ(test::seawall({"scan", before, "--format", "json", "--output", saved},
                          {"SEAWALL_CACHE_DIR=" + scratch_.path() + "/cache"})
                .exit_code,
            3);
  EXPECT_EQ(run({saved, after, "-f", "json"}).out, run({before, after, "-f", "json"}).out);
  scratch_.write("cut.json", test::read(saved).substr(0, 400));
  const test::RunResult cut = run({scratch_.path() + "/cut.json", after});
  EXPECT_EQ(cut.exit_code, 2);
  EXPECT_THAT(cut.err, HasSubstr("cut.json"));
}

TEST_F(DiffVerb, SecretsThatComeInAreDeniedWhenAsked) {
  const std::string key = "AKIAQ7XDK4P2WJ5NBT3Z";
  const std::string good = scratch_.write("good/.env", "NAME=x\n").substr(0);
  scratch_.write("bad/.env", "AWS_ACCESS_KEY_ID=" + key + "\n");
  const test::RunResult result =
      run({"dir:" + scratch_.path() + "/good", "dir:" + scratch_.path() + "/bad", "--scanners",
           "secrets", "--fail-on", "low"});
  EXPECT_EQ(result.exit_code, 1) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("Introduced 1"));
  EXPECT_THAT(result.out, Not(HasSubstr(key)));
}

TEST_F(DiffVerb, BadArguments) {
  EXPECT_EQ(run({image("a.tar", "1")}).exit_code, 2);
  EXPECT_EQ(run({image("a.tar", "1"), scratch_.path() + "/absent.tar"}).exit_code, 2);
  EXPECT_EQ(run({image("a.tar", "1"), image("b.tar", "2"), "--severity", "loud"}).exit_code, 2);
}

}  // namespace
}  // namespace seawall
