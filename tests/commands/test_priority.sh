#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Started with a real-time priority, every run ends when it is over and when it is told
# to: what controls stays above what it controls. Each run is watched from a higher
# priority, so that a mistake here holds the machine for seconds, not for ever.
set -u
# shellcheck source=tests/commands/lib.sh
. "$(dirname "$0")/lib.sh"
[ "$(id -u)" -eq 0 ] || { echo 'needs root: real-time priorities'; exit 77; }
command -v chrt >/dev/null || { echo 'needs chrt'; exit 77; }
chrt -f 99 true 2>/dev/null || { echo 'no real-time priority may be had here'; exit 77; }
[ "$(cat /proc/sys/kernel/sched_rt_runtime_us)" -gt 0 ] ||
  { echo 'needs real-time throttling (kernel.sched_rt_runtime_us)'; exit 77; }
watch=(chrt -f 99 timeout -s KILL 25)

# ends NAME POLICY WORDS…: it ends by itself, long before the watchdog.
ends() {
  local name=$1 policy=$2
  shift 2
  # shellcheck disable=SC2086 # a policy and its level
  "${watch[@]}" chrt $policy "$TLBLAB" "$@" >"$work/out" 2>"$work/err" </dev/null
  status=$?
  [ "$status" -eq 0 ] || fail "$name, chrt $policy: status $status: $(tail -n 1 "$work/err")"
}

# The program of $work/pid has a child with a thread that works.
has_worker() {
  local pid child
  pid=$(cat "$work/pid" 2>/dev/null) || return 1
  # shellcheck disable=SC2013 # numbers on one line
  for child in $(cat "/proc/$pid/task/$pid/children" 2>/dev/null); do
    grep -qs worker "/proc/$child"/task/*/comm && return 0
  done
  return 1
}

# is_told NAME SIGNAL POLICY WORDS…: without an end of its own it ends when told to.
is_told() {
  local name=$1 signal=$2 policy=$3 pid n=0
  shift 3
  # shellcheck disable=SC2016,SC2086 # the inner shell becomes the program
  "${watch[@]}" chrt $policy sh -c 'echo $$ >"$0"; exec "$@"' "$work/pid" "$TLBLAB" "$@" \
    >"$work/out" 2>"$work/err" </dev/null &
  pid=$!
  until has_worker || [ $n -ge 200 ]; do
    n=$((n + 1))
    sleep 0.05
  done
  kill "-$signal" "$(cat "$work/pid")"
  wait "$pid"
  status=$?
  rm -f "$work/pid"
  [ "$status" -eq 130 ] || fail "$name, chrt $policy, $signal: status $status: $(cat "$work/err")"
}

short=(--set duration_s=0.3 --set warmup_s=0 --set repeats=1 --quiet)
for policy in '-f 90' '-r 90' '-f 99' '-f 1' '-R -f 50'; do
  ends 'two workers' "$policy" run madvise-scaling "${short[@]}" --set sweep.threads=2
done
for policy in '-f 90' '-r 1'; do
  ends 'victims' "$policy" run collateral-damage "${short[@]}" --set victims=1
  ends 'four workers for two CPUs' "$policy" run madvise-scaling "${short[@]}" \
    --set sweep.threads=4
  ends 'processes' "$policy" run madvise-scaling "${short[@]}" --set sweep.threads=2 \
    --set mode=processes
  is_told 'a run without end' TERM "$policy" run madvise-scaling --set duration_s=0 \
    --set sweep.threads=2 --quiet
done
is_told 'a run without end' INT '-f 99' run madvise-scaling --set duration_s=0 \
  --set sweep.threads=2 --quiet
ends 'tune' '-f 90' tune --method span --one-set --budget 2 --quiet
ends 'a note' '-f 90' run madvise-scaling --set duration_s=0.3 --set warmup_s=0 \
  --set repeats=1 --set sweep.threads=1
grep -q "workers run at real-time priority 89, below this program's 90" "$work/err" ||
  fail "a note: $(cat "$work/err")"

"${watch[@]}" chrt -d --sched-runtime 5000000 --sched-deadline 10000000 --sched-period 10000000 0 \
  "$TLBLAB" run madvise-scaling "${short[@]}" >"$work/out" 2>"$work/err" </dev/null
status=$?
[ "$status" -eq 3 ] || fail "chrt -d: status $status"
grep -q '^tlblab: SCHED_DEADLINE: .*; use chrt' "$work/err" || fail "chrt -d: $(cat "$work/err")"

# Workers do not sleep, so a limit on real-time without sleep would kill them; one that
# may be raised is.
"${watch[@]}" prlimit --rttime=200000:200000 chrt -f 50 "$TLBLAB" run madvise-scaling \
  "${short[@]}" >"$work/out" 2>"$work/err" </dev/null
status=$?
[ "$status" -eq 3 ] || fail "RLIMIT_RTTIME: status $status"
grep -q '^tlblab: real-time priority: .* 0.2 s .*; start without chrt' "$work/err" ||
  fail "RLIMIT_RTTIME: $(cat "$work/err")"
"${watch[@]}" prlimit --rttime=200000:unlimited chrt -f 50 "$TLBLAB" run madvise-scaling \
  --set duration_s=1 --set warmup_s=0 --set repeats=1 --quiet --set sweep.threads=1 \
  >"$work/out" 2>"$work/err" </dev/null
status=$?
[ "$status" -eq 0 ] || fail "soft RLIMIT_RTTIME: status $status: $(cat "$work/err")"
finish
