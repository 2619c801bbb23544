#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs inside the virtual machine (busybox): tune by moving the ceiling itself.
ceiling=/sys/kernel/debug/x86/tlb_single_page_flush_ceiling
note() { echo "$*" >>/out/findings; }

# watch_ceiling FILE: the values the ceiling takes until /tmp/stop is there, one a line.
# By cat, which reads it whole; the shell's read takes a byte at a time, of two values.
watch_ceiling() {
  last=
  while [ ! -e /tmp/stop ]; do
    now=$(cat $ceiling)
    [ "$now" = "$last" ] || echo "$now"
    last=$now
  done >"$1"
}

# ceiling_is VALUE: within ten seconds.
ceiling_is() {
  n=0
  while [ "$(cat $ceiling)" != "$1" ] && [ $n -lt 200 ]; do
    n=$((n + 1))
    sleep 0.05
  done
}

ceiling_moves() {
  n=0
  while [ "$(cat $ceiling)" = 33 ] && [ $n -lt 400 ]; do
    n=$((n + 1))
    sleep 0.02
  done
}

watch_ceiling /out/visited &
tlblab tune --method knob --one-set --set victims=2 --set working_set_pages=16 \
  --budget 12 --json /out/tune.json >/out/tune.log 2>&1
note "tune status $? left $(cat $ceiling)"
touch /tmp/stop
wait

# Ended at moments of no special kind.
for try in 1 2 3; do
  for signal in TERM KILL; do
    # shellcheck disable=SC2016 # the inner shell becomes the program
    sh -c 'echo $$ >/tmp/pid; exec "$@"' - tlblab tune --method knob --one-set \
      --set victims=2 --set working_set_pages=16 --budget 60 </dev/null >/out/end.log 2>&1 &
    ceiling_moves
    sleep 0.$((try * 3))$((try * 7 % 10))
    kill -$signal "$(cat /tmp/pid)"
    wait
    ceiling_is 33
    note "end $signal left $(cat $ceiling)"
  done
done

tlblab tune --method knob --one-set --set victims=2 --set working_set_pages=16 \
  --budget 5 --apply --json /out/apply.json >/out/apply.log 2>&1
note "apply status $? left $(cat $ceiling)"
