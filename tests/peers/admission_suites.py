#!/usr/bin/env python3
"""Runs the public suites of admission policies with Seawall and counts what agrees.

    tests/peers/admission_suites.py SEAWALL GATEKEEPER_LIBRARY KYVERNO_POLICIES

GATEKEEPER_LIBRARY and KYVERNO_POLICIES are checkouts of open-policy-agent/gatekeeper-library and kyverno/policies. Templates in Rego alone
cannot be judged. What is known to differ of Kyverno's are policies that call orValue() on what is no optional: Kubernetes answers
"no such overload", Kyverno takes it. Ends with status 1 when fewer agree, or more differ, than stand here."""
import pathlib
import re
import subprocess
import sys

TOTALS = re.compile(r"(\d+) of admission policies agree, (\d+) differ, (\d+) not judged")


def run(seawall, paths):
    out = subprocess.run([seawall, "policy", "test", *map(str, paths)], capture_output=True, text=True).stdout
    found = TOTALS.search(out)
    if not found:
        sys.exit(f"no totals for {paths[0]}: {out[-500:]}")
    return [int(number) for number in found.groups()]


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    seawall, library, kyverno = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    suites = [
        ("gatekeeper-library, library", [library / "library"], 131, 0),
        ("gatekeeper-library, all versions", [library], 428, 0),
        ("kyverno/policies, *-cel", sorted(kyverno.glob("*-cel")), 1544, 1),
        ("kyverno/policies, *-vpol", sorted(kyverno.glob("*-vpol")), 1318, 29),
    ]
    wrong = False
    for name, paths, least, most in suites:
        agree, differ, not_judged = run(seawall, paths)
        known = agree >= least and differ <= most
        wrong = wrong or not known
        print(f"{name}: {agree} agree, {differ} differ, {not_judged} not judged{'' if known else '  <-- not as known'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
