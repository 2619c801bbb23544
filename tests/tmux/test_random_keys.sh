#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A few hundred random keys and sizes on the real program, in a home of its own: it must
# live, still answer, and leave in good order.
# shellcheck source=tests/tmux/lib.sh
. "$(dirname "$0")/lib.sh"
own_program
RANDOM=7
keys=(Up Down Left Right Enter Escape Tab BTab PageUp PageDown Home End BSpace Space
  a b B c C d f g h i j k l L m n o p P r t u v w x X y z + - '<' '>' , . '[' ']' '?' 1 2 0 '/')
sizes=(80x24 120x40 200x50 300x90 81x33 40x10 160x44 100x25)

start_tui 120x40 -C "$work" "HOME=$work" "XDG_CONFIG_HOME=$work/config" \
  "XDG_STATE_HOME=$work/state" "$program" "$(bench_preset)"
wait_for 'running'
for ((i = 0; i < 40; i++)); do
  some=()
  for ((k = 0; k < 10; k++)); do some+=("${keys[RANDOM % ${#keys[@]}]}"); done
  send "${some[@]}"
  resize "${sizes[RANDOM % ${#sizes[@]}]}"
  [ -e "$work/status" ] && fail "gone after ${some[*]}, status $(cat "$work/status")"
done
# Where it is now is anybody's guess; a few escapes lead out of everywhere.
resize 120x40
for ((i = 0; i < 6; i++)); do
  send Escape
  sleep 0.05 # or the next key would belong to this one
done
wait_for 'tlblab .*every'
send q
expect_exit 0
expect_nothing_left
