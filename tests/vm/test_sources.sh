#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# In a virtual machine of two nodes with a CPU each: migration between nodes, huge pages made
# and broken, and lazy freeing flush exactly what their workloads say.
# shellcheck source=tests/vm/lib.sh
. tests/vm/lib.sh
need_vm
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

VM_CPUS=2 VM_NODES=2 VM_TIMEOUT_S=400 VM_PROGRAM=$TLBLAB src/vm/boot.sh -o "$work" \
  -f tests/vm/guest_sources.sh 'sh /job/guest_sources.sh' || exit 1
python3 tests/vm/judge_sources.py "$work"
status=$?
[ $status -eq 0 ] || head -n 5 "$work"/*.log
exit $status
