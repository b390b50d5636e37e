"""Side by side with other tools, those that are on PATH: what the same input costs, and how much each says of it."""
import json
import os
import shutil
import subprocess
import time

ENVIRONMENT = {"TRIVY_NO_PROGRESS": "true", "SYFT_CHECK_FOR_APP_UPDATE": "false", "GRYPE_CHECK_FOR_APP_UPDATE": "false"}


def measure(command):
    """Seconds, CPU seconds, largest resident set in KiB, standard output; None when it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, **ENVIRONMENT})
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    if process.returncode not in (0, 1, 3):
        return None
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, out


def count(out, *keys):
    """The length of the list at the path of keys, or of the sum of it over lists on the way."""
    def walk(node, rest):
        if not rest:
            return len(node) if isinstance(node, list) else 0
        if isinstance(node, list):
            return sum(walk(item, rest) for item in node)
        return walk(node.get(rest[0]) or [], rest[1:]) if isinstance(node, dict) else 0
    try:
        return walk(json.loads(out), list(keys))
    except ValueError:
        return len(out.splitlines())


def contests(seawall, database, image, locks, tree, dockerfiles):
    """What is compared: heading, then (program, command, counter) of each tool."""
    oci = f"docker-archive:{image}"
    return [
        ("packages of the image", [
            ("seawall", [seawall, "sbom", str(image), "--no-cache"], lambda out: count(out, "components")),
            ("syft", ["syft", "scan", oci, "-o", "cyclonedx-json", "-q"], lambda out: count(out, "components")),
            ("trivy", ["trivy", "image", "--input", str(image), "--format", "cyclonedx", "--quiet"], lambda out: count(out, "components"))]),
        ("vulnerabilities of the image", [
            ("seawall", [seawall, "scan", str(image), "--no-cache", "--scanners", "packages", "--max-db-age", "0", "--db", str(database), "--format", "json"],
             lambda out: count(out, "findings")),
            ("grype", ["grype", oci, "-o", "json", "-q"], lambda out: count(out, "matches")),
            ("trivy", ["trivy", "image", "--input", str(image), "--scanners", "vuln", "--format", "json", "--quiet"],
             lambda out: count(out, "Results", "Vulnerabilities"))]),
        ("packages of 21 lock files", [
            ("seawall", [seawall, "sbom", f"dir:{locks}"], lambda out: count(out, "components")),
            ("syft", ["syft", "scan", f"dir:{locks}", "-o", "cyclonedx-json", "-q"], lambda out: count(out, "components")),
            ("trivy", ["trivy", "fs", str(locks), "--format", "cyclonedx", "--quiet"], lambda out: count(out, "components"))]),
        ("secrets of a tree", [
            ("seawall", [seawall, "scan", f"dir:{tree}", "--scanners", "secrets", "--format", "json"], lambda out: count(out, "findings")),
            ("gitleaks", ["gitleaks", "dir", str(tree), "--report-format", "json", "--report-path", "-", "--no-banner", "--exit-code", "0"],
             lambda out: len(json.loads(out or "[]")))]),
        ("Dockerfiles", [
            ("seawall", [seawall, "lint", str(dockerfiles), "--format", "json"], lambda out: count(out, "findings")),
            ("hadolint", ["hadolint", "--no-fail", "-f", "json", *sorted(str(p) for p in dockerfiles.rglob("Dockerfile"))], lambda out: len(json.loads(out)))]),
    ]


def table(seawall, database, image, locks, tree, dockerfiles):
    lines = ["", "## Beside other tools", "", "`scripts/bench --peers`, medians of three; tools that are not on PATH are left out.", "",
             "| input | tool | version | time | CPU | peak memory | says |", "|---|---|---|---|---|---|---|"]
    for heading, tools in contests(seawall, database, image, locks, tree, dockerfiles):
        for name, command, counter in tools:
            if name != "seawall" and not shutil.which(name):
                print(f"{name} is not on PATH: left out of \"{heading}\"")
                continue
            runs = [measure(command) for _ in range(3)]
            if None in runs:
                lines.append(f"| {heading} | {name} | | failed | | | |")
                continue
            seconds, cpu, memory, out = sorted(runs, key=lambda r: r[0])[1]
            asked = subprocess.run([command[0], "version" if name == "gitleaks" else "--version"], capture_output=True, text=True).stdout.split("\n")[0]
            lines.append(f"| {heading} | {name} | {asked.split()[-1] if name != 'seawall' else 'this'} | {seconds:.2f} s | {cpu:.2f} s | "
                         f"{memory / 1024:.0f} MiB | {counter(out)} |")
    return lines
