#!/usr/bin/env bash
# `run calibrate`: the machine file, and simulations that take it.
set -u
# shellcheck source=tests/commands/lib.sh
. "$(dirname "$0")/lib.sh"
export TLBLAB_MACHINE=$work/machine.json
sim=(run sim-madvise-scaling --set sweep.threads= --set threads=2 --set repeats=1 --set ops=2000 --quiet --json -)

# Without a file, costs=machine is refused in one line that says what to do.
says 2 'tlblab run calibrate' "${sim[@]}" --set params.costs=machine
says 2 'one word too many' run calibrate now
says 2 'from 1 to 64' run calibrate --rounds 0
tlblab run calibrate --help
grep -q 'costs=machine' "$work/out" || fail 'help: no word of costs=machine'

# A file with dearer interrupts makes a slower machine, and the result says which.
cat >"$TLBLAB_MACHINE" <<'J'
{"schema": "tlblab.machine-costs/1", "measured_utc": "2026-01-02T03:04:05Z",
 "cpu": "Slow CPU", "costs": {"irq_enter_ns": 60000}}
J
tlblab "${sim[@]}"
cp "$work/out" "$work/published.json"
tlblab "${sim[@]}" --set params.costs=machine
[ "$status" -eq 0 ] || fail "costs=machine: $(cat "$work/err")"
ns="d['runs'][0]['summary']['ns_per_op']['mean']"
slow=$(json "$ns" "$work/out")
json "$slow > 3 * $ns" "$work/published.json" | grep -q True || fail "costs=machine: $slow ns is not slower"
json "d['sensors']['simulator']['source']" "$work/out" | grep -q 'costs of Slow CPU measured 2026-01-02' ||
  fail 'costs=machine: the result does not say whose costs'
json "d['sensors']['simulator']['source']" "$work/published.json" | grep -q 'published costs' ||
  fail 'published: the result does not say so'

# How interrupts are sent is the file's choice too, and must be a known one.
sed -i 's/"costs": {/"ipi_model": "pigeon", &/' "$TLBLAB_MACHINE"
says 2 'no such model: "pigeon"' "${sim[@]}" --set params.costs=machine
sed -i 's/pigeon/hypercall/' "$TLBLAB_MACHINE"
tlblab "${sim[@]}" --set params.costs=machine
[ "$status" -eq 0 ] || fail "ipi_model: $(cat "$work/err")"

# A mistake in the file is named when it is asked for, and no error before.
sed -i 's/irq_enter_ns/irq_entry_ns/' "$TLBLAB_MACHINE"
says 2 'irq_entry_ns' "${sim[@]}" --set params.costs=machine
tlblab "${sim[@]}"
[ "$status" -eq 0 ] || fail 'a bad machine file harms who does not ask for it'
rm "$TLBLAB_MACHINE"

# A live preset on a machine like this one: the same experiment, and what cannot be so
# is refused.
tlblab run madvise-scaling --twin --set sweep.threads=1,2 --set repeats=2 --set ops=500 --quiet --json "$work/twin.json"
[ "$status" -eq 0 ] || fail "twin: $(cat "$work/err")"
json "[(r['config']['backend'], r['config']['params']['cpus'], r['config']['params']['touch']) for r in d['runs']] == [('sim', $(nproc --all), True)] * 4" "$work/twin.json" |
  grep -q True || fail "twin: $(json "[r['config'] for r in d['runs']]" "$work/twin.json")"
tlblab compare --anyway "$work/twin.json" "$work/twin.json"
[ "$status" -eq 0 ] || fail "compare: $(cat "$work/err")"
says 2 'simulated pages are all of 4 KiB' run huge-pages --twin

# This machine. No figure is asserted: on a busy one they may contradict each other, and
# then there is a reason and no file.
tlblab run calibrate --rounds 1
if [ "$status" -eq 3 ]; then
  grep -q '^tlblab: ' "$work/err" || fail "calibrate: no reason: $(cat "$work/err")"
  [ ! -e "$TLBLAB_MACHINE" ] || fail 'calibrate: a file in spite of a failure'
  [ "$wrong" -gt 0 ] || { echo "not measured: $(cat "$work/err")"; exit 77; }
elif [ "$status" -ne 0 ]; then
  fail "calibrate: status $status: $(cat "$work/err")"
else
  /usr/bin/python3 tests/io/validate.py presets/schema/machine-costs.schema.json "$TLBLAB_MACHINE" ||
    [ $? -eq 77 ] || fail 'calibrate: the file is not valid'
  json "d['measured']['madvise_untouched_ns'] > 0 and d['costs']['syscall_ns'] > 0 and d['costs']['fault_ns'] > 0 and min(d['costs'].values()) >= 0" "$TLBLAB_MACHINE" |
    grep -q True || fail "calibrate: $(cat "$TLBLAB_MACHINE")"
  json "len(d['fidelity']) >= 4 and all(f['live_ns'] > 0 and f['sim_ns'] > 0 for f in d['fidelity'])" "$TLBLAB_MACHINE" |
    grep -q True || fail "calibrate: no proofs: $(cat "$TLBLAB_MACHINE")"
  grep -q '^not fitted to' "$work/out" || fail 'calibrate: no table of errors'
  tlblab "${sim[@]}" --set params.costs=machine
  [ "$status" -eq 0 ] || fail "the file of this machine: $(cat "$work/err")"
  # A twin takes it unasked, and says so; that of another CPU it leaves alone.
  twin=(run madvise-scaling --twin --set sweep.threads= --set threads=1 --set repeats=1 --set ops=500 --quiet --json -)
  tlblab "${twin[@]}"
  json "d['sensors']['simulator']['source']" "$work/out" | grep -q 'simulated, with costs of .* measured' ||
    fail "twin: $(json "d['sensors']['simulator']" "$work/out")"
  sed -i 's/"cpu": "[^"]*"/"cpu": "Another CPU"/' "$TLBLAB_MACHINE"
  tlblab "${twin[@]}"
  json "d['sensors']['simulator']['source']" "$work/out" | grep -q 'published costs' ||
    fail "twin of another CPU: $(json "d['sensors']['simulator']" "$work/out")"
fi
finish
