#!/usr/bin/env bash
# Somebody's program as the workload: its command line arrives as it was given, however
# long, and its flushes are counted, those of what it starts too.
set -u
# shellcheck source=tests/commands/lib.sh
. "$(dirname "$0")/lib.sh"

# holds FILE EXPRESSION WHAT-IS-WRONG-OTHERWISE
holds() {
  [ "$(json "$2" "$1")" = True ] || fail "$3: $(json "[d['runs'][0]['summary']['ns_per_op'], d['runs'][0].get('extras')]" "$1")"
}

once=(--set ops=1 --set warmup_s=0 --set repeats=1 --quiet)

# Words keep their blanks and quotes, and a long line its end.
long=$(printf 'x%.0s' $(seq 600))
# shellcheck disable=SC2016 # it is to stay as it is
tlblab run program "${once[@]}" --json "$work/w.json" --exec -- sh -c "printf '%s\n' \"\$@\" >'$work/words'" sh "a b" "it's" '$HOME' "$long"
[ "$status" -eq 0 ] || fail "words: status $status: $(cat "$work/err")"
# shellcheck disable=SC2016 # as above
printf '%s\n' 'a b' "it's" '$HOME' "$long" | cmp -s - "$work/words" || fail "words: $(cat "$work/words")"
[ "$(json "len(d['runs'][0]['config']['params']['command']) > 600" "$work/w.json")" = True ] || fail 'the result has another command'
says 2 'longer than 1023 characters' run program "${once[@]}" --exec -- echo "$long" "$long"

# A program that makes 3,000 flushes of one page: this one, with one thread.
inner=("$TLBLAB" run madvise-scaling --quiet --no-trace --set sweep.threads= --set threads=1 --set touch=yes
  --set repeats=1 --set warmup_s=0 --set ops=3000)
tlblab run program "${once[@]}" --json "$work/f.json" --exec -- "${inner[@]}"
[ "$status" -eq 0 ] || fail "flushes: status $status: $(cat "$work/err")"
if [ "$(json "d['sensors']['flush_trace']['available']" "$work/f.json")" = True ]; then
  n=$(json "sum((i['flushes']['by_size']['1'] or 0) if '1' in i['flushes']['by_size'] else 0 for i in d['runs'][0]['intervals'])" "$work/f.json")
  ranged=$(json "sum(i['flushes']['ranged'] or 0 for i in d['runs'][0]['intervals'])" "$work/f.json")
  [ "${ranged%.*}" -ge 3000 ] || fail "flushes: $ranged page by page ($n of one page), not 3,000"
  [ "${ranged%.*}" -lt 6000 ] || fail "flushes: $ranged page by page, twice what there were"
fi
[ "$(json "d['runs'][0]['extras']['threads']['value'] >= 1" "$work/f.json")" = True ] || fail 'no thread was found'

# Runs that last longer than an interval are as long as they were: table, summary, worker
# and the program's own clock say the same, whatever part of the last one is missing.
tlblab run program --set warmup_s=0 --set repeats=1 --set duration_s=2 --no-trace --json "$work/long.json" --exec -- sleep 0.7
[ "$status" -eq 0 ] || fail "long: status $status: $(cat "$work/err")"
holds "$work/long.json" "(lambda r: abs(r['summary']['ns_per_op']['mean'] * sum(i['ops'] for i in r['intervals']) / 1e3 / r['extras']['runs_us']['value'] - 1) < 0.05)(d['runs'][0])" 'long: the mean is not that of the runs that ended'
holds "$work/long.json" "(lambda r: r['summary']['ns_per_op']['n'] == sum(i['ops'] > 0 for i in r['intervals']))(d['runs'][0])" 'long: an interval in which nothing ended is an observation'
holds "$work/long.json" "(lambda r: abs(r['workers'][0]['ns_per_op'] / r['summary']['ns_per_op']['mean'] - 1) < 0.05)(d['runs'][0])" "long: the worker's own figure is another"
holds "$work/long.json" "(lambda r: r['summary']['ops_per_s']['mean'] * r['summary']['ns_per_op']['mean'] / 1e9 - 1 < 0.05)(d['runs'][0])" 'long: the rate is not that of the time'
grep -q 'operations\? ended in [0-9.]* s (at least 5 expected)' "$work/out" || fail "long: too few operations, and not a word: $(cat "$work/out")"
grep -q outlived "$work/out" && fail 'long: the run that was cut off is called a daemon'
tlblab run program --strict --set warmup_s=0 --set repeats=1 --set duration_s=0.5 --no-trace --json "$work/none.json" --exec -- sleep 5
[ "$status" -eq 1 ] || fail "none: status $status"
grep -q 'no operation ended in [0-9.]* s' "$work/err" || fail "none: $(cat "$work/err")"
holds "$work/none.json" "d['runs'][0]['summary']['ns_per_op'] is None" 'none: there is a figure'
# What was never looked at is not 0.
tlblab run program "${once[@]}" --json "$work/short.json" --exec -- true
holds "$work/short.json" "d['runs'][0]['extras']['threads'] == {'value': None, 'unit': 'threads', 'gauge': True, 'per_op': None}" 'short: threads'

# A daemon is ended with the run, and named.
tlblab run program --set warmup_s=0 --set repeats=1 --set duration_s=0.8 --no-trace --json "$work/daemon.json" --exec -- \
  sh -c "setsid sleep 777.$$ & sleep 0.1"
[ "$status" -eq 0 ] || fail "daemon: status $status: $(cat "$work/err")"
[ -z "$(pgrep -x -f "sleep 777[.]$$")" ] || fail 'daemon: it lives on'
grep -q '! run 1: [0-9]* process\(es\)\? outlived the command' "$work/out" || fail "daemon: not a word: $(cat "$work/out")"

# Children of an attached process are counted, and that it moves is nobody's concern.
/usr/bin/python3 -c 'import os, time
for c in range(2):
  if not os.fork():
    while True:
      for cpu in os.sched_getaffinity(0) if c else [0]: sum(range(20000))
time.sleep(60)' &
parent=$!
sleep 0.3
tlblab run program --attach $parent --set duration_s=1 --set warmup_s=0.1 --set repeats=1 --no-trace --json "$work/tree.json"
pkill -P $parent
kill $parent
[ "$status" -eq 0 ] || fail "children: status $status: $(cat "$work/err")"
holds "$work/tree.json" "sum(i['ops'] for i in d['runs'][0]['intervals']) > 0 and d['runs'][0]['extras']['processes']['value'] == 3" 'children: not followed'
holds "$work/tree.json" "not [c for c in d['runs'][0]['checks'] if c['name'] in ('pinned', 'involuntary_switches')]" 'children: checked like workers'
finish
