#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A screen killed while it measures leaves what it measured; the next starts offer it
# until R has shown it, or for a week; a clean exit leaves nothing of its own.
# shellcheck source=tests/tmux/lib.sh
. "$(dirname "$0")/lib.sh"
own_program
state=$work/state/tlblab
preset=$(bench_preset)

start_tui 100x30 -C "$work" "XDG_STATE_HOME=$work/state" "$program" "$preset"
wait_for '● running'
written() { [ "$(cat "$state"/live-*.jsonl 2>/dev/null | wc -l)" -gt 10 ]; }
until_true "$WAIT_S" written || fail "no journal: $(ls -la "$state" 2>&1)"
kill -9 "$(cat "$work/pid")"
wait_file "$work/status"
expect_nothing_left

start_tui 140x40 -C "$work" "XDG_STATE_HOME=$work/state" "$program" "$preset"
wait_for 'ended unexpectedly 0 min ago; press R'
wait_for '● running'
send Tab
wait_gone 'ended unexpectedly'
wait_for 'R last session'
send q
expect_exit 0
[ "$(ls "$state")" = last.jsonl ] || fail "left after a clean exit: $(ls "$state")"

# Not seen yet: it is offered again, and R shows it as it was.
start_tui 80x24 -C "$work" "XDG_STATE_HOME=$work/state" "$program" "$preset"
wait_for 'ended unexpectedly . min ago; press R'
wait_for '● running'
send R
wait_for '■ done'
wait_for 'Runtime per operation'
wait_for 'of 00:0'
send Home
wait_for '00:00\.0 of'
send q
wait_for 'kept for a week'
wait_for '● running'
send q
expect_exit 0
[ "$(ls "$state")" = seen.jsonl ] || fail "after it was seen: $(ls "$state")"
cmp "$work/before" "$work/after" || fail "the terminal's settings differ"

# Seen, or too old: no offer, and what is too old goes.
cp "$state/seen.jsonl" "$state/last.jsonl"
touch -d '8 days ago' "$state"/{seen,last}.jsonl
start_tui 80x24 -C "$work" "XDG_STATE_HOME=$work/state" "$program" "$preset"
wait_for '● running'
screen_lacks 'ended unexpectedly|last session' || fail "an offer of what is too old"
send q
expect_exit 0
[ -z "$(ls "$state")" ] || fail "kept beyond its time: $(ls "$state")"
expect_nothing_left
