#!/usr/bin/env bash
# doctor says of everything whether it works, why not, and what would allow it.
set -u
# shellcheck source=tests/commands/lib.sh
. "$(dirname "$0")/lib.sh"

# holds EXPRESSION: over the document d and f, its findings by name.
holds() {
  [ "$(json "(lambda f: $1)({x['name']: x for x in d['findings']})" "$work/out")" = True ] ||
    fail "$1"
}

tlblab doctor
[ "$status" -eq 0 ] || fail "doctor: status $status"
grep -q 'the lab can run' "$work/out" || fail 'doctor: no verdict'
for heading in 'Cannot be measured or done here' 'Works here'; do
  grep -q "^$heading" "$work/out" || fail "doctor: no heading: $heading"
done
TERM=nonsense tlblab doctor --json
holds 'f["ncurses"]["state"] == "missing" and "TERM" in f["ncurses"]["allow"]'
TERM=xterm tlblab doctor --json
[ "$status" -eq 0 ] || fail "doctor --json: status $status"
holds 'd["schema"] == "tlblab.doctor/1" and d["can_run"]'
holds '{"interrupts", "flush_trace", "pmu", "refill", "ceiling", "mechanism", "libpfm4"} <= set(f)'
holds 'all(x["state"] in ("ok", "missing", "disturbs") and x["detail"] for x in f.values())'
holds 'all(x["why"] for x in f.values() if x["state"] == "disturbs")'
holds 'f["ncurses"]["state"] == "ok"'
holds 'f["pmu"]["state"] == "ok" or len(f["pmu"]["allow"]) > 5'
holds 'f["ceiling"]["state"] == "ok" or len(f["ceiling"]["allow"]) > 5'

# A captured machine: a server of two CPUs that balances NUMA, with a PMU.
root=$work/captured
mkdir -p "$root"/proc/sys/kernel "$root"/sys/bus/event_source/devices/cpu
for c in 0 1; do
  mkdir -p "$root/sys/devices/system/cpu/cpu$c/topology"
  echo "$c" >"$root/sys/devices/system/cpu/cpu$c/topology/core_id"
  echo 0 >"$root/sys/devices/system/cpu/cpu$c/topology/physical_package_id"
done
echo 0-1 | tee "$root"/sys/devices/system/cpu/{online,possible,present} >/dev/null
echo 1 >"$root/proc/sys/kernel/numa_balancing"
echo 4 >"$root/sys/bus/event_source/devices/cpu/type"
tlblab doctor --json --sysroot "$root"
[ "$status" -eq 0 ] || fail "doctor --sysroot: status $status: $(cat "$work/err")"
holds 'f["numa_balancing"]["state"] == "disturbs"'
holds 'f["numa_balancing"]["allow"] == "sudo sysctl kernel.numa_balancing=0"'
holds '"captured" in f["pmu"]["detail"] and "captured" in f["refill"]["detail"]'
holds 'f["interrupts"]["state"] == "missing" and d["refill_estimate"] == []'
# Nothing in it speaks of this machine: no mount, no virtual machine, no host.
holds 'not any(w in x["detail"] + (x["allow"] or "") for x in f.values()
  if x["state"] == "missing" for w in ("mount", "sudo", "virtual machine", "host", "qemu"))'
holds 'f["interrupts"]["detail"] == "not captured: /proc/interrupts"'
holds '"isolated_cpus" not in f and f["mechanism"]["state"] == "missing"'

# A guest whose hypervisor makes the flushes: its TLB row is dead since boot.
cp tests/fixtures/interrupts/pvm-2cpu.txt "$root/proc/interrupts"
mkdir -p "$root/var/log"
printf '%s\n' 'Hypervisor detected: PVM' \
  'pvm-pv: remote TLB flushes via PVM_HC_FLUSH_TLB_MULTI' >"$root/var/log/dmesg"
printf 'vendor_id\t: AuthenticAMD\nflags\t\t: fpu hypervisor pti\n' >"$root/proc/cpuinfo"
tlblab doctor --json --sysroot "$root"
holds 'f["mechanism"]["state"] == "missing" and f["mechanism"]["detail"].startswith("unknown: ")'
holds 'f["interrupts"]["state"] == "missing" and "see mechanism" in f["interrupts"]["detail"]'
holds '"0 on all 2 CPUs since boot" in f["mechanism"]["detail"]'
holds 'f["hypervisor"]["detail"].startswith("PVM, as the kernel names it")'
holds '"no PCID" in f["pti"]["detail"] and "not in use" in f["pcid"]["detail"]'

mkdir "$work/nothing"
says 2 'no list of CPUs' doctor --sysroot "$work/nothing"
says 2 'No such file' doctor --sysroot "$work/nowhere"
says 2 'one word too many' doctor now
finish
