#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What cannot be written is said, in one line and with status 3, by every command; files
# are whole or not there, and streams end in a whole line.
set -u
# shellcheck source=tests/commands/lib.sh
. "$(dirname "$0")/lib.sh"
sim="sim-madvise-scaling --set repeats=2 --set duration_s=0.01 --quiet"

# shellcheck disable=SC2086 # words
tlblab run $sim --json "$work/a.json"
cp "$work/a.json" "$work/b.json"

# on_full WORDS…: standard output is a full disk.
on_full() {
  "$TLBLAB" "$@" >/dev/full 2>"$work/err" </dev/null
  status=$?
  [ "$status" -eq 3 ] || fail "tlblab $* on a full disk: status $status, not 3"
  [ "$(wc -l <"$work/err")" -eq 1 ] || fail "tlblab $* on a full disk: $(cat "$work/err")"
  grep -q '^tlblab: standard output: .*; ' "$work/err" ||
    fail "tlblab $* on a full disk: $(cat "$work/err")"
}
on_full --help
on_full --version
on_full --manual man
on_full --manual bash
on_full run --help
for what in presets workloads placements sensors strategies metrics events; do
  on_full list "$what"
  on_full list "$what" --json
done
on_full machine
on_full machine --json
on_full doctor
on_full doctor --json
# shellcheck disable=SC2086
on_full run ${sim% --quiet}
for to in --json --csv --stream; do
  # shellcheck disable=SC2086
  on_full run $sim $to -
done
on_full compare "$work/a.json" "$work/b.json"
on_full compare "$work/a.json" "$work/b.json" --json -
on_full report "$work/a.json" -o -

# A size limit is a failed write, not an end by a signal, and leaves nothing behind.
# Its own output goes through pipes, which have no size.
limited() {
  (
    ulimit -f 1
    "$TLBLAB" "$@" 2>&1 </dev/null
    echo "status $?"
  ) | cat >"$work/limited"
}
# shellcheck disable=SC2086
limited run $sim --json "$work/limited.json"
grep -q 'status 3' "$work/limited" || fail "a size limit: $(cat "$work/limited")"
[ ! -e "$work/limited.json" ] || fail "half a result was left"
[ -z "$(find "$work" -name '.tlblab*')" ] || fail "left: $(find "$work" -name '.tlblab*')"
# shellcheck disable=SC2086
limited run $sim --stream "$work/limited.jsonl"
grep -q 'status 3' "$work/limited" || fail "a size limit: $(cat "$work/limited")"
[ ! -s "$work/limited.jsonl" ] || [ -z "$(tail -c 1 "$work/limited.jsonl")" ] ||
  fail "the stream ends in the middle of a line"

# A reader that leaves ends the stream.
# shellcheck disable=SC2086
"$TLBLAB" run $sim --stream - 2>/dev/null | head -c 100 >/dev/null
[ "${PIPESTATUS[0]}" -eq 3 ] || fail "a closed pipe: status ${PIPESTATUS[0]}, not 3"

# Two outputs to one file, by whatever name.
mkdir "$work/folder"
ln -s ../same "$work/folder/link"
: >"$work/same"
# shellcheck disable=SC2086
says 2 'two outputs' run $sim --json "$work/same" --csv "$work/same"
# shellcheck disable=SC2086
says 2 'two outputs' run $sim --json "$work/folder/link" --stream "$work/folder/../same"
# shellcheck disable=SC2086
says 2 'two outputs' run $sim --json "$work/new" --csv "$work/folder/../new"
[ ! -s "$work/same" ] || fail "an output was written all the same"

says 2 'tlblab run' rn
says 2 'tlblab compare' comapre
finish
