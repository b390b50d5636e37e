#include "inspect/dockerfile/dockerfile.h"

#include "inspect/dockerfile/shell.h"
#include "support/support.h"

namespace seawall::inspect {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(DockerfileParser, InstructionsLinesAndContinuations) {
  const Dockerfile file = parse_dockerfile(
      "# syntax=docker/dockerfile:1\nFROM debian:12 AS base\nRUN apt-get update \\\n"
      "  # a comment inside\n  && true\n\nfrom base\nCMD [\"a\", \"b c\"]\n");
  EXPECT_EQ(file.syntax, "docker/dockerfile:1");
  ASSERT_EQ(file.instructions.size(), 4u);
  EXPECT_EQ(file.instructions[1].name, "RUN");
  EXPECT_EQ(file.instructions[1].line, 3u);
  EXPECT_EQ(file.instructions[1].last_line, 5u);
  EXPECT_THAT(file.instructions[1].arguments, HasSubstr("&& true"));
  EXPECT_EQ(file.instructions[1].arguments.find("comment"), std::string::npos);
  EXPECT_EQ(file.instructions[2].name, "FROM");
  EXPECT_EQ(file.instructions[2].written, "from");
  EXPECT_TRUE(file.instructions[3].json);
  EXPECT_THAT(file.instructions[3].words, ElementsAre("a", "b c"));
  ASSERT_EQ(file.stages.size(), 2u);
  EXPECT_EQ(file.stages[1].from_stage, 0);
  EXPECT_THAT(file.problems, IsEmpty());
}

TEST(DockerfileParser, HereDocuments) {
  const Dockerfile file = parse_dockerfile(
      "FROM a\nRUN <<EOF\napt-get update\nFROM not this\nEOF\nCOPY <<-\"A\" <<B "
      "/x/\n\tone\n\tA\ntwo\nB\n"
      "RUN true\n");
  ASSERT_EQ(file.instructions.size(), 4u);
  EXPECT_EQ(file.instructions[1].heredocs[0].body, "apt-get update\nFROM not this\n");
  ASSERT_EQ(file.instructions[2].heredocs.size(), 2u);
  EXPECT_EQ(file.instructions[2].heredocs[0].body, "one\n");
  EXPECT_EQ(file.instructions[2].heredocs[1].body, "two\n");
  EXPECT_EQ(file.instructions[3].line, 11u);
  EXPECT_EQ(parse_dockerfile("FROM a\nRUN <<EOF\nx\n").problems.size(), 1u);
}

TEST(DockerfileParser, EscapeArgumentsFlagsAndOnbuild) {
  const Dockerfile file = parse_dockerfile(
      "# escape=`\nARG V=12\nARG N=debian\nFROM --platform=$BUILDPLATFORM ${N}:${V} AS b\n"
      "RUN a `\n  b\nONBUILD COPY --from=x --chown=1:1 c d\n");
  EXPECT_EQ(file.escape, '`');
  EXPECT_EQ(file.stages[0].image, "debian:12");
  EXPECT_EQ(file.stages[0].platform, "$BUILDPLATFORM");
  EXPECT_EQ(file.instructions[3].arguments, "a   b");
  EXPECT_TRUE(file.instructions[4].onbuild);
  EXPECT_EQ(file.instructions[4].flag("chown"), "1:1");
  EXPECT_THAT(file.instructions[4].words, ElementsAre("c", "d"));
}

TEST(DockerfileParser, TakesAnyBytes) {
  for (std::string_view text : {"", "\\", "FROM", "\n\n#", "\xff\xfe", "RUN <<",
                                "FROM a\nRUN <<A <<A\n", "[", "ONBUILD", "ONBUILD ONBUILD ONBUILD"})
    parse_dockerfile(text);
  for (const char* wrong : {"FROM a\nBANANA b\n", "", "# only\n# comments\n", "FROM a\nENV PATH\n",
                            "FROM a\nCMD [\"a\", [\"b\"]]\n"})
    EXPECT_THAT(parse_dockerfile(wrong).problems, testing::SizeIs(1)) << wrong;
  std::string noise;
  for (int i = 0; i < 100'000; ++i) noise += static_cast<char>(i * 7919 >> 3);
  parse_dockerfile(noise);
}

std::vector<std::string> programs(std::string_view text) {
  std::vector<std::string> out;
  for (const ShellCommand& command : parse_shell(text)) out.emplace_back(command.program());
  return out;
}

TEST(ShellReader, SplitsCommands) {
  EXPECT_THAT(programs("a && b || c; d | e & f"), ElementsAre("a", "b", "c", "d", "e", "f"));
  EXPECT_THAT(programs("if [ -f x ]; then rm x; else (cd /y && make); fi"),
              ElementsAre("[", "rm", "cd", "make"));
  EXPECT_THAT(programs("A=1 B=2 sudo -u app env X=y /usr/bin/apt-get update"),
              ElementsAre("apt-get"));
  EXPECT_THAT(programs("echo 'a && b' \"c; d\" # && e"), ElementsAre("echo"));
  EXPECT_THAT(programs("echo $(curl x | sh)"), testing::UnorderedElementsAre("echo", "curl", "sh"));
  EXPECT_THAT(programs("sh -c 'apt-get update'"), testing::UnorderedElementsAre("sh", "apt-get"));
  EXPECT_THAT(programs("a 2>&1 && b"), ElementsAre("a", "b"));
  const auto commands = parse_shell("apt-get -y install 'a b' -t stable c");
  EXPECT_TRUE(commands[0].has_letter('y'));
  EXPECT_THAT(commands[0].operands({"-t"}), ElementsAre("install", "a b", "c"));
}

}  // namespace
}  // namespace seawall::inspect
