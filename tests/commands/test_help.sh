#!/usr/bin/env bash
# Help is complete: every command has a page, and every list prints something.
set -u
# shellcheck source=tests/commands/lib.sh
. "$(dirname "$0")/lib.sh"

tlblab --help
[ "$status" -eq 0 ] || fail "--help: status $status"
commands=$(sed -n 's/^  \([a-z]*\)  .*/\1/p' "$work/out")
[ -n "$commands" ] || fail '--help names no command'
[ "$(LC_ALL=C.UTF-8 wc -L <"$work/out")" -le 80 ] || fail '--help is wider than 80 columns'
for c in $commands; do
  tlblab "$c" --help
  [ "$status" -eq 0 ] || fail "$c --help: status $status"
  grep -q '^usage: tlblab' "$work/out" || fail "$c --help: no usage"
  [ -s "$work/err" ] && fail "$c --help: $(cat "$work/err")"
done
tlblab --version
grep -Eq '^tlblab [0-9]+\.[0-9]+' "$work/out" || fail "--version: $(cat "$work/out")"
tlblab list --help
kinds=$(tr '\n' ' ' <"$work/out" | sed -n 's/^usage: tlblab list *\([a-z|]*\).*/\1/p' | tr '|' ' ')
[ "$(wc -w <<<"$kinds")" -ge 7 ] || fail "list --help names only: $kinds"
for k in $kinds; do
  tlblab list "$k"
  [ "$status" -eq 0 ] || fail "list $k: status $status"
  [ -s "$work/out" ] || fail "list $k: empty"
  tlblab list "$k" --json
  [ "$(json 'len(d) > 0' "$work/out")" = True ] || fail "list $k --json"
done
finish
