#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# In a virtual machine: whatever ends at whatever moment, the ceiling is restored, or
# standard error says how it stands and what restores it, with a status that is not 0.
# GUARDIAN_TRIALS is how many random ends are tried (default 20: one of each kind;
# a change to src/knobs deserves 100).
# shellcheck source=tests/vm/lib.sh
. tests/vm/lib.sh
need_vm
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trials=${GUARDIAN_TRIALS:-20}

VM_CPUS=4 VM_NODES=1 VM_TIMEOUT_S=$((300 + 20 * trials)) VM_PROGRAM=$TLBLAB src/vm/boot.sh \
  -o "$work" -f tests/vm/guest_guardian.sh -f "$(command -v script)" \
  "sh /job/guest_guardian.sh $trials" || exit 1
tail -n 60 "$work/findings"
held=$(grep -c '^held ' "$work/findings")
broken=$(grep -c '^BROKEN ' "$work/findings")
echo "$held of $trials held, $broken broken"
[ "$held" -eq "$trials" ] && [ "$broken" -eq 0 ] && exit 0
head -n 20 "$work"/broken-* 2>/dev/null
exit 1
