#!/usr/bin/env bash
# `run` on this machine: real shootdowns where there must be some, none where there
# cannot be any, and a result that says how it was made.
set -u
# shellcheck source=tests/commands/lib.sh
. "$(dirname "$0")/lib.sh"

quick=(--set warmup_s=0.2 --set duration_s=0.6 --set repeats=1 --quiet)

# Two threads of one process: each touched madvise flushes, and tells the other CPU. That
# it flushes shows on any machine where flushes can be counted, however busy. Whom it
# tells shows only while nobody takes that CPU, so it is tried until it does; a
# hypervisor may take it unseen, or tell it itself: then the row proves nothing.
run="d['runs'][0]"
quiet="[c['ok'] for c in ${run}['checks'] if c['name'] == 'involuntary_switches'][0]"
mean() { json "(lambda s: s and s['mean'])(${run}['summary'].get('$1'))" "$2"; }
unproved=
if [ "$(nproc)" -lt 2 ]; then
  unproved='one CPU: no flush reaches another'
else
  told=
  for _ in 1 2 3 4 5 6; do
    tlblab run madvise-scaling "${quick[@]}" --set sweep.threads= --set threads=2 --set touch=yes --json "$work/t.json"
    [ "$status" -eq 0 ] || fail "threads: status $status: $(cat "$work/err")"
    per_op=$(mean cpus_told_per_op "$work/t.json")
    source=$(json "${run}['summary'].get('cpus_told_source')" "$work/t.json")
    calm=$(json "$quiet" "$work/t.json")
    if [ "$calm" = True ] && [ "$per_op" != None ]; then
      [ "$(json "$per_op <= 1.3" "$work/t.json")" = True ] || fail "threads: $per_op other CPUs told per op ($source)"
      [ "$(json "$per_op >= 0.5" "$work/t.json")" = True ] && told=yes && break
    fi
    echo "attempt: $per_op other CPUs told per op ($source), left alone: $calm"
  done
  if [ -z "$told" ]; then
    unproved="no run in which the other CPU was told ($per_op per op, source $source): other programs or the hypervisor took it, or flushes travel without interrupts"
    [ "$calm $(json 'd["mechanism"]["verdict"]' "$work/t.json")" != 'True ipi' ] ||
      fail "threads: $per_op other CPUs told per op ($source), and flushes are interrupts here"
  fi
  # Counted where it is made or where it is sent from, whichever is more: half at least.
  flushes=$(json "(lambda v: v and sum(v))([m['mean'] for m in (${run}['summary'][k] for k in ('full_flushes_per_op', 'ranged_flushes_per_op')) if m])" "$work/t.json")
  if [ "$flushes" != '[]' ]; then
    [ "$(json "0.45 <= $flushes <= 1.3" "$work/t.json")" = True ] || fail "threads: $flushes flushes per op"
  elif [ "$(json "d['sensors']['flush_trace']['available']" "$work/t.json")" = True ]; then
    unproved=${unproved:-'no slice in which flushes were counted: the machine is too busy'}
  fi
  json "all(w['ops'] > 0 for w in ${run}['workers'])" "$work/t.json" | grep -q True || fail 'threads: an idle worker'

  # The same as separate processes: nothing to shoot down.
  tlblab run madvise-scaling "${quick[@]}" --set threads=2 --set touch=yes --set sweep.threads= --set mode=processes --json "$work/p.json"
  per_op=$(mean shootdowns_per_op "$work/p.json")
  if [ "$per_op" = None ]; then
    unproved=${unproved:-'the TLB row does not count shootdowns on this machine'}
  elif [ "$(json "$quiet" "$work/p.json")" != True ]; then
    unproved=${unproved:-'the CPUs were never left to the workers'}
  else
    json "$per_op < 0.05" "$work/p.json" | grep -q True || fail "processes: $per_op shootdowns per op"
  fi
fi

# However short the measured part is: where flushes can be counted, they were.
tlblab run madvise-scaling --set sweep.threads= --set threads=1 --set touch=yes --set repeats=1 --set warmup_s=0.15 \
  --set duration_s=0.15 --quiet --json "$work/short.json"
[ "$(json "not d['sensors']['flush_trace']['available'] or d['runs'][0]['summary']['ranged_flushes_per_op']['mean'] > 0.9" \
  "$work/short.json")" = True ] ||
  fail "a short run: $(json "d['runs'][0]['summary']['ranged_flushes_per_op']" "$work/short.json")"

[ "$(json "not d['sensors']['flush_trace']['available'] or d['runs'][0]['workers'][0]['flushes_per_s']['ranged'] > 0" \
  "$work/short.json")" = True ] || fail "a short run: $(json "d['runs'][0]['workers'][0]" "$work/short.json" | cut -c 1-300)"

# A sweep makes every point in every round, and the counted operations are exact.
tlblab run madvise-scaling --quiet --set sweep.threads=1,2 --set repeats=3 --set ops=2000 --json - </dev/null
cp "$work/out" "$work/s.json"
[ "$(json "sorted((r['point'], r['repeat']) for r in d['runs']) == [(p, r) for p in (0, 1) for r in (0, 1, 2)]" "$work/s.json")" = True ] ||
  fail 'sweep: points and repeats'
[ "$(json "all(w['ops'] == 2000 for r in d['runs'] for w in r['workers'])" "$work/s.json")" = True ] ||
  fail 'sweep: operations'
[ "$(json "[r['config']['threads'] for r in d['runs']].count(2)" "$work/s.json")" = 3 ] || fail 'sweep: threads'

# Repeats end when the interval is tight enough, three at least; or with the budget.
short=(--set warmup_s=0 --set duration_s=0.1 --set repeats=40 --set threads=1 --quiet)
tlblab run madvise-scaling "${short[@]}" --set sweep.pages=1,2 --precision 100000 --json "$work/a.json"
[ "$(json "sorted(r['point'] for r in d['runs']) == [0] * 3 + [1] * 3" "$work/a.json")" = True ] ||
  fail 'precision: not three runs a point'
tlblab run madvise-scaling "${short[@]}" --set sweep.threads= --precision 0.000001 --budget 1 --json "$work/b.json"
# How many a second holds is the machine's.
[ "$(json "1 <= len(d['runs']) < 40" "$work/b.json")" = True ] || fail 'budget: not kept'

# What was run can be run again from its own result.
json "__import__('json').dump(d['preset'], open('$work/again.json', 'w'))" "$work/s.json" >/dev/null
tlblab run "$work/again.json" --quiet --json "$work/again-result.json"
[ "$status" -eq 0 ] || fail "again: $(cat "$work/err")"

# CSV has a row per interval; a stream starts, goes on and ends.
tlblab run madvise-scaling "${quick[@]}" --set threads=1 --csv "$work/r.csv" --stream "$work/r.jsonl"
[ "$(wc -l <"$work/r.csv")" -ge 5 ] || fail 'csv: rows'
head -n 1 "$work/r.jsonl" | grep -q '"start"' || fail 'stream: start'
tail -n 1 "$work/r.jsonl" | grep -q '"end"' || fail 'stream: end'
[ "$(grep -c '"interval"' "$work/r.jsonl")" -ge 5 ] || fail 'stream: intervals'

# Interrupted, by each signal and by ^C, which the whole process group gets, from a parent
# that ignores none: what was measured is written in every form, and the status says so.
/usr/bin/python3 - "$TLBLAB" "$work" <<'INTERRUPTED' || fail 'interrupted'
import json, os, signal, subprocess, sys, time
program, work = sys.argv[1:]
wrong = []
for name, number, group in (("TERM", signal.SIGTERM, False), ("HUP", signal.SIGHUP, False),
                            ("INT", signal.SIGINT, False), ("^C", signal.SIGINT, True)):
    files = [f"{work}/i{len(name)}{name[-1]}.{kind}" for kind in ("json", "csv", "jsonl")]
    p = subprocess.Popen([program, "run", "madvise-scaling", "--set", "sweep.threads=", "--set", "warmup_s=0",
                          "--set", "duration_s=60", "--quiet", "--json", files[0], "--csv", files[1],
                          "--stream", files[2]], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
                         start_new_session=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    # Three intervals in the stream: it measures.
    for _ in range(3000):
        if os.path.exists(files[2]) and open(files[2]).read().count('"interval"') >= 3:
            break
        time.sleep(0.02)
    (os.killpg if group else os.kill)(p.pid, number)
    try:
        said = p.communicate(timeout=60)[1].decode()
    except subprocess.TimeoutExpired:
        p.kill()
        wrong.append(f"{name}: it goes on")
        continue
    if p.returncode != 130:
        wrong.append(f"{name}: status {p.returncode}: {said}")
        continue
    run = json.load(open(files[0]))["runs"][0]
    if not run["interrupted"] or len(run["intervals"]) < 3:
        wrong.append(f"{name}: {len(run['intervals'])} intervals kept, interrupted: {run['interrupted']}")
    if len(open(files[1]).read().splitlines()) < 4:
        wrong.append(f"{name}: CSV without rows")
    if '"end"' not in open(files[2]).read().splitlines()[-1]:
        wrong.append(f"{name}: a stream without an end")
print("\n".join(wrong))
sys.exit(bool(wrong))
INTERRUPTED
[ "$wrong" -gt 0 ] || [ -z "$unproved" ] || { echo "$unproved"; exit 77; }
finish
