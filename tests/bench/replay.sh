#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# replay.sh TLBLAB BENCH: records a second, makes an hour of 512 CPUs of it, and lets
# the bench play that.
set -u
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
"$1" run madvise-scaling --set duration_s=1 --set repeats=1 --set warmup_s=0 --quiet \
  --stream "$work/short.jsonl" &&
  "$here/make_recording.py" "$work/short.jsonl" 3600 512 >"$work/hour.jsonl" &&
  "$2" "$work/hour.jsonl"
