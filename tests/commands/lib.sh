# shellcheck shell=bash
# For tests of the command line: every expectation that does not hold is printed and
# counted; finish ends the test with the count.
TLBLAB=${TLBLAB:-$PWD/tlblab}
work=$(mktemp -d) || exit 1
export XDG_CONFIG_HOME=$work/config XDG_STATE_HOME=$work/state
trap 'rm -rf "$work"' EXIT
wrong=0

fail() {
  printf 'not so: %s\n' "$*"
  wrong=$((wrong + 1))
}

# Runs tlblab with these words; leaves $status, $work/out and $work/err.
tlblab() {
  "$TLBLAB" "$@" >"$work/out" 2>"$work/err" </dev/null
  status=$?
}

# says STATUS TEXT WORDS…: the run ends so, and standard error is one line with TEXT.
says() {
  local expected=$1 text=$2
  shift 2
  tlblab "$@"
  [ "$status" -eq "$expected" ] || fail "tlblab $*: status $status, not $expected"
  grep -qF -- "$text" "$work/err" ||
    fail "tlblab $*: no '$text' in: $(cat "$work/err")"
  [ "$(wc -l <"$work/err")" -eq 1 ] ||
    fail "tlblab $*: not one line: $(cat "$work/err")"
  grep -q '^tlblab: ' "$work/err" || fail "tlblab $*: the line has no 'tlblab: '"
}

# json EXPRESSION FILE: evaluates a Python expression over the document d.
json() {
  /usr/bin/python3 -c 'import json,sys; d=json.load(open(sys.argv[2])); print(eval(sys.argv[1]))' "$1" "$2"
}

finish() {
  [ "$wrong" -eq 0 ] || printf '%d expectations did not hold\n' "$wrong"
  exit $((wrong != 0))
}
