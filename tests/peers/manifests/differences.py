"""What Seawall means to judge otherwise than a peer, each with its reason, and the checks of peers that have no rule.

A difference holds for an object when `holds(object, objects of the file by kind, namespace and name)` is true; `side` says who
alone finds something. Checks may have a star: "polaris/*"."""
import collections
import re

Difference = collections.namedtuple("Difference", "checks side holds reason")

POLARIS_CHECKS = """automountServiceAccountToken clusterrolePodExecAttach clusterrolebindingClusterAdmin clusterrolebindingPodExecAttach
cpuLimitsMissing cpuRequestsMissing dangerousCapabilities deploymentMissingReplicas hostIPCSet hostNetworkSet hostPIDSet hostPathSet
hostPortSet hostProcess hpaMaxAvailability hpaMinAvailability insecureCapabilities linuxHardening livenessProbeMissing
memoryLimitsMissing memoryRequestsMissing metadataAndInstanceMismatched missingNetworkPolicy missingPodDisruptionBudget
notReadOnlyRootFilesystem pdbDisruptionsIsZero pdbMinAvailableGreaterThanHPAMinReplicas priorityClassNotSet
privilegeEscalationAllowed procMount pullPolicyNotAlways readinessProbeMissing rolePodExecAttach rolebindingClusterAdminClusterRole
rolebindingClusterAdminRole rolebindingClusterRolePodExecAttach rolebindingRolePodExecAttach runAsPrivileged runAsRootAllowed
sensitiveConfigmapContent sensitiveContainerEnvVar tagNotSpecified tlsSettingsMissing topologySpreadConstraint""".split()

WITHOUT_RULE = {
    "kube-linter/priority-class-name": "no rule: it forbids every class but the two of the cluster itself, which pods should leave alone",
    "kube-linter/schema-validation": "no rule: opt-in there; needs the schemas of the cluster",
    "kube-linter/sorted-keys": "no rule: opt-in there; the order of keys says nothing about security",
}

WORKLOADS = {"Deployment", "DaemonSet", "StatefulSet", "ReplicaSet", "ReplicationController", "DeploymentConfig", "Pod", "Job",
             "CronJob"}
READ_VERSIONS = {"PodDisruptionBudget": {"policy/v1"}, "Ingress": {"networking.k8s.io/v1"},
                 "HorizontalPodAutoscaler": {"autoscaling/v1", "autoscaling/v2", "autoscaling/v2beta1", "autoscaling/v2beta2"}}


def kube_linter_reads(item, found):
    """False for what kube-linter cannot decode, or is of a version that it does not know: it says nothing of those."""
    if item["kind"] in WORKLOADS:
        return bool(found - {"kube-linter/no-extensions-v1beta", "kube-linter/sorted-keys"})
    return item.get("apiVersion") in READ_VERSIONS.get(item["kind"], {item.get("apiVersion")})


def at(value, path):
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def pod(item):
    path = {"Pod": "spec", "CronJob": "spec.jobTemplate.spec.template.spec"}.get(item["kind"], "spec.template.spec")
    return at(item, path) or {}


def containers(item, *lists):
    return [one for name in lists or ("initContainers", "containers", "ephemeralContainers") for one in pod(item).get(name) or []]


def any_container(test, *lists):
    return lambda item, objects: any(test(one) for one in containers(item, *lists))


def space(item):
    return at(item, "metadata.namespace") or ""


def both_defaults(item, objects):
    return space(item) in ("", "default") and {"", "default"} <= {key[1] for key in objects}


def roles(item, objects):
    """The roles that a binding refers to."""
    of = item.get("roleRef") or {}
    return [role for key, role in objects.items() if key[0] == of.get("kind") and key[2] == of.get("name")]


def rules(item, objects):
    return [rule for role in roles(item, objects) for rule in role.get("rules") or []]


def of_cluster(item, objects):
    """A role or binding that Polaris takes for one of the cluster's own, by its name or that of its role."""
    names = [str(at(item, "metadata.name")), str(at(item, "roleRef.name"))]
    return any(name.startswith("system:") or name in ("admin", "cluster-admin", "edit", "view", "gce:podsecuritypolicy:calico-sa")
               for name in names)


def hides_in_host_path(pattern):
    """A path of the node that a container mounts, and that the peer's pattern does not know."""
    def test(item, objects):
        mounted = {mount.get("name") for one in containers(item) for mount in one.get("volumeMounts") or []}
        return not any(volume.get("name") in mounted and re.search(pattern, at(volume, "hostPath.path") or "")
                       for volume in pod(item).get("volumes") or [])
    return test


def keeps_capabilities(one):
    return at(one, "securityContext.capabilities") is None


def spread_otherwise(item, objects):
    anti = at(pod(item), "affinity.podAntiAffinity") or {}
    terms = [*(anti.get("requiredDuringSchedulingIgnoredDuringExecution") or []),
             *(one.get("podAffinityTerm") or {} for one in anti.get("preferredDuringSchedulingIgnoredDuringExecution") or [])]
    return bool(pod(item).get("topologySpreadConstraints")) or any(
        term.get("topologyKey") != "kubernetes.io/hostname" or "default" in (term.get("namespaces") or []) for term in terms)


def chosen_by_selector_only(item, objects):
    """A workload whose selector has labels that its template has not."""
    return any((at(one, "spec.selector.matchLabels") or {}) != (at(one, "spec.template.metadata.labels") or {})
               for one in objects.values() if one["kind"] in WORKLOADS)


def no_role_given(item, objects):
    return not roles(item, objects)


def target_elsewhere(item, objects):
    target = at(item, "spec.scaleTargetRef") or {}
    return not any(key[0] == target.get("kind") and key[2] == target.get("name") and (key[1] or "default") == (space(item) or "default")
                   for key in objects)


def other_version(item, objects):
    target = at(item, "spec.scaleTargetRef") or {}
    return any(key[0] == target.get("kind") and key[2] == target.get("name") and
               (one["apiVersion"] != target.get("apiVersion") or "/" not in one["apiVersion"]) for key, one in objects.items())


def is_zero(part, name):
    return any_container(lambda one: at(one, f"resources.{part}.{name}") == "0", "containers")


def budget_by_expression(item, objects):
    return any(one["kind"] == "PodDisruptionBudget" and not at(one, "spec.selector.matchLabels") for one in objects.values())


PROBES = {"kube-linter/liveness-port": "livenessProbe", "kube-linter/readiness-port": "readinessProbe",
          "kube-linter/startup-port": "startupProbe"}
ACCESS = ("kube-linter/access-to-secrets", "kube-linter/access-to-create-pods")
BINDINGS = ("polaris/clusterrolebindingClusterAdmin", "polaris/clusterrolebindingPodExecAttach",
            "polaris/rolebindingClusterAdminClusterRole", "polaris/rolebindingClusterAdminRole",
            "polaris/rolebindingClusterRolePodExecAttach", "polaris/rolebindingRolePodExecAttach")

DIFFERENCES = [
    Difference(("kube-linter/*", "polaris/*"), "theirs", lambda item, objects: item["kind"] in WORKLOADS and not containers(item),
               "a workload without containers is judged there; the API server refuses it"),
    Difference(("kube-linter/dangling-*", "kube-linter/non-*"), "theirs", both_defaults,
               "theirs takes no namespace and \"default\" for two namespaces"),
    Difference(("kube-linter/dangling-*", "kube-linter/non-*", "kube-linter/pdb-min-available"), "ours", both_defaults,
               "theirs takes no namespace and \"default\" for two namespaces"),
    Difference(ACCESS, "ours", lambda item, objects: item["kind"] == "RoleBinding" and at(item, "roleRef.kind") == "ClusterRole",
               "theirs looks for a Role where a RoleBinding refers to a ClusterRole"),
    Difference(("kube-linter/access-to-create-pods",), "ours", lambda item, objects: any(
        "cronjobs" in (rule.get("resources") or []) for rule in rules(item, objects)), "theirs writes cronjobs without the s"),
    Difference(("kube-linter/access-to-secrets",), "theirs", lambda item, objects: any(
        not {"get", "list", "watch", "*"} & set(rule.get("verbs") or []) or not {"", "*"} & set(rule.get("apiGroups") or []) or
        rule.get("resourceNames") for rule in rules(item, objects)),
        "creating and deleting read no secret, \"secrets\" of another group are none, and naming the secrets is the way out"),
    Difference(("kube-linter/access-to-*",), "theirs", lambda item, objects: any(role.get("aggregationRule") for role in
               roles(item, objects)), "an aggregated role is judged by itself here"),
    Difference(("kube-linter/cluster-admin-role-binding",), "theirs", lambda item, objects:
               at(item, "metadata.name") == "cluster-admin", "every cluster is made with the binding of this name"),
    Difference(("kube-linter/dangling-horizontalpodautoscaler",), "ours", target_elsewhere,
               "theirs finds the target in another namespace, where the autoscaler does not look"),
    Difference(("kube-linter/dangling-horizontalpodautoscaler",), "theirs", other_version,
               "the autoscaler goes by the group of apiVersion, whatever the version; theirs never finds kinds of the group \"\""),
    Difference(("kube-linter/docker-sock",), "ours", hides_in_host_path("docker.sock$"),
               "sockets of other engines, and volumes that are not mounted yet"),
    Difference(("kube-linter/sensitive-host-mounts",), "ours", hides_in_host_path("^/$|^/(boot|dev|etc|lib|proc|sys|usr)$"),
               "/root, /var/lib/kubelet, a slash at the end, and volumes that are not mounted yet"),
    Difference(("kube-linter/drop-net-raw-capability",), "ours", any_container(keeps_capabilities),
               "theirs passes who says nothing of capabilities, and so keeps NET_RAW"),
    Difference(("kube-linter/env-value-from",), "ours", lambda item, objects: any(
        key[0] in ("ConfigMap", "Secret") and (key[1] or "default") != (space(item) or "default") for key in objects),
        "theirs takes the ConfigMap or Secret of any namespace"),
    Difference(("kube-linter/env-var-secret",), "ours", any_container(lambda one: any(
        re.search("(?i)password|passwd|token|bearer|^AWS_SECRET|^GOOGLE_APPL|^AZURE_.+KEY$|^OCI_CLI_KEY|PRIVATE KEY",
                  f"{variable.get('name')}\n{variable.get('value')}".replace("\n", "")) or
        re.search("(?i)^(azure_.+key|oci_cli_key_content)$", str(variable.get("name"))) or "PRIVATE KEY" in str(variable.get("value"))
        for variable in one.get("env") or [])), "the names and values of Polaris' list are secrets too"),
    *(Difference((check,), "ours", any_container(lambda one, probe=probe: probe in one, "initContainers"),
                 "an init container that restarts has probes too") for check, probe in PROBES.items()),
    Difference(("kube-linter/mismatching-selector",), "ours", lambda item, objects: item["kind"] == "ReplicationController",
               "theirs does not know the selector of a ReplicationController"),
    Difference(("kube-linter/mismatching-selector",), "theirs", lambda item, objects: item["kind"] == "DeploymentConfig" and
               not at(item, "spec.selector") or item.get("apiVersion") == "extensions/v1beta1",
               "these take the labels of the template where there is no selector"),
    Difference(("kube-linter/no-anti-affinity",), "theirs", spread_otherwise,
               "topology spread, and apart by zone, keep replicas from one node as well; no namespace is \"default\""),
    Difference(("kube-linter/no-liveness-probe", "kube-linter/no-readiness-probe"), "theirs",
               lambda item, objects: item["kind"] in ("Job", "CronJob"), "a job ends by itself; nobody sends it requests"),
    Difference(("kube-linter/no-rolling-update-strategy",), "theirs", lambda item, objects: item["apiVersion"] == "apps/v1beta2" and
               not at(item, "spec.updateStrategy.type"), "theirs knows the default of apps/v1 only"),
    Difference(("kube-linter/pdb-min-available",), "theirs", lambda item, objects: chosen_by_selector_only(item, objects) or any(
        one["kind"] in ("DaemonSet", "Job", "CronJob") or at(one, "spec.replicas") == 0 for one in objects.values()),
        "a budget chooses pods by their labels, not by the selector of their workload; a DaemonSet has no number of replicas"),
    Difference(("kube-linter/pdb-min-available",), "ours", lambda item, objects: chosen_by_selector_only(item, objects) or any(
        one["kind"] == "HorizontalPodAutoscaler" for one in objects.values()),
        "a budget chooses pods by their labels, not by the selector of their workload; an autoscaler may leave its minimum"),
    Difference(("kube-linter/privilege-escalation-container",), "ours", any_container(
        lambda one: at(one, "securityContext.allowPrivilegeEscalation") is None),
        "theirs passes who says nothing, and so allows it; the Pod Security Standards, Polaris and kubesec want false"),
    Difference(("kube-linter/privilege-escalation-container",), "theirs", any_container(
        lambda one: at(one, "securityContext.allowPrivilegeEscalation") is False),
        "a privileged container and SYS_ADMIN have rules of their own (SW-K0001, SW-K0019)"),
    Difference(("kube-linter/unsafe-proc-mount",), "ours", any_container(
        lambda one: str(at(one, "securityContext.procMount")).lower() not in ("none", "default", "unmasked")),
        "the Pod Security Standards know \"Default\" only"),
    Difference(("kube-linter/unset-cpu-requirements", "kube-linter/unset-memory-requirements"), "theirs",
               lambda item, objects: bool(containers(item, "initContainers")),
               "init containers end before the others; Polaris leaves them out too"),

    Difference(("polaris/clusterrolePodExecAttach", "polaris/rolePodExecAttach", *BINDINGS), "ours", of_cluster,
               "names of the cluster's own roles excuse nothing: anybody may take one"),
    Difference(BINDINGS, "theirs", no_role_given, "a role that is not among the files is not known; theirs fails it"),
    Difference(BINDINGS, "theirs", lambda item, objects: any(key[0] == "RoleBinding" for key in objects),
               "a Role of another namespace is none of this binding's"),
    Difference(("polaris/cpuLimitsMissing",), "ours", is_zero("limits", "cpu"), "0 is no limit"),
    Difference(("polaris/memoryLimitsMissing",), "ours", is_zero("limits", "memory"), "0 is no limit"),
    Difference(("polaris/cpuRequestsMissing",), "ours", is_zero("requests", "cpu"), "0 requests nothing"),
    Difference(("polaris/memoryRequestsMissing",), "ours", is_zero("requests", "memory"), "0 requests nothing"),
    Difference(("polaris/hostProcess", "polaris/procMount"), "ours", lambda item, objects: bool(containers(item, "initContainers")),
               "init containers are containers too"),
    Difference(("polaris/linuxHardening",), "theirs", lambda item, objects: any(
        at(one, "securityContext.appArmorProfile.type") in ("RuntimeDefault", "Localhost") for one in [pod(item), *containers(item)]),
        "theirs does not know the field appArmorProfile (Kubernetes 1.30)"),
    Difference(("polaris/missingNetworkPolicy",), "theirs", lambda item, objects: any(key[0] == "NetworkPolicy" for key in objects),
               "a policy that chooses the pod isolates it; without rules, or for one direction, it is the stricter one"),
    Difference(("polaris/missingNetworkPolicy", "polaris/missingPodDisruptionBudget"), "ours", lambda item, objects: True,
               "there one equal label is enough, in any namespace; the API server wants all of them, in its own"),
    Difference(("polaris/missingPodDisruptionBudget",), "theirs", budget_by_expression,
               "theirs knows matchLabels only; a budget without labels chooses every pod of its namespace"),
    Difference(("polaris/pdbMinAvailableGreaterThanHPAMinReplicas",), "ours", lambda item, objects: any(
        one["kind"] == "HorizontalPodAutoscaler" and at(one, "spec.minReplicas") is None for one in objects.values()),
        "an autoscaler without minReplicas goes down to 1"),
    Difference(("polaris/pdbMinAvailableGreaterThanHPAMinReplicas",), "theirs", lambda item, objects: True,
               "there one equal label is enough, in any namespace; a percentage is at most 100"),
    Difference(("polaris/runAsRootAllowed",), "ours", lambda item, objects: any(
        at(one, "securityContext.runAsUser") == 0 for one in [pod(item), *containers(item)]),
        "runAsNonRoot beside runAsUser 0 is a pod that never starts"),
    Difference(("polaris/runAsRootAllowed",), "theirs", lambda item, objects: any(
        (at(one, "securityContext.runAsUser") or 0) > 0 for one in [pod(item), *containers(item)]),
        "a user above 0, from wherever it is inherited, is not root"),
    Difference(("polaris/tagNotSpecified",), "ours", any_container(lambda one: re.search(":[0-9]+/[^:]*$", one.get("image") or "")),
               "the port of the registry is no tag"),
    Difference(("polaris/tlsSettingsMissing",), "ours", lambda item, objects: at(item, "spec.tls") == [], "an empty list is no TLS"),
]
