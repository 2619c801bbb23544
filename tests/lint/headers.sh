#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Every header compiles alone, and a second inclusion adds nothing.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
status=0
for h in $(git ls-files 'include/*.h' 'src/*.h'); do
  [ -f "$h" ] || continue
  printf '#include "%s"\n#include "%s"\n' "$PWD/$h" "$PWD/$h" >"$work/alone.c"
  ${CC:-gcc} -D_GNU_SOURCE -std=gnu11 -Wall -Iinclude -Isrc -I"$(dirname "$h")" \
    -fsyntax-only "$work/alone.c" || status=1
done
exit $status
