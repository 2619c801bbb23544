#!/usr/bin/env bash
# `compare`: the same result twice is no difference, a slower one is named and fails when
# that was asked for, and what is not comparable is refused in words.
set -u
# shellcheck source=tests/commands/lib.sh
. "$(dirname "$0")/lib.sh"

tlblab run madvise-scaling --set warmup_s=0.1 --set duration_s=0.3 --set repeats=4 \
  --set sweep.threads= --set threads=1 --quiet --json "$work/base.json"
[ "$status" -eq 0 ] || fail "run: $(cat "$work/err")"

change() { # change FILE STATEMENTS: the base with these done to the document d
  /usr/bin/python3 -c 'import json,sys
d = json.load(open(sys.argv[1]))
exec(sys.argv[3])
json.dump(d, open(sys.argv[2], "w"))' "$work/base.json" "$work/$1" "$2"
}

# What this machine was busy with is no matter here: operations of a microsecond, give
# or take a little, and every check held.
change steady.json 'for n, r in enumerate(d["runs"]):
  for k, i in enumerate(r["intervals"]):
    i["ops"] = round(i["ops_ns"] / (1000 + n + k % 2)); i["ops_min"] = i["ops_max"] = i["ops"]
  for c in r["checks"]: c["ok"] = True'
mv "$work/steady.json" "$work/base.json"
change slow.json 'for r in d["runs"]:
  for i in r["intervals"]: i["ops"] /= 3; i["ops_min"] = i["ops_max"] = i["ops"]'
change kernel.json 'd["machine"]["kernel"]["release"] = "5.4.0-elsewhere"'
change cpu.json 'd["machine"]["cpu"]["brand"] = "Another CPU"'
change mitigation.json 'm = d["machine"]["mitigations"]; m[sorted(m)[0]]["value"] = "Something else"'
change odd.json 'for i in d["runs"][0]["intervals"][-1:]: i["ops"] *= 40; i["ops_min"] = i["ops_max"] = i["ops"]
r = d["runs"][1]; r["failure"] = "worker 0 crashed"'
change pages.json 'for r in d["runs"]: r["config"]["params"]["pages"] = 7'

tlblab compare "$work/base.json" "$work/base.json" --fail-if-worse 0
[ "$status" -eq 0 ] || fail "with itself: status $status: $(cat "$work/err")"
grep -q 'no difference proven: +0 %' "$work/out" || fail 'with itself: a difference'

says 1 'ns_per_op: +200 %' compare "$work/base.json" "$work/slow.json" --metric ns_per_op --fail-if-worse 20
grep -q 'worse' "$work/out" || fail 'slower: not said'
tlblab compare "$work/slow.json" "$work/base.json" --metric ns_per_op --fail-if-worse 0
[ "$status" -eq 0 ] || fail "faster: status $status"

says 2 'params.pages (7, not 1)' compare "$work/base.json" "$work/pages.json"
says 2 'kernel (5.4.0-elsewhere' compare "$work/base.json" "$work/kernel.json"
says 2 'cpu (Another CPU, not' compare "$work/base.json" "$work/cpu.json"
says 2 '(Something else, not' compare "$work/base.json" "$work/mitigation.json"
says 2 '--anyway compares all the same' compare "$work/base.json" "$work/base.json" "$work/cpu.json"
tlblab compare "$work/base.json" "$work/cpu.json" --anyway --metric ops_per_s
[ "$status" -eq 0 ] || fail "another CPU anyway: status $status"
grep -q '^! cpu differs: .* Another CPU after' "$work/out" || fail 'another CPU anyway: not said'
grep -q ' N .*Min .*Max .*Median .*Avg .*Stddev' "$work/out" || fail 'the table has no heading'
# Across releases that flush differently it is said what changed.
change old.json 'd["machine"]["kernel"]["release"] = "6.14.0-old"'
change new.json 'd["machine"]["kernel"]["release"] = "6.15.2-new"'
tlblab compare "$work/old.json" "$work/new.json" --anyway --metric ops_per_s
grep -q '^! since Linux 6.15 AMD CPUs broadcast flushes' "$work/out" || fail 'a new kernel: not said what changed'
tlblab compare "$work/new.json" "$work/new.json" --anyway --metric ops_per_s
grep -q 'since Linux' "$work/out" && fail 'the same kernel: a change is told'
tlblab compare "$work/old.json" "$work/new.json" --anyway --json -
cp "$work/out" "$work/c.json"
[ "$(json "[k['since'] for f in d['files'] for k in f['kernel_changes']]" "$work/c.json")" = "['6.15']" ] || fail 'a new kernel: not in JSON'
tlblab compare "$work/base.json" "$work/odd.json" --metric ns_per_op
grep -q '! + .*1 of 4 runs failed' "$work/out" || fail "odd: $(cat "$work/out")"
tlblab compare "$work/base.json" "$work/slow.json" "$work/base.json" --metric ops_per_s
[ "$(grep -c '^+ ' "$work/out")" = 2 ] || fail 'two files: two tables'
tlblab compare "$work/base.json" "$work/slow.json" "$work/pages.json" --anyway --json -
[ "$status" -eq 0 ] || fail "anyway: status $status: $(cat "$work/err")"
cp "$work/out" "$work/c.json"
[ "$(json "[len(f['differs']) for f in d['files']]" "$work/c.json")" = '[0, 1]' ] || fail 'anyway: what differs'
[ "$(json "all(r['verdict'] == 'measured once' or r['ci95_low'] <= r['difference'] <= r['ci95_high'] for f in d['files'] for r in f['rows'])" "$work/c.json")" = True ] ||
  fail 'anyway: intervals'

# One run a side decides nothing, and says so in the status; a probe's value that every
# run carries is no run's own; checks that failed are shown, of either side.
change one.json 'd["runs"] = d["runs"][:1]'
says 1 'could not be judged: too few runs' compare "$work/one.json" "$work/one.json" --metric ns_per_op --fail-if-worse 5
tlblab compare "$work/one.json" "$work/one.json" --metric ns_per_op
[ "$status" -eq 0 ] || fail "one run, no limit: status $status"
change probe.json 'for r in d["runs"]:
  for i in r["intervals"]: i["refill_ns_per_page"] = 16'
change base_probe.json 'for r in d["runs"]:
  for i in r["intervals"]: i["refill_ns_per_page"] = 9'
tlblab compare "$work/base_probe.json" "$work/probe.json" --fail-if-worse 5
[ "$status" -eq 0 ] || fail "a probe is a gate: status $status: $(cat "$work/err")"
grep -q 'measured once: +77.78 %$' "$work/out" || fail "a probe has an interval: $(cat "$work/out")"
says 1 'refill_ns_per_page could not be judged: measured once' compare "$work/base_probe.json" "$work/probe.json" \
  --metric refill_ns_per_page --fail-if-worse 5
change failed.json 'for r in d["runs"][1:]:
  c = r["checks"][0]; c["ok"] = False; c["observed"] = "nothing as it should be"'
tlblab compare "$work/base.json" "$work/failed.json" --metric ns_per_op
grep -q '^! + run 2 (and 2 more): nothing as it should be' "$work/out" || fail "a failed check after: $(cat "$work/out")"
tlblab compare "$work/failed.json" "$work/base.json" --metric ns_per_op
grep -q '^! x run 2 (and 2 more): nothing as it should be' "$work/out" || fail 'a failed check before'
tlblab compare "$work/failed.json" "$work/base.json" --metric ns_per_op --json -
[ "$(json "[c['runs'] for c in d['checks_failed']] + d['files'][0]['checks_failed']" "$work/out")" = '[3]' ] || fail 'failed checks in JSON'
change unchecked.json 'for r in d["runs"]: r.pop("checks")'
tlblab compare "$work/base.json" "$work/unchecked.json" --metric ns_per_op
grep -q '^! + run 1 .*: no checks recorded' "$work/out" || fail "checks that are missing: $(cat "$work/out")"

# Long names keep what tells them apart, wherever it is.
long=$work/a-very-long-folder-name-for-results
for pair in before.json:after.json before/the-same-name.json:after/the-same-name.json; do
  mkdir -p "$(dirname "$long/${pair%:*}")" "$(dirname "$long/${pair#*:}")"
  cp "$work/base.json" "$long/${pair%:*}"
  cp "$work/base.json" "$long/${pair#*:}"
  tlblab compare "$long/${pair%:*}" "$long/${pair#*:}" --metric ns_per_op
  if ! grep -q '^x .*before' "$work/out" || ! grep -q '^+ .*after' "$work/out"; then
    fail "names: $(grep '^[x+] ' "$work/out")"
  fi
done

says 2 'did you mean ns_per_op' compare "$work/base.json" "$work/base.json" --metric ns_per_o
says 2 'takes a base' compare "$work/base.json"
finish
