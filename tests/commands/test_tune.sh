#!/usr/bin/env bash
# `tune` on this machine: the flushes are those it claims, the answer holds together
# whatever it is, a signal leaves partial results, and mistakes are said in a line. What
# the answer is depends on the machine and is asserted nowhere.
set -u
# shellcheck source=tests/commands/lib.sh
. "$(dirname "$0")/lib.sh"
[ "$(nproc)" -ge 2 ] || { echo 'needs two CPUs'; exit 77; }

# rig_of PID: the process in which it measures, once it is there.
rig_of() {
  local rig
  for _ in $(seq 3000); do
    rig=$(pgrep -P "$1" -f __rig | head -n 1)
    [ -n "$rig" ] && echo "$rig" && return
    sleep 0.02
  done
}

tlblab tune --method span --one-set --budget 4 --json "$work/t.json"
[ "$status" -eq 0 ] || fail "span: status $status: $(cat "$work/err")"
holds() { # holds EXPRESSION: of the tune object t
  [ "$(json "(lambda t: bool($1))(d['tune'])" "$work/t.json")" = True ] || fail "span: $1"
}
holds "t['method'] == 'span' and t['restored']"
holds "len(t['pages']) == len(t['cost_ranged_ns']) == len(t['cost_full_ns']) > 1"
holds "t['pages'] == sorted(t['pages']) and t['pages'][0] == 2"
holds "t['rounds'] == 0 or all(lo <= c <= hi for c, (lo, hi) in zip(t['cost_full_ns'], t['cost_full_ci95_ns']) if lo is not None)"
holds "t['recommended'] is None or t['ci95_low'] <= t['recommended']"
holds "t['no_difference'] in (True, False) and t['aa_noise_pct'] is None or t['aa_noise_pct'] >= 0"
holds "t['windows'] > 0 and t['elapsed_s'] > 0"
grep -q . "$work/out" || fail 'span: nothing said'
if /usr/bin/python3 -c 'import jsonschema' 2>/dev/null; then
  /usr/bin/python3 tests/io/validate.py presets/schema/result.schema.json "$work/t.json" ||
    fail 'span: not as the schema has it'
fi

# The same eight pages, side by side and over a span past the ceiling, by tracepoint.
cat >"$work/span.json" <<'PRESET'
{ "schema": "tlblab.preset/1", "name": "collateral",
  "experiment": { "workload": "collateral", "params": {"pages": 8, "working_set_pages": 16},
    "threads": 1, "victims": 1, "warmup_s": 0.2, "duration_s": 3, "repeats": 1 },
  "sweep": { "params.span_pages": [0, 34] } }
PRESET
tlblab run "$work/span.json" --quiet --json "$work/s.json"
[ "$status" -eq 0 ] || fail "flushes: status $status: $(cat "$work/err")"
ceiling=$(json "d['runs'][0]['ceiling_pages']" "$work/s.json")
if [ "$(json "d['sensors']['flush_trace']['available']" "$work/s.json")" = True ] &&
  { [ "$ceiling" = None ] || [ "$ceiling" = -1 ] || [ "$ceiling" = 33 ]; }; then
  per_op() { # per_op KIND SPAN
    json "next(r['summary']['$1_flushes_per_op']['mean'] for r in d['runs'] if r['config']['params']['span_pages'] == $2)" "$work/s.json"
  }
  json "$(per_op ranged 0) > 0.9 and $(per_op full 0) < 0.1" "$work/s.json" | grep -q True ||
    fail "side by side: $(per_op ranged 0) ranged and $(per_op full 0) full flushes"
  json "$(per_op full 34) > 0.9 and $(per_op ranged 34) < 0.1" "$work/s.json" | grep -q True ||
    fail "spread: $(per_op ranged 34) ranged and $(per_op full 34) full flushes"
else
  echo 'the flushes cannot be counted here'
fi

# The mix of a process that flushes one page three times for every eight: counted, not
# sampled, so the shares are those but for where the counting begins and ends.
cat >"$work/flusher.py" <<'FLUSHER'
import mmap, time
m = mmap.mmap(-1, 16 * 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
while True:
    for pages in (1, 1, 1, 8):
        for p in range(pages):
            m[p * 4096] = 1
        m.madvise(mmap.MADV_DONTNEED, 0, pages * 4096)
    time.sleep(0.0005)
FLUSHER
mix_counted=
/usr/bin/python3 "$work/flusher.py" &
flusher=$!
tlblab tune --method span --one-set --budget 3 --attach "$flusher" --json "$work/m.json"
kill "$flusher"
wait "$flusher" 2>/dev/null
if [ "$status" -eq 3 ] && grep -q 'give the mix by hand' "$work/err"; then
  echo "the mix is not counted here: $(cat "$work/err")"
else
  [ "$status" -eq 0 ] || fail "mix: status $status: $(cat "$work/err")"
  mix=$(json "d['tune']['mix']" "$work/m.json")
  share() { # share LOW HIGH: of flushes of so many pages
    json "sum(p['share'] for p in d['tune']['mix']['parts'] if $1 <= p['pages'] <= $2)" "$work/m.json"
  }
  awk -v one="$(share 1 1)" -v eight="$(share 5 8)" \
    'BEGIN { exit !(one > 0.7 && one < 0.8 && eight > 0.2 && eight < 0.3) }' || fail "mix: $mix"
  grep -q "counted in process $flusher" "$work/out" || fail 'mix: not said where it is from'
  mix_counted=yes
fi

# Under sudo the lab is the user's, and so is the process: counted all the same, and one
# of root's is not. As sudo does it, without sudo.
if [ -n "$mix_counted" ] && [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
  sudo_tune() { # sudo_tune PID
    SUDO_UID=65534 SUDO_GID=65534 "$TLBLAB" tune --method span --one-set --budget 5 --attach "$1" \
      >"$work/out" 2>"$work/err" </dev/null
    status=$?
  }
  setpriv --reuid 65534 --regid 65534 --clear-groups /usr/bin/python3 -c "$(cat "$work/flusher.py")" &
  flusher=$!
  for _ in $(seq 500); do # until it is python, and no longer root's
    [ "$(stat -c %u /proc/$flusher/status 2>/dev/null)" = 65534 ] && break
    sleep 0.02
  done
  sudo_tune "$flusher"
  kill "$flusher"
  wait "$flusher" 2>/dev/null
  [ "$status" -eq 0 ] || fail "under sudo: status $status: $(cat "$work/err")"
  grep -q "counted in process $flusher" "$work/out" || fail "under sudo: $(cat "$work/out")"
  sudo_tune $$
  [ "$status" -eq 3 ] || fail "under sudo, root's process: status $status: $(cat "$work/out")"
  grep -q 'only processes of your own' "$work/err" || fail "under sudo, root's process: $(cat "$work/err")"
fi

# What tune itself flushes, counted in its own rig by another for a while: sizes it claims,
# page by page, and as many and the A/A pairs all at once; a few are of its own start.
"$TLBLAB" tune --method span --one-set --budget 30 --quiet >/dev/null 2>&1 </dev/null &
tuner=$!
rig=$(rig_of "$tuner")
tlblab tune --method span --one-set --budget 4 --attach "$rig" --json "$work/own.json"
kill -TERM "$tuner"
wait "$tuner"
if [ "$status" -eq 0 ]; then
  own="d['tune']['mix']"
  sizes="{p['pages'] for p in ${own}['parts'] if p['share'] > 0.03}"
  [ "$(json "2 <= len($sizes) and min($sizes) >= 2 and max($sizes) <= 33" "$work/own.json")" = True ] ||
    fail "its own flushes: $(json "$own" "$work/own.json")"
  [ "$(json "0.05 < ${own}['full_share'] < 0.95" "$work/own.json")" = True ] ||
    fail "its own flushes: $(json "$own" "$work/own.json")"
elif [ "$status" -eq 3 ]; then
  echo "its own flushes are not counted here: $(cat "$work/err")"
else
  fail "its own flushes: status $status: $(cat "$work/err")"
fi

# A signal, once it measures: what was measured is written.
"$TLBLAB" tune --method span --one-set --budget 60 --json "$work/i.json" >"$work/out" 2>"$work/err" </dev/null &
pid=$!
[ -n "$(rig_of "$pid")" ] || fail 'interrupted: it never began'
kill -TERM "$pid"
wait "$pid"
status=$?
[ "$status" -eq 130 ] || fail "interrupted: status $status: $(cat "$work/err")"
[ "$(json "d['tune']['restored']" "$work/i.json")" = True ] || fail 'interrupted: nothing kept'

says 2 'no number of seconds' tune --budget 0
says 2 'no method' tune --method magic
says 2 'no list of' tune --mix 1:2:3
says 2 'one initiator' tune --set threads=2
says 2 'one word too many' tune now
if [ ! -w /sys/kernel/debug/x86/tlb_single_page_flush_ceiling ]; then
  says 3 '--method span needs no right' tune --method knob --budget 2
  says 3 'tune without a program needs no right' tune --exec -- true
  says 3 'tune without a program needs no right' tune --attach $$ --counter switches
fi
says 2 'no command follows' tune --exec
says 2 'cannot be given beside' tune --attach $$ --exec -- true
says 2 'there is no counter' tune --attach $$ --counter magic
says 2 'is no list of' tune --exec --ceilings 1,x -- true
says 2 'is none' tune --attach nobody
finish
