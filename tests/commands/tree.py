#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tree.py NAME FOLDER: expands tests/fixtures/machine/trees/NAME.tree into FOLDER, as
tests/machine/tree.h does for the tests in C."""

import os
import re
import sys

RANGE = re.compile(r"\{(\d+)-(\d+)(?::(\d+))?\}")
TERM = re.compile(r"\{(?:([+/-])(\d+))?\}")


def value(match, n):
    op, k = match[1], int(match[2] or 0)
    return str(n + k if op == "+" else n - k if op == "-" else n // k if op == "/" else n)


for line in open(f"tests/fixtures/machine/trees/{sys.argv[1]}.tree"):
    if not line.strip() or line.startswith("#"):
        continue
    path, content = (part.strip() for part in line.split(" =", 1))
    span = RANGE.search(path)
    first, last, step = (int(span[1]), int(span[2]), int(span[3] or 1)) if span else (0, 0, 1)
    for n in range(first, last + 1, step):
        name = os.path.join(sys.argv[2], RANGE.sub(str(n), path))
        os.makedirs(os.path.dirname(name), exist_ok=True)
        with open(name, "w") as f:
            f.write(TERM.sub(lambda m: value(m, n), content).replace("\\n", "\n") + "\n")
