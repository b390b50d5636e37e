#!/usr/bin/env python3
"""Makes the corpus of guard_records_fuzz: records of the guard's ring as the kernel part writes them (wire.h).

  python3 tests/fuzz/make_guard_records.py"""
import pathlib
import struct

FOLDER = pathlib.Path(__file__).parent / "corpus/guard_records"
NOBODY = 2_000_000_000  # no process has this number


def head(kind, call=0, result=0):
    return struct.pack("<HHIQQIIq", kind, call, 0, 10**12, 7, NOBODY, NOBODY, result)


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    execution = head(1) + struct.pack("<7Q", 10**12, 5, 1, 2, 3, 4, 5)
    execution += struct.pack("<10I", 1, NOBODY + 1, 1, 1, 1, 0, 0, 0, 0, 4)
    execution += struct.pack("<4H", 9, 2, 1, 9) + b"bash".ljust(16, b"\0")
    texts = b"/bin/bash" + b"sh" + b"/" + b"bash\0-c\0x"
    opened = head(4, 257, 3) + struct.pack("<6Q", 2**64 - 100, 0x7FFF, 0o102, 0o600, 0, 0)
    opened += struct.pack("<QI6H", 9, 1, 0o100000, 0, 0, 0, 0, 0) + bytes(32) + struct.pack("<4H", 11, 6, 0, 0)
    connected = head(4, 42, -111) + struct.pack("<6Q", 3, 0x7FFF, 16, 0, 0, 0)
    connected += struct.pack("<QI6H", 9, 1, 0o140000, 2, 1, 6, 40000, 443)
    connected += bytes([10, 0, 0, 1]).ljust(16, b"\0") + bytes([192, 0, 2, 1]).ljust(16, b"\0") + bytes(8)
    denied = head(5) + struct.pack("<4IQ", 2, 3, 1, 4, 0) + bytes(16) + struct.pack("<4H", 0, 0, 6, 0)
    records = {
        "exec": execution + texts,
        "exec_short": execution + texts[:5],
        "fork": head(2) + struct.pack("<QII", 10**12, NOBODY + 1, 2),
        "exit": head(3),
        "open": opened + b"/etc/shadow" + b"shadow",
        "connect": connected,
        "denied": denied + b"sh".ljust(16, b"\0") + b"/tmp/x",
        "denied_nothing": head(5) + bytes(64),
        "group": head(6, 0, 1) + struct.pack("<4H", 64, 0, 0, 0) + b"a" * 64,
        "unknown": head(99),
        "empty": b"x",
    }
    for name, record in records.items():
        (FOLDER / name).write_bytes(record)


if __name__ == "__main__":
    main()
