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

# Many short runs: whenever it is looked at, some are made and some are left.
python3 - presets/madvise-scaling.json "$work/short.json" <<'PY'
import json, sys
d = json.load(open(sys.argv[1]))
d["experiment"].update(duration_s=0.4, warmup_s=0.1, repeats=20)
d["sweep"] = {}
json.dump(d, open(sys.argv[2], "w"))
PY
start_tui 80x24 -C "$work" "HOME=$work" "XDG_CONFIG_HOME=$work/config" \
  "$program" "$work/short.json"
wait_for '● running'
wait_for 'w sweep  t tune' # there, in the narrowest
send w
wait_for 'Enter runs'
send C-u
send -l 'threads=1,nobody'
send Enter
wait_for 'nobody' # refused, and still there to be put right
send C-u
send -l 'threads=1,2 pages=1,16'
send Enter
wait_for 'against threads and pages'
wait_for 'run ([2-9]|[1-7][0-9]) of 80.*left'
send Space
wait_for 'paused before run'
send Space
wait_for '● run [0-9]+ of 80'
send s
wait_for 'stopped after [0-9]+ of 80 runs'
wait_for '[0-9] (ns|µs)'
send e
wait_for 'export to'
send Enter
wait_for 'written: .* runs?'
exported sweep 'd["runs"] and sorted(d["preset"]["sweep"].values()) == [[1, 2], [1, 16]]'
send Escape
wait_for '● running|Runtime per operation'

if [ "$(nproc)" -ge 2 ]; then
  send t
  wait_for 'The right ceiling for this CPU'
  # On a machine whose CPUs others take all the time no window counts.
  curves_form() { screen_has '● page by page ○ all at once' && screen_has 'round ([4-9]|[0-9][0-9]):'; }
  until_true 30 curves_form || wait_for 'windows +[0-9]+ of'
  send Space
  wait_for 'ceiling for this CPU .* done'
  send e
  wait_for 'export to'
  send Enter
  wait_for 'written: tlblab-tune'
  exported tune 'd["tune"]["restored"] and d["tune"]["windows"] > 0 and len(d["tune"]["working_sets"][0]["round_ranged_ns"]) == d["tune"]["rounds"]'
  send Escape
fi
wait_for 'Runtime per operation'
send q
expect_exit 0
expect_nothing_left
