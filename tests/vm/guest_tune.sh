#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs inside the virtual machine (busybox): tune by moving the ceiling itself.
ceiling=/sys/kernel/debug/x86/tlb_single_page_flush_ceiling
note() { echo "$*" >>/out/findings; }

# watch_ceiling FILE: the values the ceiling takes until /tmp/stop is there, one a line.
# By cat, which reads it whole; the shell's read takes a byte at a time, of two values.
# The first line alone: the read that finds the end may meet the tail of a longer value.
watch_ceiling() {
  last=
  while [ ! -e /tmp/stop ]; do
    now=$(cat $ceiling)
    now=${now%%[!0-9]*}
    [ "$now" = "$last" ] || echo "$now"
    last=$now
  done >"$1"
}

# ceiling_is VALUE: within a minute, for the host may be busy.
ceiling_is() {
  n=0
  while [ "$(cat $ceiling)" != "$1" ] && [ $n -lt 1200 ]; do
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

# some_moment: up to a second, at random; which one is said.
some_moment() {
  hundredths=$(od -An -N1 -tu1 /dev/urandom)
  hundredths=$((hundredths % 100))
  note "ended after 0.$((hundredths / 10))$((hundredths % 10)) s"
  sleep 0.$((hundredths / 10))$((hundredths % 10))
}

# Ended at moments of no special kind.
for _ in 1 2 3; do
  for signal in TERM KILL; do
    # shellcheck disable=SC2016 # the inner shell becomes the program
    sh -c 'echo $$ >/tmp/pid; exec "$@"' - tlblab tune --method knob --one-set \
      --set victims=2 --set working_set_pages=16 --budget 60 </dev/null >/out/end.log 2>&1 &
    ceiling_moves
    some_moment
    kill -$signal "$(cat /tmp/pid)"
    wait
    ceiling_is 33
    note "end $signal left $(cat $ceiling)"
  done
done

tlblab tune --method knob --one-set --set victims=2 --set working_set_pages=16 \
  --budget 5 --apply --json /out/apply.json >/out/apply.log 2>&1
note "apply status $? left $(cat $ceiling)"

# For a program: quicker where the ceiling is 8 pages, by so much that a busy host cannot
# hide it, and broken where it changes while the program runs.
cat >/tmp/program <<PROGRAM
read c <$ceiling
[ "\$c" = 8 ] || sleep 0.3
read d <$ceiling
[ "\$c" = "\$d" ]
PROGRAM
program_tune() { # program_tune NAME OPTION…: again where a busy host hid it all the same
  name=$1
  shift
  for _ in 1 2 3; do
    tlblab tune --window 0.05 --ceilings 2,8,200 --json "/out/$name.json" --budget 12 "$@" \
      --exec -- sh /tmp/program >"/out/$name.log" 2>&1
    tuned=$?
    grep -q 'ceiling for this program is 8' "/out/$name.log" && break
  done
  return "$tuned"
}
rm -f /tmp/stop
echo 33 >$ceiling
watch_ceiling /out/visited_exec &
program_tune exec
note "exec status $? left $(cat $ceiling)"
touch /tmp/stop
wait

for signal in TERM KILL; do
  # shellcheck disable=SC2016 # the inner shell becomes the program
  sh -c 'echo $$ >/tmp/pid; exec "$@"' - tlblab tune --window 0.05 --ceilings 2,8 \
    --budget 60 --exec -- sh /tmp/program </dev/null >/out/end_exec.log 2>&1 &
  ceiling_moves
  some_moment
  kill -$signal "$(cat /tmp/pid)"
  wait
  ceiling_is 33
  note "end exec $signal left $(cat $ceiling)"
done

# A process that counts for itself, ten times as fast at 8.
cat >/tmp/counting <<COUNTING
n=0
while :; do
  read c <$ceiling
  if [ "\$c" = 8 ]; then n=\$((n + 10)); else n=\$((n + 1)); fi
  echo \$n >/tmp/count.new
  mv /tmp/count.new /tmp/count
  sleep 0.01
done
COUNTING
echo 0 >/tmp/count
sh /tmp/counting &
counting=$!
tlblab tune --attach $counting --counter file:/tmp/count --window 0.2 --ceilings 2,8 \
  --budget 12 --json /out/attach.json >/out/attach.log 2>&1
note "attach status $? left $(cat $ceiling)"
kill $counting
wait

program_tune apply_exec --apply
note "apply exec status $? left $(cat $ceiling)"
