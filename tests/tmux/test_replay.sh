#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Replay: a file seeks, steps and ends; a stream with broken lines is played; a pipe is
# watched while its run lasts, and the run ends when its watcher left.
# shellcheck source=tests/tmux/lib.sh
. "$(dirname "$0")/lib.sh"
own_program
"$program" run "$(bench_preset)" --set duration_s=2 --set warmup_s=0 --set repeats=2 --quiet \
  --stream "$work/two.jsonl" --json "$work/two.json" || fail "the recording run failed"

start_tui 120x40 -C "$work" "$program" replay "$work/two.json" --speed 0.1
wait_for '▶ 0.1x'
wait_for 'run 1/'
send ']'
wait_for 'run 2/'
send End
wait_for '■ done'
send Home
wait_for '00:00\.[0-9] of '
send .
wait_for '‖ paused'
send '>' '>' Space
wait_for '▶ 0.5x'
send q
expect_exit 0
cmp "$work/before" "$work/after" || fail "the terminal's settings differ"

start_tui 120x40 -C "$work" "$program" replay "$work/two.json" --baseline "$work/two.jsonl" --from 3
wait_for '⠕ two\.jsonl'
wait_for '(vs two\.jsonl|no difference proven)'
send Space B
wait_gone 'two\.jsonl'
send q
expect_exit 0

start_tui 120x40 -C "$work" "XDG_STATE_HOME=$work/state" "$program" "$(bench_preset)" \
  --baseline "$work/two.jsonl"
wait_for '● running'
wait_for '⠕ two\.jsonl'
send q
expect_exit 0

{
  sed -n 1,4p "$work/two.jsonl"
  echo '{"type":"interval","run":0,"t_s":'
  echo 'no JSON at all'
  sed -n '5,$p' "$work/two.jsonl" | head -c -40
} >"$work/broken.jsonl"
start_tui 120x40 -C "$work" "$program" replay "$work/broken.jsonl"
wait_for '[0-9] lines left out'
send End
wait_for '■ done'
send q
expect_exit 0

mkfifo "$work/pipe"
"$program" run "$(bench_preset)" --set duration_s=0 --set repeats=1 --set sweep.threads= --quiet --stream "$work/pipe" \
  2>"$work/run.err" &
run=$!
start_tui 80x24 -C "$work" sh -c "'$program' replay - <'$work/pipe'"
wait_for 'arriving'
wait_for '00:(0[1-9]|[1-9][0-9])\.[0-9] of'
send '?'
wait_for 'faster, up to 100x'
send Escape
send q
expect_exit 0
gone() { ! kill -0 "$run" 2>/dev/null; }
until_true "$WAIT_S" gone || fail "the run goes on without its watcher"
expect_nothing_left
