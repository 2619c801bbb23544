#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What the README shows exists: its pictures, its presets, and every command it names with
# options that the command's own help knows.
# shellcheck disable=SC2013,SC2016 # words are wanted, and backquotes are text
set -u
# shellcheck source=tests/commands/lib.sh
. "$(dirname "$0")/lib.sh"

for picture in $(grep -oE 'screenshots/[a-z]+\.png' README.md); do
  [ -s "$picture" ] || fail "no $picture"
done
for preset in $(grep -oE '`(lesson|sim)-[a-z0-9-]+`' README.md | tr -d '`' | sort -u); do
  [ -s "presets/$preset.json" ] || fail "no preset $preset"
done
grep -oE '`[^`]*tlblab (run|tune|compare|replay|report|list|machine|doctor)[^`]*`' README.md | tr -d '`' |
  sed 's/^.*tlblab \([a-z]* .*\)$/\1/' >"$work/commands"
[ "$(wc -l <"$work/commands")" -ge 8 ] || fail "the README names $(wc -l <"$work/commands") commands"
while read -r command words; do
  tlblab "$command" --help
  [ "$status" -eq 0 ] || fail "no command $command"
  for option in $(grep -oE -- '--[a-z-]+[a-z]' <<<"${words%% -- *}"); do
    grep -qF -- "$option" "$work/out" || fail "$command does not know $option: $words"
  done
done <"$work/commands"
finish
