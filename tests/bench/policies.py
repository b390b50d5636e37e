"""Figures of CEL, policies and manifests. `python3 tests/bench/policies.py [WORK]` prints them alone; scripts/bench puts them in
docs/benchmarks.md."""
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import time

root = pathlib.Path(__file__).resolve().parent.parent.parent
build = root / "build/release"
seawall = str(build / "seawall")

DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {{name: web-{file}-{number}, namespace: prod-{namespace}, labels: {{app: web, team: t{namespace}}}}}
spec:
  replicas: 3
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      securityContext: {{runAsNonRoot: true, seccompProfile: {{type: RuntimeDefault}}}}
      containers:
        - name: app
          image: registry.example/shop/web:{file}
          ports: [{{containerPort: 8080}}]
          env: [{{name: A, value: "1"}}, {{name: B, value: "2"}}]
          resources: {{requests: {{cpu: 100m, memory: 128Mi}}, limits: {{memory: 256Mi}}}}
          securityContext: {{allowPrivilegeEscalation: false, capabilities: {{drop: [ALL]}}}}
        - name: side
          image: registry.example/shop/side:1
          securityContext: {{allowPrivilegeEscalation: false, capabilities: {{drop: [{drop}]}}}}
"""


def make_manifests(work):
    """1,000 files of five Deployments each, one of them wrong."""
    folder = work / "manifests"
    if not folder.exists():
        folder.mkdir(parents=True)
        for file in range(1000):
            objects = [DEPLOYMENT.format(file=file, number=number, namespace=file % 7, drop="ALL" if number else "NET_RAW") for number in range(5)]
            (folder / f"m{file}.yaml").write_text("---\n".join(objects))
    return folder


def make_records(work):
    """100,000 recorded decisions of about 3.8 KB."""
    path = work / "decisions.jsonl"
    if path.exists():
        return path
    chance = random.Random(1)
    severities = ["high", "medium", "low", "negligible"]
    with open(path, "w") as file:
        for number in range(100_000):
            findings = [{"kind": "vulnerability", "id": f"CVE-2024-{chance.randint(1000, 99999)}", "aliases": [], "severity": chance.choice(severities),
                         "rank": chance.randint(1, 4), "title": "x", "package": "openssl", "version": "1.0", "purl": "pkg:deb/debian/openssl@1",
                         "path": "var/lib/dpkg/status", "line": 0, "score": 7.5, "epss": 0.01, "risk": 3.0, "knownExploited": False,
                         "ransomware": False, "fixState": "fixed", "fixable": chance.random() < .5, "fixedVersion": "2",
                         "published": "2024-01-01T00:00:00Z", "age": "9999s", "removed": False} for _ in range(8)]
            facts = {"image": {"name": f"registry.example/shop/i{number % 50}:1", "registry": "registry.example", "tag": "1", "pinned": False,
                               "digest": "sha256:" + "a" * 64, "scanned": True, "scanState": "findings", "scanAge": f"{number % 400}h"},
                     "config": {"user": "app", "runsAsRoot": False}, "findings": findings,
                     "workload": {"kind": "Deployment", "name": f"d{number % 200}", "namespace": "prod", "pod": {"containers": [{"name": "a", "image": "x"}]}}}
            record = {"version": 1, "id": f"{number:016x}", "time": f"2026-11-{1 + number % 26:02}T00:00:00Z", "stage": "admission", "policy": {"name": "p"},
                      "decision": {"verdict": "allow", "outcomes": []}, "facts": facts}
            file.write(json.dumps(record, separators=(",", ":")) + "\n")
    return path


def run(*command):
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    return time.perf_counter() - started, usage.ru_maxrss


def times(program):
    """Microseconds of CPU by benchmark."""
    out = subprocess.run([str(build / program), "--benchmark_format=json"], capture_output=True, text=True, check=True).stdout
    return {b["name"]: b["cpu_time"] * {"ns": 1e-3, "us": 1, "ms": 1e3}[b["time_unit"]] for b in json.loads(out)["benchmarks"]}


def table(work):
    manifests, records = make_manifests(work), make_records(work)
    cel, admission = times("cel_bench"), times("admission_bench")
    lint = [run(seawall, "lint", "--preset", "restricted", str(manifests)) for _ in range(5)]
    replay = [run(seawall, "policy", "replay", "restricted", "--records", str(records))[0] for _ in range(3)]
    return ["", "## Policies", "", "| what | bar | measured |", "|---|---|---|",
            f"| the full securityContext check of a pod of two containers | at most 2 us | {cel['evaluate/security_context']:.2f} us CPU |",
            f"| compiling it | at most 100 us | {cel['compile/security_context']:.1f} us CPU |",
            f"| 30 rules on a workload of 8 KB | under 100 us | {cel['thirty_rules']:.0f} us CPU |",
            f"| the same rules as a ValidatingAdmissionPolicy / as 30 / as 30 Gatekeeper templates | under 100 us | "
            f"{admission['judge/one_policy']:.0f} / {admission['judge/thirty_policies']:.0f} / {admission['judge/gatekeeper']:.0f} us CPU |",
            f"| reading and compiling a ValidatingAdmissionPolicy of one rule / a template with its constraint | | "
            f"{admission['load/thirty_policies'] / 30:.0f} / {admission['load/gatekeeper'] / 30:.0f} us CPU |",
            f"| `lint --preset restricted` of 1,000 manifests, 5,000 objects | under 1 s and 128 MiB | "
            f"{statistics.median(s for s, _ in lint):.2f} s, {max(m for _, m in lint) / 1024:.0f} MiB |",
            f"| `policy replay` of 100,000 recorded decisions of 3.8 KB | under 10 s | {statistics.median(replay):.1f} s |"]


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build/bench")
    folder.mkdir(parents=True, exist_ok=True)
    print("\n".join(table(folder)))
