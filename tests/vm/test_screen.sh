#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The screen inside the virtual machine, as `make vm` opens it: it takes the terminal's
# size, follows its changes, offers the ceiling that this kernel lets it set, says that
# an emulator's times are none, tries ceilings on a program, and what it exports and
# saves is on the host at once.
# shellcheck source=tests/vm/lib.sh
. tests/vm/lib.sh
need_vm
# shellcheck source=tests/tmux/lib.sh
. tests/tmux/lib.sh
WAIT_S=120

start_tui 120x40 "VM_PROGRAM=$(realpath "$TLBLAB")" VM_CPUS=4 VM_ACCEL=tcg \
  "XDG_CONFIG_HOME=$work/config" src/vm/boot.sh -o "$work/out"
wait_for 'Runtime per operation'
wait_for 'of 4 CPUs'
wait_for '33 \(kernel\)'
wait_for 'emulated: times mean nothing'
wait_for "times are QEMU TCG's"
resize 80x24
wait_for 'times: emulated'
resize 120x40
wait_for 'dTLB walk cycles'

wait_for '[✓!] .*shootdowns per op'
send e
wait_for 'export to'
send Enter
exported() { compgen -G "$work/out/tlblab-*.json"; }
until_true "$WAIT_S" exported || fail "no exported file on the host"
send s
wait_for 'save preset as'
send C-u
send 'from-the-vm' Enter
wait_file "$work/config/tlblab/presets/from-the-vm.json"

# Ceilings are tried on a program, and afterwards it is as it was.
send o
send / 'Your own'
wait_for '▸ program'
send Enter
wait_for '^│ +command +true'
wait_for '● running'
send t
wait_for 'The right ceiling for this program'
wait_for '33 now'
wait_for 'A/A noise +[0-9]'
send Space
wait_for '(no difference|not settled|ceiling for this program is)'
send Escape
wait_for 'ceiling +33 \(kernel\)'
wait_for '● running'
send q
expect_exit 0
cmp "$work/before" "$work/after" || fail "the terminal's settings differ"
"$TLBLAB" report "$(exported)" -o "$work/page.html" || fail "what was exported cannot be read"
