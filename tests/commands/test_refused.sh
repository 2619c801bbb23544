#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What the kernel refuses to show is absent with its reason, and the run goes on: for a
# user with no capability at all, and for a root that has none, as in a container that
# also hides tracefs.
set -u
# shellcheck source=tests/commands/lib.sh
. "$(dirname "$0")/lib.sh"

[ "$(id -u)" -eq 0 ] || {
  echo 'needs root, to give it up'
  exit 77
}
short=(--set threads=1 --set victims=0 --set duration_s=0.3 --set warmup_s=0 --set repeats=1
  --set sweep.threads=1)

# ran NAME: the run ended well, its operations were counted, and what was refused is
# missing everywhere it would stand.
ran() {
  [ "$status" -eq 0 ] || fail "$1: status $status: $(cat "$work/err")"
  [ -s "$work/r.json" ] || {
    fail "$1: no result"
    return
  }
  check() { [ "$(json "$1" "$work/r.json")" = True ] || fail "$name: $1"; }
  name=$1
  check 'd["runs"][0]["summary"]["ns_per_op"]["n"] >= 1'
  check 'd["runs"][0]["summary"]["ns_per_op"]["mean"] > 0'
  check 'not d["sensors"]["flush_trace"]["available"]'
  check 'len(d["sensors"]["flush_trace"]["reason"]) > 20'
  check 'all(i["flushes"]["full"] is None and i["flushes"]["ranged"] is None for i in d["runs"][0]["intervals"])'
  check 'd["sensors"]["interrupts"]["available"]'
  check '[c["ok"] for c in d["runs"][0]["checks"] if c["name"] == "flushes"] == [None]'
}

chmod 755 "$work"
cp "$TLBLAB" "$work/program" && cp -r presets "$work/presets" || exit 1
mkdir -m 777 "$work/out.d"

(
  cd "$work" || exit 1
  exec setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all \
    --bounding-set=-all --no-new-privs env HOME="$work/out.d" XDG_STATE_HOME="$work/out.d" \
    ./program run madvise-scaling "${short[@]}" --json "$work/out.d/r.json"
) >"$work/out" 2>"$work/err" </dev/null
status=$?
mv "$work/out.d/r.json" "$work/r.json" 2>/dev/null
paranoid=$(cat /proc/sys/kernel/perf_event_paranoid 2>/dev/null || echo 2)
if [ "$paranoid" -gt 1 ]; then
  ran 'nobody'
else
  [ "$status" -eq 0 ] || fail "nobody: status $status: $(cat "$work/err")"
fi
rm -f "$work/r.json"

# Both places of tracefs are hidden behind empty folders.
if [ "$paranoid" -gt 1 ] && unshare -m true 2>/dev/null; then
  # shellcheck disable=SC2016 # for the inner shell
  unshare -m sh -c '
    mount --make-rprivate / 2>/dev/null
    for d in /sys/kernel/tracing /sys/kernel/debug; do
      mount -t tmpfs -o ro none $d || exit 99
    done
    exec setpriv --inh-caps=-all --bounding-set=-all "$@"' sh "$work/program" run madvise-scaling "${short[@]}" --json "$work/r.json" \
    >"$work/out" 2>"$work/err" </dev/null
  status=$?
  [ "$status" -eq 99 ] || ran 'root of a container'
fi
finish
