#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Every shell script of the project passes shellcheck; they are found by its first line.
set -u
git ls-files -z | while IFS= read -r -d '' f; do
  [ -f "$f" ] && head -c 64 "$f" | grep -qE '^#!.*\b(ba)?sh\b' && printf '%s\0' "$f"
done | xargs -0 shellcheck
