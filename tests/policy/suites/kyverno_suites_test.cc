// Kyverno's own policies with their tests: kyverno-policies below $SEAWALL_SUITES, the folders
// whose name ends in -cel or -vpol.
#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "policy/suites/policy_suites.h"

namespace seawall::policy {
namespace {

// What differs: policies that call orValue() on what is no optional. Kubernetes 1.36 answers "no
// such overload", and so do we; Kyverno takes it.
void run_folders(const char* ending, size_t least_passed, size_t most_failed) {
  const char* directory = std::getenv("SEAWALL_SUITES");
  if (directory == nullptr) GTEST_SKIP() << "SEAWALL_SUITES is not set";
  const std::filesystem::path root = std::filesystem::path(directory) / "kyverno-policies";
  if (!std::filesystem::exists(root)) GTEST_SKIP() << root << " is not there";
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    if (entry.path().filename().string().ends_with(ending)) paths.push_back(entry.path().string());
  }
  const auto summary = run_policy_tests(paths, {});
  ASSERT_TRUE(summary.ok());
  std::printf("%s*%s: %zu agree, %zu differ, %zu not judged\n", summary->text.c_str(), ending,
              summary->passed, summary->failed, summary->not_judged);
  EXPECT_GE(summary->passed, least_passed);
  EXPECT_LE(summary->failed, most_failed);
}

TEST(KyvernoSuites, ClusterPolicies) {
  run_folders("-cel", 1544, 1);
}

TEST(KyvernoSuites, ValidatingPolicies) {
  run_folders("-vpol", 1318, 29);
}

}  // namespace
}  // namespace seawall::policy
