#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# 1,024 workers, as threads and as processes: they start, do their work and leave
# nothing behind, also when they are interrupted; where that is a crowd, it gives way
# and the result says so.
set -u
# shellcheck source=tests/commands/lib.sh
. "$(dirname "$0")/lib.sh"
if [ "$(ulimit -u)" != unlimited ] && [ "$(ulimit -u)" -lt 1500 ]; then
  echo "the limit on processes (ulimit -u) is below 1500"
  exit 77
fi
# Its own copy, so that what it leaves behind is told from everyone else's.
cp "$TLBLAB" "$work/tlblab" || exit 1
many=(run madvise-scaling --quiet --no-trace --set sweep.threads= --set threads=1024
  --set repeats=1 --set warmup_s=0 --set duration_s=0)

# left: how many processes of that copy there are.
left() {
  find /proc -maxdepth 2 -name exe -lname "$work/tlblab*" 2>/dev/null | wc -l
}

# none_left: within a minute.
none_left() {
  for _ in $(seq 600); do
    [ "$(left)" -eq 0 ] && return
    sleep 0.1
  done
  return 1
}

for mode in threads processes; do
  timeout 120 "$work/tlblab" "${many[@]}" --set mode=$mode --set ops=3 --json "$work/$mode.json" \
    2>"$work/err" </dev/null || fail "$mode: status $?: $(cat "$work/err")"
  [ "$(json 'len([w for w in d["runs"][0]["workers"] if w["ops"] == 3])' "$work/$mode.json")" = 1024 ] ||
    fail "$mode: 1024 workers of 3 operations each"
  [ "$(json 'len({w["tid"] for w in d["runs"][0]["workers"]})' "$work/$mode.json")" = 1024 ] ||
    fail "$mode: a thread id for each"
  none_left || fail "$mode: $(left) processes are left"
  if [ "$(nproc)" -lt 100 ]; then
    [ "$(json '[c["observed"] for c in d["runs"][0]["checks"] if c["name"] == "oversubscribed"]' \
      "$work/$mode.json")" = "['1024 that give way']" ] || fail "$mode: nothing is said of the crowd"
  fi

  timeout -s KILL 120 "$work/tlblab" "${many[@]}" --set mode=$mode --stream "$work/stream" \
    2>"$work/err" </dev/null &
  pid=$!
  for _ in $(seq 600); do
    grep -qs '"interval"' "$work/stream" && break
    sleep 0.1
  done
  pkill -TERM -P $pid
  wait $pid
  ended=$?
  [ $ended -eq 130 ] || fail "$mode, interrupted: status $ended, not 130"
  none_left || fail "$mode, interrupted: $(left) processes are left"
  rm -f "$work/stream"
done
finish
