#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The man page and the completions name every command and option, and their readers
# find nothing to complain about.
set -u
# shellcheck source=tests/commands/lib.sh
. "$(dirname "$0")/lib.sh"

for kind in man bash zsh fish; do
  tlblab --manual "$kind"
  [ "$status" -eq 0 ] || fail "--manual $kind: status $status"
  cp "$work/out" "$work/$kind"
done
says 2 'no such page' --manual tcsh

tlblab --help
commands=$(sed -n 's/^  \([a-z]*\)  .*/\1/p' "$work/out")
[ -n "$commands" ] || fail '--help names no command'
for c in $commands; do
  tlblab "$c" --help
  while read -r option; do
    [ "$option" != --help ] || continue
    grep -qF -- "${option//-/\\-}" "$work/man" || fail "man does not name $c $option"
    grep -qF -- "$option" "$work/bash" || fail "bash does not know $c $option"
    grep -qF -- "$option" "$work/zsh" || fail "zsh does not know $c $option"
    grep "seen_subcommand_from $c'" "$work/fish" | grep -qE -- "-[ls] ${option##*-}|-l ${option#--} " ||
      fail "fish does not know $c $option"
  done < <(sed -n 's/^  \(--*[a-z-]*\) .*/\1/p' "$work/out")
done

bash -n "$work/bash" || fail "bash does not read its completions"
got=$(PATH=$(dirname "$TLBLAB"):$PATH bash -c ". '$work/bash'; COMP_WORDS=(tlblab run --js); COMP_CWORD=2; _tlblab; echo \"\${COMPREPLY[*]}\"")
[ "$got" = --json ] || fail "bash completes run --js to '$got'"
if command -v zsh >/dev/null; then zsh -n "$work/zsh" || fail "zsh does not read its completions"; fi
if command -v fish >/dev/null; then fish -n "$work/fish" || fail "fish does not read its completions"; fi
if command -v groff >/dev/null; then
  groff -man -Tascii -ww -z "$work/man" 2>"$work/groff"
  [ ! -s "$work/groff" ] || fail "groff: $(head -3 "$work/groff")"
fi
if command -v mandoc >/dev/null; then
  mandoc -T lint -W warning <"$work/man" >"$work/mandoc" 2>&1
  [ ! -s "$work/mandoc" ] || fail "mandoc: $(head -3 "$work/mandoc")"
fi
finish
