#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""judge_ceiling.py FOLDER: holds what guest_ceiling.sh found against what must be."""

import json
import sys

folder = sys.argv[1]
wrong = []


def must(holds, what):
    if not holds:
        wrong.append(what)


findings = open(f"{folder}/findings").read().splitlines()
must("found 33" in findings, "the kernel starts with a ceiling of 33")
must("flip status 0" in findings, "the sweep ends with status 0")
must("flip left 33" in findings, "the sweep puts the ceiling back")
for signal in ("KILL", "TERM", "INT", "HUP", "SEGV"):
    must(f"{signal} set 7" in findings, f"{signal}: the run changed the ceiling")
    left = [f for f in findings if f.startswith(f"{signal} left 33 ")]
    must(left, f"{signal}: the ceiling is 33 again")
    must(f"{signal} processes 0" in findings, f"{signal}: no process is left")
must("INT left 33 status 130" in findings, "INT: exit status 130")
must("all left 33" in findings, "all killed: the next start puts the ceiling back")

result = json.load(open(f"{folder}/flip.json"))
runs = result["runs"]
must(len(runs) == 36, f"36 runs, not {len(runs)}")
points = {}
for run in runs:
    at = (run["config"]["ceiling"], run["config"]["params"]["pages"])
    counted = [i["flushes"] for i in run["intervals"] if i["flushes"]["full"] is not None]
    points.setdefault(at, []).extend(counted)
sides = set()
print(f"{'ceiling':>8} {'pages':>6} {'ops':>6} {'ranged':>7} {'full':>6}")
for (ceiling, pages), counted in sorted(points.items()):
    ops, ranged, full = (
        sum(f[key] for f in counted) for key in ("counted_ops", "ranged", "full")
    )
    print(f"{ceiling:8} {pages:6} {ops:6.0f} {ranged:7.0f} {full:6.0f}")
    # A busy host leaves some runs without counts, which then prove nothing.
    if not counted:
        continue
    sides.add((ceiling, pages <= ceiling))
    # Threads that start and end make a flush or two of their own. Here it is the kind
    # that counts; how many is tests/vm/test_flushes.sh's.
    kind, other = (ranged, full) if pages <= ceiling else (full, ranged)
    must(
        kind > other and other <= 0.05 * ops + 3,
        f"ceiling {ceiling}, {pages} pages: {ranged} ranged and {full} full in {ops} operations",
    )
for ceiling in (1, 5, 33):
    must((ceiling, True) in sides, f"ceiling {ceiling}: flushes up to it were counted")
    must((ceiling, False) in sides, f"ceiling {ceiling}: flushes beyond it were counted")

for line in wrong:
    print(f"not so: {line}")
sys.exit(bool(wrong))
