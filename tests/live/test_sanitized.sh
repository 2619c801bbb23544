#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Short live runs of every kind and the screen, where the program was built with a
# sanitizer: each ends as it should and nothing is reported. Other builds skip it.
set -u
: "${TLBLAB:=./tlblab}"
if ! grep -qaE '__(tsan|asan)_init' "$TLBLAB"; then
  echo "$TLBLAB was built without a sanitizer (make SAN=tsan)"
  exit 77
fi
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
wrong=0

# clean WORDS…: done, with nothing reported by any of its processes.
clean() {
  timeout 60 "$TLBLAB" "$@" >"$work/out" 2>"$work/err" </dev/null
  local status=$?
  [ "$status" -eq 0 ] && ! grep -q 'Sanitizer\|runtime error' "$work/err" && return
  wrong=$((wrong + 1))
  echo "tlblab $*: status $status"
  head -n 60 "$work/err"
}
short=(--set warmup_s=0 --set duration_s=0.5 --set repeats=1 --quiet)
clean run madvise-scaling "${short[@]}" --set sweep.threads=1,2
clean run bystander "${short[@]}"
clean run lazyfree "${short[@]}"
clean run madvise-scaling "${short[@]}" --set mode=processes --set sweep.threads=2
clean run madvise-scaling "${short[@]}" --set sweep.threads= --exec -- true
clean run mmap1-processes "${short[@]}" --set sweep.threads=2
clean tune --method span --one-set --budget 3 --quiet
if [ -x /usr/bin/python3 ]; then
  tests/tmux/test_hostile_terminal.sh >"$work/screen" 2>&1 || {
    wrong=$((wrong + 1))
    cat "$work/screen"
  }
fi
[ "$wrong" -eq 0 ]
