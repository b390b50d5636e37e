// A workload and rules of the kind that admission policies have, for measuring evaluations.
#pragma once

#include <iterator>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace seawall::test {

inline constexpr std::string_view kPod = R"({"apiVersion": "v1", "kind": "Pod",
  "metadata": {"name": "web", "namespace": "shop", "labels": {"app": "web", "team": "checkout"}},
  "spec": {"automountServiceAccountToken": false, "containers": [
    {"name": "web", "image": "registry.corp.example/shop/web:1.4.2", "securityContext": {
      "runAsNonRoot": true, "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true,
      "capabilities": {"drop": ["NET_RAW", "ALL"]}, "seccompProfile": {"type": "RuntimeDefault"}}},
    {"name": "proxy", "image": "registry.corp.example/mesh/proxy:3.0", "securityContext": {
      "runAsNonRoot": true, "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true,
      "capabilities": {"drop": ["ALL"]}, "seccompProfile": {"type": "RuntimeDefault"}}}]}})";

// Everything that the restricted profile asks of a container's security context.
inline constexpr std::string_view kSecurityContext =
    "object.spec.containers.all(c, has(c.securityContext) && "
    "has(c.securityContext.runAsNonRoot) && c.securityContext.runAsNonRoot == true && "
    "has(c.securityContext.allowPrivilegeEscalation) && "
    "c.securityContext.allowPrivilegeEscalation == false && "
    "has(c.securityContext.capabilities) && has(c.securityContext.capabilities.drop) && "
    "'ALL' in c.securityContext.capabilities.drop && "
    "has(c.securityContext.seccompProfile) && has(c.securityContext.seccompProfile.type) && "
    "c.securityContext.seccompProfile.type in ['RuntimeDefault', 'Localhost'])";
inline constexpr std::string_view kTrustedImages =
    "object.spec.containers.all(c, c.image.startsWith('registry.corp.example/'))";
inline constexpr std::string_view kOptionalList =
    "object.spec.?initContainers.orValue([]).all(c, "
    "!c.?securityContext.?privileged.orValue(false))";

// Thirty rules over `object`, each true for deployment() below.
inline constexpr std::string_view kRules[] = {
    "object.kind == 'Deployment'",
    "has(object.metadata.labels)",
    "has(object.metadata.labels.team) && object.metadata.labels.team != ''",
    "object.metadata.name.matches('^[a-z0-9-]+$')",
    "object.metadata.namespace != 'default' && !object.metadata.namespace.startsWith('kube-')",
    "object.spec.replicas >= 2 && object.spec.replicas <= 50",
    "has(object.spec.selector.matchLabels) && size(object.spec.selector.matchLabels) > 0",
    "object.spec.selector.matchLabels.all(k, k in object.spec.template.metadata.labels)",
    "!has(object.spec.template.spec.hostNetwork) || !object.spec.template.spec.hostNetwork",
    "!object.spec.template.spec.?hostPID.orValue(false)",
    "!object.spec.template.spec.?hostIPC.orValue(false)",
    "object.spec.template.spec.containers.size() <= 20",
    "object.spec.template.spec.containers.all(c, c.image.startsWith('registry.corp.example/'))",
    "object.spec.template.spec.containers.all(c, !c.image.endsWith(':latest'))",
    "object.spec.template.spec.containers.all(c, c.image.contains('@sha256:'))",
    "object.spec.template.spec.containers.all(c, has(c.resources) && has(c.resources.limits))",
    "object.spec.template.spec.containers.all(c, 'memory' in c.resources.limits)",
    "object.spec.template.spec.containers.all(c, has(c.livenessProbe) && has(c.readinessProbe))",
    "object.spec.template.spec.containers.all(c, c.?ports.orValue([]).all(p, !has(p.hostPort)))",
    "object.spec.template.spec.containers.all(c, has(c.securityContext) && "
    "c.securityContext.?runAsNonRoot.orValue(false))",
    "object.spec.template.spec.containers.all(c, "
    "!c.?securityContext.?privileged.orValue(false))",
    "object.spec.template.spec.containers.all(c, "
    "c.securityContext.?readOnlyRootFilesystem.orValue(false))",
    "object.spec.template.spec.containers.all(c, "
    "c.securityContext.allowPrivilegeEscalation == false)",
    "object.spec.template.spec.containers.all(c, 'ALL' in c.securityContext.capabilities.drop)",
    "object.spec.template.spec.containers.all(c, !has(c.securityContext.capabilities.add) || "
    "c.securityContext.capabilities.add.all(a, a in ['NET_BIND_SERVICE']))",
    "object.spec.template.spec.containers.all(c, "
    "c.securityContext.seccompProfile.type in ['RuntimeDefault', 'Localhost'])",
    "object.spec.template.spec.?volumes.orValue([]).all(v, !has(v.hostPath))",
    "object.spec.template.spec.?initContainers.orValue([]).all(c, "
    "!c.?securityContext.?privileged.orValue(false))",
    "object.spec.template.spec.containers.all(c, c.?env.orValue([]).all(e, "
    "!e.name.contains('PASSWORD') || has(e.valueFrom)))",
    "object.spec.template.spec.?automountServiceAccountToken.orValue(true) == false",
};
static_assert(std::size(kRules) == 30);

// A Deployment of about 8 KB: six containers with what charts give them.
inline std::string deployment() {
  std::string containers;
  for (int i = 0; i < 6; ++i) {
    std::string environment;
    for (int j = 0; j < 8; ++j) {
      environment += fmt::format(R"({}{{"name": "SETTING_{}", "value": "value of setting {}"}})",
                                 j > 0 ? ", " : "", j, j);
    }
    containers += fmt::format(
        R"({}{{"name": "part-{}", "image": "registry.corp.example/shop/part-{}@sha256:{:064}",
  "args": ["--listen", "0.0.0.0:{}", "--config", "/etc/part/config.yaml"],
  "env": [{}, {{"name": "DB_PASSWORD", "valueFrom": {{"secretKeyRef": {{"name": "db", "key": "p"}}}}}}],
  "ports": [{{"name": "http", "containerPort": {}, "protocol": "TCP"}}],
  "resources": {{"limits": {{"cpu": "500m", "memory": "256Mi"}},
    "requests": {{"cpu": "100m", "memory": "128Mi"}}}},
  "livenessProbe": {{"httpGet": {{"path": "/alive", "port": "http"}}, "periodSeconds": 10}},
  "readinessProbe": {{"httpGet": {{"path": "/ready", "port": "http"}}, "periodSeconds": 5}},
  "securityContext": {{"runAsNonRoot": true, "allowPrivilegeEscalation": false,
    "readOnlyRootFilesystem": true, "capabilities": {{"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}},
    "seccompProfile": {{"type": "RuntimeDefault"}}}},
  "volumeMounts": [{{"name": "config", "mountPath": "/etc/part", "readOnly": true}}]}})",
        i > 0 ? ", " : "", i, i, i, 8080 + i, environment, 8080 + i);
  }
  return fmt::format(
      R"({{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {{"name": "shop-web",
  "namespace": "shop", "labels": {{"app": "web", "team": "checkout"}}}},
  "spec": {{"replicas": 3, "selector": {{"matchLabels": {{"app": "web"}}}},
    "template": {{"metadata": {{"labels": {{"app": "web", "team": "checkout"}}}},
      "spec": {{"automountServiceAccountToken": false, "containers": [{}],
        "volumes": [{{"name": "config", "configMap": {{"name": "part"}}}}]}}}}}}}})",
      containers);
}

}  // namespace seawall::test
