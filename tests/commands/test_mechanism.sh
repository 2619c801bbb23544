#!/usr/bin/env bash
# A run finds out how flushes travel, within its first two seconds. Other programs may keep
# the two workers from ever meeting, so it is tried a few times; what must never happen is
# a verdict that the TLB row contradicts.
set -u
# shellcheck source=tests/commands/lib.sh
. "$(dirname "$0")/lib.sh"

[ "$(nproc)" -ge 2 ] || { echo 'skipped: one CPU: no flush reaches another'; exit 77; }
found=
for _ in 1 2 3 4 5; do
  tlblab run madvise-scaling --set sweep.threads=2 --set warmup_s=0 --set duration_s=2 \
    --set repeats=1 --quiet --json "$work/r.json"
  [ "$status" -eq 0 ] || fail "run: status $status: $(cat "$work/err")"
  verdict=$(json 'd["mechanism"]["verdict"] if d["mechanism"]["measured"] else ""' "$work/r.json")
  moved=$(json 'max(r["summary"]["shootdowns_per_op"]["mean"] or 0
    if r["summary"].get("shootdowns_per_op") else 0 for r in d["runs"]) > 0.5' "$work/r.json")
  case $verdict in
    hypercall | broadcast) [ "$moved" = False ] || fail "$verdict, and yet the row moves" ;;
    unknown) fail 'measured, and yet unknown' ;;
  esac
  [ -z "$verdict" ] || found=$verdict
  [ -z "$found" ] || break
done
[ -n "$found" ] || { echo 'skipped: too busy: initiator and receivers never met'; exit 77; }
finish
