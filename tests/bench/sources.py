"""Makes the inputs of the bench that are no distribution's: a source tree of lock files, an image with a fat jar."""
import hashlib
import io
import json
import os
import random
import tarfile
import zipfile

COUNT = 200  # packages in each lock file


def names(prefix):
    return [(f"{prefix}-{i}", f"{1 + i % 9}.{i % 20}.{i % 7}") for i in range(COUNT)]


def lock_files():
    """Path -> text, one ecosystem or format each."""
    sha = "0123456789abcdef" * 4
    npm = names("npm-pkg")
    files = {
        "npm/package-lock.json": json.dumps({"name": "app", "lockfileVersion": 3, "packages": {"": {"name": "app", "version": "1.0.0"}, **{
            f"node_modules/{n}": {"version": v, "resolved": f"https://registry.example/{n}/-/{n}-{v}.tgz", "license": "MIT",
                                  "dependencies": {npm[(i + 1) % COUNT][0]: "*"}} for i, (n, v) in enumerate(npm)}}}, indent=2),
        "yarn/yarn.lock": "# yarn lockfile v1\n\n" + "".join(
            f'{n}@^{v}:\n  version "{v}"\n  resolved "https://registry.example/{n}/-/{n}-{v}.tgz#{sha[:40]}"\n\n' for n, v in names("yarn-pkg")),
        "pnpm/pnpm-lock.yaml": "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n" + "".join(
            f"      {n}:\n        specifier: ^{v}\n        version: {v}\n" for n, v in names("pnpm-pkg")) + "\npackages:\n\n" + "".join(
            f"  {n}@{v}:\n    resolution: {{integrity: sha512-{sha}}}\n\n" for n, v in names("pnpm-pkg")) + "snapshots:\n\n" + "".join(
            f"  {n}@{v}: {{}}\n\n" for n, v in names("pnpm-pkg")),
        "bun/bun.lock": '{\n  "lockfileVersion": 1,\n  "workspaces": { "": { "name": "app" } },\n  "packages": {\n' + "".join(
            f'    "{n}": ["{n}@{v}", "", {{}}, "sha512-{sha}"],\n' for n, v in names("bun-pkg")) + "  }\n}\n",
        "pip/requirements.txt": "".join(f"{n}=={v}\n" for n, v in names("pip-pkg")),
        "pipenv/Pipfile.lock": json.dumps({"_meta": {"pipfile-spec": 6}, "default": {
            n: {"version": f"=={v}", "hashes": ["sha256:" + sha]} for n, v in names("pipenv-pkg")}, "develop": {}}, indent=4),
        "poetry/poetry.lock": "".join(f'[[package]]\nname = "{n}"\nversion = "{v}"\noptional = false\nfiles = []\n\n' for n, v in names("poetry-pkg"))
        + '[metadata]\nlock-version = "2.0"\n',
        "uv/uv.lock": "version = 1\n\n" + "".join(
            f'[[package]]\nname = "{n}"\nversion = "{v}"\nsource = {{ registry = "https://index.example/simple" }}\n\n' for n, v in names("uv-pkg")),
        "pylock/pylock.toml": 'lock-version = "1.0"\ncreated-by = "bench"\n\n' + "".join(
            f'[[packages]]\nname = "{n}"\nversion = "{v}"\n\n' for n, v in names("pylock-pkg")),
        "go/go.mod": "module example.com/app\n\ngo 1.22\n\nrequire (\n" + "".join(
            f"\texample.com/org/{n} v{v}{' // indirect' if i % 2 else ''}\n" for i, (n, v) in enumerate(names("go-pkg"))) + ")\n",
        "cargo/Cargo.lock": "version = 3\n\n" + "".join(
            f'[[package]]\nname = "{n}"\nversion = "{v}"\nsource = "registry+https://index.example/crates"\nchecksum = "{sha}"\n\n'
            for n, v in names("cargo-pkg")),
        "composer/composer.lock": json.dumps({"packages": [{"name": f"vendor/{n}", "version": v, "license": ["MIT"], "type": "library"}
                                                           for n, v in names("composer-pkg")], "packages-dev": []}, indent=4),
        "bundler/Gemfile.lock": "GEM\n  remote: https://gems.example/\n  specs:\n" + "".join(f"    {n} ({v})\n" for n, v in names("gem-pkg"))
        + "\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  gem-pkg-0\n\nBUNDLED WITH\n   2.5.0\n",
        "nuget/packages.lock.json": json.dumps({"version": 1, "dependencies": {"net8.0": {
            n: {"type": "Direct", "requested": f"[{v}, )", "resolved": v, "contentHash": sha} for n, v in names("Nuget.Pkg")}}}, indent=2),
        "maven/pom.xml": '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>example</groupId>'
        "<artifactId>app</artifactId><version>1</version><dependencies>\n" + "".join(
            f"<dependency><groupId>org.example</groupId><artifactId>{n}</artifactId><version>{v}</version></dependency>\n"
            for n, v in names("maven-pkg")) + "</dependencies></project>\n",
        "gradle/gradle.lockfile": "".join(f"org.example:{n}:{v}=compileClasspath\n" for n, v in names("gradle-pkg")) + "empty=\n",
        "mix/mix.lock": "%{\n" + "".join(f'  "{n}": {{:hex, :{n}, "{v}", "{sha}", [:mix], [], "hexpm", "{sha}"}},\n'
                                          for n, v in names("mix_pkg".replace("-", "_"))).replace("-", "_") + "}\n",
        "pub/pubspec.lock": "packages:\n" + "".join(
            f'  {n.replace("-", "_")}:\n    dependency: "direct main"\n    description:\n      name: {n.replace("-", "_")}\n      sha256: "{sha}"\n'
            f'      url: "https://pub.example"\n    source: hosted\n    version: "{v}"\n' for n, v in names("pub-pkg")) + 'sdks:\n  dart: ">=3.0.0 <4.0.0"\n',
        "conan/conan.lock": json.dumps({"version": "0.5", "requires": [f"{n}/{v}#{sha[:32]}%1700000000.0" for n, v in names("conan-pkg")],
                                        "build_requires": [], "python_requires": []}, indent=4),
        "swift/Package.resolved": json.dumps({"pins": [{"identity": n, "kind": "remoteSourceControl", "location": f"https://git.example/org/{n}.git",
                                                        "state": {"revision": sha[:40], "version": v}} for n, v in names("swift-pkg")], "version": 2}, indent=2),
        "pods/Podfile.lock": "PODS:\n" + "".join(f"  - {n} ({v})\n" for n, v in names("PodPkg")) + "\nCOCOAPODS: 1.15.2\n",
    }
    return files


def make_locks(work):
    tree = work / "locks"
    for path, text in lock_files().items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text(text)
    return tree


DOCKERFILES = [
    "FROM debian:latest\nRUN apt-get update\nRUN apt-get install curl\nADD . /app\nWORKDIR app\nCMD ./run.sh\n",
    "FROM golang:1.22 AS build\nWORKDIR /src\nCOPY . .\nRUN go build -o /app ./cmd/app\n\nFROM scratch\nCOPY --from=build /app /app\nUSER 65532\n"
    'ENTRYPOINT ["/app"]\n',
    "FROM node:20-alpine\nRUN apk add python3 make\nWORKDIR /srv\nCOPY package*.json ./\nRUN npm install -g pm2 && npm ci\nCOPY . .\nEXPOSE 3000\n"
    'CMD ["pm2-runtime", "server.js"]\n',
    "FROM python:3.12\nENV DB_PASSWORD=example\nRUN pip install flask gunicorn \\\n    && curl http://files.example/tool.sh | sh\nCOPY app.py /\n"
    "USER root\nENTRYPOINT python /app.py\n",
]


def make_dockerfiles(work):
    tree = work / "dockerfiles"
    for i in range(200):
        (tree / str(i)).mkdir(parents=True, exist_ok=True)
        (tree / str(i) / "Dockerfile").write_text(DOCKERFILES[i % len(DOCKERFILES)])
    return tree


def make_wide_tree(work):
    """A source tree of three million empty files in three thousand directories, and one lock file."""
    tree = work / "wide"
    if (tree / "done").exists():
        return tree
    for i in range(3000):
        (tree / f"{i:04}").mkdir(parents=True, exist_ok=True)
        for k in range(1000):
            os.close(os.open(tree / f"{i:04}" / f"{k:03}.ts", os.O_CREAT | os.O_WRONLY))
    (tree / "requirements.txt").write_text("requests==2.30.0\n")
    (tree / "done").touch()
    return tree


def make_fat_jar(work, base):
    """A docker archive: Debian's package database and one jar of 300 MB that holds 150 jars, as Spring Boot packs them."""
    path = work / "fatjar.tar"
    if path.exists():
        return path
    source = random.Random(1)
    jar = work / "app.jar"
    with zipfile.ZipFile(jar, "w", zipfile.ZIP_STORED) as outer:
        outer.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\nMain-Class: example.Launcher\nStart-Class: example.App\n")
        for i in range(150):
            name, version = f"library-{i}", f"{1 + i % 7}.{i % 11}.{i % 5}"
            inner = io.BytesIO()
            with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as one:
                one.writestr(f"META-INF/maven/org.example/{name}/pom.properties", f"groupId=org.example\nartifactId={name}\nversion={version}\n")
                for k in range(20):
                    one.writestr(f"org/example/lib{i}/Class{k}.class", b"\xca\xfe\xba\xbe" + source.randbytes(100_000))
            outer.writestr(f"BOOT-INF/lib/{name}-{version}.jar", inner.getvalue())
    layer = work / "fatjar.layer"
    with tarfile.open(layer, "w", format=tarfile.USTAR_FORMAT) as tar:
        for name in ("etc/os-release", "var/lib/dpkg/status"):
            tar.add(os.path.realpath(base / name), name)
        tar.add(jar, "srv/app.jar")
    digest = hashlib.file_digest(open(layer, "rb"), "sha256").hexdigest()
    config = json.dumps({"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": ["sha256:" + digest]}}).encode()
    config_name = hashlib.sha256(config).hexdigest() + ".json"
    manifest = json.dumps([{"Config": config_name, "RepoTags": ["fatjar:1"], "Layers": ["layer.tar"]}]).encode()
    with tarfile.open(path, "w") as tar:
        tar.add(layer, "layer.tar")
        for name, content in ((config_name, config), ("manifest.json", manifest)):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    layer.unlink()
    jar.unlink()
    return path
