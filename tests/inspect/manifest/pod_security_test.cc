// Every check of the Pod Security Standards on both sides of each of its versions. Pods are written
// for this test; pod_security_peers_test.cc holds the same code against what others wrote.
#include "inspect/manifest/pod_security.h"

#include <algorithm>

#include <fmt/format.h>

#include "support/support.h"

namespace seawall::inspect {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Judged {
  std::vector<Document> documents;
  PodSecurityVerdict verdict;
};

Judged judge(std::string_view policy, std::string_view pod) {
  Judged out;
  auto parsed = parse_yaml(pod);
  const auto read = parse_pod_security_policy(policy);
  EXPECT_TRUE(parsed.ok() && read.ok()) << policy << "\n" << pod;
  if (!parsed.ok() || !read.ok() || parsed->empty()) return out;
  out.documents = std::move(parsed).value();
  const Node& root = out.documents[0].root();
  out.verdict = evaluate_pod_security(*read, root["metadata"], root["spec"]);
  return out;
}

// What the verdict says, each check before its words: "hostPorts: hostPort (...)".
std::string said(std::string_view policy, std::string_view pod) {
  const Judged judged = judge(policy, pod);
  std::string out;
  for (const PodSecurityViolation& one : judged.verdict.violations) {
    out +=
        fmt::format("{}{}: {} ({})", out.empty() ? "" : " | ", one.check, one.reason, one.detail);
    EXPECT_FALSE(one.fields.empty());
  }
  EXPECT_THAT(judged.verdict.unreadable, IsEmpty()) << pod;
  return out;
}

// The fields a verdict names: "path@line", "path@line missing".
std::vector<std::string> fields(std::string_view policy, std::string_view pod) {
  const Judged judged = judge(policy, pod);
  std::vector<std::string> out;
  for (const PodSecurityViolation& one : judged.verdict.violations) {
    for (const FieldPlace& field : one.fields) {
      out.push_back(
          fmt::format("{}@{}{}", field.json_path, field.line, field.missing ? " missing" : ""));
    }
  }
  return out;
}

// A pod that is allowed at restricted, with more fields of the spec and of its container "c".
std::string good_pod(std::string_view spec = "", std::string_view container = "",
                     std::string_view security = "") {
  return fmt::format(
      "{{spec: {{securityContext: {{runAsNonRoot: true, seccompProfile: {{type: "
      "RuntimeDefault}}}}, containers: [{{name: c, {}securityContext: "
      "{{allowPrivilegeEscalation: false, capabilities: {{drop: [ALL]}}, {}}}}}], {}}}}}",
      container, security, spec);
}

std::string pod_of(std::string_view container, std::string_view spec = "") {
  return fmt::format("{{spec: {{containers: [{{name: c, {}}}], {}}}}}", container, spec);
}

TEST(PodSecurity, AGoodPodIsAllowedByEveryVersion) {
  for (uint32_t minor = 0; minor < 45; ++minor) {
    for (const char* level : {"privileged", "baseline", "restricted"})
      EXPECT_EQ(said(fmt::format("{}@1.{}", level, minor), good_pod()), "") << minor;
  }
  EXPECT_EQ(said("restricted", good_pod()), "");
  EXPECT_EQ(said("baseline", "{}"), "");
  EXPECT_EQ(said("restricted", "{metadata: null, spec: null}"), "");
}

TEST(PodSecurity, PrivilegedAllowsAnything) {
  EXPECT_EQ(said("privileged", pod_of("securityContext: {privileged: true}", "hostPID: true")), "");
  EXPECT_TRUE(judge("privileged", pod_of("securityContext: 7")).verdict.allowed());
}

TEST(PodSecurity, HostNamespaces) {
  EXPECT_EQ(said("baseline", "{spec: {hostNetwork: true, hostPID: true, hostIPC: true}}"),
            "hostNamespaces: host namespaces (hostNetwork=true, hostPID=true, hostIPC=true)");
  EXPECT_EQ(said("baseline@1.0", "{spec: {hostIPC: true, hostPID: false, hostNetwork: null}}"),
            "hostNamespaces: host namespaces (hostIPC=true)");
}

TEST(PodSecurity, Privileged) {
  EXPECT_EQ(said("baseline", pod_of("securityContext: {privileged: true}")),
            "privileged: privileged (container \"c\" must not set "
            "securityContext.privileged=true)");
  EXPECT_EQ(said("baseline", pod_of("securityContext: {privileged: false}")), "");
  EXPECT_EQ(said("baseline",
                 "{spec: {initContainers: [{name: i, securityContext: {privileged: true}}],"
                 " ephemeralContainers: [{name: e, securityContext: {privileged: true}}],"
                 " containers: [{name: c, securityContext: {privileged: true}}]}}"),
            "privileged: privileged (containers \"i\", \"c\", \"e\" must not set "
            "securityContext.privileged=true)");
}

TEST(PodSecurity, CapabilitiesOfBaseline) {
  EXPECT_EQ(said("baseline", pod_of("securityContext: {capabilities: {add: [SYS_ADMIN, CHOWN, "
                                    "NET_RAW, SYS_ADMIN, CAP_CHOWN]}}")),
            "capabilities_baseline: non-default capabilities (container \"c\" must not include "
            "\"CAP_CHOWN\", \"NET_RAW\", \"SYS_ADMIN\" in securityContext.capabilities.add)");
  EXPECT_EQ(said("baseline", pod_of("securityContext: {capabilities: {add: [AUDIT_WRITE, CHOWN, "
                                    "DAC_OVERRIDE, FOWNER, FSETID, KILL, MKNOD, "
                                    "NET_BIND_SERVICE, SETFCAP, SETGID, SETPCAP, SETUID, "
                                    "SYS_CHROOT]}}")),
            "");
}

TEST(PodSecurity, CapabilitiesOfRestrictedFrom1_22) {
  const std::string pod =
      "{spec: {os: {name: linux}, securityContext: {runAsNonRoot: true, seccompProfile: {type: "
      "Localhost}},"
      " containers: [{name: a, securityContext: {allowPrivilegeEscalation: false,"
      " capabilities: {add: [CHOWN, SYS_TIME]}}},"
      " {name: b, securityContext: {allowPrivilegeEscalation: false}}]}}";
  EXPECT_EQ(said("restricted@1.21", pod),
            "capabilities_baseline: non-default capabilities (container \"a\" must not include "
            "\"SYS_TIME\" in securityContext.capabilities.add)");
  for (const char* policy : {"restricted@1.22", "restricted@1.25"})
    EXPECT_EQ(said(policy, pod),
              "capabilities_restricted: unrestricted capabilities (containers \"a\", \"b\" must "
              "set securityContext.capabilities.drop=[\"ALL\"]; container \"a\" must not include "
              "\"CHOWN\", \"SYS_TIME\" in securityContext.capabilities.add)");
  EXPECT_EQ(said("restricted", good_pod("", "", "x: {}")), "");
}

TEST(PodSecurity, HostPathVolumesAndTheirOverride) {
  const std::string pod = good_pod(
      "volumes: [{name: a, hostPath: {path: /}}, {name: b, hostPath: "
      "{}}, {name: c, emptyDir: {}}, {name: d, hostPath: null, csi: "
      "{}}]");
  EXPECT_EQ(said("baseline@1.0", pod), "hostPathVolumes: hostPath volumes (volumes \"a\", \"b\")");
  EXPECT_EQ(said("restricted@1.0", pod),
            "restrictedVolumes: restricted volume types (volumes \"a\", \"b\" use restricted "
            "volume type \"hostPath\")");
}

TEST(PodSecurity, RestrictedVolumes) {
  for (const char* type : {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image",
                           "persistentVolumeClaim", "projected", "secret"})
    EXPECT_EQ(said("restricted", good_pod(fmt::format("volumes: [{{name: v, {}: {{}}}}]", type))),
              "");
  for (const char* type : {"gcePersistentDisk",
                           "awsElasticBlockStore",
                           "gitRepo",
                           "nfs",
                           "iscsi",
                           "glusterfs",
                           "rbd",
                           "flexVolume",
                           "cinder",
                           "cephfs",
                           "flocker",
                           "fc",
                           "azureFile",
                           "vsphereVolume",
                           "quobyte",
                           "azureDisk",
                           "portworxVolume",
                           "photonPersistentDisk",
                           "scaleIO",
                           "storageos"}) {
    const std::string pod = good_pod(fmt::format("volumes: [{{name: v, {}: {{}}}}]", type));
    EXPECT_EQ(said("baseline", pod), "");
    EXPECT_EQ(said("restricted", pod),
              fmt::format("restrictedVolumes: restricted volume types (volume \"v\" uses "
                          "restricted volume type \"{}\")",
                          type));
  }
  EXPECT_EQ(said("restricted", good_pod("volumes: [{name: a}, {name: b, new: {}}, {name: c, nfs: "
                                        "{}}, {name: d, nfs: null}, null]")),
            "restrictedVolumes: restricted volume types (volumes \"b\", \"c\" use restricted "
            "volume types \"nfs\", \"unknown\")");
}

TEST(PodSecurity, HostPorts) {
  EXPECT_EQ(said("baseline", pod_of("ports: [{hostPort: 80}, {hostPort: 0}, {containerPort: 1}]")),
            "hostPorts: hostPort (container \"c\" uses hostPort 80)");
  EXPECT_EQ(said("baseline",
                 "{spec: {initContainers: [{name: a, ports: [{hostPort: 9}]}],"
                 " containers: [{name: b, ports: [{hostPort: 80}, {hostPort: 9}]}]}}"),
            "hostPorts: hostPort (containers \"a\", \"b\" use hostPorts 80, 9)");
}

TEST(PodSecurity, HostsOfProbesFrom1_34) {
  const std::string pod = pod_of(
      "livenessProbe: {httpGet: {host: b.example}}, readinessProbe: {tcpSocket: {host: "
      "a.example}}, startupProbe: {httpGet: {host: ''}, exec: {}}, lifecycle: {postStart: "
      "{tcpSocket: {host: b.example}}, preStop: {httpGet: {path: /}}}");
  EXPECT_EQ(said("baseline@1.33", pod), "");
  for (const char* policy : {"baseline@1.34", "baseline"})
    EXPECT_EQ(said(policy, pod),
              "hostProbesAndHostLifecycle: probe or lifecycle host (container \"c\" uses probe or "
              "lifecycle hosts \"a.example\", \"b.example\")");
  EXPECT_THAT(fields("baseline", pod),
              ElementsAre("spec.containers[0].livenessProbe.httpGet.host@1",
                          "spec.containers[0].readinessProbe.tcpSocket.host@1",
                          "spec.containers[0].lifecycle.postStart.tcpSocket.host@1"));
  EXPECT_EQ(said("baseline",
                 "{spec: {containers: [{name: b, startupProbe: {tcpSocket: {host: x}}},"
                 " {name: a, lifecycle: {preStop: {httpGet: {host: x}}}}]}}"),
            "hostProbesAndHostLifecycle: probe or lifecycle host (containers \"a\", \"b\" use "
            "probe or lifecycle host \"x\")");
}

TEST(PodSecurity, AppArmorProfiles) {
  EXPECT_EQ(said("baseline@1.0",
                 "{metadata: {annotations: {"
                 "container.apparmor.security.beta.kubernetes.io/a: unconfined,"
                 "container.apparmor.security.beta.kubernetes.io/b: runtime/default,"
                 "container.apparmor.security.beta.kubernetes.io/c: localhost/x,"
                 "container.apparmor.security.beta.kubernetes.io/d: '',"
                 "container.apparmor.security.beta.kubernetes.io/e: null}}}"),
            "appArmorProfile: forbidden AppArmor profile (annotation must not set AppArmor profile "
            "type to \"container.apparmor.security.beta.kubernetes.io/a=\"unconfined\"\")");
  EXPECT_EQ(said("baseline",
                 "{metadata: {annotations: {"
                 "container.apparmor.security.beta.kubernetes.io/b: \"a\\\"\\n\","
                 "container.apparmor.security.beta.kubernetes.io/a: x}},"
                 "spec: {securityContext: {appArmorProfile: {type: Unconfined}}, containers: ["
                 "{name: c, securityContext: {appArmorProfile: {}}},"
                 "{name: d, securityContext: {appArmorProfile: {type: Localhost}}},"
                 "{name: e, securityContext: {appArmorProfile: {type: RuntimeDefault}}}]}}"),
            "appArmorProfile: forbidden AppArmor profiles (pod and container \"c\" and annotations "
            "must not set AppArmor profile type to \"\", \"Unconfined\", "
            "\"container.apparmor.security.beta.kubernetes.io/a=\"x\"\", "
            "\"container.apparmor.security.beta.kubernetes.io/b=\"a\\\"\\n\"\")");
}

TEST(PodSecurity, SeccompOfBaselineAsAnnotationsBefore1_19) {
  const std::string pod =
      "{metadata: {annotations: {seccomp.security.alpha.kubernetes.io/pod: unconfined,"
      "container.seccomp.security.alpha.kubernetes.io/c: null,"
      "container.seccomp.security.alpha.kubernetes.io/d: localhost/x,"
      "container.seccomp.security.alpha.kubernetes.io/other: unconfined}},"
      "spec: {securityContext: {seccompProfile: {type: Unconfined}}, containers: [{name: c}, "
      "{name: d}]}}";
  EXPECT_EQ(said("baseline@1.18", pod),
            "seccompProfile_baseline: seccompProfile (forbidden annotations "
            "container.seccomp.security.alpha.kubernetes.io/c=\"\", "
            "seccomp.security.alpha.kubernetes.io/pod=\"unconfined\")");
  EXPECT_EQ(said("baseline@1.19", pod),
            "seccompProfile_baseline: seccompProfile (pod must not set "
            "securityContext.seccompProfile.type to \"Unconfined\")");
  EXPECT_EQ(said("baseline@1.0",
                 "{metadata: {annotations: "
                 "{seccomp.security.alpha.kubernetes.io/pod: docker/default}}}"),
            "");
}

TEST(PodSecurity, SeccompOfRestrictedFrom1_19) {
  const std::string silent =
      "{spec: {securityContext: {runAsNonRoot: true}, containers: ["
      "{name: a, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}},"
      "{name: b, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, "
      "seccompProfile: {type: Localhost}}}]}}";
  EXPECT_EQ(said("restricted@1.18", silent), "");
  EXPECT_EQ(said("restricted@1.19", silent),
            "seccompProfile_restricted: seccompProfile (pod or container \"a\" must set "
            "securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")");
  EXPECT_EQ(said("baseline", silent), "");
  EXPECT_EQ(said("restricted@1.30", good_pod("", "", "seccompProfile: {}")),
            "seccompProfile_restricted: seccompProfile (container \"c\" must not set "
            "securityContext.seccompProfile.type to \"\")");
}

TEST(PodSecurity, ProcMountAndUserNamespacesFrom1_35) {
  const std::string pod = good_pod("", "", "procMount: Unmasked");
  const std::string user = good_pod("hostUsers: false", "", "procMount: Unmasked");
  const std::string words =
      "procMount (container \"c\" must not set securityContext.procMount to \"Unmasked\")";
  EXPECT_EQ(said("baseline@1.0", pod), "procMount: " + words);
  EXPECT_EQ(said("baseline@1.34", user), "procMount: " + words);
  EXPECT_EQ(said("restricted@1.34", user), "procMount: " + words);
  EXPECT_EQ(said("baseline@1.35", user), "");
  EXPECT_EQ(said("baseline@1.35", pod), "procMount: " + words);
  EXPECT_EQ(said("restricted@1.35", user), "procMount_restricted: " + words);
  EXPECT_EQ(said("restricted", good_pod("", "", "procMount: Default")), "");
}

TEST(PodSecurity, SeLinuxOptionsAndTheEngineTypeFrom1_31) {
  const std::string pod = pod_of("securityContext: {seLinuxOptions: {type: container_engine_t}}");
  EXPECT_EQ(said("baseline@1.30", pod),
            "seLinuxOptions: seLinuxOptions (container \"c\" set forbidden "
            "securityContext.seLinuxOptions: type \"container_engine_t\")");
  EXPECT_EQ(said("baseline@1.31", pod), "");
  EXPECT_EQ(
      said("baseline@1.31",
           "{spec: {securityContext: {seLinuxOptions: {user: u, role: r, type: ''}}, containers: "
           "[{name: a, securityContext: {seLinuxOptions: {type: b_t}}}, {name: b, "
           "securityContext: {seLinuxOptions: {type: a_t, level: s0}}}]}}"),
      "seLinuxOptions: seLinuxOptions (pod and containers \"a\", \"b\" set forbidden "
      "securityContext.seLinuxOptions: types \"a_t\", \"b_t\"; user may not be set; role may not "
      "be set)");
  for (const char* type : {"container_t", "container_init_t", "container_kvm_t", "''"})
    EXPECT_EQ(said("baseline@1.0", fmt::format("{{spec: {{securityContext: {{seLinuxOptions: "
                                               "{{type: {}}}}}}}}}",
                                               type)),
              "");
}

TEST(PodSecurity, SysctlsByVersion) {
  const struct {
    uint32_t since;
    const char* name;
  } sysctls[] = {{0, "kernel.shm_rmid_forced"},
                 {0, "net.ipv4.ip_local_port_range"},
                 {0, "net.ipv4.tcp_syncookies"},
                 {0, "net.ipv4.ping_group_range"},
                 {0, "net.ipv4.ip_unprivileged_port_start"},
                 {27, "net.ipv4.ip_local_reserved_ports"},
                 {29, "net.ipv4.tcp_keepalive_time"},
                 {29, "net.ipv4.tcp_fin_timeout"},
                 {29, "net.ipv4.tcp_keepalive_intvl"},
                 {29, "net.ipv4.tcp_keepalive_probes"},
                 {32, "net.ipv4.tcp_rmem"},
                 {32, "net.ipv4.tcp_wmem"},
                 {37, "net.ipv4.tcp_slow_start_after_idle"},
                 {37, "net.ipv4.tcp_notsent_lowat"}};
  for (const auto& one : sysctls) {
    const std::string pod =
        fmt::format("{{spec: {{securityContext: {{sysctls: [{{name: {}}}]}}}}}}", one.name);
    EXPECT_EQ(said(fmt::format("baseline@1.{}", one.since), pod), "");
    EXPECT_EQ(said("baseline", pod), "");
    if (one.since == 0) continue;
    EXPECT_EQ(said(fmt::format("baseline@1.{}", one.since - 1), pod),
              fmt::format("sysctls: forbidden sysctls ({})", one.name));
  }
  EXPECT_EQ(said("restricted",
                 "{spec: {securityContext: {sysctls: [{name: kernel.msgmax}, {name: "
                 "kernel.shm_rmid_forced}, {name: b}, {name: b}]}}}"),
            "sysctls: forbidden sysctls (kernel.msgmax, b, b)");
}

TEST(PodSecurity, WindowsHostProcesses) {
  EXPECT_EQ(said("baseline",
                 "{spec: {securityContext: {windowsOptions: {hostProcess: true}}, containers: "
                 "[{name: c, securityContext: {windowsOptions: {hostProcess: true}}}]}}"),
            "windowsHostProcess: hostProcess (pod and container \"c\" must not set "
            "securityContext.windowsOptions.hostProcess=true)");
  EXPECT_EQ(said("baseline", pod_of("securityContext: {windowsOptions: {hostProcess: false}}")),
            "");
}

TEST(PodSecurity, WindowsPodsAreExemptFrom1_25) {
  const std::string pod =
      "{spec: {os: {name: windows}, securityContext: {runAsNonRoot: true}, containers: [{name: "
      "c}]}}";
  EXPECT_EQ(said("restricted@1.25", pod), "");
  EXPECT_EQ(said("restricted@1.24", pod),
            "allowPrivilegeEscalation: allowPrivilegeEscalation != false (container \"c\" must set "
            "securityContext.allowPrivilegeEscalation=false) | capabilities_restricted: "
            "unrestricted capabilities (container \"c\" must set "
            "securityContext.capabilities.drop=[\"ALL\"]) | seccompProfile_restricted: "
            "seccompProfile (pod or container \"c\" must set securityContext.seccompProfile.type "
            "to \"RuntimeDefault\" or \"Localhost\")");
}

TEST(PodSecurity, PrivilegeEscalationFrom1_8) {
  const std::string pod =
      "{spec: {securityContext: {runAsNonRoot: true}, containers: [{name: a}, {name: b, "
      "securityContext: {allowPrivilegeEscalation: true}}, {name: c, securityContext: "
      "{allowPrivilegeEscalation: false}}]}}";
  EXPECT_EQ(said("restricted@1.7", pod), "");
  EXPECT_EQ(said("restricted@1.8", pod),
            "allowPrivilegeEscalation: allowPrivilegeEscalation != false (containers \"a\", \"b\" "
            "must set securityContext.allowPrivilegeEscalation=false)");
}

TEST(PodSecurity, RunAsNonRootAndUserNamespacesFrom1_35) {
  const auto pod = [](const char* of_pod, const char* of_a, const char* rest) {
    return fmt::format(
        "{{spec: {{securityContext: {{{}}}, containers: [{{name: a, securityContext: {{{}}}}}, "
        "{{name: b, securityContext: {{runAsNonRoot: true}}}}], {}}}}}",
        of_pod, of_a, rest);
  };
  const std::string reason = "runAsNonRoot: runAsNonRoot != true ";
  EXPECT_EQ(said("restricted@1.0", pod("", "", "")),
            reason + "(pod or container \"a\" must set securityContext.runAsNonRoot=true)");
  EXPECT_EQ(said("restricted@1.0", pod("runAsNonRoot: true", "runAsNonRoot: null", "")), "");
  EXPECT_EQ(said("restricted@1.0", pod("runAsNonRoot: false", "runAsNonRoot: true", "")),
            reason + "(pod must not set securityContext.runAsNonRoot=false)");
  EXPECT_EQ(said("restricted@1.0", pod("runAsNonRoot: false", "runAsNonRoot: false", "")),
            reason + "(pod and container \"a\" must not set securityContext.runAsNonRoot=false)");
  EXPECT_THAT(said("restricted@1.34", good_pod("hostUsers: false", "", "runAsNonRoot: false")),
              HasSubstr("runAsNonRoot"));
  EXPECT_EQ(said("restricted@1.35", good_pod("hostUsers: false", "", "runAsNonRoot: false")), "");
  EXPECT_THAT(said("restricted@1.35", good_pod("hostUsers: true", "", "runAsNonRoot: false")),
              HasSubstr("runAsNonRoot"));
}

TEST(PodSecurity, RunAsUserFrom1_23) {
  const std::string pod = good_pod("", "", "runAsUser: 0");
  EXPECT_EQ(said("restricted@1.22", pod), "");
  EXPECT_EQ(said("restricted@1.23", pod),
            "runAsUser: runAsUser=0 (container \"c\" must not set runAsUser=0)");
  EXPECT_EQ(said("restricted@1.34", good_pod("hostUsers: false", "", "runAsUser: 0")),
            "runAsUser: runAsUser=0 (container \"c\" must not set runAsUser=0)");
  EXPECT_EQ(said("restricted@1.35", good_pod("hostUsers: false", "", "runAsUser: 0")), "");
  EXPECT_EQ(said("restricted", good_pod("", "", "runAsUser: 1")), "");
  // Zero by any of its YAML names is zero.
  for (const char* zero : {"0.0", "-0", "0x0", "0o0", "-0.0", "0e3"})
    EXPECT_THAT(said("restricted", good_pod("", "", fmt::format("runAsUser: {}", zero))),
                HasSubstr("runAsUser=0"))
        << zero;
  EXPECT_EQ(said("restricted@1.30",
                 "{spec: {securityContext: {runAsUser: 0, runAsNonRoot: true, seccompProfile: "
                 "{type: Localhost}}, containers: [{name: c, securityContext: {runAsUser: 0, "
                 "allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}}"),
            "runAsUser: runAsUser=0 (pod and container \"c\" must not set runAsUser=0)");
}

TEST(PodSecurity, FieldsHavePathAndLine) {
  const std::string pod =
      "metadata: {}\n"
      "spec:\n"
      "  hostNetwork: true\n"
      "  containers:\n"
      "  - name: a\n"
      "    securityContext:\n"
      "      capabilities:\n"
      "        add:\n"
      "        - CHOWN\n"
      "        - NET_ADMIN\n"
      "  - name: b\n"
      "    securityContext: {runAsNonRoot: true}\n";
  EXPECT_THAT(fields("baseline", pod),
              ElementsAre("spec.containers[0].securityContext.capabilities.add[1]@10",
                          "spec.hostNetwork@3"));
  EXPECT_THAT(fields("restricted", pod),
              ElementsAre("spec.hostNetwork@3",
                          "spec.containers[0].securityContext.allowPrivilegeEscalation@7 missing",
                          "spec.containers[1].securityContext.allowPrivilegeEscalation@12 missing",
                          "spec.containers[0].securityContext.capabilities.drop@8 missing",
                          "spec.containers[1].securityContext.capabilities.drop@12 missing",
                          "spec.containers[0].securityContext.capabilities.add[0]@9",
                          "spec.containers[0].securityContext.capabilities.add[1]@10",
                          "spec.containers[0].securityContext.runAsNonRoot@7 missing",
                          "spec.containers[0].securityContext.seccompProfile.type@7 missing",
                          "spec.containers[1].securityContext.seccompProfile.type@12 missing"));
}

TEST(PodSecurity, TemplatesAreJudgedAtTheirPlace) {
  const ManifestFile file = ManifestFile::read(
      "apiVersion: batch/v1\n"
      "kind: CronJob\n"
      "spec:\n"
      "  jobTemplate:\n"
      "    spec:\n"
      "      template:\n"
      "        metadata:\n"
      "          annotations:\n"
      "            container.apparmor.security.beta.kubernetes.io/c: unconfined\n"
      "        spec:\n"
      "          hostPID: true\n");
  const auto pods = pod_templates(file.objects()[0]);
  ASSERT_THAT(pods, SizeIs(1));
  const auto verdict = evaluate_pod_security({PodSecurityLevel::kBaseline}, pods[0]);
  ASSERT_THAT(verdict.violations, SizeIs(2));
  EXPECT_EQ(verdict.violations[0].fields[0].json_path,
            "spec.jobTemplate.spec.template.metadata.annotations"
            "[\"container.apparmor.security.beta.kubernetes.io/c\"]");
  EXPECT_EQ(verdict.violations[0].fields[0].line, 9u);
  EXPECT_EQ(verdict.violations[1].fields[0].json_path,
            "spec.jobTemplate.spec.template.spec.hostPID");
  EXPECT_EQ(verdict.violations[1].fields[0].line, 11u);
  EXPECT_EQ(verdict.text(),
            "forbidden AppArmor profile (annotation must not set AppArmor profile type to "
            "\"container.apparmor.security.beta.kubernetes.io/c=\"unconfined\"\"), host namespaces "
            "(hostPID=true)");
}

TEST(PodSecurity, WhatTheServerCannotDecodeIsNotAllowed) {
  const struct {
    const char *pod, *path, *message;
  } cases[] = {
      {"{spec: []}", "spec", "an object is expected, this is an array"},
      {"{spec: {hostPID: 'true'}}", "spec.hostPID", "a boolean is expected, this is a string"},
      {"{spec: {hostUsers: 0}}", "spec.hostUsers", "a boolean is expected, this is another number"},
      {"{spec: {containers: {}}}", "spec.containers", "an array is expected, this is an object"},
      {"{spec: {initContainers: [a]}}", "spec.initContainers[0]",
       "an object is expected, this is a string"},
      {"{spec: {containers: [{name: 7}]}}", "spec.containers[0].name",
       "a string is expected, this is another number"},
      {"{spec: {containers: [{ports: [{hostPort: 2147483648}]}]}}",
       "spec.containers[0].ports[0].hostPort",
       "a whole number of 32 bits is expected, this is another number"},
      {"{spec: {securityContext: {runAsUser: 0.5}}}", "spec.securityContext.runAsUser",
       "a whole number of 64 bits is expected, this is another number"},
      {"{spec: {securityContext: {runAsUser: 18446744073709551615}}}",
       "spec.securityContext.runAsUser",
       "a whole number of 64 bits is expected, this is another number"},
      {"{spec: {containers: [{securityContext: {capabilities: {drop: ALL}}}]}}",
       "spec.containers[0].securityContext.capabilities.drop",
       "an array is expected, this is a string"},
      {"{spec: {containers: [{securityContext: {capabilities: {add: [[]]}}}]}}",
       "spec.containers[0].securityContext.capabilities.add[0]",
       "a string is expected, this is an array"},
      {"{spec: {volumes: [{hostPath: /}]}}", "spec.volumes[0].hostPath",
       "an object is expected, this is a string"},
      {"{metadata: {annotations: {a.b: true}}}", "metadata.annotations[\"a.b\"]",
       "a string is expected, this is a boolean"},
  };
  for (const auto& one : cases) {
    const Judged judged = judge("baseline", one.pod);
    ASSERT_THAT(judged.verdict.unreadable, SizeIs(1)) << one.pod;
    EXPECT_FALSE(judged.verdict.allowed());
    EXPECT_EQ(judged.verdict.unreadable[0].field.json_path, one.path);
    EXPECT_EQ(judged.verdict.unreadable[0].message, one.message) << one.pod;
    EXPECT_THAT(judged.verdict.text(), HasSubstr("unreadable field (")) << one.pod;
  }
  // Null is as good as missing, and what no check reads is not looked at.
  EXPECT_TRUE(judge("baseline",
                    "{metadata: {annotations: null, name: 7}, spec: {hostPID: null, "
                    "containers: [null], nodeName: []}}")
                  .verdict.allowed());
}

TEST(PodSecurity, PoliciesByName) {
  const struct {
    const char *text, *read;
  } good[] = {{"restricted", "restricted:latest"},
              {"pss-restricted@1.30", "restricted:v1.30"},
              {"baseline@v1.0", "baseline:v1.0"},
              {"baseline:v1.25", "baseline:v1.25"},
              {"privileged@latest", "privileged:latest"},
              {"pss-baseline@1.4000000000", "baseline:v1.4000000000"}};
  for (const auto& one : good) {
    const auto policy = parse_pod_security_policy(one.text);
    ASSERT_OK(policy);
    EXPECT_EQ(to_string(*policy), one.read);
  }
  for (const char* text :
       {"", "Restricted", "baseline@", "baseline@1", "baseline@1.", "baseline@2.0", "baseline@1.07",
        "baseline@1.-1", "baseline@1.4294967295", "pss-", "baseline@1.30@1.31", "baseline @1.30",
        "baseline@vv1.3"}) {
    const auto policy = parse_pod_security_policy(text);
    ASSERT_FALSE(policy.ok()) << text;
    EXPECT_EQ(policy.error().code(), Code::kUsage);
    EXPECT_THAT(policy.error().hint(), HasSubstr("baseline"));
  }
}

TEST(PodSecurity, TheTableIsInOrderAndDocumented) {
  const auto checks = pod_security_checks();
  ASSERT_THAT(checks, SizeIs(19));
  EXPECT_TRUE(std::is_sorted(checks.begin(), checks.end(), [](const auto& a, const auto& b) {
    return std::tie(a.level, a.id) < std::tie(b.level, b.id);
  }));
  const std::string page = test::read(test::source_directory() + "/docs/pod-security.md");
  for (const PodSecurityCheck& check : checks) {
    std::string versions;
    for (const uint32_t minor : check.versions)
      versions += fmt::format("{}1.{}", versions.empty() ? "" : ", ", minor);
    EXPECT_THAT(page, HasSubstr(fmt::format("| `{}` | {} | {} |", check.id, to_string(check.level),
                                            versions)));
    const bool overrides = std::any_of(checks.begin(), checks.end(), [&](const auto& other) {
      return other.id == check.overrides && other.level == PodSecurityLevel::kBaseline;
    });
    EXPECT_EQ(overrides, !check.overrides.empty()) << check.id;
  }
}

}  // namespace
}  // namespace seawall::inspect
