#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# With more workers than the machine can run at a time the screen still answers: help
# opens and closes, settings change, the machine view folds them, and q ends them all.
# shellcheck source=tests/tmux/lib.sh
. "$(dirname "$0")/lib.sh"
own_program
sed -E 's/"threads": *1,/"threads": 1024,/' "$(bench_preset)" >"$work/crowd.json"

start_tui 120x40 -C "$work" "HOME=$work" "XDG_CONFIG_HOME=$work/config" \
  "$program" "$work/crowd.json"
wait_for '● running'
[ "$(nproc)" -gt 100 ] || wait_for '1024 that give way'
for _ in 1 2 3; do
  send '?'
  wait_for '─ Keys ─'
  send Escape
  wait_gone '─ Keys ─'
done
send Tab Tab Tab
wait_for 'Who sits where'
send q
expect_exit 0
expect_nothing_left
