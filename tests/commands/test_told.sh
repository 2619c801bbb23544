#!/usr/bin/env bash
# CPUs told to flush: the source is always named, the row's count is the shootdowns,
# and requests traced agree with interrupts received where nobody took a CPU away.
set -u
# shellcheck source=tests/commands/lib.sh
. "$(dirname "$0")/lib.sh"
[ "$(nproc)" -ge 2 ] || { echo 'needs two CPUs'; exit 77; }

quick=(--set warmup_s=0.2 --set duration_s=0.6 --set repeats=1 --set sweep.threads= --set threads=2 --quiet)
run="d['runs'][0]"
calm="all(not i.get('noisy') for i in ${run}['intervals']) and
  [c['ok'] for c in ${run}['checks'] if c['name'] == 'involuntary_switches'][0]"

for attempt in 1 2 3 4 5 6; do
  tlblab run madvise-scaling "${quick[@]}" --set touch=yes --json "$work/t.json" --csv "$work/t.csv"
  [ "$status" -eq 0 ] || fail "status $status: $(cat "$work/err")"
  [ "$(json "bool($calm)" "$work/t.json")" = True ] && break
  echo "attempt $attempt: other programs took the CPUs"
done
# Where the pages lie is part of the record.
[ "$(json "'2 MiB blocks' in ${run}['layout']" "$work/t.json")" = True ] || fail 'the layout is not recorded'
# A source exactly where there is a number; by the row they are the shootdowns.
[ "$(json "all((i['cpus_told_source'] is None) == (i['told']['cpus'] is None) for i in ${run}['intervals'])" \
  "$work/t.json")" = True ] || fail 'an interval has counts without a source, or a source without counts'
[ "$(json "(${run}['summary']['cpus_told_source'] != 'row' or
  abs(${run}['summary']['cpus_told_per_op']['mean'] - ${run}['summary']['shootdowns_per_op']['mean']) < 1e-9)" \
  "$work/t.json")" = True ] || fail 'the row tells of two numbers'
head -1 "$work/t.csv" | grep -q ',cpus_told_per_op,cpus_told_per_s,.*,cpus_told_source,' || fail 'no columns in CSV'

# Where flushes were traced beside the row, and nobody was preempted: both the same.
if [ "$(json "bool($calm)" "$work/t.json")" = True ]; then
  both="[i for i in ${run}['intervals'] if i['flushes']['counted_ops'] and i['shootdowns']['total'] is not None]"
  [ "$(json "(lambda b: not b or 0.7 < sum(i['shootdowns']['total'] for i in b) /
    max(1, sum(i['flushes']['by_reason']['remote_ipi_send'] for i in b)) < 1.3)($both)" "$work/t.json")" = True ] ||
    fail "row and sent disagree: $(json "$both" "$work/t.json")"
fi

# A simulated machine knows whom it told: by interrupts as many as the row shows.
tlblab run madvise-scaling "${quick[@]}" --set backend=sim --json "$work/s.json"
[ "$status" -eq 0 ] || fail "simulated: status $status: $(cat "$work/err")"
[ "$(json "(${run}['summary']['cpus_told_source'] == 'row' and
  abs(${run}['summary']['cpus_told_per_op']['mean'] - ${run}['summary']['shootdowns_per_op']['mean']) < 1e-9 and
  ${run}['summary']['cpus_told_per_op']['mean'] > 0.5)" \
  "$work/s.json")" = True ] || fail "simulated: $(json "${run}['summary']" "$work/s.json")"
tlblab run madvise-scaling "${quick[@]}" --set backend=sim --set params.strategy=rar --json "$work/r.json"
[ "$status" -eq 0 ] || fail "rar: status $status: $(cat "$work/err")"
[ "$(json "${run}['summary']['cpus_told_source'] == 'modelled' and ${run}['summary']['cpus_told_per_op']['mean'] > 0.5" \
  "$work/r.json")" = True ] || fail "rar: $(json "${run}['summary']" "$work/r.json")"

finish
