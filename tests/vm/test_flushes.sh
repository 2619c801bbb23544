#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# In a virtual machine, idle and busy: of every workload that flushes the program counts as
# many flushes per operation as a histogram that the kernel keeps of the same tracepoint.
# shellcheck source=tests/vm/lib.sh
. tests/vm/lib.sh
need_vm
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

VM_CPUS=2 VM_NODES=2 VM_TIMEOUT_S=500 VM_PROGRAM=$TLBLAB src/vm/boot.sh -o "$work" \
  -f tests/vm/guest_flushes.sh 'sh /job/guest_flushes.sh quiet loaded' || exit 1
cases=$(grep -c '^  measure ' tests/vm/guest_flushes.sh)
python3 tests/vm/judge_flushes.py "$work" $((2 * cases))
status=$?
[ $status -eq 0 ] || head -n 5 "$work"/*.log
exit $status
