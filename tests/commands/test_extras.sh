#!/usr/bin/env bash
# What only a workload knows of itself reaches result, CSV and stream: counts add up to
# what was done, gauges are what stood at the end, and a result read back says the same.
set -u
# shellcheck source=tests/commands/lib.sh
. "$(dirname "$0")/lib.sh"

# 64 ranges asked for 20,000 times: all but the first round are kept, none is flushed.
tlblab run lazyfree --set sweep.params.budget_bytes= --set victims=0 --set ops=20000 --set repeats=1 \
  --quiet --json "$work/r.json" --csv "$work/r.csv" --stream "$work/r.jsonl"
[ "$status" -eq 0 ] || fail "status $status: $(cat "$work/err")"
extras="d['runs'][0]['extras']"
[ "$(json "${extras}['kept_ranges']['value'] == ${extras}['avoided_flushes']['value'] == 20000 - 64" "$work/r.json")" = True ] ||
  fail "$(json "$extras" "$work/r.json")"
[ "$(json "[${extras}['held_bytes'][k] for k in ('value', 'unit', 'gauge')]" "$work/r.json")" = "[262144, 'bytes', True]" ] ||
  fail "held: $(json "$extras" "$work/r.json")"
[ "$(json "${extras}['reclaim_flushes']['value']" "$work/r.json")" = 0 ] || fail 'a flush was made'
[ "$(json "sum(i['extras']['kept_ranges'] for i in d['runs'][0]['intervals'])" "$work/r.json")" = 19936 ] ||
  fail 'intervals do not add up'
head -n 1 "$work/r.csv" | tr -d '\r' | grep -q ',held_bytes,empty_ranges,.*,avoided_flushes$' || fail 'csv: no column'
grep '"interval"' "$work/r.jsonl" | grep -q '"extras":{"held_bytes":262144' || fail 'stream: no extras'

# A workload that tells nothing has none of this.
tlblab run madvise-scaling --set sweep.threads= --set ops=100 --set repeats=1 --quiet --json "$work/m.json" --csv "$work/m.csv"
[ "$(json "'extras' in d['runs'][0] or 'extras' in d['runs'][0]['intervals'][0]" "$work/m.json")" = False ] ||
  fail 'madvise has extras'
head -n 1 "$work/m.csv" | grep -q held_bytes && fail 'csv: a column too many'
finish
