#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# 512 CPUs from end to end: a run of that many workers through the result's writer and
# reader, CPU by CPU, to the report and the comparison.
set -u
# shellcheck source=tests/commands/lib.sh
. "$(dirname "$0")/lib.sh"

tlblab run sim-512-cpus --quiet --set sweep.params.strategy= --set ops=5 \
  --json "$work/run.json" --stream "$work/run.jsonl" --csv "$work/run.csv"
[ "$status" -eq 0 ] || fail "the run: status $status: $(cat "$work/err")"
for expression in 'len(d["runs"][0]["workers"]) == 512' \
  '{w["cpu"] for w in d["runs"][0]["workers"]} == set(range(512))' \
  'all(len(i["shootdowns"]["per_cpu"]) == 512 for i in d["runs"][0]["intervals"])' \
  'all(abs(sum(x or 0 for x in i["shootdowns"]["per_cpu"]) - i["shootdowns"]["total"]) < 1
for i in d["runs"][0]["intervals"])' \
  'all(any(i["shootdowns"]["per_cpu"][c] for i in d["runs"][0]["intervals"]) for c in range(512))'; do
  [ "$(json "$expression" "$work/run.json")" = True ] || fail "$expression"
done
tlblab compare "$work/run.json" "$work/run.json" --json "$work/compare.json"
[ "$status" -eq 0 ] || fail "the comparison: status $status: $(cat "$work/err")"
tlblab report "$work/run.json" -o "$work/page.html"
[ "$status" -eq 0 ] || fail "the report: status $status: $(cat "$work/err")"
[ -s "$work/run.csv" ] || fail 'no CSV'
python3 -c 'import json,sys; [json.loads(l) for l in open(sys.argv[1])]' "$work/run.jsonl" ||
  fail 'a line of the stream is no JSON'
finish
