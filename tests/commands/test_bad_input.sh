#!/usr/bin/env bash
# What a person may get wrong on the command line gets one clear line and a status.
set -u
# shellcheck source=tests/commands/lib.sh
. "$(dirname "$0")/lib.sh"

says 2 'no such option' run madvise-scaling --jsn x
says 2 '--json' run madvise-scaling --jsn x
says 2 'needs a value' run madvise-scaling --json
says 2 'says not what to run' run
says 2 'one word too many' run madvise-scaling mmap1-processes
says 3 'no address of its own' run mmap1-processes --set mode=threads --set sweep.threads= --set threads=70 --set size_bytes=1024G
says 2 'madvise-scaling' run madvise-scalin
says 2 'threads' run madvise-scaling --set thread=2
says 2 '4096' run madvise-scaling --set threads=5000
says 2 'threads' run madvise-scaling --set threads=many
says 2 'madvise' run madvise-scaling --set workload=madvize
says 2 'more than one' run madvise-scaling --json - --csv -
says 2 'compact' run madvise-scaling --set placement=compcat
says 3 '8191' run madvise-scaling --set placement=cpus:8191 --set duration_s=0.1 --quiet
says 2 'presets' list preset
says 2 'says not what to list' list

printf '{"schema": "tlblab.preset/1",\n "name": "x",\n "experiment": {"thraeds": 1}}\n' >"$work/bad.json"
says 2 'bad.json:3' run "$work/bad.json"
says 2 'thraeds' run "$work/bad.json"
printf '{"schema": "tlblab.preset/1",' >"$work/cut.json"
says 2 'cut.json:1' run "$work/cut.json"
: >"$work/empty.json"
says 2 'empty.json' run "$work/empty.json"
says 2 'nowhere.json' run "$work/nowhere.json"
says 2 "$work" run "$work/"

# Names that are empty or no text, and limits too low to begin with.
says 2 'empty name' compare '' "$work/cut.json"
says 2 'preset: ' run ''
odd=$work/$'\xff\e[31m.json'
tlblab run sim-madvise-scaling --set repeats=1 --set duration_s=0.01 --quiet --json "$odd"
for words in "compare $odd $odd" "report $odd -o -"; do
  # shellcheck disable=SC2086 # words
  tlblab $words
  [ "$status" -eq 0 ] || fail "tlblab $words: status $status: $(cat -v "$work/err")"
  ! LC_ALL=C grep -qa $'\xff\|\e' "$work/out" || fail "tlblab $words: a name that is no text"
done
(
  ulimit -n 6
  "$TLBLAB" run sim-madvise-scaling --quiet
) 2>"$work/err" </dev/null
[ $? -eq 3 ] || fail "too few open files: $(cat "$work/err")"
(
  ulimit -s 64
  setpriv --bounding-set=-sys_resource --inh-caps=-all "$TLBLAB" machine
) >/dev/null 2>"$work/err" </dev/null
[ $? -ne 139 ] || fail "a small stack ends it without a word"

# A result that cannot be written: the line names the file, the run's table is not lost.
short=(--set threads=1 --set warmup_s=0 --set duration_s=0.2 --set repeats=1 --set sweep.threads=)
tlblab run madvise-scaling "${short[@]}" --json /nowhere/at/all.json
[ "$status" -eq 2 ] || fail "missing folder: status $status"
grep -q '/nowhere/at/all.json' "$work/err" || fail "missing folder: $(cat "$work/err")"
grep -q 'ns_per_op' "$work/out" || fail 'missing folder: the table is gone'
if [ -e /dev/full ]; then
  "$TLBLAB" run madvise-scaling "${short[@]}" --quiet --json - >/dev/full 2>"$work/err"
  full=$?
  [ "$full" -eq 3 ] || fail "full device: status $full"
  grep -q 'no space' "$work/err" || fail "full device: $(cat "$work/err")"
fi
# A reader that leaves early is no reason to crash.
"$TLBLAB" run madvise-scaling "${short[@]}" --quiet --stream - 2>"$work/err" | head -c 1 >/dev/null
[ "${PIPESTATUS[0]}" -eq 3 ] || fail "closed pipe: status ${PIPESTATUS[0]}"
finish
