// Microseconds to compile and to evaluate admission rules: the whole security context of a pod of
// two containers, the registry of its images, an optional list, and thirty rules over a Deployment
// of 8 KB.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <vector>

#include "cel/environment.h"
#include "cel/workload.h"
#include "codec/json.h"

namespace {

using namespace seawall;
using namespace seawall::cel;

Environment& environment() {
  static Environment made = [] {
    Environment kubernetes = Environment::kubernetes(36);
    kubernetes.add_variable("object", &types::dyn);
    return kubernetes;
  }();
  return made;
}

Program compiled(std::string_view rule) {
  auto program = environment().compile(rule);
  if (!program.ok()) std::abort();
  return std::move(program).value();
}

Document parsed(std::string json) {
  auto document = parse_json(std::move(json));
  if (!document.ok()) std::abort();
  return std::move(document).value();
}

void make_environment(benchmark::State& state) {
  for (auto _ : state) {
    Environment made = Environment::kubernetes(36);
    benchmark::DoNotOptimize(made);
  }
}

void compile(benchmark::State& state, std::string_view rule) {
  for (auto _ : state) benchmark::DoNotOptimize(compiled(rule));
}

void evaluate(benchmark::State& state, std::string_view rule) {
  const Document document = parsed(std::string(test::kPod));
  const Value object = Value::of(document.root());
  const Program program = compiled(rule);
  Evaluation evaluation;
  for (auto _ : state) {
    if (!evaluation.run(program, std::span(&object, 1)).is_true()) std::abort();
  }
  state.counters["cost"] = static_cast<double>(evaluation.cost());
}

void thirty_rules(benchmark::State& state) {
  const Document document = parsed(test::deployment());
  const Value object = Value::of(document.root());
  std::vector<Program> programs;
  for (const std::string_view rule : test::kRules) programs.push_back(compiled(rule));
  Evaluation evaluation;
  uint64_t cost = 0;
  for (auto _ : state) {
    cost = 0;
    for (const Program& program : programs) {
      if (!evaluation.run(program, std::span(&object, 1)).is_true()) std::abort();
      cost += evaluation.cost();
    }
  }
  state.counters["cost"] = static_cast<double>(cost);
}

void parse_and_thirty_rules(benchmark::State& state) {
  const std::string text = test::deployment();
  std::vector<Program> programs;
  for (const std::string_view rule : test::kRules) programs.push_back(compiled(rule));
  Evaluation evaluation;
  JsonParser parser;
  for (auto _ : state) {
    const auto root = parser.parse(text);
    if (!root.ok()) std::abort();
    const Value object = Value::of(**root);
    for (const Program& program : programs) {
      if (!evaluation.run(program, std::span(&object, 1)).is_true()) std::abort();
    }
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
}

constexpr auto kMicroseconds = benchmark::kMicrosecond;
BENCHMARK(make_environment)->Unit(kMicroseconds);
BENCHMARK_CAPTURE(compile, security_context, test::kSecurityContext)->Unit(kMicroseconds);
BENCHMARK_CAPTURE(compile, trusted_images, test::kTrustedImages)->Unit(kMicroseconds);
BENCHMARK_CAPTURE(compile, optional_list, test::kOptionalList)->Unit(kMicroseconds);
BENCHMARK_CAPTURE(evaluate, security_context, test::kSecurityContext)->Unit(kMicroseconds);
BENCHMARK_CAPTURE(evaluate, trusted_images, test::kTrustedImages)->Unit(kMicroseconds);
BENCHMARK_CAPTURE(evaluate, optional_list, test::kOptionalList)->Unit(kMicroseconds);
BENCHMARK(thirty_rules)->Unit(kMicroseconds);
BENCHMARK(parse_and_thirty_rules)->Unit(kMicroseconds);

}  // namespace

BENCHMARK_MAIN();
