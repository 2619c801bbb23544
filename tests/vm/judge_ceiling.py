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
must(len(runs) == 18, f"18 runs, not {len(runs)}")
print(f"{'ceiling':>8} {'pages':>6} {'ranged/op':>10} {'full/op':>8}")
for run in sorted(
    runs, key=lambda r: (r["config"]["ceiling"], r["config"]["params"]["pages"])
):
    ceiling, pages = run["config"]["ceiling"], run["config"]["params"]["pages"]
    ranged = run["summary"]["ranged_flushes_per_op"]["mean"]
    full = run["summary"]["full_flushes_per_op"]["mean"]
    print(f"{ceiling:8} {pages:6} {ranged!s:>10.6} {full!s:>8.6}")
    what = f"ceiling {ceiling}, {pages} pages: ranged {ranged}, full {full} per operation"
    must(ranged is not None and full is not None, what)
    if ranged is not None and full is not None:
        must(ranged > 0.9 > 0.1 > full if pages <= ceiling else full > 0.9 > 0.1 > ranged, what)

for line in wrong:
    print(f"not so: {line}")
sys.exit(bool(wrong))
