#include "base/program.h"

#include <signal.h>
#include <sys/stat.h>

#include <cstdlib>
#include <thread>

#include "base/interrupt.h"
#include "base/strings.h"
#include "support/support.h"

namespace seawall {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

ProgramCall shell(const std::string& script) {
  ProgramCall call;
  call.program = "/bin/sh";
  call.arguments = {"-c", script, "name", "a b", "$(c)"};
  call.time = std::chrono::seconds(20);
  return call;
}

TEST(Program, GivesBothStreamsAndTheStatus) {
  ProgramCall call = shell("read -r line; echo \"$line $1 $2\"; echo wrong >&2; exit 7");
  call.input = "in\n";
  const auto answer = run_program(call);
  ASSERT_OK(answer);
  EXPECT_EQ(answer->output, "in a b $(c)\n") << "arguments are no shell text";
  EXPECT_EQ(answer->errors, "wrong\n");
  EXPECT_EQ(answer->status, 7);
  EXPECT_EQ(run_program(shell("kill -9 $$"))->status, 137);
}

TEST(Program, SeesTheGivenEnvironmentAlone) {
  ::setenv("SEAWALL_TEST_SECRET", "x", 1);
  ProgramCall call = shell("echo \"$SEAWALL_TEST_SECRET$OTHER\"");
  EXPECT_EQ(run_program(call)->output, "x\n");
  call.environment = {"OTHER=y"};
  EXPECT_EQ(run_program(call)->output, "y\n");
  ::unsetenv("SEAWALL_TEST_SECRET");
}

TEST(Program, IsBounded) {
  ProgramCall call = shell("sleep 60");
  call.time = std::chrono::milliseconds(200);
  EXPECT_EQ(run_program(call).error().code(), Code::kTimeout);
  call = shell("yes");
  EXPECT_EQ(run_program(call).error().code(), Code::kLimit);
  call = shell("yes wrong | head -c 1000000 >&2");
  const auto noisy = run_program(call);
  ASSERT_OK(noisy);
  EXPECT_EQ(noisy->errors.size(), call.error_bytes);
  call.input.assign(5000, 'x');
  EXPECT_EQ(run_program(call).error().code(), Code::kLimit);
  // The bound is inherited by what it starts; here a string of some hundred MB.
  call = shell("sleep 0.2; head -c 400000000 /dev/zero | tail -c 300000000 > /dev/null");
  call.memory_bytes = 64 << 20;
  const auto large = run_program(call);
  ASSERT_OK(large);
  EXPECT_NE(large->status, 0);
}

TEST(Program, WhatItStartedEndsWithIt) {
  // A grandchild holds the output open; it is killed at the time limit, and with its parent.
  ProgramCall call = shell("sleep 60 & echo $!");
  call.time = std::chrono::milliseconds(300);
  EXPECT_EQ(run_program(call).error().code(), Code::kTimeout);
  call = shell("sleep 60 > /dev/null 2>&1 & echo $!");
  const auto answer = run_program(call);
  ASSERT_OK(answer);
  const auto grandchild = parse_unsigned(trim(answer->output));
  ASSERT_TRUE(grandchild);
  const std::string status = "/proc/" + std::to_string(*grandchild) + "/stat";
  bool gone = false;
  for (int i = 0; i < 200 && !gone; ++i) {
    const auto stat = read_file(status, 4096);
    gone = !stat.ok() || stat->find(") Z ") != std::string::npos;  // nobody may have reaped it
    if (!gone) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_TRUE(gone);
}

TEST(Program, AnInterruptionEndsIt) {
  std::thread interrupt([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    set_interrupted(true);
  });
  const auto answer = run_program(shell("sleep 60"));
  interrupt.join();
  set_interrupted(false);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code(), Code::kCancelled);
}

TEST(Program, OneThatCannotBeRunSaysSo) {
  ProgramCall call;
  call.program = "/nowhere/at-all";
  EXPECT_THAT(run_program(call).error().message(), HasSubstr("/nowhere/at-all"));
}

TEST(Program, IsFoundInAbsoluteDirectoriesOnly) {
  const test::ScratchDirectory scratch;
  const std::string program = scratch.write("bin/tool", "#!/bin/sh\n");
  const std::string old = std::getenv("PATH") ? std::getenv("PATH") : "";
  ::setenv("PATH", (":.:bin:" + scratch.path() + "/bin").c_str(), 1);
  EXPECT_EQ(find_program("tool"), "") << "it may not be executed";
  ::chmod(program.c_str(), 0755);
  EXPECT_EQ(find_program("tool"), program);
  EXPECT_EQ(find_program("other"), "");
  EXPECT_EQ(find_program(""), "") << "a directory is no program";
  ::setenv("PATH", old.c_str(), 1);
}

}  // namespace
}  // namespace seawall
