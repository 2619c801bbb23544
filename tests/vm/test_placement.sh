#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# In virtual machines of several shapes: every worker and victim may run on the CPU its
# placement gives it and on no other, and the memory of both lies on their nodes, as the
# kernel itself tells in /proc/<tid>/status and numa_maps.
# shellcheck source=tests/vm/lib.sh
. tests/vm/lib.sh
need_vm
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
status=0

# guest CPUS NODES SMT WORDS: what guest_placement.sh with these words leaves in $work/out.
guest() {
  rm -rf "${work:?}/out"
  VM_CPUS=$1 VM_NODES=$2 VM_SMT=$3 VM_MEM=2048 VM_TIMEOUT_S=150 VM_PROGRAM=$TLBLAB \
    src/vm/boot.sh -o "$work/out" -f tests/vm/guest_placement.sh "sh /job/guest_placement.sh $4"
}

# shape CPUS NODES SMT WORKERS VICTIMS PLACEMENT/MODE=ORDER…: a package is a node.
shape() {
  local cpus=$1 nodes=$2 smt=$3 workers=$4 victims=$5 begun=$SECONDS
  shift 5
  # Of 64 emulated CPUs on two real ones a start may stand still: one more try.
  guest "$cpus" "$nodes" "$smt" "$workers $victims ${*%%=*}" ||
    guest "$cpus" "$nodes" "$smt" "$workers $victims ${*%%=*}" || status=1
  echo "$cpus CPUs, $nodes nodes: $((SECONDS - begun)) s"
  if ! python3 tests/vm/judge_placement.py "$work/out" "$cpus" "$nodes" "$workers" "$victims" "$@"; then
    status=1
    cat "$work/out/run.log"
  fi
}

shape 8 2 1 4 2 spread/threads/processes=0,4,1,5,2,6,3,7 node:1/threads=4,5,6,7 \
  cpus:5,0,3/processes=5,0,3 cpus:5,0,3,6,1,7/threads=5,0,3,6,1,7 'none/threads=*'
shape 16 4 2 6 2 cores/threads=0,2,4,6,8,10,12,14 smt/threads=0,1,2,3,4,5,6,7 \
  spread/processes=0,4,8,12,2,6,10
shape 64 1 1 6 1 cpus:63,0-58:29,1/threads=63,0,29,58,1 compact/processes=0,1,2,3,4,5
exit $status
