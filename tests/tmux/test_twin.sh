#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# v draws the same experiment simulated behind what is measured, with its error, through
# changes of settings, and takes it away again; what has no twin says why. A simulated
# machine says that it is one, and with whose costs.
# shellcheck source=tests/tmux/lib.sh
. "$(dirname "$0")/lib.sh"
own_program

start_tui 120x40 TLBLAB_MACHINE="$work/none.json" "$program" "$(bench_preset)"
wait_for '● running'
send v
wait_for 'simulated behind the plots, with published costs; tlblab run calibrate'
wait_for 'simulated: error [-+][0-9.]+ % ±'
wait_for 'simulated, published costs'
select_field touch
send Right
wait_for 'touch +(◂ )?(yes|no)'
wait_for 'simulated: error [-+][0-9.]+ % ±'
send v
wait_for 'no simulation behind the plots any more'
wait_gone 'simulated: error'

select_field backend
send Right
wait_for 'simulated, with published costs'
wait_for '● running'
send v
wait_for 'the experiment: is simulated already'
select_field strategy
wait_for 'ipi: Linux 6.14 and later'
send Right
wait_for 'broadcast: Linux 6.15 on AMD'
send q
expect_exit 0
expect_nothing_left
