# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# For tests inside the virtual machine.
set -u
: "${TLBLAB:=./tlblab}"

# need_vm: skips the test where no virtual machine can be had.
need_vm() {
  local why
  if ! command -v qemu-system-x86_64 >/dev/null; then
    echo "qemu-system-x86_64 is not installed"
    exit 77
  fi
  if ! why=$(src/setup/kernel.sh 2>&1 >/dev/null); then
    echo "${why##*$'\n'}"
    exit 77
  fi
}
