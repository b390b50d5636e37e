"""Makes the image of the benchmarks: make_image.py BASE FULL OUT.tar

BASE and FULL are root filesystems, FULL made from BASE by installing packages. The image has BASE as its first layer
and what FULL adds as three more, all gzip-compressed, in a `docker save` archive with OCI blobs."""
import gzip
import hashlib
import io
import json
import os
import sys
import tarfile

base, full, out = sys.argv[1:4]
work = out + ".layers"
os.makedirs(work, exist_ok=True)


class Hashing(io.RawIOBase):
    def __init__(self, inner):
        self.inner, self.hash = inner, hashlib.sha256()

    def writable(self):
        return True

    def write(self, data):
        self.hash.update(data)
        return self.inner.write(data)


def walk(root):
    for directory, names, files in os.walk(root):
        names.sort()
        for name in sorted(names + files):
            path = os.path.join(directory, name)
            yield os.path.relpath(path, root), path


def same(a, b):
    try:
        x, y = os.lstat(a), os.lstat(b)
    except FileNotFoundError:
        return False
    return x.st_mode == y.st_mode and x.st_size == y.st_size and int(x.st_mtime) == int(y.st_mtime)


def write_layer(root, wanted, name):
    path = os.path.join(work, name)
    with open(path, "wb") as raw:
        packed = Hashing(raw)
        with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=6, mtime=0) as zipped:
            unpacked = Hashing(zipped)
            with tarfile.open(fileobj=unpacked, mode="w|", format=tarfile.GNU_FORMAT) as tar:
                for relative, source in walk(root):
                    if wanted(relative, source) and not relative.startswith(("proc/", "sys/", "dev/")):
                        tar.add(source, relative, recursive=False)
    return path, packed.hash.hexdigest(), unpacked.hash.hexdigest()


def added(relative, source):
    return os.path.isdir(source) or not same(source, os.path.join(base, relative))


def part(relative):
    if relative.startswith("usr/lib/llvm") or relative.startswith("usr/lib/jvm"):
        return 1
    return 2 if relative.startswith("usr/lib/") else 3


layers = [write_layer(base, lambda relative, source: True, "0")]
for number in (1, 2, 3):
    layers.append(write_layer(full, lambda r, s: not os.path.isdir(s) and part(r) == number and added(r, s), str(number)))
config = {"architecture": "amd64", "os": "linux", "created": "2026-11-01T00:00:00Z", "config": {},
          "rootfs": {"type": "layers", "diff_ids": ["sha256:" + diff for _, _, diff in layers]},
          "history": [{"created_by": word} for word in ("ADD rootfs.tar.gz /", "RUN apt-get install -y llvm openjdk",
                                                        "RUN apt-get install -y gcc g++ git", "RUN apt-get install -y nginx")]}
config = json.dumps(config).encode()
config_name = "blobs/sha256/" + hashlib.sha256(config).hexdigest()
manifest = [{"Config": config_name, "RepoTags": ["bench:1"], "Layers": ["blobs/sha256/" + packed for _, packed, _ in layers]}]
with tarfile.open(out, "w") as tar:
    def add(name, data):
        info = tarfile.TarInfo(name)
        info.size = len(data)
        tar.addfile(info, io.BytesIO(data))

    for path, packed, _ in layers:
        tar.add(path, "blobs/sha256/" + packed)
    add(config_name, config)
    add("manifest.json", json.dumps(manifest).encode())
for path, _, _ in layers:
    os.unlink(path)
os.rmdir(work)
