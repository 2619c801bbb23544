#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""compile_commands.py COMPILER-WORD... -- FILE...: their compilation database."""

import json
import os
import sys

split = sys.argv.index("--")
words, files = sys.argv[1:split], sys.argv[split + 1 :]
entries = [
    {"directory": os.getcwd(), "file": f, "arguments": words + ["-c", f]} for f in files
]
print(json.dumps(entries, indent=1))
