// Tables of expressions for the tests of what cel-spec's environment has and Kubernetes' has not.
#pragma once

#include <span>
#include <string>

#include "cel/environment.h"
#include "support/support.h"

namespace seawall::cel::test {

struct Answer {
  std::string_view expression;
  std::string_view wanted;  // a value's text, "error: ..." or "does not compile"
};

inline void expect_answers(std::span<const Answer> answers) {
  const Environment environment = Environment::conformance();
  Evaluation evaluation;
  for (const Answer& one : answers) {
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
  }
}

}  // namespace seawall::cel::test
