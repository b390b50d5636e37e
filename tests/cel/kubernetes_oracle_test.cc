// Expressions of Kubernetes' own documentation and tests with what its environment answers: value,
// type, cost in its units, and the exact words of errors.
#include <iostream>

#include "base/strings.h"
#include "cel/environment.h"
#include "cel/shared_archive.h"
#include "codec/json.h"

namespace seawall::cel {
namespace {

// Where we differ knowingly.
bool is_known(std::string_view expression) {
  // Kubernetes' add() changes a large receiver in place, so that both sums are one value.
  constexpr std::string_view kQuantity = "[quantity(\"9999999999999999999999999999999999999\")]";
  // The answers were made by a build with Go 1.25's rules for URLs; Kubernetes 1.36 is built with
  // those of 1.26, by which the port begins at the first colon.
  return expression.starts_with(kQuantity) || expression == "url('https://a:b:c/')";
}

// What differs: empty when nothing does.
std::string difference(const Environment& environment, const Value& object, const Node& row) {
  const std::string expression(row["expr"].string());
  const std::string_view compile_error = row["compile_error"].string();
  const auto program = environment.compile(expression);
  if (!program.ok()) {
    const std::string& message = program.error().message();
    if (message == compile_error) return {};
    return "compile error\n" + message + "\nexpected\n" +
           (compile_error.empty() ? "none" : std::string(compile_error));
  }
  if (!compile_error.empty()) return "compiles, expected\n" + std::string(compile_error);
  Evaluation evaluation;
  const Value value = evaluation.run(*program, std::span(&object, 1));
  std::string problem;
  const auto expect = [&problem](std::string_view what, std::string_view got,
                                 std::string_view wanted) {
    if (got == wanted) return;
    problem +=
        std::string(what) + " " + std::string(got) + ", expected " + std::string(wanted) + "; ";
  };
  if (row["error"].exists()) {
    expect("error", value.is_error() ? value.error().message : "none", row["error"].string());
  } else {
    expect("value", to_text(value), row["value"].string());
    expect("type", value.is_error() ? "error" : type_of(value)->name, row["type"].string());
  }
  expect("cost", std::to_string(evaluation.cost()),
         std::to_string(row["cost"].integer().value_or(-1)));
  return problem;
}

TEST(KubernetesOracle, AgreesWithTheApiServer) {
  const auto files = test::shared_archive("cel/k8s-cel-oracle.tar.zst");
  const auto found = std::find_if(files.begin(), files.end(), [](const auto& file) {
    return file.first.ends_with("k8s-cel-oracle.jsonl");
  });
  if (found == files.end()) GTEST_SKIP() << "no answers of Kubernetes in the shared data";
  Environment environment = Environment::kubernetes(36);
  environment.add_variable("object", &types::dyn);
  const auto object = parse_json("{}");
  ASSERT_OK(object);
  size_t rows = 0;
  std::string wrong;
  for (const std::string_view line : split(found->second, '\n')) {
    if (trim(line).empty()) continue;
    const auto document = parse_json(std::string(line));
    ASSERT_OK(document);
    const Node& row = document->root();
    // Variables of the tests that these came from.
    if (row["compile_error"].string().find("undeclared reference") != std::string_view::npos) {
      continue;
    }
    ++rows;
    if (is_known(row["expr"].string())) continue;
    const std::string problem = difference(environment, Value::of(object->root()), row);
    if (!problem.empty()) wrong += std::string(row["expr"].string()) + "\n    " + problem + "\n";
  }
  std::cout << "Kubernetes 1.36: " << rows << " expressions\n";
  EXPECT_GE(rows, 399u);
  EXPECT_TRUE(wrong.empty()) << wrong;
}

}  // namespace
}  // namespace seawall::cel
