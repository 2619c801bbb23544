#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# NO_COLOR draws without colours; the C locale draws with ASCII alone; with neither,
# there are both colours and better glyphs.
# shellcheck source=tests/tmux/lib.sh
. "$(dirname "$0")/lib.sh"
own_program

colour=$(printf '\033\\[[0-9;]*\\b(3[0-7]|4[0-7]|9[0-7]|10[0-7]|[34]8)[;m]')
has_colour() { screen_escapes | grep -qE "$colour"; }
has_beyond_ascii() { screen | LC_ALL=C grep -q '[^ -~]'; }

start_tui 120x40 -u NO_COLOR "$program" "$(bench_preset)"
wait_for 'running'
until_true "$WAIT_S" has_colour || fail "no colour where colour is welcome"
until_true "$WAIT_S" has_beyond_ascii || fail "nothing but ASCII in a UTF-8 locale"
send q
expect_exit 0

start_tui 120x40 NO_COLOR=1 "$program" "$(bench_preset)"
wait_for 'running'
has_colour && fail "colour in spite of NO_COLOR"
send q
expect_exit 0

start_tui 120x40 LC_ALL=C "$program" "$(bench_preset)"
wait_for 'running'
has_beyond_ascii && fail "beyond ASCII in the C locale: $(screen | LC_ALL=C grep -n '[^ -~]' | head -n 3)"
send q
expect_exit 0

# Other colours by key and by option; a scheme brings its background along.
has_ground() { screen_escapes | grep -qE "$(printf '\033\\[[0-9;]*48;5;%d[;m]' "$1")"; }
start_tui 120x40 -u NO_COLOR TERM=screen-256color "$program" --scheme light "$(bench_preset)"
wait_for 'running'
until_true "$WAIT_S" has_ground 231 || fail "--scheme light has no light ground"
send C
wait_for 'high contrast'
until_true "$WAIT_S" has_ground 16 || fail "no black ground after C"
send q
expect_exit 0

start_tui 120x40 NO_COLOR=1 "$program" --scheme light "$(bench_preset)"
wait_for 'running'
has_colour && fail "--scheme in spite of NO_COLOR"
send C
wait_for 'no colours here'
send q
expect_exit 0

"$program" --scheme pink </dev/null >"$work/out" 2>&1
[ $? = 2 ] || fail "--scheme pink: exit status"
grep -q 'contrast' "$work/out" || fail "--scheme pink does not say which there are"
