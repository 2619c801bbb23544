#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The screen inside the virtual machine, as `make vm` opens it: it takes the terminal's
# size, follows its changes, and offers the ceiling that this kernel lets it set.
# shellcheck source=tests/vm/lib.sh
. tests/vm/lib.sh
need_vm
# shellcheck source=tests/tmux/lib.sh
. tests/tmux/lib.sh
WAIT_S=60

start_tui 120x40 "VM_PROGRAM=$(realpath "$TLBLAB")" VM_CPUS=4 src/vm/boot.sh
wait_for 'Runtime per operation'
wait_for 'of 4 CPUs'
wait_for '33 \(kernel\)'
resize 80x24
wait_for 'Tab view'
resize 120x40
wait_for 'dTLB walk cycles'
send q
expect_exit 0
cmp "$work/before" "$work/after" || fail "the terminal's settings differ"
