// Tables of expressions for the tests of Kubernetes' libraries: what each gives, as people see it,
// and what it costs. The figures are those of the API server's own environment of 1.36.
#pragma once

#include <span>
#include <string>

#include "cel/environment.h"
#include "support/support.h"

namespace seawall::cel::test {

struct Case {
  std::string_view expression;
  std::string_view wanted;  // a value's text, "error: ..." or "does not compile"
  uint64_t cost;
};

inline void expect_all(std::span<const Case> cases) {
  const Environment environment = Environment::kubernetes(36);
  Evaluation evaluation;
  for (const Case& one : cases) {
    SCOPED_TRACE(one.expression);
    const auto program = environment.compile(one.expression);
    if (!program.ok()) {
      EXPECT_EQ(one.wanted, "does not compile") << program.error().message();
      continue;
    }
    const Value value = evaluation.run(*program, {});
    const std::string text =
        value.is_error() ? "error: " + std::string(value.error().message) : to_text(value);
    EXPECT_EQ(text, one.wanted);
    EXPECT_EQ(evaluation.cost(), one.cost);
  }
}

}  // namespace seawall::cel::test
