// Microseconds to load and to judge by admission policies as people have them: thirty rules over a
// Deployment of 8 KB, as one ValidatingAdmissionPolicy, as thirty, and as thirty constraints of a
// Gatekeeper template.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>

#include <fmt/format.h>

#include "cel/workload.h"
#include "codec/json.h"
#include "policy/admission/admission_policies.h"

namespace {

using namespace seawall;
using namespace seawall::policy;

std::string quoted(std::string_view rule) {
  std::string text = "\"";
  for (const char c : rule)
    text += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  return text + "\"";
}

std::string vap(std::string_view name, size_t first, size_t count) {
  std::string text = fmt::format(
      "{{\"apiVersion\": \"admissionregistration.k8s.io/v1\", \"kind\": "
      "\"ValidatingAdmissionPolicy\", \"metadata\": {{\"name\": \"{}\"}}, \"spec\": "
      "{{\"matchConstraints\": {{\"resourceRules\": [{{\"apiGroups\": [\"apps\"], \"apiVersions\": "
      "[\"v1\"], \"operations\": [\"CREATE\"], \"resources\": [\"deployments\"]}}]}}, "
      "\"validations\": [",
      name);
  for (size_t i = first; i < first + count; ++i) {
    text +=
        fmt::format("{}{{\"expression\": {}}}", i == first ? "" : ", ", quoted(test::kRules[i]));
  }
  return text + "]}}\n";
}

std::string thirty_policies() {
  std::string text;
  for (size_t i = 0; i < 30; ++i) text += "---\n" + vap(fmt::format("p{}", i), i, 1);
  return text;
}

// Thirty templates with a constraint each.
std::string gatekeeper() {
  std::string text;
  for (size_t i = 0; i < 30; ++i) {
    text += fmt::format(
        "---\n{{\"apiVersion\": \"templates.gatekeeper.sh/v1\", \"kind\": \"ConstraintTemplate\", "
        "\"metadata\": {{\"name\": \"k{0}\"}}, \"spec\": {{\"crd\": {{\"spec\": {{\"names\": "
        "{{\"kind\": \"K{0}\"}}}}}}, \"targets\": [{{\"target\": \"admission.k8s.gatekeeper.sh\", "
        "\"code\": [{{\"engine\": \"K8sNativeValidation\", \"source\": {{\"validations\": "
        "[{{\"expression\": {1}}}]}}}}]}}]}}}}\n---\n{{\"apiVersion\": "
        "\"constraints.gatekeeper.sh/v1beta1\", \"kind\": \"K{0}\", \"metadata\": {{\"name\": "
        "\"c\"}}, \"spec\": {{\"match\": {{\"kinds\": [{{\"apiGroups\": [\"apps\"], \"kinds\": "
        "[\"Deployment\"]}}]}}}}}}\n",
        i, quoted(test::kRules[i]));
  }
  return text;
}

AdmissionPolicies loaded(const std::string& text) {
  AdmissionPolicies policies;
  policies.set_bind_all();
  if (!policies.add(text, "p.yaml").ok() || !policies.problems().empty()) std::abort();
  return policies;
}

void judge(benchmark::State& state, const std::string& text) {
  const AdmissionPolicies policies = loaded(text);
  auto document = parse_json(test::deployment());
  if (!document.ok()) std::abort();
  const AdmissionRequest request = AdmissionRequest::of_object(document->root());
  AdmissionEvaluator evaluator(policies);
  for (auto _ : state) {
    if (!evaluator.evaluate(request).messages.empty()) std::abort();
  }
}

// Reading and compiling.
void load(benchmark::State& state, const std::string& text) {
  size_t policies = 0;
  for (auto _ : state) policies = loaded(text).size();
  state.counters["policies"] = static_cast<double>(policies);
}

constexpr auto kMicroseconds = benchmark::kMicrosecond;
BENCHMARK_CAPTURE(judge, one_policy, vap("p", 0, 30))->Unit(kMicroseconds);
BENCHMARK_CAPTURE(judge, thirty_policies, thirty_policies())->Unit(kMicroseconds);
BENCHMARK_CAPTURE(judge, gatekeeper, gatekeeper())->Unit(kMicroseconds);
BENCHMARK_CAPTURE(load, one_policy, vap("p", 0, 30))->Unit(kMicroseconds);
BENCHMARK_CAPTURE(load, thirty_policies, thirty_policies())->Unit(kMicroseconds);
BENCHMARK_CAPTURE(load, gatekeeper, gatekeeper())->Unit(kMicroseconds);

}  // namespace

BENCHMARK_MAIN();
