// Golden files: what a renderer wrote when somebody last looked at it and found it right.
//
// SEAWALL_UPDATE_GOLDEN=1 writes them anew; the difference is then reviewed like code.
#pragma once

#include <cstdlib>
#include <string>

#include "support/support.h"

namespace seawall::test {

inline void expect_golden(const std::string& name, const std::string& actual) {
  const std::string path = test::source_directory() + "/tests/report/golden/" + name;
  if (const char* update = std::getenv("SEAWALL_UPDATE_GOLDEN"); update && *update == '1') {
    ASSERT_OK(write_file(path, actual));
    return;
  }
  const std::string expected = read(path);
  if (actual == expected) return;
  size_t at = 0, line = 1;
  while (at < actual.size() && at < expected.size() && actual[at] == expected[at]) {
    if (actual[at++] == '\n') ++line;
  }
  ADD_FAILURE() << name << " differs at line " << line << ":\n"
                << "  expected: " << expected.substr(at, 100)
                << "\n  actual:   " << actual.substr(at, 100)
                << "\nIf the change is meant, run with SEAWALL_UPDATE_GOLDEN=1 and review it.";
}

}  // namespace seawall::test
