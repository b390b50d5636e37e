#!/usr/bin/env python3
"""Asks kube-linter, Polaris, kubesec and Seawall about the same manifests and compares, check by check, what is found.

    python3 tests/peers/manifests.py --seawall build/release/seawall --kube-linter kube-linter --polaris polaris --kubesec kubesec \
        --corpus ~/kube-linter/tests/checks --corpus ~/polaris/test/checks --corpus ~/kubesec/test/asset [--variants 60]

Each corpus is a folder of manifests (the peers' own tests; nothing of them is kept here); variants are made at random besides. A
file is judged by itself, as all there is. A pair is an object and a check that the peer asks of its kind; the checks of a peer are
claimed by the rules of content/manifests that have an alias of it. Rules that speak of a role where the peer speaks of its binding
count for the binding. Differences that are meant stand, with their reason, in manifests/differences.py. A program that is not
there is left out, and said so. Ends with status 1 when a difference has no reason, a check agrees too seldom or a score of kubesec
differs. Compared with kube-linter after 0.8.3, Polaris 10.2.2 and kubesec after 2.14.2."""
import argparse
import collections
import fnmatch
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

import yaml

sys.path.insert(0, str(pathlib.Path(__file__).parent / "manifests"))
import differences  # noqa: E402
import variants  # noqa: E402

RULES = pathlib.Path(__file__).parents[2] / "content" / "manifests"
LEAST = {"kube-linter": 98.0, "polaris": 99.0}
# Asked of bindings there, of roles here; Polaris asks each binding all of its checks, whatever kind of role it refers to.
THROUGH_BINDINGS = {"kube-linter/access-to-secrets": None, "kube-linter/access-to-create-pods": None,
                    "polaris/clusterrolebindingPodExecAttach": "ClusterRole", "polaris/clusterrolebindingClusterAdmin": "ClusterRole",
                    "polaris/rolebindingClusterRolePodExecAttach": "ClusterRole", "polaris/rolebindingRolePodExecAttach": "Role",
                    "polaris/rolebindingClusterAdminClusterRole": "ClusterRole", "polaris/rolebindingClusterAdminRole": "Role"}
LIKE = {"DeploymentLike": set(variants.WORKLOADS), "JobLike": {"Job", "CronJob"}}


class Loader(yaml.CSafeLoader):
    """Refuses a key that stands twice, as Seawall does."""

    def construct_mapping(self, node, deep=False):
        keys = [key.value for key, _ in node.value if key.tag == "tag:yaml.org,2002:str"]
        if len(keys) != len(set(keys)):
            raise yaml.YAMLError("a key stands twice")
        return super().construct_mapping(node, deep)


def flat(document):
    """The objects of a document, those of a List too."""
    if not isinstance(document, dict) or not isinstance(document.get("kind"), str) or "apiVersion" not in document:
        return
    if document["kind"].endswith("List") and isinstance(document.get("items"), list):
        for item in document["items"]:
            yield from flat(item)
    else:
        yield document


def key_of(item):
    metadata = item.get("metadata") or {}
    return item["kind"], metadata.get("namespace") or "", str(metadata.get("name") or "")


class Universe:
    """One file in a folder of its own, and its objects by kind, namespace and name; ambiguous ones are left out."""

    def __init__(self, path, source, documents):
        self.path, self.source = path, source
        self.objects, seen = {}, collections.Counter()
        for item in (item for document in documents for item in flat(document)):
            self.objects[key_of(item)] = item
            seen[key_of(item)] += 1
        self.objects = {key: item for key, item in self.objects.items() if seen[key] == 1}

    def roles_of(self, key):
        """The keys of the role that a binding refers to."""
        reference = self.objects[key].get("roleRef") or {}
        space = key[1] if reference.get("kind") == "Role" else ""
        return [one for one in self.objects if one[0] == reference.get("kind") and one[2] == reference.get("name") and
                (one[0] == "ClusterRole" or one[1] == space)]


def universes(arguments, folder):
    out, unread = [], 0

    def add(source, text, documents):
        place = folder / f"u{len(out):04}"
        place.mkdir()
        (place / "all.yaml").write_text(text)
        out.append(Universe(place / "all.yaml", source, documents))

    for corpus in arguments.corpus:
        for path in sorted(one for one in pathlib.Path(corpus).rglob("*") if one.suffix in (".yaml", ".yml")):
            try:
                text = path.read_text()
                documents = [one for one in yaml.load_all(text, Loader) if one]
            except (yaml.YAMLError, UnicodeDecodeError, ValueError):
                unread += 1
                continue
            if any(True for document in documents for _ in flat(document)):
                add(str(path), text, documents)
    for number, objects in enumerate(variants.universes(random.Random(arguments.seed), arguments.variants)):
        add(f"variant {number}", yaml.dump_all(objects, sort_keys=False), objects)
    print(f"{len(out)} files, {sum(len(one.objects) for one in out)} objects; {unread} files are no YAML or have a key twice")
    return out


def run(command):
    return subprocess.run(command, capture_output=True, text=True, timeout=600)


def ask_seawall(program, universe):
    """The ids of the rules that each object breaks, with the source of what sets them aside, or None."""
    out = collections.defaultdict(dict)
    report = json.loads(run([program, "lint", "--format", "json", "--severity", "negligible", "-q", str(universe.path)]).stdout)
    found = [(one, "") for one in report["findings"]]
    found += [(one["finding"], one["suppression"]["source"]) for one in report.get("suppressed", [])]
    for finding, source in found:
        kind, _, name = finding.get("evidence", "").split(": ")[0].partition(" container ")[0].partition(" ")
        space, _, name = name.rpartition("/")
        out[(kind, space, name)][finding["ruleId"]] = source
    return out


def ask_kube_linter(program, folder, found):
    """Scopes of all its checks; what each object breaks goes into `found`, by the file."""
    answer = run([program, "lint", "--add-all-built-in", "--exclude", "schema-validation", "--format", "json", str(folder)])
    report = json.loads(answer.stdout)
    for one in report["Reports"]:
        item = one["Object"]["K8sObject"]
        where = pathlib.Path(one["Object"]["Metadata"]["FilePath"]).parent.name
        found[where][(item["GroupVersionKind"]["Kind"], item["Namespace"], item["Name"])].add("kube-linter/" + one["Check"])
    return {"kube-linter/" + one["name"]: set().union(*(LIKE.get(kind, {kind}) for kind in one["scope"]["objectKinds"]))
            for one in json.loads(run([program, "checks", "list", "--format", "json"]).stdout)}


def ask_polaris(program, configuration, universe):
    """What it asked of each object, and what of that it breaks."""
    asked, broken = collections.defaultdict(set), collections.defaultdict(set)
    answer = run([program, "audit", "--config", configuration, "--audit-path", str(universe.path), "--format", "json"])
    if not answer.stdout.strip():
        return asked, broken
    for one in json.loads(answer.stdout).get("Results") or []:
        key = one["Kind"], one["Namespace"], one["Name"]
        pod = one.get("PodResult") or {}
        parts = [one.get("Results"), pod.get("Results"), *(part["Results"] for part in pod.get("ContainerResults") or [])]
        for result in (result for part in parts if part for result in part.values()):
            asked[key].add("polaris/" + result["ID"])
            if not result["Success"]:
                broken[key].add("polaris/" + result["ID"])
    return asked, broken


def ask_kubesec(command, universe):
    """[(object, score, applied rules)] as either program writes them."""
    text = run([*command, str(universe.path)]).stdout
    return [(one["object"], one.get("score", 0), sorted(rule["id"] for part in ("critical", "passed", "advise")
                                                        for rule in one.get("scoring", {}).get(part) or []))
            for one in (json.loads(text) if text.strip().startswith("[") else [])]


class Table:
    def __init__(self, aliases):
        self.aliases = aliases
        self.rows = collections.defaultdict(collections.Counter)
        self.unexplained = collections.defaultdict(list)
        self.reasons = collections.Counter()

    def compare(self, check, universe, key, theirs, ours_of):
        kind = THROUGH_BINDINGS.get(check)
        if kind and (universe.objects[key].get("roleRef") or {}).get("kind") != kind:
            return
        keys = [key, *universe.roles_of(key)] if check in THROUGH_BINDINGS else [key]
        tool = check.split("/")[0]  # what its own annotation sets aside, it does not find either
        ours = any(rule in self.aliases[check] and tool not in source for one in keys for rule, source in ours_of[one].items())
        row = self.rows[check]
        row["pairs"] += 1
        row["both" if theirs and ours else "neither" if theirs == ours else "theirs" if theirs else "ours"] += 1
        if theirs == ours:
            return
        for difference in differences.DIFFERENCES:
            if any(fnmatch.fnmatchcase(check, one) for one in difference.checks) and difference.side == ("theirs" if theirs else "ours") and \
                    difference.holds(universe.objects[key], universe.objects):
                row["explained"] += 1
                self.reasons[difference] += 1
                return
        self.unexplained[check].append(f"{'theirs' if theirs else 'ours'} alone: {' '.join(key)} in {universe.source}")

    def print(self, checks, details):
        bad = 0
        print(f"\n{'check':52} {'rules':24} {'pairs':>6} {'both':>5} {'theirs':>6} {'ours':>5} {'agree':>7}  unexplained")
        for check in sorted(checks):
            if not self.aliases[check]:
                print(f"{check:52} {differences.WITHOUT_RULE.get(check, 'NO RULE AND NO REASON')}")
                bad += check not in differences.WITHOUT_RULE
                continue
            row = self.rows[check]
            pairs, apart = row["pairs"], row["theirs"] + row["ours"]
            agree = 100.0 * (pairs - apart) / pairs if pairs else 100.0
            with_reasons = 100.0 * (pairs - apart + row["explained"]) / pairs if pairs else 100.0
            low = with_reasons < LEAST[check.split("/")[0]] or self.unexplained[check]
            bad += bool(low)
            print(f"{check:52} {','.join(sorted(self.aliases[check])):24} {pairs:6} {row['both']:5} {row['theirs']:6} {row['ours']:5} "
                  f"{agree:6.2f}%  {len(self.unexplained[check]) or ''}")
            for line in self.unexplained[check][:details]:
                print("    " + line)
        return bad


def totals(table, checks, tool):
    rows = [table.rows[check] for check in checks if check.startswith(tool) and table.aliases[check]]
    pairs, apart = sum(row["pairs"] for row in rows), sum(row["theirs"] + row["ours"] for row in rows)
    explained = sum(row["explained"] for row in rows)
    if pairs:
        print(f"{tool}: {len(rows)} checks claimed, {pairs} pairs, {100 * (pairs - apart) / pairs:.2f} % agree; of {apart} differences "
              f"{explained} are meant")


def compare_kubesec(arguments, all_universes, details):
    scored = differ = 0
    for universe in all_universes:
        theirs = ask_kubesec([arguments.kubesec, "scan", "--schema-location", arguments.any_schema], universe)
        ours = ask_kubesec([arguments.seawall, "lint", "-q", "--format", "kubesec"], universe)
        of_ours = {one[0]: one[1:] for one in ours}
        for name, score, applied in theirs:
            if name not in of_ours:
                continue
            scored += 1
            if of_ours[name] != (score, applied):
                differ += 1
                if differ <= details:
                    print(f"    kubesec {name} in {universe.source}: {score}, ours {of_ours[name][0]}; "
                          f"{sorted(set(applied) ^ set(of_ours[name][1]))}")
    print(f"kubesec: {scored} objects scored by both, {differ} with another score or other rules")
    return differ


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("seawall", "kube-linter", "polaris", "kubesec"):
        parser.add_argument("--" + name, default="build/release/seawall" if name == "seawall" else name)
    parser.add_argument("--corpus", action="append", default=[], help="a folder of manifests; may be repeated")
    parser.add_argument("--variants", type=int, default=60, help="files made at random, of some 20 objects each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--details", type=int, default=3, help="unexplained differences shown of a check")
    arguments = parser.parse_args()
    if not shutil.which(arguments.seawall):
        sys.exit(f"{arguments.seawall} is not there: build it, or name it with --seawall")
    rules = [rule for path in sorted(RULES.glob("*.yaml")) for rule in yaml.safe_load(path.read_text())["rules"]]
    aliases = collections.defaultdict(set)
    for rule in rules:
        for alias in rule.get("aliases", []):
            aliases[alias].add(rule["id"])
    has = {name: shutil.which(getattr(arguments, name.replace("-", "_"))) for name in ("kube-linter", "polaris", "kubesec")}
    for name in (name for name, path in has.items() if not path):
        print(f"{name} is not there and left out")

    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch) / "files"
        folder.mkdir()
        all_universes = universes(arguments, folder)
        table, checks = Table(aliases), set()
        scopes, by_kube_linter = {}, collections.defaultdict(lambda: collections.defaultdict(set))
        if has["kube-linter"]:
            scopes = ask_kube_linter(has["kube-linter"], folder, by_kube_linter)
            checks |= set(scopes)
        configuration = pathlib.Path(scratch) / "polaris.yaml"
        configuration.write_text(yaml.dump({"checks": {name: "warning" for name in differences.POLARIS_CHECKS}}))
        arguments.any_schema = str(pathlib.Path(scratch) / "any.json")
        pathlib.Path(arguments.any_schema).write_text("{}")
        for universe in all_universes:
            ours = ask_seawall(arguments.seawall, universe)
            of_kube_linter = by_kube_linter[universe.path.parent.name]
            asked, broken = ask_polaris(has["polaris"], configuration, universe) if has["polaris"] else ({}, {})
            for key in universe.objects:
                read = differences.kube_linter_reads(universe.objects[key], of_kube_linter[key])
                for check in (check for check in scopes if read and key[0] in scopes[check] and aliases[check]):
                    table.compare(check, universe, key, check in of_kube_linter[key], ours)
                for check in asked.get(key, ()):
                    checks.add(check)
                    if aliases[check]:
                        table.compare(check, universe, key, check in broken[key], ours)
        if has["polaris"]:
            checks |= {"polaris/" + name for name in differences.POLARIS_CHECKS}
        bad = table.print(checks, arguments.details)
        print("\nDifferences that are meant:")
        for difference, count in sorted(table.reasons.items(), key=lambda one: (one[0].checks, one[0].side)):
            print(f"{count:6}  {', '.join(difference.checks)} ({difference.side} alone): {difference.reason}")
        print()
        for tool in LEAST:
            totals(table, checks, tool)
        bad += compare_kubesec(arguments, all_universes, arguments.details) if has["kubesec"] else 0
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
