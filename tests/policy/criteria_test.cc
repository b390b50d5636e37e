// Every criterion that NeuVector's admission control has, and those it lacks, as a condition of
// ours: it denies the one and lets the other pass. The conditions are those of docs/policy.md.
#include <fmt/format.h>

#include "policy/evaluator.h"
#include "support/support.h"

namespace seawall::policy {
namespace {

struct Criterion {
  std::string_view name;
  std::string_view rule;            // YAML below "- id: it"
  std::string_view denied, passes;  // facts
};

std::string document(std::string_view rule) {
  return fmt::format(
      "apiVersion: seawall.dev/v1\nkind: Policy\nmetadata: {{name: test}}\nrules:\n"
      "  - id: it\n    message: denied\n    {}\n",
      rule);
}

const Criterion kCriteria[] = {
    {"image", "match: {images: ['docker.io/library/*']}\n    deny: \"true\"",
     R"({"image": {"name": "docker.io/library/debian:12"}})",
     R"({"image": {"name": "registry.example/a:1"}})"},
    {"imageRegistry", "deny: '!(image.registry in [\"registry.example\"])'",
     R"({"image": {"registry": "docker.io"}})", R"({"image": {"registry": "registry.example"}})"},
    {"namespace", "match: {namespaces: ['prod-*']}\n    deny: workload.kind == 'Pod'",
     R"({"workload": {"kind": "Pod", "namespace": "prod-a"}})",
     R"({"workload": {"kind": "Pod", "namespace": "test"}})"},
    {"user", "deny: '!request.user.matches(\"^system:serviceaccount:ci:\")'",
     R"({"request": {"user": "mallory"}})",
     R"({"request": {"user": "system:serviceaccount:ci:bot"}})"},
    {"userGroups", "deny: '!request.groups.exists(g, g == \"deployers\")'",
     R"({"request": {"groups": ["a"]}})", R"({"request": {"groups": ["a", "deployers"]}})"},
    {"labels", "deny: workload.?labels.?owner.orValue('') == ''",
     R"({"workload": {"labels": {"a": "b"}}})", R"({"workload": {"labels": {"owner": "web"}}})"},
    {"annotations", "deny: '\"debug\" in workload.?annotations.orValue({})'",
     R"({"workload": {"annotations": {"debug": "yes"}}})", R"({"workload": {}})"},
    {"mountVolumes",
     "deny: workload.pod.?volumes.orValue([]).exists(v, has(v.hostPath) && "
     "v.hostPath.path.startsWith('/etc'))",
     R"({"workload": {"pod": {"volumes": [{"name": "a", "hostPath": {"path": "/etc/ssl"}}]}}})",
     R"({"workload": {"pod": {"volumes": [{"name": "a", "emptyDir": {}}]}}})"},
    {"envVars", "deny: container.?env.orValue([]).exists(e, e.name == 'DEBUG')",
     R"({"workload": {"pod": {"containers": [{"name": "a", "env": [{"name": "DEBUG"}]}]}}})",
     R"({"workload": {"pod": {"containers": [{"name": "a"}]}}})"},
    {"cveNames", "deny: finding.id in ['CVE-2021-44228', 'CVE-2022-22965']",
     R"({"findings": [{"id": "CVE-2021-44228"}]})", R"({"findings": [{"id": "CVE-2020-1"}]})"},
    {"cveCriticalCount with publishDays",
     "deny: findings.filter(f, f.severity == 'critical' && f.age > duration('720h')).size() >= 2",
     R"({"findings": [{"severity": "critical", "age": "800h"}, {"severity": "critical", "age": "900h"}]})",
     R"({"findings": [{"severity": "critical", "age": "800h"}, {"severity": "critical", "age": "1h"}]})"},
    {"cveHighCountNoCritical", "deny: findings.filter(f, f.severity == 'high').size() >= 1",
     R"({"findings": [{"severity": "high"}]})", R"({"findings": [{"severity": "critical"}]})"},
    {"cveHighCount", "deny: findings.filter(f, f.rank >= 4).size() >= 2",
     R"({"findings": [{"rank": 4}, {"rank": 5}]})", R"({"findings": [{"rank": 4}, {"rank": 3}]})"},
    {"cveMediumCount", "deny: findings.filter(f, f.severity == 'medium').size() >= 1",
     R"({"findings": [{"severity": "medium"}]})", R"({"findings": []})"},
    {"cveCriticalWithFixCount",
     "deny: findings.filter(f, f.severity == 'critical' && f.fixable).size() >= 1",
     R"({"findings": [{"severity": "critical", "fixable": true}]})",
     R"({"findings": [{"severity": "critical", "fixable": false}]})"},
    {"cveHighWithFixCount", "deny: findings.filter(f, f.rank >= 4 && f.fixable).size() >= 1",
     R"({"findings": [{"rank": 5, "fixable": true}]})",
     R"({"findings": [{"rank": 4, "fixable": false}]})"},
    {"cveHighWithFixCountNoCritical",
     "deny: findings.filter(f, f.rank == 4 && f.fixable).size() >= 1",
     R"({"findings": [{"rank": 4, "fixable": true}]})",
     R"({"findings": [{"rank": 5, "fixable": true}]})"},
    {"cveScoreCount", "deny: findings.filter(f, f.score >= 7.0).size() >= 2",
     R"({"findings": [{"score": 9.8}, {"score": 7.0}]})",
     R"({"findings": [{"score": 9.8}, {"score": 6.9}]})"},
    {"imageScanned", "deny: '!image.scanned'", R"({"image": {"scanned": false}})",
     R"({"image": {"scanned": true}})"},
    {"runAsPrivileged", "deny: container.?securityContext.?privileged.orValue(false)",
     R"({"container": {"securityContext": {"privileged": true}}})", R"({"container": {}})"},
    {"runAsRoot",
     "deny: config.runsAsRoot && !workload.pod.?securityContext.?runAsNonRoot.orValue(false)",
     R"({"config": {"runsAsRoot": true}, "workload": {"pod": {}}})",
     R"({"config": {"runsAsRoot": true}, "workload": {"pod": {"securityContext": {"runAsNonRoot": true}}}})"},
    {"imageSigned", "deny: '!image.signatures.exists(s, s.verified)'",
     R"({"image": {"signatures": [{"verified": false}]}})",
     R"({"image": {"signatures": [{"verified": true}]}})"},
    {"imageCompliance", "deny: finding.kind == 'secret' || finding.id == 'SW-I0007'",
     R"({"findings": [{"kind": "secret", "id": "SW-S0001"}]})",
     R"({"findings": [{"kind": "vulnerability", "id": "CVE-1"}]})"},
    {"envVarSecrets",
     "deny: container.?env.orValue([]).exists(e, has(e.value) && "
     "e.name.matches('(?i)password|token|secret'))",
     R"({"container": {"env": [{"name": "DB_PASSWORD", "value": "x"}]}})",
     R"({"container": {"env": [{"name": "DB_PASSWORD", "valueFrom": {}}]}})"},
    {"imageNoOS", "deny: image.os.id == ''", R"({"image": {"os": {"id": ""}}})",
     R"({"image": {"os": {"id": "debian"}}})"},
    {"sharePidWithHost", "deny: workload.pod.?hostPID.orValue(false)",
     R"({"workload": {"pod": {"hostPID": true}}})", R"({"workload": {"pod": {}}})"},
    {"shareIpcWithHost", "deny: workload.pod.?hostIPC.orValue(false)",
     R"({"workload": {"pod": {"hostIPC": true}}})", R"({"workload": {"pod": {}}})"},
    {"shareNetWithHost", "deny: workload.pod.?hostNetwork.orValue(false)",
     R"({"workload": {"pod": {"hostNetwork": true}}})", R"({"workload": {"pod": {}}})"},
    {"allowPrivEscalation",
     "deny: container.?securityContext.?allowPrivilegeEscalation.orValue(true)",
     R"({"container": {}})",
     R"({"container": {"securityContext": {"allowPrivilegeEscalation": false}}})"},
    {"pspCompliance", "deny: workload.podSecurity.restricted.size() > 0",
     R"({"workload": {"podSecurity": {"restricted": ["runAsNonRoot"]}}})",
     R"({"workload": {"podSecurity": {"restricted": []}}})"},
    {"resourceLimit",
     "deny: quantity(container.resources.limits.memory).isGreaterThan(quantity('1Gi'))",
     R"({"container": {"resources": {"limits": {"memory": "2Gi"}}}})",
     R"({"container": {"resources": {"limits": {"memory": "512Mi"}}}})"},
    {"modules", "deny: inventory.exists(p, p.name == 'log4j-core' && p.version.startsWith('2.14'))",
     R"({"inventory": [{"name": "log4j-core", "version": "2.14.1"}]})",
     R"({"inventory": [{"name": "log4j-core", "version": "2.17.1"}]})"},
    {"violatePssPolicy", "deny: '\"hostNamespaces\" in workload.podSecurity.baseline'",
     R"({"workload": {"podSecurity": {"baseline": ["hostNamespaces"]}}})",
     R"({"workload": {"podSecurity": {"baseline": []}}})"},
    {"customPath", "deny: object.?spec.?template.?spec.?hostAliases.hasValue()",
     R"({"object": {"spec": {"template": {"spec": {"hostAliases": []}}}}})",
     R"({"object": {"spec": {}}})"},
    {"saBindRiskyRole", "deny: workload.riskyRoles.exists(r, r in ['view-secrets', 'any-rbac'])",
     R"({"workload": {"riskyRoles": ["view-secrets"]}})", R"({"workload": {"riskyRoles": []}})"},
    {"imageVerifiers",
     "deny: '!image.signatures.exists(s, s.verified && s.verifier == \"production\")'",
     R"({"image": {"signatures": [{"verified": true, "verifier": "test"}]}})",
     R"({"image": {"signatures": [{"verified": true, "verifier": "production"}]}})"},
    {"storageClassName",
     "match: {kinds: [PersistentVolumeClaim]}\n"
     "    deny: '!(object.spec.?storageClassName.orValue(\"\") in [\"encrypted\"])'",
     R"({"workload": {"kind": "PersistentVolumeClaim"}, "object": {"spec": {}}})",
     R"({"workload": {"kind": "PersistentVolumeClaim"}, "object": {"spec": {"storageClassName": "encrypted"}}})"},
    // What it lacks.
    {"scan age", "deny: image.scanAge > duration('168h')", R"({"image": {"scanAge": "200h"}})",
     R"({"image": {"scanAge": "20h"}})"},
    {"image age", "deny: image.age > duration('2160h')", R"({"image": {"age": "3000h"}})",
     R"({"image": {"age": "20h"}})"},
    {"image created", "deny: now - image.created > duration('2160h')",
     R"({"image": {"created": "2020-01-01T00:00:00Z"}})",
     R"({"image": {"created": "2026-11-26T00:00:00Z"}})"},
    {"known exploited", "deny: finding.knownExploited",
     R"({"findings": [{"knownExploited": true}]})", R"({"findings": [{"knownExploited": false}]})"},
    {"EPSS", "deny: finding.epss > 0.5", R"({"findings": [{"epss": 0.9}]})",
     R"({"findings": [{"epss": 0.1}]})"},
    {"VEX", "deny: suppressed.exists(s, s.by == 'vex' && s.status == 'not_affected')",
     R"({"suppressed": [{"by": "vex", "status": "not_affected"}]})", R"({"suppressed": []})"},
    {"SBOM", "deny: '!image.sbom'", R"({"image": {"sbom": false}})",
     R"({"image": {"sbom": true}})"},
    {"provenance",
     "deny: '!image.attestations.exists(a, a.verified && a.predicateType == "
     "\"https://slsa.dev/provenance/v1\" && a.predicate.runDetails.builder.id == \"https://ci\")'",
     R"({"image": {"attestations": []}})",
     R"({"image": {"attestations": [{"verified": true, "predicateType": "https://slsa.dev/provenance/v1", "predicate": {"runDetails": {"builder": {"id": "https://ci"}}}}]}})"},
    {"exec, attach, port-forward",
     "match: {operations: [CONNECT], subresources: [exec, attach, portforward]}\n"
     "    deny: '!(\"admins\" in request.groups)'",
     R"({"request": {"operation": "CONNECT", "subresource": "exec", "groups": []}})",
     R"({"request": {"operation": "CONNECT", "subresource": "exec", "groups": ["admins"]}})"},
    {"any kind",
     "match: {kinds: [ClusterRoleBinding]}\n    deny: object.roleRef.name == 'cluster-admin'",
     R"({"workload": {"kind": "ClusterRoleBinding"}, "object": {"roleRef": {"name": "cluster-admin"}}})",
     R"({"workload": {"kind": "ClusterRoleBinding"}, "object": {"roleRef": {"name": "view"}}})"},
    {"hosts", "match: {hosts: ['edge-*']}\n    deny: image.registry != 'registry.example'",
     R"({"host": {"name": "edge-1"}, "image": {"registry": "docker.io"}})",
     R"({"host": {"name": "core-1"}, "image": {"registry": "docker.io"}})"},
    {"digest", "match: {images: ['sha256:bad*']}\n    deny: 'true'",
     R"({"image": {"name": "a", "digest": "sha256:bad1"}})",
     R"({"image": {"name": "a", "digest": "sha256:good"}})"},
};

// 2026-11-27T00:00:00Z
constexpr UnixSeconds kNow = 1795737600;

Stage stage_of(const Policy& policy) {
  for (unsigned i = kStages; i-- > 0;) {
    if ((policy.rules[0].stages & bit(static_cast<Stage>(i))) != 0) return static_cast<Stage>(i);
  }
  return Stage::kScan;
}

TEST(Criteria, EachDeniesTheOneAndLetsTheOtherPass) {
  for (const Criterion& criterion : kCriteria) {
    const auto policy = read_policy(document(criterion.rule), "test.yaml", kNow);
    ASSERT_TRUE(policy.ok()) << criterion.name << ": " << policy.error().text();
    Evaluator evaluator(*policy);
    for (const bool denied : {true, false}) {
      const auto facts = Facts::read(std::string(denied ? criterion.denied : criterion.passes));
      ASSERT_TRUE(facts.ok()) << criterion.name << ": " << facts.error().text();
      const Decision decision = evaluator.decide(stage_of(*policy), *facts, kNow);
      EXPECT_EQ(decision.verdict, denied ? Verdict::kDeny : Verdict::kAllow)
          << criterion.name << (decision.outcomes.empty() ? "" : decision.outcomes[0].message);
      for (const RuleOutcome& outcome : decision.outcomes) {
        EXPECT_FALSE(outcome.no_data) << criterion.name << ": " << outcome.message;
      }
    }
  }
}

TEST(Criteria, OfTimesOfTheDay) {
  const auto policy = read_policy(
      document(
          "match: {times: [{days: [mon, tue, wed, thu, fri], from: '22:00', to: '06:00', zone: "
          "Europe/Paris}]}\n    deny: 'true'"),
      "test.yaml", kNow);
  ASSERT_OK(policy);
  Evaluator evaluator(*policy);
  const auto facts = Facts::read("{}");
  const auto verdict = [&](const char* time) {
    return evaluator.decide(Stage::kScan, *facts, *parse_time(time)).verdict;
  };
  EXPECT_EQ(verdict("2026-11-26T21:30:00Z"), Verdict::kDeny) << "Thursday 22:30 in Paris";
  EXPECT_EQ(verdict("2026-11-26T20:30:00Z"), Verdict::kAllow) << "21:30";
  EXPECT_EQ(verdict("2026-11-28T04:00:00Z"), Verdict::kDeny)
      << "Saturday morning, of Friday's night";
  EXPECT_EQ(verdict("2026-11-28T22:00:00Z"), Verdict::kAllow) << "Saturday night";
  EXPECT_EQ(verdict("2026-07-02T20:30:00Z"), Verdict::kDeny) << "22:30 in summer";
}

}  // namespace
}  // namespace seawall::policy
