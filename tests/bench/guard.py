#!/usr/bin/env python3
"""What the guard costs and whether anything gets through, on this machine's kernel with a real dockerd.

  python3 tests/bench/guard.py [--seawall build/release/seawall] [--rounds 5] [--effects 10000]

Needs root, dockerd, docker and a static /bin/busybox. Starts an engine of its own and ends it. Costs are ratios of the
least time of some rounds, with and without the guard in turn: programs executed, files opened and system calls made in a
container without a profile and in one with it. Effects: how often a program that was written after the start made a file
before it was stopped; each is a first effect that got through."""
import argparse
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

PROFILE = """apiVersion: seawall.dev/v1
kind: Profile
metadata: {name: bench, images: ["held*"]}
mode: enforce
executables: {deny: [/bin/wget], newFiles: deny, memory: deny}
network: {raw: deny, connect: {deny: [{cidr: 192.0.2.0/24}]}}
"""
LOOPS = {  # shell of the container, timed by itself
    "exec": "i=0; while [ $i -lt 400 ]; do /bin/busybox true; i=$((i+1)); done",
    "open": "i=0; while [ $i -lt 20000 ]; do : </bin/busybox; i=$((i+1)); done",
    "no call": "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done",
}
EFFECTS = ("cp /bin/busybox /tmp/touch; i=0; while [ $i -lt {0} ]; do /tmp/touch /tmp/made.$i; i=$((i+1)); done "
           "2>/dev/null; ls /tmp | grep -c made")


def docker(socket, *words):
    return subprocess.run(["docker", "-H", f"unix://{socket}", *words], capture_output=True, text=True, check=False)


def start_engine(folder):
    socket = f"{folder}/docker.sock"
    log = open(f"{folder}/dockerd.log", "w")
    engine = subprocess.Popen(["dockerd", "--data-root", f"{folder}/data", "--exec-root", f"{folder}/exec", "-H",
                               f"unix://{socket}", "--pidfile", f"{folder}/pid", "--bridge=none", "--iptables=false"],
                              stdout=log, stderr=log)
    for _ in range(120):
        if docker(socket, "version").returncode == 0:
            return engine, socket
        if engine.poll() is not None:
            break
        time.sleep(0.5)
    engine.kill()
    sys.exit(f"dockerd did not start: see {folder}/dockerd.log")


def make_images(folder, socket):
    root = pathlib.Path(folder, "image")
    (root / "bin").mkdir(parents=True)
    (root / "tmp").mkdir()
    shutil.copy("/bin/busybox", root / "bin/busybox")
    for name in ("sh", "cp", "ls", "grep", "true", "sleep"):
        (root / "bin" / name).symlink_to("busybox")
    subprocess.run(["tar", "-C", root, "-cf", f"{folder}/image.tar", "."], check=True)
    for name in ("free:1", "held:1"):
        if docker(socket, "import", f"{folder}/image.tar", name).returncode:
            sys.exit("the image cannot be imported")


def start_guard(seawall, folder, socket):
    pathlib.Path(folder, "bench.yaml").write_text(PROFILE)
    log = open(f"{folder}/guard.log", "a")
    guard = subprocess.Popen([seawall, "guard", "run", "--profiles", f"{folder}/bench.yaml", "--state", f"{folder}/state",
                              "--run", f"{folder}/run", "--docker-socket", socket, "--no-keep"], stdout=log, stderr=log)
    for _ in range(100):
        status = subprocess.run([seawall, "guard", "status", "--run", f"{folder}/run"], capture_output=True, check=False)
        if status.returncode == 0:
            return guard
        if guard.poll() is not None:
            break
        time.sleep(0.1)
    guard.kill()
    sys.exit(f"the guard did not start: see {folder}/guard.log")


def stop(process):
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=30)


def seconds(socket, container, script):
    begun = time.monotonic()
    result = docker(socket, "exec", container, "/bin/sh", "-c", script)
    if result.returncode:
        sys.exit(f"{container}: {result.stderr}")
    return time.monotonic() - begun


def resident(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seawall", default="build/release/seawall")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--effects", type=int, default=10000)
    options = parser.parse_args()
    if os.geteuid() != 0 or not shutil.which("dockerd") or not pathlib.Path("/bin/busybox").exists():
        sys.exit("needs root, dockerd and a static /bin/busybox")
    folder = tempfile.mkdtemp(prefix="seawall-bench-")
    engine, socket = start_engine(folder)
    guard = None
    try:
        make_images(folder, socket)
        least = {}
        for number in range(options.rounds):
            for on in (number % 2 == 0, number % 2 != 0):
                guard = start_guard(options.seawall, folder, socket) if on else None
                for image in ("free", "held"):
                    docker(socket, "run", "-d", "--name", image, "--network", "none", f"{image}:1", "sleep", "1000")
                    for name, script in LOOPS.items():
                        key = (image, name, on)
                        least[key] = min(least.get(key, 1e9), seconds(socket, image, script))
                    docker(socket, "rm", "-f", image)
                if guard:
                    memory = resident(guard.pid)
                    stop(guard)
                    guard = None
        print(f"{'':10} {'no profile':>12} {'with profile':>13}")
        for name in LOOPS:
            ratios = [least[(image, name, True)] / least[(image, name, False)] for image in ("free", "held")]
            print(f"{name:10} {ratios[0]:12.3f} {ratios[1]:13.3f}")
        print(f"memory of the guard: {memory:.1f} MiB")
        without = docker(socket, "run", "--rm", "--network", "none", "held:1", "/bin/sh", "-c", EFFECTS.format(100))
        guard = start_guard(options.seawall, folder, socket)
        held = docker(socket, "run", "--rm", "--network", "none", "held:1", "/bin/sh", "-c", EFFECTS.format(options.effects))
        through = int(held.stdout.strip() or 0)
        print(f"first effects: {without.stdout.strip()} of 100 without the guard, {through} of {options.effects} with it")
        return 1 if through or without.stdout.strip() != "100" else 0
    finally:
        if guard:
            stop(guard)
        stop(engine)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
