#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The terminal goes away: nothing of tlblab stays.
# shellcheck source=tests/tmux/lib.sh
. "$(dirname "$0")/lib.sh"
own_program

start_tui 100x30 "$program" "$(bench_preset)"
wait_for 'running'
own_processes >/dev/null || fail "no process of tlblab was found while it ran"
tm kill-server
expect_nothing_left
