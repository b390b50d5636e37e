#include "policy/suites/policy_suites.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/file.h"
#include "policy/suites/gator_suite.h"
#include "policy/suites/kyverno_test.h"

namespace seawall::policy {
namespace fs = std::filesystem;

void TestSummary::count(TestResult result, std::string_view line, const TestOptions& options,
                        size_t cases) {
  const bool agrees = result == TestResult::kAgrees;
  (agrees ? passed : result == TestResult::kDiffers ? failed : not_judged) += cases;
  if (agrees && !options.verbose) return;
  text += fmt::format("{}  {}\n",
                      agrees                           ? "pass"
                      : result == TestResult::kDiffers ? "FAIL"
                                                       : "none",
                      line);
}

bool is_admission_test(const std::string& path) {
  const std::string name = fs::path(path).filename().string();
  if (is_kyverno_test(name)) return true;
  if (!name.ends_with(".yaml") && !name.ends_with(".yml")) return false;
  const auto text = read_file(path, kMostTestBytes);
  return text.ok() && is_gator_suite(*text);
}

Result<TestSummary> run_policy_tests(const std::vector<std::string>& paths,
                                     const TestOptions& options) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      if (!file_exists(path)) return Error(Code::kNotFound, "there is no such file").at(path);
      files.push_back(path);
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(path, error)) {
      if (is_admission_test(entry.path().string())) files.push_back(entry.path().string());
    }
  }
  std::sort(files.begin(), files.end());
  TestSummary summary;
  for (const std::string& file : files) {
    if (is_kyverno_test(fs::path(file).filename().string())) {
      run_kyverno_test(file, options, summary);
    } else {
      run_gator_suite(file, options, summary);
    }
  }
  return summary;
}

}  // namespace seawall::policy
