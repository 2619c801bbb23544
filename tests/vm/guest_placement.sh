#!/bin/sh
# SPDX-License-Identifier: MIT
# guest_placement.sh WORKERS VICTIMS PLACEMENT/MODE[/MODE]…: runs inside the virtual
# machine (busybox). For each placement and mode, starts workers and leaves in /out/placed
# a line for each member, as the kernel tells it of the live thread:
# PLACEMENT MODE "worker N" CPUS_ALLOWED PAGES_BY_NODE (of its large anonymous mappings:
# those of the workers have 256 pages, the victims' working sets 320).
# They are stopped while looked at: the machine is emulated and they would take all of it.
workers=$1 victims=$2
shift 2

# members: the task folders of the workers and victims, one a line.
members() {
  for pid in $(pidof tlblab); do
    grep -lE '^(worker|victim) [0-9]+$' "/proc/$pid/task/"[0-9]*/comm 2>/dev/null
  done | sed 's,/comm$,,'
}

# signal NAME: to the processes the members are in.
signal() {
  members | cut -d/ -f3 | sort -u | while read -r pid; do
    kill "-$1" "$pid" 2>/dev/null
  done
}

# look PLACEMENT MODE
look() {
  members | while read -r task; do
    cpus=$(sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' "$task/status")
    # Libraries have a file; the sets of two nodes may lie side by side, as one mapping.
    pages=$(grep -E ' anon=(256|320|640) ' "$task/numa_maps" | grep -v ' file=' |
      grep -o ' N[0-9]*=[0-9]*' | tr -d ' \n' | tr N ,)
    echo "$1 $2 $(cat "$task/comm") $cpus ${pages:-none}"
  done >>/out/placed
}

for start; do
  placement=${start%%/*}
  for mode in $(echo "${start#*/}" | tr / ' '); do
    mode_victims=$victims
    [ "$mode" = threads ] || mode_victims=0
    count=$((workers + mode_victims))
    rm -f /tmp/stream
    tlblab run madvise-scaling --quiet --no-trace --stream /tmp/stream --set sweep.threads= \
      --set repeats=1 --set warmup_s=0 --set duration_s=600 --set interval_ms=1000 \
      --set workload=release --set params.method=reuse --set params.pages=256 \
      --set params.working_set_pages=320 --set threads="$workers" --set victims="$mode_victims" --set mode="$mode" \
      --set placement="$placement" >/out/run.log 2>&1 &
    # After the first interval everyone has touched what it works on.
    n=0
    until grep -qs '"interval"' /tmp/stream || [ $n -ge 600 ] || ! kill -0 $! 2>/dev/null; do
      n=$((n + 1))
      sleep 0.1
    done
    signal STOP
    [ "$(members | wc -l)" -eq $count ] || echo "$placement $mode: not all are there" >>/out/run.log
    look "$placement" "$mode"
    signal CONT
    kill -TERM $! 2>/dev/null
    wait $!
    echo "$placement $mode left $(members | wc -l)" >>/out/placed
  done
done
