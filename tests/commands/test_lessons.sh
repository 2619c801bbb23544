#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Every lesson of the course plays unattended from its first question to its last
# verdict, as this user and as an ordinary one. Steps are shortened: they must measure,
# not be precise. What is simulated is the same on every machine, so its verdicts are
# held against what the documents say.
set -u
# shellcheck source=tests/commands/lib.sh
. "$(dirname "$0")/lib.sh"
[ "$(nproc)" -ge 2 ] || { echo 'needs two CPUs'; exit 77; }

short=(--step-seconds 0.2 --set warmup_s=0.02 --set interval_ms=10)
lessons=$("$TLBLAB" list presets | awk '/^lesson-/ {print $1}')
[ "$(wc -w <<<"$lessons")" -ge 8 ] || fail "fewer than eight lessons: $lessons"
tlblab list presets --json
[ "$(json "[p['title'] for p in d][0]" "$work/out")" = "What a TLB is" ] || fail 'the first lesson is not listed first'

# The program and its presets where another user can read them.
chmod 755 "$work"
mkdir "$work/bin" && cp "$TLBLAB" "$work/bin/tlblab" && cp -r presets "$work/bin/" && chmod -R a+rX "$work/bin"
ordinary=()
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
  ordinary=(setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/nonexistent)
fi

# play WHO LESSON: into $work/LESSON.WHO, its status into $work/LESSON.WHO.status.
play() {
  local who=$1 lesson=$2
  local as=()
  [ "$who" = root ] || as=("${ordinary[@]}")
  (cd "$work/bin" && exec "${as[@]}" ./tlblab "$lesson" --auto "${short[@]}") \
    >"$work/$lesson.$who" 2>"$work/$lesson.$who.err" </dev/null
  echo $? >"$work/$lesson.$who.status"
}

# told WHO LESSON: every step says what it found, or that it cannot here and why.
told() {
  local who=$1 lesson=$2 file=$work/$2.$1
  [ "$(cat "$file.status")" = 0 ] ||
    fail "$lesson as $who: status $(cat "$file.status"): $(cat "$file.err")"
  local steps questions measured
  steps=$(grep -c '^step ' "$file")
  questions=$(grep -c '^  question ' "$file")
  measured=$(grep -c '^  measured ' "$file")
  [ "$steps" -ge 4 ] || fail "$lesson as $who: $steps steps"
  [ "$measured" -eq "$steps" ] || fail "$lesson as $who: $measured of $steps steps measured"
  [ "$(($(grep -c '^  verdict ' "$file") + $(grep -c 'Not measurable here: .\{12\}' "$file")))" -ge "$questions" ] ||
    fail "$lesson as $who: a question without a verdict: $(cat "$file")"
  grep -q "^$lesson: .* steps completed" "$file" || fail "$lesson as $who: no end"
}

# Two at a time: two CPUs, and nothing here is a figure to be kept. A loaded machine may
# not get through them all; the others are named.
patience_s=240 left=
for lesson in $lessons; do
  ((SECONDS < patience_s)) || { left="$left $lesson" && continue; }
  play root "$lesson" &
  [ "${#ordinary[@]}" -eq 0 ] || play nobody "$lesson"
  wait
  told root "$lesson"
  [ "${#ordinary[@]}" -eq 0 ] || told nobody "$lesson"
done

# says_of LESSON STEP TEXT: the verdict of a simulated step.
says_of() {
  [[ " $left " != *" $1 "* ]] || return 0
  awk -v step="step $2 of" 'index($0, step) == 1 {on = 1} on && /^  verdict/ {print; exit}' \
    "$work/$1.root" | grep -qF -- "$3" || fail "$1, step $2, does not say '$3'"
}
says_of lesson-shootdown 6 'more than 30 times'
says_of lesson-ceiling 6 'worse off'
says_of lesson-lazy 6 'all of them are gone'
says_of lesson-lazy 7 'some, fewer than 7'
says_of lesson-epoch 8 'fewer'
says_of lesson-epoch 9 'more than 3 times as many'
says_of lesson-hardware 4 'a tenth to a half'
says_of lesson-hardware 7 'less than a tenth'

# The other way to say it, what is no lesson, and what does not go together.
tlblab run lesson-epoch --auto "${short[@]}" --set backend=live
grep -q 'This step failed\|Not measurable here' "$work/out" || fail 'steps that cannot run are not said'
says 2 'it has no lesson' madvise-scaling --auto
says 2 'give a number' lesson-tlb --auto --step-seconds soon
says 2 'writes no result' run lesson-tlb --auto --json -
[ "$wrong" -gt 0 ] || [ -z "$left" ] || { echo "a loaded machine: no time was left for$left"; exit 77; }
finish
