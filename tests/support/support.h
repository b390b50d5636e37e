// What tests share: a scratch directory that cleans up after itself, ways to run a program, small
// builders.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace seawall::test {

// A fresh directory under the system's temporary one, removed with all it holds.
class ScratchDirectory {
 public:
  ScratchDirectory();
  ~ScratchDirectory();
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  const std::string& path() const { return path_; }
  // Writes a file below it, directories included, and returns its full path.
  std::string write(std::string_view name, std::string_view bytes) const;

 private:
  std::string path_;
};

struct RunResult {
  int exit_code = -1;  // 128 + signal when killed
  std::string out, err;
  long max_rss_kib = 0;
};
// Runs a program without a shell, PATH searched, standard input empty unless given.
RunResult run(const std::vector<std::string>& arguments, std::string_view input = {},
              const std::vector<std::string>& environment = {});
// The seawall binary under test with these arguments.
RunResult seawall(std::vector<std::string> arguments,
                  const std::vector<std::string>& environment = {});
bool on_path(std::string_view program);
// The folder of shared real data (advisories, vectors, schemas): $SEAWALL_SHARED or "../shared"
// beside the source tree; empty when absent. Tests that need it GTEST_SKIP with a message.
std::string shared_data();
// The root of the source tree, and the binary under test.
std::string source_directory();
std::string seawall_binary();
std::string read(const std::string& path);

}  // namespace seawall::test

// Asserts that a Result or Status is ok, printing the error when it is not.
#define ASSERT_OK(...)                                                     \
  do {                                                                     \
    const auto& assert_ok_result = (__VA_ARGS__);                          \
    ASSERT_TRUE(assert_ok_result.ok()) << assert_ok_result.error().text(); \
  } while (false)
#define EXPECT_OK(...)                                                     \
  do {                                                                     \
    const auto& expect_ok_result = (__VA_ARGS__);                          \
    EXPECT_TRUE(expect_ok_result.ok()) << expect_ok_result.error().text(); \
  } while (false)
