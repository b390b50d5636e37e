#!/usr/bin/env python3
"""Figures of `seawall host` with running containers, beside docker-bench-security where it is given.

    hosts.py [--containers 50] [--docker-bench FOLDER]

Starts a dockerd of its own (root, on this machine only), containers of a static program that sleeps, measures both in one run, and
stops what it started."""
import argparse
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

root = pathlib.Path(__file__).resolve().parent.parent.parent
seawall = str(root / "build/release/seawall")
PROGRAM = "#include <unistd.h>\nint main(){for(;;)pause();}\n"


def timed(command, **options):
    """Seconds and peak MiB of a command's own process."""
    before = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    _, _, usage = os.wait4(process.pid, 0)
    return time.monotonic() - before, usage.ru_maxrss / 1024


def start_engine(work):
    socket = f"unix://{work}/docker.sock"
    engine = subprocess.Popen(["dockerd", "--data-root", f"{work}/root", "--exec-root", f"{work}/exec", "-H", socket, "--pidfile",
                               f"{work}/docker.pid"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        if subprocess.run(["docker", "-H", socket, "info"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0:
            return engine, socket
        time.sleep(0.2)
    engine.send_signal(signal.SIGTERM)
    sys.exit("dockerd does not start here")


def start_containers(work, socket, count):
    (work / "pause.c").write_text(PROGRAM)
    subprocess.run(["gcc", "-static", "-O1", "-o", work / "pause", work / "pause.c"], check=True)
    tar = subprocess.run(["tar", "-C", work, "-c", "pause"], check=True, stdout=subprocess.PIPE).stdout
    docker = ["docker", "-H", socket]
    subprocess.run([*docker, "import", "-c", 'ENTRYPOINT ["/pause"]', "-", "tiny:1"], input=tar, check=True, stdout=subprocess.DEVNULL)
    for number in range(count):
        subprocess.run([*docker, "run", "-d", "--network", "none", "--name", f"c{number}", "tiny:1"], check=True, stdout=subprocess.DEVNULL)


def measure(count, docker_bench=None):
    """Seconds and MiB of seawall host; seconds of docker-bench-security, None without it."""
    work = pathlib.Path(tempfile.mkdtemp())
    engine, socket = start_engine(work)
    try:
        start_containers(work, socket, count)
        runs = [timed([seawall, "host", "--docker-socket", f"{work}/docker.sock"]) for _ in range(5)]
        other = None
        if docker_bench:
            other, _ = timed(["bash", "docker-bench-security.sh", "-b", "-p"], cwd=docker_bench, env={**os.environ, "DOCKER_HOST": socket})
        return min(runs)[0], max(run[1] for run in runs), other
    finally:
        ids = subprocess.run(["docker", "-H", socket, "ps", "-q"], stdout=subprocess.PIPE, text=True).stdout.split()
        if ids:
            subprocess.run(["docker", "-H", socket, "rm", "-f", *ids], stdout=subprocess.DEVNULL)
        engine.send_signal(signal.SIGTERM)
        engine.wait(30)


def table():
    """Lines for docs/benchmarks.md; DOCKER_BENCH is the folder of docker-bench-security, if there is one."""
    seconds, mebibytes, other = measure(50, os.environ.get("DOCKER_BENCH"))
    lines = ["", "## Hosts", "", "| what | bar | measured |", "|---|---|---|",
             f"| `seawall host`, all controls, 50 running containers | under 0.5 s and 64 MiB | {seconds:.2f} s, {mebibytes:.0f} MiB |"]
    if other:
        lines.append(f"| docker-bench-security 1.6 on the same host, in the same run | | {other:.1f} s |")
    return lines


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--containers", type=int, default=50)
    parser.add_argument("--docker-bench")
    arguments = parser.parse_args()
    seconds, mebibytes, other = measure(arguments.containers, arguments.docker_bench)
    print(f"seawall host, {arguments.containers} containers: {seconds:.2f} s, {mebibytes:.0f} MiB")
    if other:
        print(f"docker-bench-security: {other:.1f} s, {other / seconds:.0f} times as long")


if __name__ == "__main__":
    main()
