#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# w sweeps the first lesson in short runs, and what is there can be exported; t opens the
# tuner, also for a program, and can be left; the bench runs again and the terminal is as it was.
# shellcheck source=tests/tmux/lib.sh
. "$(dirname "$0")/lib.sh"
own_program

sed -E 's/"duration_s": *[0-9.]+/"duration_s": 0.5/; s/"warmup_s": *[0-9.]+/"warmup_s": 0.2/; s/"repeats": *[0-9]+/"repeats": 2/' \
  presets/madvise-scaling.json >"$work/short.json"
start_tui 120x40 -C "$work" "HOME=$work" "XDG_CONFIG_HOME=$work/config" \
  "$program" "$work/short.json"
wait_for '● running'
send w
wait_for 'against threads'
wait_for '■ all 4 runs made'
send e
wait_for 'export to'
send Enter
wait_for 'written: .*4 runs'
python3 - "$work"/tlblab-sweep-*.json <<'PY' || fail "the exported sweep is not what it should be"
import collections, json, sys
d = json.load(open(sys.argv[1]))
n = collections.Counter(r["config"]["threads"] for r in d["runs"])
assert n == {1: 2, 2: 2}, n
assert all(r["intervals"] for r in d["runs"]), "a run without intervals"
PY
send Escape
wait_for 'Runtime per operation'
wait_for '● running'

send t
if [ "$(nproc)" -ge 2 ]; then
  wait_for 'The right ceiling for this CPU'
  wait_for 'method +(span|knob)'
  send Space
  wait_for 'ceiling for this CPU .* done'
  send Escape
else
  wait_for 'one CPU only'
fi
wait_for 'Runtime per operation'
wait_for '● running'

send q
expect_exit 0
cmp "$work/before" "$work/after" || fail "the terminal's settings differ"
expect_nothing_left

# For a program: ceilings are tried on it where they can be set, elsewhere the same
# screen says what would allow it. Either way it runs on.
tm kill-server
start_tui 120x40 -C "$work" "HOME=$work" "XDG_CONFIG_HOME=$work/config" \
  "$program" "$PWD/presets/program.json"
wait_for '● running'
send t
wait_for 'The right ceiling for this program'
wait_for 'round [0-9]|What would be tried'
send Escape
wait_for 'Runtime per operation'
wait_for '● running'
send q
expect_exit 0
expect_nothing_left
