#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A screen killed while it measures leaves what it measured; the next start says how to
# see it, replay shows it, and a clean exit leaves nothing.
# shellcheck source=tests/tmux/lib.sh
. "$(dirname "$0")/lib.sh"
own_program
state=$work/state/tlblab
preset=$(bench_preset)

start_tui 100x30 -C "$work" "XDG_STATE_HOME=$work/state" "$program" "$preset"
wait_for '● running'
written() { [ "$(cat "$state"/live-*.jsonl 2>/dev/null | wc -l)" -gt 10 ]; }
until_true "$WAIT_S" written || fail "no journal: $(ls -la "$state" 2>&1)"
live=$(basename "$(compgen -G "$state/live-*.jsonl")")
screen_pid=${live//[!0-9]/}
kill -9 "$screen_pid"
wait_file "$work/status"
tm kill-server
expect_nothing_left

start_tui 140x40 -C "$work" "XDG_STATE_HOME=$work/state" "$program" "$preset"
wait_for 'ended badly: tlblab replay .*last.jsonl'
wait_for '● running'
send q
expect_exit 0
tm kill-server
[ "$(ls "$state")" = last.jsonl ] || fail "left after a clean exit: $(ls "$state")"

start_tui 100x30 -C "$work" "$program" replay "$state/last.jsonl"
wait_for '▶ 1x'
wait_for 'Runtime per operation'
send End
wait_for '■ done'
send q
expect_exit 0
