#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# In a virtual machine of 8 CPUs and 2 nodes, as root: flushes flip from page by page to
# full exactly at the ceiling, and the original ceiling comes back after every end.
# Counts and restores only: times under software emulation mean nothing.
# shellcheck source=tests/vm/lib.sh
. tests/vm/lib.sh
need_vm
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

VM_CPUS=8 VM_NODES=2 VM_TIMEOUT_S=400 VM_PROGRAM=$TLBLAB src/vm/boot.sh -o "$work" \
  -f tests/vm/guest_ceiling.sh 'sh /job/guest_ceiling.sh' || exit 1
cat "$work/findings"
python3 tests/vm/judge_ceiling.py "$work"
status=$?
[ $status -eq 0 ] || head -n 5 "$work"/*.log
exit $status
