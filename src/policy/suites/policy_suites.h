// Test files that people have for their admission policies, run without a cluster.
//
//   SEAWALL_TRY(const TestSummary summary, run_policy_tests({"policies/"}, {}));
//   summary.text     // "FAIL  policy/kyverno-test.yaml:14: p: Pod/web: expected pass, got fail"
//
// Read are kyverno-test.yaml (kyverno_test.h) and the suites of `gator verify` (gator_suite.h).
// What needs more than files or another language than CEL is not judged and counted apart, never
// passed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace seawall::policy {

inline constexpr uint64_t kMostTestBytes = 16u << 20;  // of one file that a test names

struct TestOptions {
  bool verbose = false;  // also lines for what passed
};

enum class TestResult { kAgrees, kDiffers, kNotJudged };

struct TestSummary {
  size_t passed = 0, failed = 0, not_judged = 0;
  std::string text;

  void count(TestResult result, std::string_view line, const TestOptions& options,
             size_t cases = 1);
};

// Whether a file holds tests that run_policy_tests reads, by its name or what stands in it.
bool is_admission_test(const std::string& path);
// Files, or directories with such files below. ERRORS: a path that is not there. A file that cannot
// be read is one test that differs.
Result<TestSummary> run_policy_tests(const std::vector<std::string>& paths,
                                     const TestOptions& options);

}  // namespace seawall::policy
