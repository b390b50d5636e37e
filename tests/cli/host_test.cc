// seawall host on saved facts: verdicts, exit codes, exceptions, baselines, bad input.
#include "support/support.h"

namespace seawall::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A host with one container: the daemon lets containers reach each other, the container is well.
std::string facts(const std::string& icc = "true", const std::string& privileged = "false") {
  const std::string source = "flag --icc (pid 812)";
  return R"({"version": 1, "collectedAt": "2026-11-27T08:00:00Z", "host": {"name": "vm-17"},
 "docker": {"version": "28.1.0", "rootless": false, "effective": {"icc": )" +
         icc + R"(, "bridge": ""}, "sources": {"icc": ")" + source + R"("}},
 "containers": [{"name": "web", "engine": "docker", "host": {"privileged": )" +
         privileged + "}}]}";
}

class HostCommand : public testing::Test {
 protected:
  test::RunResult host(std::vector<std::string> arguments) {
    std::vector<std::string> words = {test::seawall_binary(), "host"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return test::run(words);
  }
  std::string save(const std::string& name, const std::string& text) {
    return scratch_.write(name, text);
  }
  test::ScratchDirectory scratch_;
};

TEST_F(HostCommand, JudgesSavedFacts) {
  const auto result = host({"--from", save("f.json", facts()), "--only", "2.2,5.5"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.out, HasSubstr("vm-17"));
  EXPECT_THAT(result.out, HasSubstr("icc=true (flag --icc (pid 812))"));
  EXPECT_THAT(result.out, HasSubstr("fail 1, pass 1"));
  EXPECT_EQ(host({"--from", save("g.json", facts("false")), "--only", "2.2,5.5"}).exit_code, 0);
}

TEST_F(HostCommand, WhatCouldNotBeSeenIsNoPass) {
  const std::string unseen = R"({"$error": {"message": "permission denied", "needs": "root"}})";
  const auto result = host({"--from", save("f.json", facts("false", unseen)), "--only", "5.5"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.out, HasSubstr("permission denied (needs root)"));
  EXPECT_THAT(result.out, HasSubstr("run as root to see all"));
}

TEST_F(HostCommand, NumbersFollowTheBenchmark) {
  const std::string file = save("f.json", facts());
  EXPECT_THAT(host({"--list", "--benchmark", "cis-docker-1.1.0"}).out, HasSubstr("SW-H0202  2.1 "));
  EXPECT_EQ(host({"--from", file, "--benchmark", "cis-docker-1.1.0", "--only", "2.1"}).exit_code,
            1);
  EXPECT_EQ(host({"--from", file, "--benchmark", "cis-docker-9"}).exit_code, 2);
  EXPECT_THAT(host({"--explain", "5.32"}).out, HasSubstr("m.sockets.size() == 0"));
}

TEST_F(HostCommand, ExceptionsSetAside) {
  const std::string ignore = save("ignore.yaml",
                                  "- id: SW-H0202\n  reason: legacy\n  owner: ops\n"
                                  "  expires: never\n");
  const auto result =
      host({"--from", save("f.json", facts()), "--only", "2.2", "--ignore-file", ignore});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, HasSubstr("legacy (ops, until for ever"));
}

TEST_F(HostCommand, ABaselineShowsWhatChanged) {
  const std::string before = scratch_.path() + "/before.json";
  host({"--from", save("f.json", facts("false")), "--only", "2.2,5.5", "--format", "json",
        "--output", before});
  const auto worse =
      host({"--from", save("g.json", facts("true")), "--only", "2.2,5.5", "--baseline", before});
  EXPECT_EQ(worse.exit_code, 1);
  EXPECT_THAT(worse.out, HasSubstr("Newly failing"));
  EXPECT_THAT(worse.out, Not(HasSubstr("5.5")));
  const auto same =
      host({"--from", save("h.json", facts("false")), "--only", "2.2,5.5", "--baseline", before});
  EXPECT_EQ(same.exit_code, 0);
  EXPECT_THAT(same.out, HasSubstr("Nothing changed."));
}

TEST_F(HostCommand, SaysWhatIsWrongWithItsInput) {
  for (const char* text : {"", "[]", "{}", "{\"version\": 9}", "<html>"}) {
    const auto result = host({"--from", save("bad.json", text)});
    EXPECT_EQ(result.exit_code, 2) << text;
    EXPECT_FALSE(result.err.empty());
    EXPECT_TRUE(result.out.empty());
  }
  EXPECT_EQ(host({"--from", save("f.json", facts()), "--only", "99.9"}).exit_code, 2);
  EXPECT_EQ(host({"--from", save("f.json", facts()), "--format", "pdf"}).exit_code, 2);
  EXPECT_EQ(host({"--from", save("f.json", facts()), "--lang", "de"}).exit_code, 2);
}

// The tree of a host, without an engine: what there is to see is seen, and nothing of this
// machine.
TEST_F(HostCommand, CollectsFromATree) {
  save("root/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian 12\"\n");
  save("root/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
  save("root/etc/group", "root:x:0:\n");
  save("root/etc/shadow", "root:*:1::::::\n");
  save("root/proc/sys/kernel/hostname", "tree-1\n");
  save("root/proc/sys/kernel/kptr_restrict", "2\n");
  const auto collected = host({"--root", scratch_.path() + "/root", "--facts", "-"});
  ASSERT_EQ(collected.exit_code, 0) << collected.err;
  EXPECT_THAT(collected.out, HasSubstr("\"name\":\"tree-1\""));
  EXPECT_THAT(collected.out, HasSubstr("\"kernel.kptr_restrict\":\"2\""));
  EXPECT_THAT(collected.out, Not(HasSubstr("\"docker\":{")));
  const auto judged = host({"--from", save("t.json", collected.out), "--only", "SW-H0901"});
  EXPECT_EQ(judged.exit_code, 0) << judged.out;
}

}  // namespace
}  // namespace seawall::cli
