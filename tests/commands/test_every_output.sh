#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Every output of every command, found in --help, so that a new one is tried too: onto a
# full disk, past a file-size limit, into a closed pipe, a closed descriptor, a folder, a
# name that is no text; and two outputs to one file by all its names. Always one line,
# the right status, and nothing left behind.
set -u
# shellcheck source=tests/commands/lib.sh
. "$(dirname "$0")/lib.sh"

sim=(sim-madvise-scaling --set repeats=1 --set duration_s=0.01 --set sweep.threads=)
tlblab run "${sim[@]}" --quiet --json "$work/a.json"
[ "$status" -eq 0 ] || fail "no result to begin with: $(cat "$work/err")"

# words COMMAND: what makes it write something soon, into the array words; false for one
# that has no output but the screen. A new command needs a line here.
for_s=0.1
words() {
  case $1 in
    run) words=(run "${sim[@]}" --quiet) ;;
    tune) words=(tune --method span --one-set --budget 1 --quiet) ;;
    compare) words=(compare "$work/a.json" "$work/a.json") ;;
    report) words=(report "$work/a.json") ;;
    list) words=(list workloads) ;;
    machine) words=(machine) ;;
    doctor) words=(doctor) ;;
    who) words=(who --for "$for_s") ;;
    open | replay) return 1 ;;
    *)
      fail "the command $1 has no line in this test"
      return 1
      ;;
  esac
}
inputs='--baseline --cpuid'
commands=$("$TLBLAB" --help | grep -oE '^  [a-z]+  +' | tr -d ' ')
# outputs COMMAND: its options that name a file to write.
outputs() {
  "$TLBLAB" "$1" --help | grep -oE '^  -[-a-z]+ (FILE|OUT)\b' | while read -r option _; do
    case " $inputs " in *" $option "*) ;; *) echo "$option" ;; esac
  done
}

# ends STATUS WHAT: how the command that was tried had to end, in one line; behind the
# figures, where standard output has something else to carry.
ends() {
  [ "$status" -eq "$1" ] || fail "$2: status $status, not $1: $(head -n 2 "$work/err")"
  [ "$(grep -c '^tlblab: ' "$work/err")" -eq 1 ] || fail "$2: not one line: $(cat "$work/err")"
  sed -i '$!d' "$work/err"
  grep -q '^tlblab: [^:]*: .*; .' "$work/err" || fail "$2: not three parts: $(cat "$work/err")"
  LC_ALL=C.UTF-8 grep -qvx '[[:print:]]*' "$work/err" && fail "$2: not plain text: $(cat -v "$work/err")"
  [ -z "$(find "$work" -name '.tlblab*')" ] || fail "$2: left $(find "$work" -name '.tlblab*')"
}

# The figures of a command alone, then each of its files.
try_stdout() { # try_stdout WHAT WORDS…
  local what=$1
  shift
  "$TLBLAB" "$@" >/dev/full 2>"$work/err" </dev/null
  status=$?
  ends 3 "$what to a full disk"
  "$TLBLAB" "$@" >&- 2>"$work/err" </dev/null
  status=$?
  ends 3 "$what to a closed descriptor"
  # The reader is gone before anything is written.
  mkfifo "$work/fifo"
  # shellcheck disable=SC2094 # one end each
  exec 7<>"$work/fifo" 8>"$work/fifo" 7<&-
  "$TLBLAB" "$@" >&8 2>"$work/err" </dev/null
  status=$?
  exec 8>&-
  rm "$work/fifo"
  [ "$status" -eq 3 ] || fail "$what to a closed pipe: status $status"
  [ "$(grep -c '^tlblab: ' "$work/err")" -le 1 ] || fail "$what to a closed pipe: $(cat "$work/err")"
}

try_file() { # try_file WHAT OPTION SUFFIX WORDS…
  local what=$1 option=$2 suffix=$3 name=$work/new$3
  shift 3
  (
    ulimit -f 0
    exec "$TLBLAB" "$@" "$option" "$name" 2>&1 >/dev/null </dev/null
  ) | cat >"$work/err"
  status=${PIPESTATUS[0]}
  ends 3 "$what past a size limit"
  [ ! -s "$name" ] || fail "$what past a size limit: left half of it"
  rm -f "$name"
  tlblab "$@" "$option" "$work/missing/new$suffix"
  ends 2 "$what into a folder that is not there"
  mkdir -p "$work/folder$suffix"
  tlblab "$@" "$option" "$work/folder$suffix"
  ends 2 "$what onto a folder"
  tlblab "$@" "$option" "$work/missing/"$'\xff\xfe\e[31m\n'"$suffix"
  ends 2 "$what to a name that is no text"
  if [ -n "$small" ]; then
    tlblab "$@" "$option" "$small/new$suffix"
    ends 3 "$what to a full disk"
    [ -z "$(ls "$small"/new* "$small"/.tlblab* 2>/dev/null)" ] ||
      [ "$option" = --stream ] || fail "$what to a full disk: left $(ls -A "$small")"
    rm -f "$small"/new*
  fi
}

# Two outputs of one command to one file, however it is called.
try_pair() { # try_pair ONE OTHER WORDS…
  local one=$1 other=$2 pair
  shift 2
  ln -sf "$work/same" "$work/symlink"
  : >"$work/same"
  ln -f "$work/same" "$work/hardlink"
  mkdir -p "$work/folder"
  for pair in "same same" "same ./same" "same symlink" "same hardlink" "same folder/../same" \
    "new ./new" "- -" "- /dev/stdout" "/dev/stdout /dev/fd/1" "same /dev/stdout"; do
    (cd "$work" && exec "$TLBLAB" "$@" "$one" "${pair% *}" "$other" "${pair#* }" \
      2>"$work/err" >>"$work/same" </dev/null)
    status=$?
    ends 2 "$1 $one ${pair% *} $other ${pair#* }"
    if [ -s "$work/same" ] || [ -e "$work/new" ]; then
      fail "$1 $one ${pair% *} $other ${pair#* }: written all the same"
    fi
    rm -f "$work/new"
    : >"$work/same"
  done
}

# A disk of one page, full.
small=''
if mkdir "$work/small" && mount -t tmpfs -o size=4k tlblab-test "$work/small" 2>/dev/null; then
  small=$work/small
  trap 'umount "$small"; rm -rf "$work"' EXIT
  head -c 4096 /dev/zero >"$small/filled"
fi

for command in $commands; do
  words "$command" || continue
  load=''
  if [ "$command" = who ]; then # so that there is someone
    "$TLBLAB" run madvise-scaling --set threads=2 --set sweep.threads= --set duration_s=0 \
      --quiet >/dev/null 2>&1 </dev/null &
    load=$!
  fi
  tlblab "${words[@]}"
  if [ "$command" != report ]; then
    if [ "$status" -eq 3 ]; then
      echo "$command is not to be had here: $(head -n 1 "$work/err")"
      [ -z "$load" ] || kill "$load"
      continue
    fi
    case " ${words[*]} " in
      *' --quiet '*) ;;
      *) try_stdout "$command" "${words[@]}" ;;
    esac
  fi
  "$TLBLAB" "$command" --help | grep -qE '^  --json {2,}' &&
    try_stdout "$command --json" "${words[@]}" --json
  before=''
  for option in $(outputs "$command"); do
    # A stream of who has a line a second.
    case $option in --stream) for_s=1.1 ;; *) for_s=0.1 ;; esac
    words "$command"
    suffix=''
    case $command in report) suffix=.html ;; esac
    try_stdout "$command $option -" "${words[@]}" "$option" -
    try_file "$command $option" "$option" "$suffix" "${words[@]}"
    [ -z "$before" ] || try_pair "$before" "$option" "${words[@]}"
    before=$option
  done
  [ -z "$load" ] || kill "$load"
done
finish
