// The Pod Security Standards, exact by version: what the pod security admission of Kubernetes says
// of a pod, in the same order and words, and besides where in the manifest it stands.
//
//   SEAWALL_TRY(const PodSecurityPolicy policy, parse_pod_security_policy("restricted@1.30"));
//   for (const PodTemplate& pod : pod_templates(object)) {
//     const PodSecurityVerdict verdict = evaluate_pod_security(policy, pod);
//     if (!verdict.allowed()) refuse(verdict.text());
//   }
//
// The pod is judged as written; of what the API server fills in first, only that a volume without a
// source is an emptyDir. (With hostNetwork it also sets every hostPort of a Pod to its
// containerPort, and names hostPorts besides. A volume source that is not known counts as
// restricted here; a server that does not know it either drops it.) Exemptions, namespaces and what
// a pod may not hold at all (two sources of one volume, Linux settings with os windows) are not
// this part's.
//
// FAILURE: closed. A field that a check reads and that the API server could not even decode (the
// text "true" for a boolean) is `unreadable`, and the pod not allowed at baseline and restricted.
// COST: some microseconds a pod. THREADS: any. SPECIFICATION: Pod Security Standards of Kubernetes
// 1.0 to 1.37 as k8s.io/pod-security-admission 0.37 has them; later versions are judged as 1.37.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "inspect/manifest/workloads.h"

namespace seawall::inspect {

enum class PodSecurityLevel : uint8_t { kPrivileged, kBaseline, kRestricted };
std::string_view to_string(PodSecurityLevel level);  // "restricted"

struct PodSecurityPolicy {
  static constexpr uint32_t kLatest = UINT32_MAX;
  PodSecurityLevel level = PodSecurityLevel::kRestricted;
  uint32_t minor = kLatest;  // of Kubernetes 1.x
};
// A level, with "pss-" in front of it or not, and a version after "@" or ":", with "v" or not:
// "restricted", "pss-baseline@1.25", "baseline:v1.25", "restricted@latest". ERRORS: kUsage.
Result<PodSecurityPolicy> parse_pod_security_policy(std::string_view text);
std::string to_string(const PodSecurityPolicy& policy);  // "restricted:v1.30", "baseline:latest"

struct FieldPlace {
  std::string json_path;          // of the offending field, or of the one that must be set
  uint32_t line = 0, column = 0;  // of its value; when it is missing, of what it belongs in
  bool missing = false;
};

struct PodSecurityViolation {
  std::string_view check;   // "hostNamespaces"
  std::string_view reason;  // "host namespaces"
  std::string detail;       // "hostNetwork=true"
  std::vector<FieldPlace> fields;
};

struct UnreadableField {
  FieldPlace field;
  std::string message;  // "a boolean is expected, this is a string"
};

struct PodSecurityVerdict {
  std::vector<PodSecurityViolation> violations;
  std::vector<UnreadableField> unreadable;
  bool allowed() const { return violations.empty() && unreadable.empty(); }
  // "host namespaces (hostNetwork=true), privileged (...)": as the API server says it. Not made
  // safe to print: it names containers as they are named.
  std::string text() const;
};

PodSecurityVerdict evaluate_pod_security(const PodSecurityPolicy& policy, const PodTemplate& pod);
// Of a pod's own metadata and spec; the paths are those of a Pod unless given.
PodSecurityVerdict evaluate_pod_security(const PodSecurityPolicy& policy, const Node& pod_metadata,
                                         const Node& pod_spec,
                                         std::string_view metadata_path = "metadata",
                                         std::string_view spec_path = "spec");

// One check as the documentation lists it.
struct PodSecurityCheck {
  std::string_view id;
  PodSecurityLevel level;
  std::vector<uint32_t> versions;  // minor versions of Kubernetes with which it came or changed
  std::string_view overrides;      // the check of baseline that it stands for at restricted
};
// In the order in which they are judged: baseline before restricted, each by name.
std::vector<PodSecurityCheck> pod_security_checks();

}  // namespace seawall::inspect
