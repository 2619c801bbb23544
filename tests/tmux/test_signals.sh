#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# However the screen ends, its helpers end with it; where it can, it leaves the terminal
# as it found it and says 130.
# shellcheck source=tests/tmux/lib.sh
. "$(dirname "$0")/lib.sh"
own_program

for signal in INT TERM HUP QUIT SEGV KILL; do
  start_tui 100x30 "$program" "$(bench_preset)"
  wait_for 'running'
  kill -"$signal" "$(cat "$work/pid")"
  wait_file "$work/status"
  expect_nothing_left
  if [ "$signal" != KILL ]; then
    cmp "$work/before" "$work/after" || fail "$signal: the terminal's settings differ"
    wait_pane '#{alternate_on}' 0
  fi
  case $signal in
    INT | TERM | HUP) [ "$(cat "$work/status")" = 130 ] || fail "$signal: exit status $(cat "$work/status")" ;;
  esac
done
