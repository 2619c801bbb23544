#!/usr/bin/env bash
# The machine and its placements: this one, captured ones, and CPUID dumps.
set -u
# shellcheck source=tests/commands/lib.sh
. "$(dirname "$0")/lib.sh"

# holds EXPRESSION WORDS…: tlblab succeeds, and the expression is true of its JSON d.
holds() {
  local expression=$1
  shift
  tlblab "$@" --json
  [ "$status" -eq 0 ] || fail "tlblab $*: status $status: $(cat "$work/err")"
  [ "$(json "($expression)" "$work/out")" = True ] || fail "tlblab $*: $expression"
}

# tree NAME: the folder of a fixture, expanded.
tree() {
  [ -d "$work/$1" ] || python3 tests/commands/tree.py "$1" "$work/$1"
  printf '%s' "$work/$1"
}

# This machine says who it is, and what it could not tell is in words.
holds 'd["cpu"]["vendor"] and d["topology"]["cpus"] and all(len(w) > 9 for w in d["could_not_tell"])' \
  machine
tlblab machine
grep -q '^CPU ' "$work/out" || fail 'the page names the CPU'

# Every CPUID dump: a vendor, TLBs or a reason, no topology made up.
for dump in tests/fixtures/machine/cpuid/*.txt; do
  holds 'd["cpu"]["vendor"] in ("GenuineIntel", "AuthenticAMD") and d["cpu"]["family"] >= 6 and
len(d["tlb"]) >= 2 and d["topology"]["packages"] is None and
any("--sysroot" in w for w in d["could_not_tell"])' machine --cpuid "$dump"
done
holds '{t["core"] for t in d["tlb"]} == {"performance", "efficient"}' \
  machine --cpuid tests/fixtures/machine/cpuid/alder-lake-hybrid.txt

# Every captured tree; CPUID is not in one, and this machine's is not shown for it.
for name in one-cpu hybrid many-cpus two-sockets-snc4 offline-holes container lies no-topology \
  old-core-ids server; do
  holds 'd["tlb"] is None and any("--cpuid" in w for w in d["could_not_tell"])' \
    machine --sysroot "$(tree $name)"
  tlblab machine --sysroot "$(tree $name)"
  grep -q '^could not tell$' "$work/out" || fail "$name: the page says what it could not tell"
done
# Without flags a feature is neither there nor absent.
holds 'd["cpu"]["pcid"] is None and any("PCID" in w for w in d["could_not_tell"])' \
  machine --sysroot "$(tree hybrid)"
holds 'd["cpu"]["pcid"] is True and d["cpu"]["la57"] is False and d["cpu"]["codename"] == "Cascade Lake-X"' \
  machine --sysroot "$(tree server)"
holds 'len(d["topology"]["cpus"]) == 512 and d["topology"]["packages"] == 2' \
  machine --sysroot "$(tree many-cpus)"
holds 'len(d["nodes"]) == 9 and not d["nodes"][8]["has_cpus"] and d["topology"]["nodes"] == 8' \
  machine --sysroot "$(tree two-sockets-snc4)"
holds 'd["topology"]["packages"] is None and d["nodes"] == [] and d["caches"] == []' \
  machine --sysroot "$(tree no-topology)"
# With a dump of the same machine beside it, nothing of the CPU is missing.
holds 'd["tlb"] and d["cpu"]["codename"] and d["topology"]["hybrid"]' \
  machine --sysroot "$(tree hybrid)" --cpuid tests/fixtures/machine/cpuid/alder-lake-hybrid.txt

says 2 'no list of CPUs' machine --sysroot "$work"
says 2 'No such file' machine --cpuid "$work/nothing"
printf 'this is no dump\n' >"$work/dump"
says 2 "$work/dump" machine --cpuid "$work/dump"
says 2 'takes options only' machine here

# Who would sit where.
cpus='[[w["cpu"] for w in p["workers"]] for p in d if p["placement"] == "%s"][0] == %s'
# shellcheck disable=SC2059 # the format is ours
placed() {
  holds "$(printf "$cpus" "$2" "$3")" list placements --sysroot "$(tree "$1")" --threads 5
}
placed many-cpus compact '[0, 256, 1, 257, 2]'
placed many-cpus spread '[0, 128, 1, 129, 2]'
placed two-sockets-snc4 node:5 '[80, 81, 82, 83, 84]'
placed hybrid smt '[0, 1, 2, 3, 4]'
placed one-cpu cores '[0, 0, 0, 0, 0]'
placed offline-holes none '[None, None, None, None, None]'
holds 'all(p["reason"] or len(p["workers"]) == 512 for p in d) and
all(w["cpu"] is None or 0 <= w["cpu"] < 512 for p in d for w in p["workers"])' \
  list placements --sysroot "$(tree many-cpus)"
holds 'all(set(w["cpu"] for w in p["workers"] + p["victims"]) <= {3, 9, 10, 11, 13, None}
or p["reason"] for p in d if p["placement"] != "none")' \
  list placements --sysroot "$(tree container)" --threads 6 --victims 2
holds 'all(len(p["victims"]) == (0 if p["reason"] else 3) for p in d)' \
  list placements --threads 2 --victims 3
says 2 'not a number of threads' list placements --threads many
says 2 'no list of CPUs' list placements --sysroot "$work"

# A label as wide as its column keeps a blank; other lists than the captured machine's
# are refused, and its events are those of its own CPU.
wide=$work/wide
mkdir -p "$wide/proc/self" "$wide/sys/devices/system/cpu"
echo 0-15 | tee "$wide"/sys/devices/system/cpu/{online,possible,present} >/dev/null
printf 'Name: cat\nCpus_allowed_list: 0-1,4-5,8-9,12-13\n' >"$wide/proc/self/status"
printf 'vendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 106\nstepping\t: 6\n' >"$wide/proc/cpuinfo"
tlblab list placements --sysroot "$wide"
grep -q '^cpus:0-1,4-5,8-9,12-13  exactly' "$work/out" || fail 'placements: label runs into its text'
tlblab list events --sysroot "$wide"
grep -q '^GenuineIntel-6-6A-6' "$work/out" || fail 'events: not of the captured CPU'
says 2 'no list of sensors' list sensors --sysroot "$wide"
says 2 'not a CPU model' list events --cpu GenuineIntel-4294967302-3A

# The tools' own dumps: a report with text around it, UTF-16, and heads in brackets.
printf 'CPUID Registers (CPU #1):\r\nCPUID 00000000   00000020-756E6547-6C65746E-49656E69\r\nCPUID 00000001   000606A6-00100800-7FFAFBFF-BFEBFBFF [x]\r\n' >"$work/report.txt"
{ printf '\377\376'; iconv -t UTF-16LE "$work/report.txt"; } >"$work/wide.txt"
for dump in report wide; do
  tlblab machine --cpuid "$work/$dump.txt"
  grep -q '^ *Ice Lake-SP$' "$work/out" || fail "$dump: $(cat "$work/out" "$work/err")"
done
tlblab list placements --sysroot "$(tree many-cpus)"
grep -q 'node:1 ' "$work/out" || fail 'a row for every node'
finish
