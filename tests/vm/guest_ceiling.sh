#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs inside the virtual machine (busybox): what can be seen only where the ceiling may
# be changed. Leaves results in /out and one line a finding in /out/findings.
ceiling=/sys/kernel/debug/x86/tlb_single_page_flush_ceiling
note() { echo "$*" >>/out/findings; }

# ceiling_becomes VALUE: within a minute, for the host may be busy.
ceiling_becomes() {
  n=0
  while [ "$(cat $ceiling)" != "$1" ]; do
    n=$((n + 1))
    [ $n -lt 1200 ] || return 1
    sleep 0.05
  done
}

# long_run LOG: a minute at another ceiling, to be ended; its id goes to /tmp/pid.
long_run() {
  # shellcheck disable=SC2016 # the inner shell becomes the program
  sh -c 'echo $$ >/tmp/pid; exec "$@"' - tlblab run ceiling-flip --quiet \
    --set sweep.params.pages= --set ceiling=7 --set duration_s=60 </dev/null >"$1" 2>&1
}

note "found $(cat $ceiling)"
# Twice each: where the counters' reading took too many of a slow host's operations, a
# run has no counts.
tlblab run ceiling-flip --quiet --json /out/flip.json --set repeats=2 --set warmup_s=0 \
  --set duration_s=2 --set sweep.ceiling=1,5,33 \
  --set sweep.params.pages=1,2,5,6,33,34
note "flip status $?"
note "flip left $(cat $ceiling)"

# A run that has changed the ceiling is ended by each of these. It runs in front, for a
# shell's background jobs ignore SIGINT.
for signal in KILL TERM INT HUP SEGV; do
  {
    ceiling_becomes 7
    note "$signal set $(cat $ceiling)"
    kill -$signal "$(cat /tmp/pid)"
  } &
  long_run /out/end-$signal.log
  status=$?
  wait
  ceiling_becomes 33
  note "$signal left $(cat $ceiling) status $status"
  n=0
  while pidof tlblab >/dev/null && [ $n -lt 1200 ]; do
    n=$((n + 1))
    sleep 0.05
  done
  note "$signal processes $(pidof tlblab | wc -w)"
done

# The whole family at once, the guardian included: the next one that starts makes it good.
long_run /out/end-all.log &
ceiling_becomes 7
killall -KILL tlblab
wait
tlblab run ceiling-flip --quiet --set sweep.params.pages= --set repeats=1 --set warmup_s=0 \
  --set duration_s=0 --set ops=10 </dev/null >>/out/end-all.log 2>&1
note "all left $(cat $ceiling)"
