// Command lines as Go's pflag reads them, and Go's words for booleans.
#include "benchmark/collectors/go_flags.h"

#include "support/support.h"

namespace seawall::benchmark {
namespace {

std::string read(const std::vector<std::string>& words) {
  const std::vector<GoFlagName> names = {
      {"debug", 'D', true}, {"icc", 0, true}, {"log-level", 'l', false}, {"host", 'H', false}};
  std::string out;
  for (const GoFlag& flag : parse_go_flags(words, names))
    out += (out.empty() ? "" : " ") + flag.name + "=" + flag.value;
  return out;
}

TEST(GoFlagsTest, ReadsEveryFormOfAFlag) {
  EXPECT_EQ(read({"--icc"}), "icc=true");
  EXPECT_EQ(read({"--icc=false"}), "icc=false");
  EXPECT_EQ(read({"--icc=0", "--icc=T"}), "icc=0 icc=T") << "in their order, for the last wins";
  EXPECT_EQ(read({"--log-level", "debug"}), "log-level=debug");
  EXPECT_EQ(read({"--log-level=debug"}), "log-level=debug");
  EXPECT_EQ(read({"-D"}), "debug=true");
  EXPECT_EQ(read({"-D=false"}), "debug=false");
  EXPECT_EQ(read({"-H", "fd://", "-H=tcp://0.0.0.0:2375", "-Hunix:///x"}),
            "host=fd:// host=tcp://0.0.0.0:2375 host=unix:///x");
  EXPECT_EQ(read({"-Dl", "warn"}), "debug=true log-level=warn");
  EXPECT_EQ(read({"-Dlwarn"}), "debug=true log-level=warn");
}

TEST(GoFlagsTest, ABooleanNeverTakesTheNextWord) {
  EXPECT_EQ(read({"--icc", "false"}), "icc=true");
  EXPECT_EQ(read({"-D", "false", "--icc"}), "debug=true icc=true");
}

TEST(GoFlagsTest, ValuesAreNotFlags) {
  EXPECT_EQ(read({"--log-level", "--icc"}), "log-level=--icc");
  EXPECT_EQ(read({"--", "--icc=false"}), "") << "after --";
  EXPECT_EQ(read({"--label", "--icc=false"}), "icc=false") << "an unknown flag may be a boolean";
  EXPECT_EQ(read({"--label", "x", "--icc"}), "icc=true");
  EXPECT_EQ(read({"-icc=false"}), "") << "one dash makes single letters";
}

TEST(GoFlagsTest, DamagedWordsArePassedOver) {
  EXPECT_EQ(read({"", "-", "--", "--icc"}), "");
  EXPECT_EQ(read({"--=x", "--log-level"}), "") << "a value is missing";
  EXPECT_EQ(read({"-l"}), "");
  EXPECT_EQ(read({"-\0D", std::string("-\0D", 3)}), "") << "no flag has the letter 0";
  EXPECT_EQ(read({"--host=\xff"}), "host=\uFFFD");
}

TEST(GoFlagsTest, KnowsGosBooleans) {
  for (const char* yes : {"1", "t", "T", "true", "TRUE", "True"})
    EXPECT_EQ(parse_go_bool(yes), true) << yes;
  for (const char* no : {"0", "f", "F", "false", "FALSE", "False"})
    EXPECT_EQ(parse_go_bool(no), false) << no;
  for (const char* other : {"", "yes", "no", "on", "tRUE", " true", "2"})
    EXPECT_EQ(parse_go_bool(other), std::nullopt) << other;
}

}  // namespace
}  // namespace seawall::benchmark
