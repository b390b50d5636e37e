"""Kubernetes objects near the border of a check, made at random: each field is absent, good or bad. What they are is always
of the right type, because the other tools pass over what they cannot decode.

    for number, objects in enumerate(universes(random.Random(1), 40)): ...   # each list is judged together"""

WORKLOADS = {"Deployment": "apps/v1", "DaemonSet": "apps/v1", "StatefulSet": "apps/v1", "ReplicaSet": "apps/v1",
             "ReplicationController": "v1", "DeploymentConfig": "apps.openshift.io/v1", "Pod": "v1", "Job": "batch/v1",
             "CronJob": "batch/v1"}
CAPABILITIES = ["ALL", "all", "NET_RAW", "SYS_ADMIN", "NET_ADMIN", "sys_admin", "CHOWN", "KILL", "NET_BIND_SERVICE"]
DEFAULT_CAPABILITIES = ["NET_ADMIN", "CHOWN", "DAC_OVERRIDE", "FSETID", "FOWNER", "MKNOD", "NET_RAW", "SETGID", "SETUID",
                        "SETFCAP", "SETPCAP", "NET_BIND_SERVICE", "SYS_CHROOT", "KILL", "AUDIT_WRITE"]
IMAGES = ["nginx", "nginx:latest", "nginx:1.25", "r.example/a/b", "r.example:5000/b", "r.example:5000/b:2", "r.example:5000/b:latest",
          "nginx@sha256:" + "0" * 64, "nginx:1@sha256:" + "0" * 64, "r.example/b:latest@sha256:" + "0" * 64]
HOST_PATHS = ["/", "/etc", "/etc/", "/etc/ssl", "/proc", "/sys", "/dev", "/boot", "/lib", "/usr", "/usr/share", "/data", "/root",
              "/var/lib/kubelet", "/var/run/docker.sock", "/run/containerd/containerd.sock", "/var/run/mydocker.sock"]
VARIABLES = ["MODE", "SECRET_MODE", "my_secret", "DB_PASSWORD", "password", "AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID",
             "azure_client_secret", "GOOGLE_API_KEY", "TOKEN", "api_key", "KEYSTORE", "GITHUB_TOKEN"]
VALUES = ["", "x", "$(OTHER)", "-----BEGIN RSA PRIVATE KEY-----", "glpat-0123456789abcdefghij"]
SYSCTLS = ["kernel.msgmax", "kernel.sem", "kernel.shm_rmid_forced", "fs.mqueue.msg_max", "net.core.somaxconn", "vm.swappiness"]
LABELS = [None, {"app": "web"}, {"app": "db"}, {"app": "web", "tier": "front"}, {"app.kubernetes.io/instance": "x"}]


class Maker:
    def __init__(self, rng):
        self.rng = rng
        self.count = 0

    def some(self, *values):
        return self.rng.choice(values)

    def put(self, where, key, make, chance=0.4):
        if self.rng.random() < chance:
            value = make()
            if value is not None:
                where[key] = value

    def several(self, make, most):
        return [make() for _ in range(self.rng.randrange(most + 1))]

    def flag(self):
        return self.some(True, False)

    # -- pods ---------------------------------------------------------------------------------------------------------

    def capabilities(self):
        out = {}
        self.put(out, "add", lambda: self.several(lambda: self.some(*CAPABILITIES), 2), 0.4)
        self.put(out, "drop", lambda: self.some(["ALL"], ["all"], ["NET_RAW"], DEFAULT_CAPABILITIES, [],
                                                self.several(lambda: self.some(*CAPABILITIES), 3)), 0.7)
        return out

    def security(self, of_container):
        out = {}
        self.put(out, "runAsNonRoot", self.flag, 0.5)
        self.put(out, "runAsUser", lambda: self.some(0, 1, 1000, 10000, 10001), 0.4)
        self.put(out, "runAsGroup", lambda: self.some(0, 1, 10001), 0.3)
        self.put(out, "seccompProfile", lambda: {"type": self.some("RuntimeDefault", "Localhost", "Unconfined")}, 0.3)
        self.put(out, "appArmorProfile", lambda: {"type": self.some("RuntimeDefault", "Unconfined")}, 0.15)
        self.put(out, "seLinuxOptions", lambda: self.some({"level": "s0"}, {"type": "spc_t"}), 0.15)
        self.put(out, "windowsOptions", lambda: {"hostProcess": self.flag()}, 0.1)
        if of_container:
            for key in ("privileged", "allowPrivilegeEscalation", "readOnlyRootFilesystem"):
                self.put(out, key, self.flag, 0.5)
            self.put(out, "capabilities", self.capabilities, 0.6)
            self.put(out, "procMount", lambda: self.some("Default", "Unmasked"), 0.15)
        else:
            self.put(out, "sysctls", lambda: self.several(lambda: {"name": self.some(*SYSCTLS), "value": "1"}, 2), 0.2)
        return out

    def probe(self):
        port = self.some(80, 8080, 22, "http", "other")
        return self.some({"httpGet": {"path": "/", "port": port}}, {"tcpSocket": {"port": port}}, {"exec": {"command": ["true"]}},
                         {"grpc": {"port": self.some(80, 8080)}})

    def port(self):
        out = {"containerPort": self.some(22, 80, 443, 1023, 1024, 8080)}
        self.put(out, "name", lambda: self.some("http", "h", "http-but-much-too-long", "123", "a--b", "-a", "HTTP", "web"), 0.5)
        self.put(out, "protocol", lambda: self.some("TCP", "UDP"), 0.3)
        self.put(out, "hostPort", lambda: self.some(0, 80, 9000), 0.2)
        return out

    def variable(self):
        out = {"name": self.some(*VARIABLES)}
        kind = self.rng.randrange(3)
        if kind == 0:
            out["value"] = self.some(*VALUES)
        elif kind == 1:
            which = self.some("secretKeyRef", "configMapKeyRef")
            out["valueFrom"] = {which: {"name": self.some("here", "elsewhere"), "key": self.some("key", "missing")}}
            self.put(out["valueFrom"][which], "optional", self.flag, 0.3)
        return out

    def container(self, name):
        out = {"name": name, "image": self.some(*IMAGES)}
        self.put(out, "imagePullPolicy", lambda: self.some("Always", "IfNotPresent", "Never"), 0.5)
        self.put(out, "securityContext", lambda: self.security(True), 0.8)
        resources = {}
        for part in ("requests", "limits"):
            self.put(resources, part, lambda: {key: value for key, value in (
                ("cpu", self.some(None, "100m", "0", "1")), ("memory", self.some(None, "64Mi", "0", "1"))) if value}, 0.6)
        self.put(out, "resources", lambda: resources, 0.8)
        for key in ("livenessProbe", "readinessProbe", "startupProbe"):
            self.put(out, key, self.probe, 0.5)
        self.put(out, "ports", lambda: self.several(self.port, 3), 0.6)
        self.put(out, "env", lambda: self.several(self.variable, 3), 0.5)
        self.put(out, "envFrom", lambda: [{self.some("secretRef", "configMapRef"): {"name": self.some("here", "elsewhere")}}], 0.15)
        self.put(out, "volumeMounts", lambda: self.several(self.mount, 2), 0.5)
        return out

    def mount(self):
        out = {"name": self.some("v0", "v1", "none"), "mountPath": self.some("/a", "/b", "/var/run/docker.sock")}
        self.put(out, "readOnly", self.flag, 0.5)
        return out

    def volume(self, name):
        kinds = [{"emptyDir": {}}, {"secret": {"secretName": "here"}}, {"nfs": {"server": "a", "path": "/"}}]
        return {"name": name, **self.some(*kinds, *({"hostPath": {"path": path}} for path in self.rng.sample(HOST_PATHS, 6)))}

    def affinity(self, labels):
        out = {}
        self.put(out, "nodeAffinity", lambda: {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
            {"matchExpressions": [{"key": "disk", "operator": "In", "values": ["ssd"]}]}]}}, 0.5)

        def term():
            out = {"topologyKey": self.some("kubernetes.io/hostname", "kubernetes.io/hostname", "topology.kubernetes.io/zone")}
            self.put(out, "labelSelector", lambda: {"matchLabels": self.some(labels or {}, {"app": "web"}, {"app": "none"})}, 0.9)
            self.put(out, "namespaces", lambda: [self.some("prod", "default")], 0.2)
            return out
        anti = {}
        self.put(anti, "requiredDuringSchedulingIgnoredDuringExecution", lambda: [term()], 0.5)
        self.put(anti, "preferredDuringSchedulingIgnoredDuringExecution", lambda: [{"weight": 1, "podAffinityTerm": term()}], 0.4)
        self.put(out, "podAntiAffinity", lambda: anti, 0.7)
        return out

    def pod_spec(self, labels, of_job):
        out = {"containers": [self.container(f"c{i}") for i in range(self.some(1, 1, 2))]}
        self.put(out, "initContainers", lambda: [self.container("i0")], 0.25)
        for key in ("hostPID", "hostIPC", "hostNetwork", "hostUsers", "automountServiceAccountToken", "shareProcessNamespace"):
            self.put(out, key, self.flag, 0.35)
        self.put(out, "securityContext", lambda: self.security(False), 0.6)
        self.put(out, "volumes", lambda: [self.volume("v0"), self.volume("v1")][:self.some(1, 2)], 0.7)
        self.put(out, "serviceAccountName", lambda: self.some("", "default", "web", "other"), 0.5)
        self.put(out, "serviceAccount", lambda: self.some("", "default", "web"), 0.2)
        self.put(out, "hostAliases", lambda: [{"ip": "10.0.0.1", "hostnames": ["a"]}], 0.1)
        self.put(out, "priorityClassName", lambda: self.some("high", "system-node-critical", ""), 0.3)
        self.put(out, "restartPolicy", lambda: self.some("OnFailure", "Never") if of_job else self.some("Always", "OnFailure", "Never"),
                 0.5)
        self.put(out, "affinity", lambda: self.affinity(labels), 0.6)
        self.put(out, "topologySpreadConstraints", lambda: self.several(lambda: {
            "maxSkew": 1, "topologyKey": self.some("kubernetes.io/hostname", "zone"), "whenUnsatisfiable": "DoNotSchedule"}, 1), 0.3)
        self.put(out, "dnsConfig", lambda: {"options": self.several(
            lambda: {"name": self.some("ndots", "edns0"), "value": self.some("2", "5")}, 2)}, 0.4)
        return out

    def metadata(self, name=None):
        self.count += 1
        out = {"name": name or f"x{self.count}"}
        self.put(out, "namespace", lambda: self.some("prod", "prod", "default"), 0.6)
        labels = {}
        self.put(labels, "owner", lambda: "team-a", 0.3)
        self.put(labels, "app.kubernetes.io/instance", lambda: self.some(out["name"], "other"), 0.4)
        self.put(out, "labels", lambda: labels, 0.7)
        self.put(out, "annotations", lambda: {"email": self.some("a@example.org", "nobody", "")}, 0.3)
        return out

    def workload(self, kind):
        out = {"apiVersion": WORKLOADS[kind], "kind": kind, "metadata": self.metadata()}
        if kind in ("Deployment", "DaemonSet") and self.rng.random() < 0.1:
            out["apiVersion"] = self.some("extensions/v1beta1", "apps/v1beta2")
        labels = self.some(*LABELS)
        template = {"metadata": {"labels": labels} if labels else {}, "spec": self.pod_spec(labels, kind in ("Job", "CronJob"))}
        if kind == "Pod":
            out["metadata"].setdefault("labels", {}).update(labels or {})
            return {**out, "spec": template["spec"]}
        spec = out["spec"] = {"template": template}
        if kind == "CronJob":
            out["spec"] = {"schedule": "@daily", "jobTemplate": {"spec": spec}}
        if kind in ("Job", "CronJob"):
            self.put(spec, "ttlSecondsAfterFinished", lambda: 60, 0.5)
            return out
        plain = kind in ("ReplicationController", "DeploymentConfig")
        self.put(spec, "selector", lambda: self.some(labels or {}, {"app": "web"}, {"app": "db"}) if plain else
                 {"matchLabels": self.some(labels or {}, {"app": "web"}, {"app": "db"})}, 0.9)
        if kind != "DaemonSet":
            self.put(spec, "replicas", lambda: self.some(0, 1, 2, 3, 5), 0.8)
        if kind in ("Deployment", "DaemonSet", "StatefulSet"):
            self.put(spec, "strategy" if kind == "Deployment" else "updateStrategy",
                     lambda: {"type": self.some("RollingUpdate", "Recreate" if kind == "Deployment" else "OnDelete")}, 0.6)
        if kind == "DeploymentConfig":
            self.put(spec, "strategy", lambda: {"type": self.some("Rolling", "Recreate")}, 0.6)
        if kind == "StatefulSet":
            self.put(spec, "volumeClaimTemplates", lambda: [{"metadata": {"name": "d"}, "spec": {
                "accessModes": self.some(["ReadWriteOnce"], ["ReadWriteMany"], ["ReadWriteOnce", "ReadOnlyMany"]),
                "resources": self.some({}, {"requests": {"storage": "1Gi"}})}}], 0.5)
        return out

    # -- other objects ------------------------------------------------------------------------------------------------

    def selector(self):
        return self.some({}, {"matchLabels": {"app": "web"}}, {"matchLabels": {"app": "none"}}, {"matchLabels": {"app": "db"}},
                         {"matchExpressions": [{"key": "app", "operator": self.some("In", "NotIn"), "values": ["web"]}]},
                         {"matchExpressions": [{"key": "tier", "operator": self.some("Exists", "DoesNotExist")}]})

    def service(self):
        spec = {"ports": [{"port": 80}]}
        self.put(spec["ports"][0], "targetPort", lambda: self.some(80, 0, 70000, "http", "h-", "http-but-much-too-long", "123"), 0.6)
        self.put(spec, "selector", lambda: self.some({"app": "web"}, {"app": "none"}, {"app": "db"}), 0.8)
        self.put(spec, "type", lambda: self.some("ClusterIP", "NodePort", "LoadBalancer"), 0.6)
        return {"apiVersion": "v1", "kind": "Service", "metadata": self.metadata(), "spec": spec}

    def ingress(self, services):
        def backend():
            return {"service": {"name": self.some("missing", *services), "port": {"number": self.some(80, 81)}}}
        spec = {}
        self.put(spec, "defaultBackend", backend, 0.4)
        self.put(spec, "rules", lambda: [{"host": self.some("a.example", "b.example"), "http": {"paths": [
            {"path": "/", "pathType": "Prefix", "backend": backend()}]}}], 0.8)
        self.put(spec, "tls", lambda: self.some([{"hosts": ["a.example"], "secretName": "s"}], [{"secretName": "s"}], []), 0.5)
        return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": self.metadata(), "spec": spec}

    def network_policy(self):
        def peer():
            return [{"podSelector": self.selector()}]
        spec = {"podSelector": self.selector()}
        self.put(spec, "policyTypes", lambda: self.some(["Ingress"], ["Egress"], ["Ingress", "Egress"]), 0.6)
        self.put(spec, "ingress", lambda: self.some([], [{}], [{"from": peer()}]), 0.6)
        self.put(spec, "egress", lambda: self.some([], [{}], [{"to": peer()}]), 0.6)
        return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": self.metadata(), "spec": spec}

    def budget(self):
        spec = {"selector": self.selector()}
        key = self.some("minAvailable", "maxUnavailable", "none")
        if key != "none":
            spec[key] = self.some(0, 1, 2, 3, "0%", "1%", "50%", "100%")
        self.put(spec, "unhealthyPodEvictionPolicy", lambda: "AlwaysAllow", 0.4)
        return {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": self.metadata(), "spec": spec}

    def autoscaler(self, workloads):
        kind, name = self.some(("Deployment", "missing"), *workloads)
        version = self.some("apps/v1", WORKLOADS[kind], WORKLOADS[kind])
        spec = {"scaleTargetRef": {"apiVersion": version, "kind": kind, "name": name}, "maxReplicas": self.some(1, 2, 3, 10)}
        self.put(spec, "minReplicas", lambda: self.some(1, 2, 3, 5), 0.7)
        return {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": self.metadata(), "spec": spec}

    def role(self):
        kind = self.some("Role", "ClusterRole")
        rules = [{"apiGroups": self.some([""], ["*"], ["apps"], ["", "batch"]),
                  "resources": self.some(["pods"], ["pods/exec"], ["pods/attach"], ["secrets"], ["*"], ["configmaps", "secrets"],
                                         ["deployments"]),
                  "verbs": self.some(["get"], ["list", "watch"], ["create"], ["*"], ["delete"], ["update"],
                                     ["get", "list", "watch", "create", "update", "patch", "delete"])}
                 for _ in range(self.some(1, 2))]
        metadata = self.metadata(self.some(None, None, "system:x" + str(self.count)))
        if kind == "ClusterRole":
            metadata.pop("namespace", None)
        return {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": metadata, "rules": rules}

    def binding(self, roles):
        kind = self.some("RoleBinding", "ClusterRoleBinding")
        of, name = self.some(("ClusterRole", "cluster-admin"), ("ClusterRole", "view"), ("ClusterRole", "missing"), *roles)
        metadata = self.metadata()
        if kind == "ClusterRoleBinding":
            metadata.pop("namespace", None)
        return {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": metadata,
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole" if kind[0] == "C" else of, "name": name},
                "subjects": [{"kind": "User", "name": self.some("jane", "system:anonymous"), "apiGroup": "rbac.authorization.k8s.io"}]}

    def config_map(self):
        return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "here", "namespace": self.some("prod", "default")},
                "data": {key: self.some(*VALUES) for key in self.rng.sample([*VARIABLES, "key"], 2)}}

    def universe(self):
        workloads = [self.workload(self.some(*WORKLOADS)) for _ in range(6)]
        services = [self.service() for _ in range(2)]
        roles = [self.role() for _ in range(2)]
        out = [*workloads, *services, *roles, self.config_map()]
        out += [self.ingress([one["metadata"]["name"] for one in services]), self.network_policy(), self.network_policy(), self.budget(),
                self.budget(), self.autoscaler([(one["kind"], one["metadata"]["name"]) for one in workloads])]
        out += [self.binding([(one["kind"], one["metadata"]["name"]) for one in roles]) for _ in range(2)]
        account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "web"}}
        self.put(account["metadata"], "namespace", lambda: self.some("prod", "default"), 0.6)
        self.put(account, "automountServiceAccountToken", self.flag, 0.5)
        out.append(account)
        out.append({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "here"}, "stringData": {"key": "x"}})
        self.rng.shuffle(out)
        return out


def universes(rng, count):
    maker = Maker(rng)
    for _ in range(count):
        yield maker.universe()
