#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# who: a planted process that releases pages is named, with its cause and its share;
# without the right to trace it says what would allow it.
set -u
# shellcheck source=tests/commands/lib.sh
. "$(dirname "$0")/lib.sh"

says 2 'not a number' who --for never
says 2 'unexpected argument' who everybody
says 2 'two outputs' who --json "$work/same" --csv "$work/same"
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null && cp "$TLBLAB" "$work/tlblab" &&
  chmod 755 "$work" "$work/tlblab"; then
  setpriv --reuid 65534 --regid 65534 --clear-groups "$work/tlblab" who --for 1 \
    >"$work/out" 2>"$work/err"
  [ $? -eq 3 ] || fail "without rights: status not 3"
  grep -q 'sudo' "$work/err" || fail "without rights: $(cat "$work/err")"
fi

tlblab who --for 0.1
if [ "$status" -eq 3 ]; then
  [ "$wrong" -eq 0 ] || finish
  echo "cannot trace here: $(cat "$work/err")"
  exit 77
fi

# What is open stays open; from there on it is the user who asked for root.
mkdir -m 1777 "$work/shared" && chmod 755 "$work"
SUDO_UID=65534 SUDO_GID=65534 tlblab who --for 0.5 --json "$work/shared/theirs.json"
[ "$status" -eq 0 ] || fail "as a user through sudo: status $status: $(cat "$work/err")"
[ "$(stat -c %u "$work/shared/theirs.json")" = 65534 ] || fail "the file is not the user's"
SUDO_UID=65534 SUDO_GID=65534 tlblab who --for 0.1 --json "$work/roots.json"
[ "$status" -eq 3 ] || fail "a user wrote where only root may: status $status"

"$TLBLAB" run release-sizes --set threads=1 --set victims=1 --set params.method=munmap \
  --set params.pages=1 --set duration_s=60 --set repeats=1 --no-trace --quiet --json "$work/run.json" &
planted=$!
sleep 1
tlblab who --for 2 --json "$work/who.json" --csv "$work/who.csv" \
  --folded "$work/who.folded" --stream "$work/who.jsonl"
kill -TERM "$planted"
wait "$planted"
[ "$status" -eq 0 ] || fail "who: status $status: $(cat "$work/err")"
grep -q 'worker 0' "$work/out" || fail "the planted worker is not in: $(head -8 "$work/out")"

# The worker has the most flushes of all, nearly all of them by munmap.
top='max(d["tasks"], key=lambda t: t["flushes_per_s"])'
[ "$(json "${top}['comm']" "$work/who.json")" = "worker 0" ] ||
  fail "most flushes: $(json "${top}['comm']" "$work/who.json")"
[ "$(json "(lambda c: c.get('munmap', 0) > 0.95 * sum(c.values()))(${top}['causes'])" \
  "$work/who.json")" = True ] || fail "causes: $(json "${top}['causes']" "$work/who.json")"
# Where this kernel tells durations, its own and those of all have a length and parts.
if [ "$(json 'd["durations"]["available"]' "$work/who.json")" = True ]; then
  [ "$(json "(lambda f: f['count'] > 0 and f['mean'] > 0 and f['p99'] >= f['p50'] and
    f['by_cpus_told'][0]['cpus_told_least'] == 1 and
    abs(sum(f['mean_path_ns'].values()) / f['mean'] - 1) < 0.2)(${top}['flush_ns'])" \
    "$work/who.json")" = True ] || fail "durations: $(json "${top}.get('flush_ns')" "$work/who.json")"
  [ "$(json '[p["mean"] for p in d["flush_ns"]["published"]["mean_ns"]]' "$work/who.json")" = \
    '[1398, 3891, 6610]' ] || fail "published: $(json 'd["flush_ns"]["published"]' "$work/who.json")"
  grep -q '^FLUSH TELLS' "$work/out" || fail "no table of lengths: $(cat "$work/out")"
else
  grep -q 'how long a flush takes is not known: ' "$work/out" || fail "no reason"
fi
# Columns, not bytes: "µ" and "–" have more than one.
/usr/bin/python3 - "$work/out" <<'ALIGNED' || fail "a table out of line: $(cat "$work/out")"
import sys
rows = open(sys.argv[1], encoding="utf-8").read().split("\n\nINITIATOR", 1)[1].split("\n\n")[0].split("\n")
at = ("INITIATOR" + rows[0]).index("MOSTLY")
sys.exit(any(r[at - 2:at] != "  " or r[at] == " " for r in rows[1:] if "more; --json" not in r))
ALIGNED
[ "$(json 'd["schema"]' "$work/who.json")" = tlblab.who/1 ] || fail "no schema"
grep -q 'worker 0","munmap\|,"worker 0",munmap,' "$work/who.csv" || fail "no row in the CSV"
grep -q '^munmap;.*;__x64_sys_munmap;.* [0-9]*$' "$work/who.folded" ||
  fail "no folded stack of munmap"
[ "$(wc -l <"$work/who.jsonl")" -ge 1 ] || fail "the stream has no line"
while read -r line; do
  /usr/bin/python3 -c 'import json, sys; json.loads(sys.argv[1])' "$line" ||
    fail "not a line of JSON: $line"
done <"$work/who.jsonl"

# A run says by whom its CPUs were told, and how long that took, of its warm-up; without
# one, or with --no-trace, that is absent with a reason.
run() {
  tlblab run release-sizes --set threads=1 --set victims=1 --set params.method=munmap \
    --set params.pages=1 --set duration_s=0.3 --set repeats=1 --quiet --json "$work/run.json" "$@"
  [ "$status" -eq 0 ] || fail "run $*: status $status: $(cat "$work/err")"
}
by='d["runs"][0]["flushed_by"]'
run --set warmup_s=0.5
[ "$(json "${by}['by'][0]['comm'], ${by}['by'][0]['cause'], ${by}['by'][0]['worker']" "$work/run.json")" = \
  "('worker 0', 'munmap', True)" ] || fail "by whom: $(json "$by" "$work/run.json")"
# What other programs flush meanwhile is the machine's; the workers' part is exact.
[ "$(json "(lambda f: 0 < f['workers']['flushes_per_s'] <= f['all']['flushes_per_s'] * (1 + 1e-9) and
  abs(sum(r['flushes_per_s'] for r in f['by'] if r['worker']) / f['workers']['flushes_per_s'] - 1) < 0.01)($by)" \
  "$work/run.json")" = True ] ||
  fail "the workers' share: $(json "$by" "$work/run.json")"
if [ "$(json "${by}['flush_ns']['reason']" "$work/run.json")" = None ]; then
  [ "$(json '(lambda s: s["kernel_flush_p99_ns"]["mean"] >= s["kernel_flush_p50_ns"]["mean"] > 0)(
    d["runs"][0]["summary"])' "$work/run.json")" = True ] ||
    fail "no length of a flush: $(json "$by" "$work/run.json")"
fi
tlblab report "$work/run.json" -o "$work/run.html"
grep -q '<th>worker 0</th><td>munmap</td>' "$work/run.html" || fail "the report does not name it"
run --set warmup_s=0
json "${by}['reason']" "$work/run.json" | grep -q 'set warmup_s' || fail "no warm-up: $(json "$by" "$work/run.json")"
run --set warmup_s=0.2 --no-trace
json "${by}['reason']" "$work/run.json" | grep -q 'switched off' || fail "--no-trace: $(json "$by" "$work/run.json")"
finish
