#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# i runs the control of what a victim suffers and goes back; both stay beside each other
# in the latency view. f frees, in bystander, and the picture has a mark for it.
# shellcheck source=tests/tmux/lib.sh
. "$(dirname "$0")/lib.sh"
own_program
[ "$(nproc)" -ge 2 ] || { echo 'needs two CPUs'; exit 77; }

# Only when poked.
sed 's/"every_ms": 500/"every_ms": 0/' presets/bystander.json >"$work/quiet.json"
start_tui 120x40 "$program" "$work/quiet.json"
wait_for 'f free'
wait_for 'every_ms +0'
wait_for 'The victims run'
send f
wait_for 'done in▸[0-9.]+ .s' 240 # a second, or a loaded machine's half minute
send q
expect_exit 0
tm kill-server

start_tui 120x40 "$program" interrupt-or-refill
wait_for '● running'
wait_for 'method +dontneed'
send Tab
# A cost each is given once there are flushes beyond the machine's own background.
flush_cost='flushed, as threads +-?[0-9.]+ % +[0-9.]+[ kM]*/s +-?[0-9.]+ .?s'
wait_for 'flushed, as threads +-?[0-9.]+ %'
until_true 30 screen_has "$flush_cost" || {
  echo "others on this machine flush as often as the workers"
  exit 77
}
wait_for 'interrupted for nothing \(i\) +not run yet'
send i
wait_for 'nothing is flushed; i goes back'
wait_for 'interrupted for nothing \(i\) +-?[0-9.]+ % +[0-9.]+[ kM]*/s +-?[0-9.]+ .?s' 60
wait_for 'so flush with refill +-?[0-9.]+ .?s'
send i
wait_for 'back to what flushes'
send BTab
wait_for 'method +dontneed'

send q
expect_exit 0
expect_nothing_left
