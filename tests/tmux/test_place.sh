#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A CPU picked by hand on the machine view: it becomes the placement, a paused bench
# shows who will sit there, and once it runs the kernel says the same of the worker.
# shellcheck source=tests/tmux/lib.sh
. "$(dirname "$0")/lib.sh"
own_program

# worker_cpus: where the kernel lets the first worker run.
worker_cpus() {
  local p
  for p in $(own_processes); do
    grep -lsx 'worker 0' "/proc/$p/task/"*/comm | sed 's,comm$,status,' |
      xargs -r sed -n 's/^Cpus_allowed_list:[[:space:]]*//p'
  done
}

start_tui 120x40 "$program" "$(bench_preset)"
wait_for '● running'
send Tab Tab Tab
wait_for 'Who sits where'
send Space
wait_for 'Who will sit where'
send p
wait_for 'picked [0-9]+: Enter places'
cpu=$(screen | sed -nE 's/.*picked ([0-9]+): Enter.*/\1/p')
send Enter
wait_for "placement cpus:$cpu: CPU $cpu"
send Space
wait_for 'Who sits where'
placed() { [ "$(worker_cpus)" = "$cpu" ]; }
until_true "$WAIT_S" placed || fail "worker 0 may run on '$(worker_cpus)', not on $cpu"
send q
expect_exit 0
expect_nothing_left
