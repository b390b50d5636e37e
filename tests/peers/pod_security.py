#!/usr/bin/env python3
"""Asks k8s.io/pod-security-admission and Seawall about the same pods, made at random, and compares which checks fail,
with reason and detail.

    tests/peers/pod_security.py ORACLE build/release/test_inspect [--pods 20000] [--seed 1] [--newest 37]

ORACLE reads lines {"Level", "Version", "Pod"} and answers each with {"checks", "reasons", "details"}, or with
{"bad_input"} where it cannot decode the pod. --newest is the newest version whose standards the oracle has; "latest"
is asked only when that is Seawall's own (37). The oracle may make a volume without a source an emptyDir, as API servers do; what
API servers fill in besides (ports of the host) and sources that nobody knows are left out of the pods. Ends with status 1 when an answer differs."""
import argparse
import json
import os
import random
import subprocess
import sys
import tempfile

OURS_NEWEST = 37
CAPABILITIES = ["ALL", "CHOWN", "NET_RAW", "NET_BIND_SERVICE", "SYS_ADMIN", "SETUID", "all", "CAP_CHOWN", "", "KILL"]
PROFILES = ["RuntimeDefault", "Localhost", "Unconfined", "", "runtimedefault", None]
SYSCTLS = ["kernel.shm_rmid_forced", "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time", "kernel.msgmax",
           "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem", "net.ipv4.tcp_notsent_lowat", "net.ipv4.tcp_slow_start_after_idle",
           "net.ipv4.tcp_syncookies", "kernel.*", ""]
VOLUMES = ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret",
           "hostPath", "gcePersistentDisk", "awsElasticBlockStore", "gitRepo", "nfs", "iscsi", "glusterfs", "rbd", "flexVolume",
           "cinder", "cephfs", "flocker", "fc", "azureFile", "vsphereVolume", "quobyte", "azureDisk", "photonPersistentDisk",
           "portworxVolume", "scaleIO", "storageos"]
APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/"
SECCOMP = "container.seccomp.security.alpha.kubernetes.io/"
STRAY = ["text", 7, True, [], {}, [1], 1.5, -1, 3000000000, 2**64]


class Maker:
    """Pods near the border: each field is absent, null, good or bad. A wrong kind of value is rare and for `stray` only."""

    def __init__(self, rng):
        self.rng = rng
        self.stray = False

    def some(self, *values):
        if self.stray and self.rng.random() < 0.02:
            return self.rng.choice(STRAY)
        return self.rng.choice(values)

    def maybe(self, make):
        if self.stray and self.rng.random() < 0.02:
            return self.rng.choice(STRAY)
        return None if self.rng.random() < 0.1 else make()

    def several(self, make, most):
        return self.maybe(lambda: [make() for _ in range(self.rng.randrange(most + 1))])

    def put(self, where, key, make, chance=0.4):
        if self.rng.random() < chance:
            where[key] = make()

    def flag(self):
        return self.some(True, False, None)

    def profile(self):
        return self.some(None, {}, *({"type": one} for one in PROFILES))

    def se_linux(self):
        out = {}
        self.put(out, "type", lambda: self.some("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t", "spc_t"))
        self.put(out, "user", lambda: self.some("", "u", None), 0.2)
        self.put(out, "role", lambda: self.some("", "r", None), 0.2)
        return out

    def capabilities(self):
        out = {}
        for key in ("add", "drop"):
            self.put(out, key, lambda: self.rng.choice([["ALL"], self.several(lambda: self.some(*CAPABILITIES), 3)]), 0.7)
        return out

    def security(self, of_container):
        out = {}
        self.put(out, "runAsNonRoot", self.flag, 0.6)
        self.put(out, "runAsUser", lambda: self.some(0, 1, 1000, None, -0))
        self.put(out, "seccompProfile", self.profile, 0.5)
        self.put(out, "appArmorProfile", self.profile, 0.2)
        self.put(out, "seLinuxOptions", self.se_linux, 0.2)
        self.put(out, "windowsOptions", lambda: self.maybe(lambda: {"hostProcess": self.flag()}), 0.2)
        if of_container:
            self.put(out, "privileged", self.flag, 0.3)
            self.put(out, "allowPrivilegeEscalation", lambda: self.some(False, False, False, True, None), 0.8)
            self.put(out, "capabilities", self.capabilities, 0.8)
            self.put(out, "procMount", lambda: self.some("Default", "Unmasked", "", None), 0.2)
        else:
            self.put(out, "sysctls", lambda: self.several(lambda: self.maybe(lambda: {"name": self.some(*SYSCTLS)}), 3), 0.3)
        return out

    def handler(self):
        out = {}
        for action in ("httpGet", "tcpSocket"):
            self.put(out, action, lambda: self.maybe(lambda: {"host": self.some("", "a.example", "b.example", None)}), 0.5)
        return out

    def container(self):
        out = {}
        self.put(out, "name", lambda: self.some("a", "b", "c", "d", "\u00e9\"x"), 0.9)
        self.put(out, "image", lambda: "example.org/a:1")
        self.put(out, "securityContext", lambda: self.maybe(lambda: self.security(True)), 0.9)
        self.put(out, "ports", lambda: self.several(lambda: self.maybe(lambda: {"hostPort": self.some(0, 80, 443, 9, None)}), 2), 0.3)
        for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
            self.put(out, probe, lambda: self.maybe(self.handler), 0.15)
        self.put(out, "lifecycle", lambda: self.maybe(lambda: {"postStart": self.maybe(self.handler), "preStop": self.maybe(self.handler)}), 0.15)
        return out

    def volume(self):
        out = {}
        self.put(out, "name", lambda: self.some("v", "w", "x"), 0.9)
        for _ in range(self.rng.choice([0, 1, 1, 1, 1, 2])):
            out[self.rng.choice(VOLUMES)] = self.some({}, {}, {}, None)
        return out

    def metadata(self):
        annotations = {}
        for name in ("a", "b", ""):
            self.put(annotations, APP_ARMOR + name, lambda: self.some("runtime/default", "localhost/x", "unconfined", "", None, "a\"\\\n\t\u00e9"), 0.1)
            self.put(annotations, SECCOMP + name, lambda: self.some("runtime/default", "docker/default", "localhost/x", "unconfined", "", None), 0.1)
        self.put(annotations, "seccomp.security.alpha.kubernetes.io/pod", lambda: self.some("unconfined", "localhost/", "localhost", None), 0.1)
        return self.some({}, {"annotations": annotations}, {"annotations": annotations}, {"annotations": None}, None)

    def pod(self):
        self.stray = self.rng.random() < 0.15
        spec = {}
        for flag in ("hostNetwork", "hostPID", "hostIPC"):
            self.put(spec, flag, self.flag, 0.1)
        self.put(spec, "hostUsers", lambda: self.some(False, False, True, None), 0.3)
        self.put(spec, "os", lambda: self.some(None, {}, {"name": "linux"}, {"name": "windows"}, {"name": "Windows"}), 0.2)
        self.put(spec, "securityContext", lambda: self.maybe(lambda: self.security(False)), 0.8)
        for kind, chance in (("containers", 0.95), ("initContainers", 0.2), ("ephemeralContainers", 0.1)):
            self.put(spec, kind, lambda: self.several(lambda: self.maybe(self.container), 3), chance)
        self.put(spec, "volumes", lambda: self.several(lambda: self.maybe(self.volume), 3), 0.3)
        return {"metadata": self.metadata(), "spec": spec}


def ask_oracle(oracle, questions):
    done = subprocess.run([oracle], input=questions.encode(), stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def ask_seawall(program, questions):
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = os.path.join(folder, "questions"), os.path.join(folder, "answers")
        with open(asked, "w", encoding="utf-8") as out:
            out.write(questions)
        subprocess.run([program, "--gtest_filter=PodSecurityPeers.AnswersQuestions", "--gtest_brief=1"], check=True, stdout=sys.stderr,
                       env={**os.environ, "SEAWALL_PSS_QUESTIONS": asked, "SEAWALL_PSS_ANSWERS": answered})
        with open(answered, encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]


def differs(theirs, ours):
    if "bad_input" in theirs:
        return not ours.get("unreadable")
    return bool(ours.get("unreadable")) or any((theirs.get(key) or []) != ours.get(key) for key in ("checks", "reasons", "details"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("oracle")
    parser.add_argument("program")
    parser.add_argument("--pods", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--newest", type=int, default=OURS_NEWEST)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    maker = Maker(rng)
    versions = [f"v1.{minor}" for minor in range(arguments.newest + 1)]
    if arguments.newest == OURS_NEWEST:
        versions += ["latest", "v1.38", "v1.99"]
    lines = [json.dumps({"Level": rng.choice(["baseline", "restricted", "restricted"]), "Version": rng.choice(versions), "Pod": maker.pod()},
                        ensure_ascii=False) for _ in range(arguments.pods)]
    questions = "\n".join(lines) + "\n"
    theirs, ours = ask_oracle(arguments.oracle, questions), ask_seawall(arguments.program, questions)
    if not len(theirs) == len(ours) == len(lines):
        sys.exit(f"{len(lines)} questions, {len(theirs)} and {len(ours)} answers")
    seen, undecodable, allowed, wrong = {}, 0, 0, 0
    for line, their, our in zip(lines, theirs, ours):
        undecodable += "bad_input" in their
        allowed += their.get("allowed", False)
        for check in their.get("checks") or []:
            seen[check] = seen.get(check, 0) + 1
        if differs(their, our):
            wrong += 1
            if wrong <= 5:
                print(f"question: {line}\n  theirs: {json.dumps({key: their.get(key) for key in ('checks', 'details', 'bad_input')})}\n  ours:   {json.dumps(our)}")
    print(f"{len(lines)} pods: {allowed} allowed, {undecodable} that cannot be decoded, {wrong} answers differ")
    for check, count in sorted(seen.items()):
        print(f"  {check}: failed {count} times")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
