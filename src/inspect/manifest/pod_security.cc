// The table of checks, and which of them a level and a version mean.
#include "inspect/manifest/pod_security.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/strings.h"
#include "inspect/manifest/pod_view.h"

namespace seawall::inspect {
namespace {

constexpr uint32_t kNewest = 37;
constexpr size_t kMostSteps = 5;

struct Check {
  std::string_view id;
  std::array<uint32_t, kMostSteps> versions;  // ascending; 0 after the first ends the list
  PodCheckFunction run;
  std::string_view overrides = {};

  bool applies(uint32_t minor) const { return minor >= versions[0]; }
};

constexpr Check kBaseline[] = {
    {"appArmorProfile", {0}, check_app_armor_profile},
    {"capabilities_baseline", {0}, check_capabilities_baseline},
    {"hostNamespaces", {0}, check_host_namespaces},
    {"hostPathVolumes", {0}, check_host_path_volumes},
    {"hostPorts", {0}, check_host_ports},
    {"hostProbesAndHostLifecycle", {34}, check_host_probes},
    {"privileged", {0}, check_privileged},
    {"procMount", {0, 35}, check_proc_mount_baseline},
    {"seLinuxOptions", {0, 31}, check_se_linux_options},
    {"seccompProfile_baseline", {0, 19}, check_seccomp_baseline},
    {"sysctls", {0, 27, 29, 32, 37}, check_sysctls},
    {"windowsHostProcess", {0}, check_windows_host_process},
};
constexpr Check kRestricted[] = {
    {"allowPrivilegeEscalation", {8, 25}, check_privilege_escalation},
    {"capabilities_restricted", {22, 25}, check_capabilities_restricted, "capabilities_baseline"},
    {"procMount_restricted", {35}, check_proc_mount_restricted, "procMount"},
    {"restrictedVolumes", {0}, check_restricted_volumes, "hostPathVolumes"},
    {"runAsNonRoot", {0, 35}, check_run_as_non_root},
    {"runAsUser", {23, 35}, check_run_as_user},
    {"seccompProfile_restricted", {19, 25}, check_seccomp_restricted, "seccompProfile_baseline"},
};

bool is_overridden(const Check& baseline, uint32_t minor) {
  return std::any_of(std::begin(kRestricted), std::end(kRestricted), [&](const Check& check) {
    return check.overrides == baseline.id && check.applies(minor);
  });
}

void run(const Check& check, const PodView& pod, PodSecurityVerdict& verdict) {
  if (!check.applies(pod.minor)) return;
  PodCheckResult result = check.run(pod);
  if (result.fields.empty()) return;
  verdict.violations.push_back(
      {check.id, result.reason, std::move(result.detail), std::move(result.fields)});
}

PodSecurityCheck describe(const Check& check, PodSecurityLevel level) {
  PodSecurityCheck out{check.id, level, {check.versions[0]}, check.overrides};
  for (size_t i = 1; i < kMostSteps && check.versions[i] != 0; ++i)
    out.versions.push_back(check.versions[i]);
  return out;
}

Error no_policy(std::string_view text) {
  return usage_error(fmt::format("\"{}\" is no level of the Pod Security Standards",
                                 printable(text.substr(0, 80))))
      .hint("use privileged, baseline or restricted, with a version if need be: baseline@1.30");
}

}  // namespace

std::string_view to_string(PodSecurityLevel level) {
  switch (level) {
    case PodSecurityLevel::kPrivileged:
      return "privileged";
    case PodSecurityLevel::kBaseline:
      return "baseline";
    case PodSecurityLevel::kRestricted:
      return "restricted";
  }
  return "restricted";
}

Result<PodSecurityPolicy> parse_pod_security_policy(std::string_view text) {
  std::string_view rest = text;
  if (rest.starts_with("pss-")) rest.remove_prefix(4);
  const size_t mark = rest.find_first_of("@:");
  const std::string_view level = rest.substr(0, mark);
  PodSecurityPolicy policy;
  if (level == "privileged")
    policy.level = PodSecurityLevel::kPrivileged;
  else if (level == "baseline")
    policy.level = PodSecurityLevel::kBaseline;
  else if (level != "restricted")
    return no_policy(text);
  if (mark == rest.npos) return policy;
  std::string_view version = rest.substr(mark + 1);
  if (version == "latest") return policy;
  if (version.starts_with('v')) version.remove_prefix(1);
  if (!version.starts_with("1.")) return no_policy(text);
  version.remove_prefix(2);
  const auto minor = parse_unsigned(version);
  if (!minor || *minor >= PodSecurityPolicy::kLatest || (version.size() > 1 && version[0] == '0'))
    return no_policy(text);
  policy.minor = static_cast<uint32_t>(*minor);
  return policy;
}

std::string to_string(const PodSecurityPolicy& policy) {
  if (policy.minor == PodSecurityPolicy::kLatest)
    return fmt::format("{}:latest", to_string(policy.level));
  return fmt::format("{}:v1.{}", to_string(policy.level), policy.minor);
}

std::string PodSecurityVerdict::text() const {
  std::string out;
  const auto say = [&](std::string_view reason, std::string_view detail) {
    if (!out.empty()) out += ", ";
    out += reason;
    if (!detail.empty()) out.append(" (").append(detail).append(")");
  };
  for (const PodSecurityViolation& violation : violations) say(violation.reason, violation.detail);
  for (const UnreadableField& one : unreadable)
    say("unreadable field", fmt::format("{}: {}", one.field.json_path, one.message));
  return out;
}

PodSecurityVerdict evaluate_pod_security(const PodSecurityPolicy& policy, const Node& pod_metadata,
                                         const Node& pod_spec, std::string_view metadata_path,
                                         std::string_view spec_path) {
  PodSecurityVerdict verdict;
  if (policy.level == PodSecurityLevel::kPrivileged) return verdict;
  const PodView pod{
      pod_metadata,           pod_spec, metadata_path, spec_path, std::min(policy.minor, kNewest),
      containers_of(pod_spec)};
  verdict.unreadable = unreadable_fields(pod);
  const bool restricted = policy.level == PodSecurityLevel::kRestricted;
  for (const Check& check : kBaseline) {
    if (!restricted || !is_overridden(check, pod.minor)) run(check, pod, verdict);
  }
  if (!restricted) return verdict;
  for (const Check& check : kRestricted) run(check, pod, verdict);
  return verdict;
}

PodSecurityVerdict evaluate_pod_security(const PodSecurityPolicy& policy, const PodTemplate& pod) {
  return evaluate_pod_security(policy, *pod.metadata, *pod.spec, pod.metadata_path, pod.spec_path);
}

std::vector<PodSecurityCheck> pod_security_checks() {
  std::vector<PodSecurityCheck> out;
  for (const Check& check : kBaseline) out.push_back(describe(check, PodSecurityLevel::kBaseline));
  for (const Check& check : kRestricted)
    out.push_back(describe(check, PodSecurityLevel::kRestricted));
  return out;
}

}  // namespace seawall::inspect
