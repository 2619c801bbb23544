#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The screen of who: a planted worker is at the top with its cause, on every page; every
# key of it leaves a picture; it freezes, filters, sorts, exports and goes.
# shellcheck source=tests/tmux/lib.sh
. "$(dirname "$0")/lib.sh"
own_program

"$program" who --for 0.1 >/dev/null 2>"$work/err"
if [ $? -eq 3 ]; then
  echo "cannot trace here: $(cat "$work/err")"
  exit 77
fi
"$program" run release-sizes --set threads=1 --set victims=1 --set params.method=munmap \
  --set params.pages=1 --set duration_s=120 --set repeats=1 --no-trace --quiet \
  --json "$work/run.json" &
planted=$!
cd "$work" || exit 1

start_tui 120x40 "$program" who
wait_for 'worker 0 .*munmap\(\)'
wait_for 'munmap\(\) +[0-9.]+ k? '
send Enter
wait_for 'What would stop it'
wait_for 'Kernel stacks of this cause'
send Escape
send 2
wait_for 'CAUSE .*WHAT WOULD STOP IT'
wait_for 'munmap\(\)'
send 3
wait_for 'HIT MOSTLY BY'
send 4
wait_for 'RUNNING AT THE LAST FLUSH'
send 5
wait_for 'Rows flush; columns ran|No flush has reached'
send 6
wait_for 'CPUs TOLD|How long a flush takes|No flush has asked'
send 1
send /
wait_for 'Enter keeps it'
send worker Enter
wait_for 'only rows with "worker"'
wait_for 'worker 0'
send Escape
wait_gone 'only rows with'
send Space
wait_for 'frozen at'
send Space
wait_for 'watching'
send '?'
wait_for 'Columns of this page'
resize 80x24
wait_for 'Keys'
send Escape
wait_for '\? help +q quit'
wait_for 'MOSTLY'

# Every key on every page and over everything: the picture stays.
for page in 1 2 3 4 5 6; do
  for key in $page Up Down PPage NPage Home End j k g G t H a I '<' '>' Enter Down End \
    Escape '?' End Escape / x BSpace Escape C Tab BTab F1 F1 F4 Escape F5 F6 Z Z @; do
    send "$key"
  done
done
send Escape 1
wait_for '\? help +q quit'
resize 200x50
wait_for 'Why: CPUs told per second, by cause'
send e
wait_for 'written to who-.*\.json'
/usr/bin/python3 -c 'import glob, json; json.load(open(glob.glob("who-*.json")[0]))' ||
  fail "the export is no JSON"
kill -TERM "$planted"
wait "$planted"
send q
expect_exit 0
expect_nothing_left

# A signal ends it like any program, and the terminal is given back.
start_tui 80x24 "$program" who
wait_for 'watching'
kill -TERM "$(cat "$work/pid")"
expect_exit 130
expect_nothing_left
