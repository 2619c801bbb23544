#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A first visit without a word: the course stands beside the first lesson, which runs.
# Then a lesson key by key: predict, run, verdict, back, on; the settings keep their
# keys; the end is remembered.
# shellcheck source=tests/tmux/lib.sh
. "$(dirname "$0")/lib.sh"
own_program
cp -r presets "$work/presets"

# A copy of a lesson that is over soon, on the simulated machine: the same everywhere.
python3 - presets/lesson-lazy.json "$work/presets/lesson-lazy.json" <<'PY'
import json, sys
d = json.load(open(sys.argv[1]))
d["lesson"] = d["lesson"][4:]
json.dump(d, open(sys.argv[2], "w"))
PY

start_tui 120x40 -C "$work" "HOME=$work" "XDG_STATE_HOME=$work/state" "XDG_CONFIG_HOME=$work/config" \
  "TLBLAB_PRESET_PATH=$work/presets" "$program"
wait_for '─ Course ─'
wait_for '1 +What a TLB is'
wait_for '8 +What hardware could do'
wait_for '● running'
# Not in the way: the arrows change the settings as ever.
select_field warm-up
send n
wait_gone '─ Course ─'
wait_for '─ Lesson 1 ─.* step 1 of 4, live'
wait_for 'One visit: [0-9.]+ .?s \(95 % CI'
send 0
wait_for '─ Course ─'
send 6
wait_for '─ Lesson 6 ─.* step 1 of 3, simulated'
wait_for 'Shootdowns per round, simulated: 7.00'

# The question stands before anything runs; a wrong digit is none, an arrow chooses.
send Enter
wait_for '─ Lesson 6 ─.* step 2 of 3, a question'
wait_for 'What happens to the 7 interrupts'
send 9
send Down
wait_for '▸1 +all of them are gone'
send Down
wait_for '▸2 +some are gone'
send Enter
wait_for 'The answer: all of them are gone. You said: some are gone.'
send p
wait_for 'step 1 of 3, simulated'
wait_for 'simulated: 7.00'
send Enter
wait_for 'step 2 of 3, a question'
send 1
wait_for 'The answer: all of them are gone. As you said.'

# Notes over it, the bench and back; folded, and as wide as it gets.
send l
wait_for 'MADV_LAZYFREE \(madv-lazyfree.txt\) propose'
send Escape
wait_gone 'madv-lazyfree.txt. propose'
resize 80x24
wait_for '─ Lesson 6 ─'
wait_for 'The answer: all of them are gone'
wait_for 'TLB shootdowns'
resize 200x50
wait_for 'The answer: all of them are gone'
send Escape
wait_gone '─ Lesson 6 ─'
wait_for 'What you see'
send l
wait_for 'As you said'

send Enter
wait_for 'step 3 of 3, a question'
send Enter
wait_for 'The answer: some, fewer than 7'
send Enter
wait_for 'That was the last step'
wait_for 'You predicted 1 of 1 correctly'
send 0
wait_for '6 ✓ +Freeing without a flush'
send Escape
send q
expect_exit 0

# The second visit goes straight to the lesson.
start_tui 120x40 -C "$work" "HOME=$work" "XDG_STATE_HOME=$work/state" "XDG_CONFIG_HOME=$work/config" \
  "TLBLAB_PRESET_PATH=$work/presets" "$program"
wait_for '─ Lesson 1 ─'
screen_lacks '─ Course ─' || fail 'the course is shown again'
send q
expect_exit 0

# By itself, on a timer, to the end; what was found is printed behind it.
start_tui 120x40 -C "$work" "HOME=$work" "XDG_STATE_HOME=$work/state" \
  "TLBLAB_PRESET_PATH=$work/presets" "$program" lesson-lazy --auto --step-seconds 0.5
wait_for 'lesson-lazy: 3 of 3 steps completed'
expect_exit 0
expect_nothing_left
