#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds the flushes counted in the virtual machine against what was meant.

Timings are the emulator's and are not looked at. Flushes are counted in some intervals
only; an operation that is under way when one begins or ends may fall in or out of it.
"""
import json
import pathlib
import sys

FOLDER = pathlib.Path(sys.argv[1])
# name: full and ranged flushes per operation. Linux 6.1 migrates page by page.
MEANT = {
    "migrate-1": (0, 1),
    "migrate-8": (0, 8),
    "thp": (2, 1),
    "lazyfree-kept": (0, 0),
    "lazyfree-batch": (0, 1 / 9),
    "pmap": (0, 0),
}
STRAY_FLUSHES = 5  # of the run's own start and end
wrong = 0


def judge(name, meant):
    """One result; prints what was seen and returns whether it was meant."""
    intervals = json.loads((FOLDER / f"{name}.json").read_text())["runs"][0]["intervals"]
    counted = [i for i in intervals if i["flushes"]["counted_ops"]]
    ops = sum(i["flushes"]["counted_ops"] for i in counted)
    good = ops > 0
    for kind, per_op in zip(("full", "ranged"), meant):
        flushes = sum(i["flushes"][kind] for i in counted)
        slack = per_op * 2 * len(counted) + STRAY_FLUSHES
        fits = abs(flushes - per_op * ops) <= 0.05 * per_op * ops + slack
        print(f"{'' if fits else 'WRONG '}{name}: {flushes} {kind} in {ops} operations, {per_op:.2f} each meant")
        good = good and fits
    return good


for each, flushes_per_op in MEANT.items():
    wrong += not judge(each, flushes_per_op)
# How much there is to move is the machine's affair: it does it, all five times.
workers = json.loads((FOLDER / "compact.json").read_text())["runs"][0]["workers"]
print(f"compact: {workers[0]['ops']} operations, 5 meant")
wrong += workers[0]["ops"] != 5
findings = FOLDER / "findings"
if findings.exists():
    print(findings.read_text())
    wrong += 1
sys.exit(1 if wrong else 0)
