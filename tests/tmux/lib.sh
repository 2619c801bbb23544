# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# For terminal tests: a program in a tmux pane of a server of its own, keys in, text out.
# Everything waits for what it expects and gives up after WAIT_S; nothing sleeps for a
# guess. A test that cannot run here says why and ends with 77.
set -u
: "${TLBLAB:=./tlblab}"
WAIT_S=${WAIT_S:-60}
# The screen is UTF-8, and grep is to see characters, not bytes.
export LC_ALL=C.UTF-8
work=$(mktemp -d) || exit 1
# Nobody's settings, presets or last session but the test's own.
export HOME=$work/home XDG_CONFIG_HOME=$work/config XDG_STATE_HOME=$work/state
starts=0

# A server that is going away still answers for a while: each start has one of its own.
tm() { tmux -S "$work/server-$starts" -f /dev/null "$@"; }

tmux_cleanup() {
  tm kill-server 2>/dev/null
  rm -rf "$work"
}
trap tmux_cleanup EXIT
trap 'exit 130' INT HUP
trap 'fail "ended by whoever started it"' TERM # its time is over

command -v tmux >/dev/null || {
  echo "tmux is not installed"
  exit 77
}

fail() {
  trap '' TERM
  printf 'FAILED: %s\nthe screen:\n' "$*"
  tm capture-pane -p 2>/dev/null
  exit 1
}

# start_tui COLSxROWS [VAR=VALUE...] COMMAND [ARG...]: runs it in a new pane, after the
# one before has ended, with its id, the terminal's settings and the exit status kept in
# $work/pid, before, after and status.
start_tui() {
  local size=$1 words
  shift
  printf -v words '%q ' "$@"
  tm kill-server 2>/dev/null
  starts=$((starts + 1))
  rm -f "$work"/{before,after,status,pid}
  cat >"$work/pane" <<PANE
stty -g >'$work/before'
sh -c 'echo \$\$ >"\$0"; exec env "\$@"' '$work/pid' $words
echo \$? >'$work/status.new'
stty -g >'$work/after'
mv '$work/status.new' '$work/status'
exec cat
PANE
  tm -u new-session -d -s main -x "${size%x*}" -y "${size#*x}" \
    "sh '$work/pane'" || fail "tmux did not start"
  tm set-option -g remain-on-exit on >/dev/null
}

send() { tm send-keys -t main "$@"; }
screen() { tm capture-pane -t main -p; }
screen_escapes() { tm capture-pane -t main -p -e; }
resize() { tm resize-window -t main -x "${1%x*}" -y "${1#*x}"; }

# until_true SECONDS COMMAND...: polls; false when the time is over.
until_true() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < end)) || return 1
    sleep 0.05
  done
}

screen_has() { screen | grep -qE -- "$1"; }
screen_lacks() { ! screen_has "$1"; }
wait_for() { until_true "${2:-$WAIT_S}" screen_has "$1" || fail "no '$1' on the screen within ${2:-$WAIT_S} s"; }
wait_gone() { until_true "${2:-$WAIT_S}" screen_lacks "$1" || fail "'$1' still on the screen after ${2:-$WAIT_S} s"; }
wait_file() { until_true "${2:-$WAIT_S}" test -s "$1" || fail "$1 did not appear"; }

# pane_is FORMAT TEXT: what tmux knows of the pane. It reads the program's output when it
# comes to it, which may be after the program has ended.
pane_is() { [ "$(tm display-message -p -t main "$1")" = "$2" ]; }
wait_pane() { until_true "$WAIT_S" pane_is "$@" || fail "$1 is not $2 but $(tm display-message -p -t main "$1")"; }

# expect_exit STATUS: the program ends by itself, with that exit status.
expect_exit() {
  wait_file "$work/status"
  [ "$(cat "$work/status")" = "$1" ] || fail "exit status $(cat "$work/status"), not $1"
}

# The test's own copy of the program, so that /proc/PID/exe tells its processes (the
# screen, the guardian, the rig) from everyone else's.
own_program() {
  cp "$TLBLAB" "$work/tlblab" || fail "$TLBLAB: not there; build it first"
  # shellcheck disable=SC2034 # used by the tests
  program=$work/tlblab
}

# own_processes: the ids of all processes of that copy, one a line; false when none.
own_processes() {
  local p found=1
  for p in /proc/[0-9]*; do
    if [ "$(readlink "$p/exe" 2>/dev/null)" = "$work/tlblab" ]; then
      echo "${p#/proc/}"
      found=0
    fi
  done
  return $found
}
no_own_processes() { ! own_processes; }
expect_nothing_left() {
  until_true "$WAIT_S" no_own_processes ||
    fail "left behind: $(for p in $(own_processes); do tr '\0' ' ' <"/proc/$p/cmdline"; echo "($p)"; done)"
}

# select_field NAME: moves down the form until NAME is the chosen setting.
chosen_line() { screen | sed -E 's/^(.{32}).*/\1/' | grep -m 1 '[◂<] .* [▸>]'; }
chosen_moved() { # a frame that is half drawn has none
  chosen=$(chosen_line)
  [ -n "$chosen" ] && [ "$chosen" != "$before_move" ]
}
select_field() {
  local i
  before_move=
  until_true "$WAIT_S" chosen_moved || fail "no setting is chosen"
  for ((i = 0; i < 30; i++)); do
    grep -q " $1 " <<<"$chosen" && return
    before_move=$chosen
    send Down
    until_true "$WAIT_S" chosen_moved || fail "Down did not move from: $before_move"
  done
  fail "no setting '$1' in the form"
}

# bench_preset: a copy of the first lesson that runs until it is stopped.
bench_preset() {
  sed -E 's/"duration_s": *[0-9.]+/"duration_s": 0/; s/"threads": *[0-9]+,/"threads": 1,/' \
    presets/madvise-scaling.json >"$work/bench.json"
  echo "$work/bench.json"
}
