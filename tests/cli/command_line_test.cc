#include "cli/command_line.h"

#include <set>

#include "base/strings.h"
#include "support/support.h"

namespace seawall::cli {
namespace {

using test::RunResult;

TEST(CommandLine, EveryVerbHasHelpWithTwoExamplesThatParse) {
  std::set<std::string_view> names;
  for (const Command& command : commands()) {
    EXPECT_TRUE(names.insert(command.name).second) << command.name;
    EXPECT_GE(command.examples.size(), 2u) << command.name;
    const std::string help = help_text(command);
    for (const std::string_view example : command.examples) {
      EXPECT_NE(help.find(example), std::string::npos);
      if (example.starts_with("seawall --")) continue;
      const size_t start = example.find("seawall " + std::string(command.name));
      ASSERT_NE(start, std::string_view::npos) << command.name << ": " << example;
      std::vector<std::string> words;
      for (const std::string_view word :
           split(example.substr(start + 9 + command.name.size() - 1), ' ')) {
        if (!word.empty()) words.emplace_back(word);
      }
      EXPECT_OK(parse_arguments(command, words));
    }
  }
}

TEST(CommandLine, ParsesFlagsInEveryForm) {
  const Command& scan = commands().front();
  const auto arguments =
      parse_arguments(scan, {"-f", "json", "--db=x", "--all", "image", "--jobs", "3"});
  ASSERT_OK(arguments);
  EXPECT_EQ(arguments->get("format"), "json");
  EXPECT_EQ(arguments->get("db"), "x");
  EXPECT_TRUE(arguments->has("all"));
  EXPECT_EQ(arguments->get("severity", "none"), "none");
  EXPECT_THAT(arguments->positional(), testing::ElementsAre("image"));
  const auto ended = parse_arguments(scan, {"--", "--odd-name"});
  ASSERT_OK(ended);
  EXPECT_THAT(ended->positional(), testing::ElementsAre("--odd-name"));
}

TEST(CommandLine, MistakesNameWhatIsMeant) {
  const Command& scan = commands().front();
  const auto message = [&](std::vector<std::string> words) {
    const auto arguments = parse_arguments(scan, std::move(words));
    EXPECT_FALSE(arguments.ok());
    return arguments.ok() ? "" : arguments.error().text() + " | " + arguments.error().hint();
  };
  EXPECT_THAT(message({"--fromat", "json", "x"}), testing::HasSubstr("did you mean --format?"));
  EXPECT_THAT(message({"x", "--format"}), testing::HasSubstr("needs a value"));
  EXPECT_THAT(message({"x", "--all=yes"}), testing::HasSubstr("takes no value"));
  EXPECT_THAT(message({}), testing::HasSubstr("seawall scan"));
  EXPECT_THAT(message({"a", "b"}), testing::HasSubstr("TARGET"));
  EXPECT_THAT(message({"-x", "a"}), testing::HasSubstr("no flag -x"));
}

TEST(CommandLine, TheProgramAnswersWithItsExitCodes) {
  EXPECT_EQ(test::seawall({"--help"}).exit_code, 0);
  EXPECT_EQ(test::seawall({}).exit_code, 2);
  const RunResult version = test::seawall({"--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_THAT(version.out, testing::HasSubstr("compiler"));
  EXPECT_THAT(version.out, testing::HasSubstr("inflate"));
  EXPECT_THAT(test::seawall({"scna"}).err, testing::HasSubstr("did you mean `seawall scan`?"));
  EXPECT_THAT(test::seawall({"db"}).err, testing::HasSubstr("update"));
  const RunResult help = test::seawall({"db", "import", "--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out, testing::HasSubstr("Examples"));
}

TEST(CommandLine, ScanRefusesWordsItDoesNotKnowBeforeItStarts) {
  const std::vector<std::vector<std::string>> wrong{
      {"--format", "pdf"}, {"--fail-on", "worst"}, {"--severity", "bad"},
      {"--jobs", "0"},     {"--jobs", "x"},        {"--max-db-age", "soon"}};
  for (const auto& flags : wrong) {
    std::vector<std::string> words{"scan", "/absent"};
    words.insert(words.end(), flags.begin(), flags.end());
    const RunResult run = test::seawall(words);
    EXPECT_EQ(run.exit_code, 2) << flags[0];
    EXPECT_EQ(run.err.find("absent"), std::string::npos) << run.err;
  }
}

TEST(CommandLine, NoEscapesOffATerminal) {
  test::ScratchDirectory scratch;
  scratch.write("root/etc/os-release", "ID=debian\nVERSION_ID=12\nPRETTY_NAME=\"\x1b[31mred\"\n");
  scratch.write("root/var/lib/dpkg/status",
                "Package: a\nStatus: install ok installed\nVersion: 1\n\n");
  const RunResult run = test::seawall({"scan", "rootfs:" + scratch.path() + "/root", "--no-cache",
                                       "--db", scratch.path() + "/none"});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_EQ(run.out.find('\x1b'), std::string::npos);
  EXPECT_EQ(run.err.find('\x1b'), std::string::npos);
}

TEST(CommandLine, HelpOfAGroupAndOfAVerbByEitherName) {
  const test::RunResult group = test::seawall({"db", "--help"});
  EXPECT_EQ(group.exit_code, 0) << group.err;
  EXPECT_NE(group.out.find("db update"), std::string::npos);
  EXPECT_EQ(group.out.find("  scan"), std::string::npos);
  EXPECT_EQ(test::seawall({"help", "scan"}).out, test::seawall({"scan", "--help"}).out);
  EXPECT_EQ(test::seawall({"help", "db"}).out, group.out);
  EXPECT_EQ(test::seawall({"nonsense", "--help"}).exit_code, 2);
}

}  // namespace
}  // namespace seawall::cli
