#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A sweep of two keys, as they are typed: its heat map, pause, going on, an early stop and
# what is exported of it; then a tuning whose curves form, stopped, and exported.
# shellcheck source=tests/tmux/lib.sh
. "$(dirname "$0")/lib.sh"
own_program

exported() { # exported KIND EXPRESSION: of the newest such file, as d
  python3 -c 'import glob, json, sys
d = json.load(open(sorted(glob.glob(sys.argv[1]))[-1]))
sys.exit(not eval(sys.argv[2]))' "$work/tlblab-$1-*.json" "$2" || fail "exported $1: not so: $2"
}

sed -E 's/"duration_s": *[0-9.]+/"duration_s": 0.4/; s/"warmup_s": *[0-9.]+/"warmup_s": 0.1/; s/"repeats": *[0-9]+/"repeats": 2/; s/"sweep": *\{[^}]*\}/"sweep": {}/' \
  presets/madvise-scaling.json >"$work/short.json"
start_tui 80x24 -C "$work" "HOME=$work" "XDG_CONFIG_HOME=$work/config" \
  "$program" "$work/short.json"
wait_for '● running'
wait_for 'w sweep  t tune' # there, in the narrowest
send w
if screen_has 'against threads' || ! until_true 3 screen_has 'Enter runs'; then
  wait_for 'against threads' # the preset has an axis of its own
  send s
  wait_for 'stopped after|runs made'
  send w
fi
wait_for 'Enter runs'
send C-u
send -l 'threads=1,nobody'
send Enter
wait_for 'nobody' # refused, and still there to be put right
send C-u
send -l 'threads=1,2 pages=1,16'
send Enter
wait_for 'against threads and pages'
wait_for 'run [23] of 8.*left'
send Space
wait_for 'paused before run'
send Space
wait_for '● run [345] of 8'
send s
wait_for 'stopped after [2-7] of 8 runs'
wait_for '[0-9] (ns|µs)'
send e
wait_for 'export to'
send Enter
wait_for 'written: .* runs'
exported sweep 'len(d["runs"]) >= 2 and sorted(d["preset"]["sweep"].values()) == [[1, 2], [1, 16]]'
send Escape
wait_for '● running|Runtime per operation'

if [ "$(nproc)" -ge 2 ]; then
  send t
  wait_for 'The right ceiling for this CPU'
  wait_for '● page by page ○ all at once'
  wait_for 'round ([4-9]|[0-9][0-9]):' 60
  send Space
  wait_for 'ceiling for this CPU .* done'
  send e
  wait_for 'export to'
  send Enter
  wait_for 'written: tlblab-tune'
  exported tune 'd["tune"]["restored"] and d["tune"]["rounds"] >= 3 and len(d["tune"]["working_sets"][0]["round_ranged_ns"]) == d["tune"]["rounds"]'
  send Escape
fi
wait_for 'Runtime per operation'
send q
expect_exit 0
expect_nothing_left
