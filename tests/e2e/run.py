"""Real distributions, every way in: root filesystems made by debootstrap, the archives and layouts that skopeo and umoci
make of them, and a real registry with and without a password. In each form the packages must be those that dpkg-query
lists. Run by scripts/e2e (root; about 1 GB below the work directory; what is there is used again)."""
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time

root = pathlib.Path(__file__).resolve().parent.parent.parent
work = pathlib.Path(next((word for word in sys.argv[1:] if not word.startswith("-")), root / "build/e2e")).resolve()
seawall = str(root / "build/release/seawall")
RELEASES = ("bookworm", "trixie")
failures = []


def check(what, good, detail=""):
    print(f"{'ok  ' if good else 'FAIL'}  {what}" + (f": {detail}" if detail and not good else ""), flush=True)
    if not good:
        failures.append(what)


def run(*command, **settings):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True, **settings).stdout


def debian(release):
    tree = work / release
    if not (tree / "var/lib/dpkg/status").exists():
        shutil.rmtree(tree, ignore_errors=True)
        run("debootstrap", "--variant=minbase", release, tree)
    return tree


def packages_of(tree):
    lines = run("dpkg-query", f"--admindir={tree}/var/lib/dpkg", "-W", "-f", "${db:Status-Status} ${Package} ${Version} ${Architecture}\\n")
    return sorted(tuple(line.split()[1:]) for line in lines.splitlines() if line.startswith("installed "))


def seen(target, *flags, env=None):
    """(name, version, architecture) of every Debian package in the SBOM, and the exit status."""
    result = subprocess.run([seawall, "sbom", target, "--cache-dir", str(work / "cache"), *flags], capture_output=True, text=True,
                            env={**os.environ, **(env or {})})
    if result.returncode != 0:
        return result.stderr.strip(), result.returncode
    found = []
    for component in json.loads(result.stdout).get("components", []):
        purl = component.get("purl", "")
        if purl.startswith("pkg:deb/"):
            qualifiers = dict(word.split("=", 1) for word in purl.split("?", 1)[1].split("&"))
            found.append((component["name"], component["version"], qualifiers.get("arch", "")))
    return sorted(found), 0


def compare(what, wanted, target, *flags, env=None):
    found, status = seen(target, *flags, env=env)
    check(what, found == wanted, found if status else f"{len(found)} packages, {len(wanted)} wanted")


class Registry:
    """docker-registry on a free port of the loopback, stopped by its process id."""

    def __init__(self, name, password=None):
        self.home = work / name
        shutil.rmtree(self.home, ignore_errors=True)
        self.home.mkdir(parents=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        config = {"version": 0.1, "log": {"level": "error"}, "storage": {"filesystem": {"rootdirectory": str(self.home / "data")}},
                  "http": {"addr": f"127.0.0.1:{self.port}"}}
        if password:
            (self.home / "htpasswd").write_text(run("htpasswd", "-Bbn", "user", password))
            config["auth"] = {"htpasswd": {"realm": "e2e", "path": str(self.home / "htpasswd")}}
        (self.home / "config.yml").write_text(json.dumps(config))

    def __enter__(self):
        self.process = subprocess.Popen(["docker-registry", "serve", str(self.home / "config.yml")], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("docker-registry does not answer")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def forms(release, tree, wanted):
    """The same root filesystem as layout and archives."""
    compare(f"{release}: rootfs", wanted, f"rootfs:{tree}")
    layout = work / f"{release}.oci"
    shutil.rmtree(layout, ignore_errors=True)
    run("umoci", "init", "--layout", layout)
    run("umoci", "new", "--image", f"{layout}:{release}")
    run("umoci", "insert", "--image", f"{layout}:{release}", tree, "/")
    compare(f"{release}: OCI layout (umoci)", wanted, f"oci:{layout}:{release}")
    for scheme in ("docker-archive", "oci-archive"):
        archive = work / f"{release}.{scheme}.tar"
        archive.unlink(missing_ok=True)
        run("skopeo", "copy", f"oci:{layout}:{release}", f"{scheme}:{archive}:app:{release}")
        compare(f"{release}: {scheme} (skopeo), recognised", wanted, str(archive))
        compare(f"{release}: {scheme} (skopeo), named", wanted, f"{scheme}:{archive}")
    return layout


def registries(release, layout, wanted):
    with Registry("registry") as registry:
        reference = f"127.0.0.1:{registry.port}/e2e/{release}:1"
        run("skopeo", "copy", "--dest-tls-verify=false", f"oci:{layout}:{release}", f"docker://{reference}")
        compare(f"{release}: registry", wanted, f"registry:{reference}", "--plain-http")
    with Registry("registry-password", "correct horse") as registry:
        reference = f"127.0.0.1:{registry.port}/e2e/{release}:1"
        run("skopeo", "copy", "--dest-tls-verify=false", "--dest-creds", "user:correct horse", f"oci:{layout}:{release}", f"docker://{reference}")
        docker = work / "docker-config"
        docker.mkdir(exist_ok=True)
        run("skopeo", "login", "--tls-verify=false", "--authfile", docker / "config.json", "-u", "user", "-p", "correct horse",
            f"127.0.0.1:{registry.port}")
        compare(f"{release}: registry with a password", wanted, f"registry:{reference}", "--plain-http", "--no-cache",
                env={"DOCKER_CONFIG": str(docker)})
        message, status = seen(f"registry:{reference}", "--plain-http", "--no-cache", env={"DOCKER_CONFIG": str(work / "nothing")})
        check(f"{release}: registry without the password is refused", status == 2 and "correct horse" not in str(message), f"{status} {message}")


def main():
    if os.geteuid() != 0:
        sys.exit("debootstrap needs root: run it with sudo")
    work.mkdir(parents=True, exist_ok=True)
    for release in RELEASES:
        tree = debian(release)
        wanted = packages_of(tree)
        check(f"{release}: dpkg-query lists packages", len(wanted) > 50, f"{len(wanted)}")
        layout = forms(release, tree, wanted)
        registries(release, layout, wanted)
    same = subprocess.run([seawall, "diff", f"rootfs:{work / RELEASES[0]}", f"oci:{work / RELEASES[0]}.oci:{RELEASES[0]}", "--scanners", "packages",
                           "--format", "json", "--cache-dir", str(work / "cache")], capture_output=True, text=True)
    check("a root filesystem and its image do not differ in packages", json.loads(same.stdout or '{"packages":[0]}')["packages"] == [], same.stderr)
    print(f"{len(failures)} failed" if failures else "all as dpkg says")
    sys.exit(1 if failures else 0)


main()
