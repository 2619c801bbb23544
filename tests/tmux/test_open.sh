#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A first visit: the lesson opens and runs, a second thread is added and marked, the
# result is exported, the window shrinks and grows, and q leaves the terminal as it was.
# shellcheck source=tests/tmux/lib.sh
. "$(dirname "$0")/lib.sh"
own_program

start_tui 120x40 -C "$work" "HOME=$work" "XDG_CONFIG_HOME=$work/config" \
  "$program" "$(bench_preset)"
wait_for 'Runtime per operation'
wait_for 'TLB shootdowns'
wait_for 'dTLB walk cycles'
wait_for '● running'
wait_pane '#{alternate_on}' 1

if [ "$(nproc)" -ge 2 ]; then
  select_field threads
  send Right
  wait_for 'threads +◂ 2 of'
  wait_for 'threads 1 ?[▸>] ?2'
  wait_for '● running'
fi

# What is exported was measured: wait for the warm-up to be over.
wait_for '[✓!] .*shootdowns per op'
send e
wait_for 'export to'
send Enter
exported() { compgen -G "$work/tlblab-*.json"; }
until_true "$WAIT_S" exported || fail "no exported file in $(ls "$work")"
python3 - "$(exported)" <<'PY' || fail "the exported file is not what it should be"
import json, sys
d = json.load(open(sys.argv[1]))
assert d["schema"] == "tlblab.result/1", d["schema"]
assert d["runs"] and all(r["intervals"] for r in d["runs"]), "a run without intervals"
assert sum(w["ops"] for w in d["runs"][-1]["workers"]) > 0, "no operation was counted"
PY

resize 80x24
wait_for 'TLB shootdowns'
resize 20x5
wait_for 'too small'
resize 120x40
wait_for 'dTLB walk cycles'
wait_gone 'too small'

send q
expect_exit 0
cmp "$work/before" "$work/after" || fail "the terminal's settings differ"
wait_pane '#{alternate_on} #{cursor_flag}' '0 1'
expect_nothing_left
