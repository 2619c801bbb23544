#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""make_recording.py STREAM SECONDS CPUS >OUT: a long stream out of a short one. Its
first interval line is the mould: time, counts and a row of CPUS counts vary, all else
stays as it was written, so what reads it cannot tell it from a recorded one."""
import json
import random
import re
import sys

source, seconds, cpus = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
rng = random.Random(1)
out = sys.stdout
mould = None
with open(source) as f:
    for line in f:
        if '"type":"start"' in line:
            out.write(line)
        elif '"type":"interval"' in line:
            mould = json.loads(line)
            break
mould["shootdowns"]["per_cpu"] = [0]
text = json.dumps(mould, separators=(",", ":"))
text = re.sub(r'"per_cpu":\[0\]', '"per_cpu":[@ROW]', text)
text = re.sub(r'"t_s":[0-9.]+', '"t_s":@TIME', text)
text = re.sub(r'"ops":[0-9.]+', '"ops":@OPS', text)
rows = [",".join(str(rng.randrange(20000)) for _ in range(cpus)) for _ in range(64)]
for i in range(seconds * 10):
    out.write(text.replace("@ROW", rows[i % 64]).replace("@TIME", "%.9g" % ((i + 1) * 0.1 + 1e-7))
              .replace("@OPS", str(rng.randrange(300000, 400000))) + "\n")
