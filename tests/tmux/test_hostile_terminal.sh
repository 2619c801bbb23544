#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Terminals that lie about their size, read nothing or vanish; workers that are stopped.
# shellcheck source=tests/tmux/lib.sh
. "$(dirname "$0")/lib.sh"
own_program
[ -x /usr/bin/python3 ] || {
  echo "there is no /usr/bin/python3"
  exit 77
}
/usr/bin/python3 "$(dirname "$0")/hostile_terminal.py" "$program" "$(bench_preset)"
