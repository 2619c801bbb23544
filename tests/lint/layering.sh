#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The walls of the house. A room includes public headers of itself and of the rooms in
# its USES_ (exported by the Makefile, the one place that says it), private headers of
# nobody else; its public headers likewise. One file holds <ncurses.h>, one room cJSON.
set -u
status=0
wrong() {
  printf '%s\n' "$*"
  status=1
}

rooms=$(compgen -v USES_ | sed 's/^USES_//')
[ -n "$rooms" ] || wrong "no USES_room in the environment: run this by make lint"

for room in $rooms; do
  uses=USES_$room
  may=" $room ${!uses} "
  while IFS=: read -r file line include; do
    [ -n "$file" ] || continue
    other=$(sed -nE 's/.*"tlblab\/([a-z]+)\/.*/\1/p' <<<"$include")
    if [ -n "$other" ] && [[ $may != *" $other "* ]]; then
      wrong "$file:$line: $room may not use $other"
    fi
    if [ -z "$other" ] && [[ $include == *\"*/* ]] && [[ $include != *"\"$room/"* ]]; then
      wrong "$file:$line: a private header of another room: $include"
    fi
  done < <(git grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]+"' -- \
    "src/$room/*.[ch]" "include/tlblab/$room/*.h")
done

only() { # only PATTERN FOLDER AT_MOST
  local files
  files=$(git grep -lE "include.*$1" -- src include)
  if grep -vq "^$2" <<<"$files"; then
    [ -z "$files" ] || wrong "$1 outside $2: $files"
  fi
  [ "$(grep -c . <<<"$files")" -le "$3" ] || wrong "$1 in more than $3 file: $files"
}
only '[<"](ncurses[a-z]*/)?n?curses\.h' src/tui/ 1
only 'cJSON\.h' src/io/ 99
only 'perfmon/' src/sensors/ 99
exit $status
