#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What a stranger reads on the smallest screen: d says what cannot be measured here, what
# disturbs and what works, down to the last line; and the view of flushes has its counts,
# or the reason why there are none.
# shellcheck source=tests/tmux/lib.sh
. "$(dirname "$0")/lib.sh"
own_program

start_tui 80x24 -C "$work" "HOME=$work" "XDG_CONFIG_HOME=$work/config" \
  "$program" "$(bench_preset)"
wait_for '● running'
send d
wait_for 'What can be measured here'
wait_for 'the lab can run'
wait_for '^│ │ (Cannot be measured|Disturbs what|Works here)'
# Its end: there is no more, and something works.
overlay() { screen | sed -n '4,20p' | cut -c 5-74; }
overlay_moved() { [ "$(overlay)" != "$shown" ]; }
while screen_has '▾ more'; do
  shown=$(overlay)
  send Space
  until_true "$WAIT_S" overlay_moved || fail 'space turned no page'
done
wait_gone '▾ more'
wait_for '✓ '
send d
wait_gone 'What can be measured here'
wait_for '● running'

send Tab
wait_for 'latency  ● running'
send Tab
wait_for 'flushes  ● running'
wait_for 'Why they happened'
wait_for '(local MM shootdown|tracepoint|tracefs|perf_event|counted)'
send q
expect_exit 0
expect_nothing_left
