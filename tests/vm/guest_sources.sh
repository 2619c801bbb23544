#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs inside the virtual machine (busybox): workloads that need two nodes or a kernel
# whose counts nothing else disturbs. Leaves a result for each in /out.

# measure NAME WORKLOAD KEY=VALUE…: every flush counted, so many operations. The preset
# is any without a sweep and without params in common with these.
measure() {
  name=$1 workload=$2
  shift 2
  set_all=
  for pair; do set_all="$set_all --set $pair"; done
  # shellcheck disable=SC2086 # one word for each
  tlblab run program --quiet --json "/out/$name.json" --set workload="$workload" \
    --set duration_s=0 --set repeats=1 --set victims=1 $set_all >"/out/$name.log" 2>&1 ||
    echo "$name status $?" >>/out/findings
}

# Or it moves pages, too, and makes them inaccessible, which spares their flush.
echo 0 >/proc/sys/kernel/numa_balancing
measure migrate-1 migrate params.pages=1 ops=300 interval_ms=1000
measure migrate-8 migrate params.pages=8 ops=300 interval_ms=1000
measure thp thp ops=60 interval_ms=1000
measure compact compact ops=5 interval_ms=1000
measure lazyfree-kept lazyfree ops=20000
measure lazyfree-batch lazyfree params.ranges=63 params.budget_bytes=61440 ops=20000
measure pmap pmap params.wait_every=16 ops=20000
