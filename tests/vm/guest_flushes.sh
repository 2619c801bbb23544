#!/bin/sh
# SPDX-License-Identifier: MIT
# guest_flushes.sh quiet|loaded…: runs inside the virtual machine (busybox). Every workload
# that flushes is counted twice at once, by the program at 100 ms intervals and by a
# histogram of the tracepoint in the kernel. Leaves CASE.json and CASE.hist in /out.
events=/sys/kernel/tracing/events/tlb/tlb_flush
keys=hist:keys=common_pid,reason,pages:size=8192

# measure CASE WORKLOAD OPS KEY=VALUE…
measure() {
  case=$state-$1 workload=$2 ops=$3
  shift 3
  set_all=
  for pair; do set_all="$set_all --set $pair"; done
  echo "$keys" >$events/trigger
  # shellcheck disable=SC2086 # one word for each
  tlblab run program --quiet --json "/out/$case.json" --set workload="$workload" \
    --set duration_s=0 --set ops="$ops" --set repeats=1 --set interval_ms=100 \
    $set_all >"/out/$case.log" 2>&1 || echo "$case status $?" >>/out/findings
  cat $events/hist >"/out/$case.hist"
  echo "!$keys" >$events/trigger
}

busy() { while :; do :; done; }

# Balancing moves pages, too, and makes them inaccessible.
echo 0 >/proc/sys/kernel/numa_balancing
for state; do
  loads=
  if [ "$state" = loaded ]; then
    for _ in 1 2; do
      busy &
      loads="$loads $!"
    done
  fi
  measure madvise madvise 800 params.touch=yes victims=1
  measure two-workers madvise 400 params.touch=yes params.shared=no threads=2
  measure mmap1 mmap1 200 params.touch=yes params.size_bytes=256k victims=1
  measure mprotect mprotect 800 victims=1
  measure release release 400 params.method=dontneed params.pages=8 victims=1
  measure munmap release 200 params.method=munmap params.pages=34 victims=1
  measure malloc malloc 100 params.mmap_threshold_bytes=128k victims=1
  measure collateral collateral 400 victims=1
  measure migrate migrate 200 params.pages=4 victims=1
  measure thp thp 60 victims=1
  measure compact compact 5
  measure fork fork 100 params.pages=16 victims=1
  measure lazyfree lazyfree 4000 params.ranges=63 params.budget_bytes=61440 victims=1
  # shellcheck disable=SC2086 # one word for each
  [ -z "$loads" ] || kill $loads
done
