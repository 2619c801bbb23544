#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""judge_flushes.py FOLDER CASES: flushes per operation as the program counted them in slices,
against the kernel's own histogram of the tracepoint over the whole run, thread by thread.

A slice may begin and end within an operation, and a thread that starts and ends flushes a
few times outside of any: no other difference is granted. A run's slices see less of it
than the histogram, so only what every operation does is compared: what is sent to other
CPUs depends on who runs there at the moment."""

import json
import pathlib
import re
import sys

FOLDER, CASES = pathlib.Path(sys.argv[1]), int(sys.argv[2])
LINE = re.compile(
    r"common_pid:\s*(\d+), reason:\s*(\d+), pages:\s*(\d+) \} hitcount:\s*(\d+)"
)
LOCAL, SENT = (2, 3), (4,)
ROUNDS_TO = 0.01  # a reading may be unsure of so much
OF_ITS_OWN = 8  # flushes of a thread's start and end


def seen(name, tids):
    """Flushes of those threads where they happened, and as asked of other CPUs."""
    local = sent = 0
    for match in LINE.finditer((FOLDER / f"{name}.hist").read_text()):
        pid, reason, pages, hits = map(int, match.groups())
        if pid in tids and pages:
            local += hits * (reason in LOCAL)
            sent += hits * (reason in SENT)
    return local, sent


def judge(name):
    """One case: whether both agree."""
    run = json.loads((FOLDER / f"{name}.json").read_text())["runs"][0]
    workers = run["workers"]
    ops = sum(w["ops"] for w in workers)
    local, sent = seen(name, {w["tid"] for w in workers})
    counted = [i["flushes"] for i in run["intervals"] if i["flushes"]["counted_ops"]]
    counted_ops = sum(f["counted_ops"] for f in counted)
    flushes = sum(f["full"] + f["ranged"] for f in counted)
    if not ops or not counted_ops or not local:
        print(f"WRONG {name}: {ops} operations, {counted_ops} counted, {local} in the histogram")
        return False
    # Another CPU's request may have brought this one up to date before its own flush.
    low, high = local / ops, max(local, sent) / ops
    # The program takes the fuller of the two views slice by slice, so of several
    # initiators it may tell more than either does over the run: up to both together,
    # though never more than one for each operation of theirs.
    # How often one initiator spares another its flush changes over the run: each of the
    # operations that were not counted may have made one.
    if len(workers) > 1:
        high = max(high, min(local + sent, ops) / ops)
        low = min(low, max(0, local - (ops - counted_ops)) / counted_ops)
    edges = 2 * len(workers) * high + OF_ITS_OWN * counted_ops / ops
    # A first operation may do more than the others.
    slack = ROUNDS_TO * high * counted_ops + edges * min(len(counted), 2)
    fits = low * counted_ops - slack <= flushes <= high * counted_ops + slack
    print(
        f"{'' if fits else 'WRONG '}{name}: {flushes / counted_ops:.3f} per operation "
        f"({counted_ops:.0f} of {ops}), by the histogram {local / ops:.3f}"
    )
    return fits


names = sorted(p.stem for p in FOLDER.glob("*.json"))
right = [judge(name) for name in names]
if (FOLDER / "findings").exists():
    print((FOLDER / "findings").read_text())
    right.append(False)
if len(names) != CASES:
    print(f"{len(names)} cases, not {CASES}")
    right.append(False)
sys.exit(not all(right))
