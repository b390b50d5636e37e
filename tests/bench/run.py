"""Measures what docs/benchmarks.md claims and writes the page. Run by scripts/bench.

Times are medians of several runs that alternate with what they are compared with, so that a busy machine slows both;
memory is the largest resident set of the process, as the kernel counts it (a child starts with its parent's, so this
program keeps itself small)."""
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import threading
import time

import peers
import hosts
import policies
import sources

root = pathlib.Path(__file__).resolve().parent.parent.parent
with_peers = "--peers" in sys.argv
work = pathlib.Path(next((word for word in sys.argv[1:] if not word.startswith("-")), "build/bench"))
build = root / "build/release"
seawall = str(build / "seawall")
work.mkdir(parents=True, exist_ok=True)
PACKAGES = ("gcc g++ python3-dev openjdk-17-jdk-headless git libboost1.81-dev perl-modules nodejs clang-14 llvm-14 curl nginx "
            "postgresql-15").split()


def run(*command, env=None, check=(0, 1, 3)):
    """Seconds, largest resident set in KiB, exit status."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **(env or {})})
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    code = os.waitstatus_to_exitcode(status)
    process.returncode = code
    if code not in check:
        sys.exit(f"{' '.join(command)} ended with {code}")
    return seconds, usage.ru_maxrss, code


def median(values):
    return statistics.median(values)


def make_roots():
    base, full = work / "base", work / "full"
    if not (base / "var/lib/dpkg/status").exists():
        subprocess.run(["debootstrap", "--variant=minbase", "bookworm", str(base)], check=True, stdout=subprocess.DEVNULL)
    if not (full / "usr/sbin/nginx").exists():
        subprocess.run(["rm", "-rf", str(full)], check=True)
        subprocess.run(["cp", "-a", str(base), str(full)], check=True)
        subprocess.run(["cp", "/etc/resolv.conf", str(full / "etc/resolv.conf")], check=True)
        # Java's package starts java, which wants /proc; the mount is seen by these commands alone.
        for command in ("apt-get update -qq", "apt-get install -y -qq --no-install-recommends " + " ".join(PACKAGES)):
            subprocess.run(["unshare", "--mount", "sh", "-c", f'mount -t proc proc "$0/proc" && exec chroot "$0" env DEBIAN_FRONTEND=noninteractive {command}',
                            str(full)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    image = work / "image.tar"
    if not image.exists():
        subprocess.run([sys.executable, str(root / "tests/bench/make_image.py"), str(base), str(full), str(image)], check=True)
    return base, full, image


def make_million():
    """An image of one layer with a million empty files and Debian's package database."""
    path = work / "million.tar"
    if path.exists():
        return path
    layer = work / "million.layer"
    with tarfile.open(layer, "w", format=tarfile.USTAR_FORMAT) as tar:
        for name in ("etc/os-release", "var/lib/dpkg/status"):
            tar.add(os.path.realpath(work / "base" / name), name)
        info = tarfile.TarInfo()
        for number in range(1_000_000):
            info.name = f"data/{number // 1000:03}/{number % 1000:03}"
            tar.addfile(info)
    subprocess.run(["gzip", "-1", "-n", "-k", "-f", str(layer)], check=True)

    def digest(file):
        return subprocess.run(["sha256sum", str(file)], check=True, capture_output=True, text=True).stdout.split()[0]
    config = {"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": ["sha256:" + digest(layer)]}}
    (work / "million.json").write_text(json.dumps(config))
    config_name = digest(work / "million.json") + ".json"
    (work / "million.manifest").write_text(json.dumps([{"Config": config_name, "RepoTags": ["million:1"], "Layers": ["layer.tar"]}]))
    with tarfile.open(path, "w") as tar:
        tar.add(str(layer) + ".gz", "layer.tar")
        tar.add(work / "million.json", config_name)
        tar.add(work / "million.manifest", "manifest.json")
    layer.unlink()
    return path


def make_database():
    """Every feed of the shared advisory data; without it the sample feed."""
    shared = pathlib.Path(os.environ.get("SEAWALL_SHARED", root / "../shared")) / "data/advisories"
    feeds = root / "content/sample-feed"
    if shared.is_dir():
        feeds = work / "feeds"
        if not feeds.exists():
            feeds.mkdir()
            for archive in sorted(shared.glob("*.tar.zst")):
                subprocess.run(f"zstd -dc --long=27 '{archive}' | tar -x -C '{feeds}'", shell=True, check=True)
    database = work / "advisories.swdb"
    seconds, memory, _ = run(seawall, "db", "import", str(feeds), "--replace", "--db", str(database))
    return database, seconds, memory, sum(f.stat().st_size for f in feeds.rglob("*") if f.is_file())


def google(name, *arguments, env=None):
    text = subprocess.run([str(build / name), "--benchmark_format=json", *arguments], capture_output=True, text=True,
                          env={**os.environ, **(env or {})}).stdout
    return json.loads(text)["benchmarks"]


def together(image, database):
    """Two scans and an import at once on one cache: how long the slowest takes beside one scan alone."""
    with tempfile.TemporaryDirectory() as cache:
        copy = pathlib.Path(cache) / "advisories.swdb"
        shutil.copyfile(database, copy)
        commands = [[seawall, "scan", str(image), "--max-db-age", "0", "--jobs", "1", "--format", "json", "--db", str(copy)]] * 2
        commands.append([seawall, "db", "import", str(root / "content/sample-feed"), "--db", str(copy)])
        results = [None] * len(commands)

        def work_on(i):
            results[i] = run(*commands[i], env={"SEAWALL_CACHE_DIR": cache})
        threads = [threading.Thread(target=work_on, args=(i,)) for i in range(len(commands))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with tempfile.TemporaryDirectory() as own:
            alone = run(*commands[0][:-1], str(database), env={"SEAWALL_CACHE_DIR": own})[0]
        return alone, [seconds for seconds, _, _ in results]


def main():
    base, full, image = make_roots()
    million = make_million()
    database, build_seconds, build_memory, feed_bytes = make_database()
    scan = [seawall, "scan", "--db", str(database), "--max-db-age", "0"]
    subprocess.run(["cat", str(image)], stdout=subprocess.DEVNULL, check=True)  # into the page cache
    cold, floor, memory = [], [], []
    for _ in range(5):
        out = subprocess.run([str(build / "floor_bench"), str(image), str(os.cpu_count())], capture_output=True, text=True, check=True)
        floor.append(float(out.stdout.split()[0]))
        unpacked = int(out.stdout.split()[1])
        seconds, kib, _ = run(*scan, str(image), "--no-cache")
        cold.append(seconds)
        memory.append(kib)
    full_scan, packages_only = [], []
    for _ in range(5):
        full_scan.append(run(*scan, str(image), "--no-cache")[:2])
        packages_only.append(run(*scan, str(image), "--no-cache", "--scanners", "packages")[:2])
    locks = sources.make_locks(work)
    run(*scan, f"dir:{locks}")
    lock_runs = [run(*scan, f"dir:{locks}", "--scanners", "packages")[0] for _ in range(20)]
    lock_sboms = [run(seawall, "sbom", f"dir:{locks}")[0] for _ in range(20)]
    wide = sources.make_wide_tree(work)
    wide_runs = [run(*scan, f"dir:{wide}")[:2] for _ in range(3)]
    jar = sources.make_fat_jar(work, base)
    subprocess.run(["cat", str(jar)], stdout=subprocess.DEVNULL, check=True)
    jar_runs = [run(*scan, str(jar), "--no-cache")[:2] for _ in range(5)]
    secrets = {b["name"]: b for b in google("secrets_bench", env={"SEAWALL_BENCH_TREE": str(full / "usr")})}
    with tempfile.TemporaryDirectory() as cache:
        env = {"SEAWALL_CACHE_DIR": cache}
        run(*scan, str(image), env=env)
        warm = [run(*scan, str(image), env=env)[0] for _ in range(20)]
    with tempfile.TemporaryDirectory() as cache:
        env = {"SEAWALL_CACHE_DIR": cache}
        tree_cold = [run(*scan, f"rootfs:{base}", "--no-cache")[0] for _ in range(5)]
        run(*scan, f"rootfs:{base}", env=env)
        tree_warm = [run(*scan, f"rootfs:{base}", env=env)[0] for _ in range(20)]
        full_cold = [run(*scan, f"rootfs:{full}", "--no-cache")[0] for _ in range(3)]
        run(*scan, f"rootfs:{full}", env=env)
        full_warm = [run(*scan, f"rootfs:{full}", env=env)[0] for _ in range(10)]
        full_packages = [run(*scan, f"rootfs:{full}", "--scanners", "packages", "--no-cache")[0] for _ in range(3)]
    million_runs = [run(*scan, str(million), "--no-cache") for _ in range(3)]
    help_runs = [run(seawall, "--help")[0] for _ in range(20)]
    real = {"SEAWALL_BENCH_ROOT": str(full), "SEAWALL_BENCH_DB": str(database)}
    match = {b["name"]: b for b in google("match_bench", "--benchmark_filter=open", env=real)}
    versions = google("version_bench")
    slowest = max(versions, key=lambda b: b["cpu_time"])
    streams = {b["name"]: b for b in google("stream_bench")}
    alone, both = together(image, database)

    def row(what, bar, value):
        return f"| {what} | {bar} | {value} |"
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown")
    system = next(line.split("=")[1].strip().strip('"') for line in open("/etc/os-release") if line.startswith("PRETTY_NAME"))
    lines = [
        "# Benchmarks", "",
        "Made by `scripts/bench`. Times are medians; the cold scan and its floor alternate in one run.", "",
        f"Machine: {os.cpu_count()} cores, {cpu}, {system}, kernel {os.uname().release}.", "",
        f"Image: a Debian 12 image of 4 layers, {unpacked / 1e9:.2f} GB unpacked, {image.stat().st_size / 1e9:.2f} GB packed. "
        f"Advisories: {feed_bytes / 1e9:.2f} GB of feeds.", "",
        "| what | bar | measured |", "|---|---|---|",
        row("cold scan of the image / reading, inflating and hashing it alone", "at most 1.3",
            f"{median(cold) / median(floor):.2f} ({median(cold):.2f} s / {median(floor):.2f} s)"),
        row("the same image again, from the layer cache", "under 50 ms", f"{median(warm) * 1000:.0f} ms"),
        row("a Debian root filesystem (minbase), full scan, warm / without the cache", "under 100 ms",
            f"{median(tree_warm) * 1000:.0f} ms / {median(tree_cold) * 1000:.0f} ms"),
        row("the image's 2.1 GB as a root filesystem, full scan, warm / without the cache", "",
            f"{median(full_warm) * 1000:.0f} ms / {median(full_cold):.1f} s"),
        row("the image's 2.1 GB as a root filesystem, packages alone, without the cache", "", f"{median(full_packages) * 1000:.0f} ms"),
        row("peak memory of the cold scan", "under 96 MiB", f"{max(memory) / 1024:.0f} MiB"),
        row("peak memory, image of 1,000,000 empty files", "under 96 MiB",
            f"{max(m for _, m, _ in million_runs) / 1024:.0f} MiB ({median([s for s, _, _ in million_runs]):.1f} s)"),
        row("matching 500 packages, synthetic feed, opening included", "under 10 ms",
            f"{match['open_and_match_500_packages']['cpu_time']:.1f} ms CPU"),
        row(f"matching the image's {match['open_and_match_real_packages']['packages']:.0f} packages against all feeds, opening included",
            "under 10 ms", f"{match['open_and_match_real_packages']['cpu_time']:.1f} ms CPU"),
        row("opening the database", "under 1 ms", f"{match['open']['real_time'] / 1000:.3f} ms"),
        row("building the database from all feeds", "under 60 s and 1 GiB", f"{build_seconds:.0f} s, {build_memory / 1024:.0f} MiB"),
        row("size of the database", "at most 80 MB", f"{database.stat().st_size / 1e6:.1f} MB"),
        row("start-up to `--help`", "under 15 ms", f"{median(help_runs) * 1000:.1f} ms"),
        row(f"one version comparison, slowest order ({slowest['name'].split('/')[-1]})", "under 1000 ns", f"{slowest['cpu_time']:.0f} ns CPU"),
        row("two scans (one thread each) and an import at once on one cache", "none waits",
            ", ".join(f"{s:.2f} s" for s in both) + f"; one such scan alone {alone:.2f} s"),
        row("full scan of the image (packages, secrets, configuration) / packages alone", "at most 1.6",
            f"{median([s for s, _ in full_scan]) / median([s for s, _ in packages_only]):.2f} ({median([s for s, _ in full_scan]):.2f} s / "
            f"{median([s for s, _ in packages_only]):.2f} s; {max(m for _, m in full_scan) / 1024:.0f} MiB)"),
        row("source tree of 21 lock files with 200 packages each, matched against all feeds", "under 50 ms", f"{median(lock_runs) * 1000:.0f} ms"),
        row("its SBOM, 4,200 components, 3 MB", "", f"{median(lock_sboms) * 1000:.0f} ms"),
        row("source tree of 3,000,000 empty files", "bounded", f"{median([s for s, _ in wide_runs]):.1f} s, {max(m for _, m in wide_runs) / 1024:.0f} MiB"),
        row("image with a fat jar of 300 MB, 150 jars inside", "under 3 s and 128 MiB",
            f"{median([s for s, _ in jar_runs]):.2f} s, {max(m for _, m in jar_runs) / 1024:.0f} MiB"),
        "", "## Streams", "", "| what | measured |", "|---|---|"]
    for name, bench in streams.items():
        rate = bench.get("bytes_per_second")
        lines.append(f"| {name} | {rate / 1e6:.0f} MB/s |" if rate else f"| {name} | {1e9 / bench['items_per_second']:.0f} ns CPU an entry |")
    lines += ["", "## Secrets", "", "All rules, one core, the text files of the image's /usr; and one line of 100 MB.", "", "| what | measured |", "|---|---|"]
    for name, bench in secrets.items():
        lines.append(f"| {name} | {bench['bytes_per_second'] / 1e6:.0f} MB/s |")
    lines += policies.table(work)
    lines += hosts.table()
    if with_peers:
        lines += peers.table(seawall, database, image, locks, full / "usr/share", sources.make_dockerfiles(work))
    (root / "docs/benchmarks.md").write_text("\n".join(lines) + "\n")
    print((root / "docs/benchmarks.md").read_text())


main()
