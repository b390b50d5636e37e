// Any bytes as policies of Kubernetes: what can be read judges a pod, the same each time.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "codec/json.h"
#include "policy/admission/validating_policy.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall;
  using namespace seawall::policy;
  static const Document pod =
      std::move(
          parse_json(
              R"({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "namespace": "b", "labels": {"c": "d"}},
          "spec": {"containers": [{"name": "e", "image": "f"}]}})"))
          .value();
  AdmissionPolicies policies;
  policies.set_bind_all();
  if (!policies.add(std::string(reinterpret_cast<const char*>(data), size), "p.yaml").ok())
    return 0;
  for (const Error& problem : policies.problems()) {
    if (problem.text().empty()) std::abort();
  }
  AdmissionEvaluator evaluator(policies);
  const AdmissionRequest request = request_for(pod.root());
  const AdmissionVerdict one = evaluator.evaluate(request), other = evaluator.evaluate(request);
  if (one.verdict != other.verdict || one.messages.size() != other.messages.size()) std::abort();
  for (const AdmissionMessage& message : one.messages) {
    if (message.message.empty()) std::abort();
  }
  return 0;
}
