#!/usr/bin/env bash
# The events of any CPU model, on any machine; and what this one's sensors say.
set -u
# shellcheck source=tests/commands/lib.sh
. "$(dirname "$0")/lib.sh"

# has CPU EXPRESSION: holds over d, the roles of that CPU's first PMU by name.
has() {
  tlblab list events --cpu "$1" --json
  [ "$status" -eq 0 ] || fail "list events --cpu $1: status $status"
  [ "$(json "(lambda d: $2)({e['role']: e for e in reversed(d)})" "$work/out")" = True ] ||
    fail "$1: $2"
}

has GenuineIntel-6-55 'len(d) == 8'
has GenuineIntel-6-55 'd["dtlb_load_walk_cycles"]["config"] == "0x1001008"'
has GenuineIntel-6-55 'd["dtlb_load_walk_cycles"]["source"] == "libpfm4"'
has GenuineIntel-6-3A 'd["dtlb_load_walk_cycles"]["config"] == "0x8408"'
has GenuineIntel-6-CF 'd["dtlb_load_walk_cycles"]["config"] == "0x1001012"'
has GenuineIntel-6-CF 'd["dtlb_load_walk_cycles"]["source"] == "newer-model table"'
has GenuineIntel-6-CF 'd["stlb_flush"]["config"] is None and len(d["stlb_flush"]["reason"]) > 9'
has AuthenticAMD-25-61 'd["dtlb_load_walks"]["config"] == "0xf045"'
has AuthenticAMD-25-61 'd["dtlb_load_walk_cycles"]["config"] is None'
has GenuineIntel-6-FE '"GenuineIntel-6-E5" in d["stlb_flush"]["reason"]'
has GenuineIntel-6-FE 'd["dtlb_load_walks"]["source"] == "generic cache event"'
has GenuineIntel-6-97 'd["dtlb_load_walks"]["pmu"] == "cpu_core"'
tlblab list events --cpu GenuineIntel-6-97 --json
[ "$(json 'sum(e["pmu"] == "cpu_atom" for e in d)' "$work/out")" = 8 ] ||
  fail 'a hybrid CPU has eight roles on its other cores too'
[ "$(json 'all(set(e) == {"role", "name", "config", "pmu", "source", "meaning", "reason"} for e in d)' \
  "$work/out")" = True ] || fail 'keys of an event'
tlblab list events
[ "$(grep -c '^dtlb_load_walks ' "$work/out")" -ge 1 ] || fail 'events of this machine'
says 2 'not a CPU model' list events --cpu Pentium
says 2 'not a CPU model' list events --cpu GenuineIntel-6-55x

tlblab list sensors --json
[ "$(json 'all((e["reason"] is None) == e["available"] == (e["source"] is not None) for e in d)' \
  "$work/out")" = True ] || fail 'a sensor has a source or a reason'
finish
