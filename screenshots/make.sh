#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# screenshots/make.sh [NAME...]: pictures of the real screen in a real terminal (xterm
# under Xvfb), as PNG files beside this script. scenes.txt says what each one shows: seeded
# simulations, and replays of one, so that a picture taken anew differs only where the
# screen does.
# PROGRAM (./tlblab), SHOT_FONT and SHOT_SIZE may be given in the environment.
set -u
cd "$(dirname "$0")/.." || exit 1
program=${PROGRAM:-$PWD/tlblab}
font=${SHOT_FONT:-DejaVu Sans Mono} points=${SHOT_SIZE:-11}
work=$(mktemp -d) || exit 1
xvfb='' xterm=''
cleanup() {
  [ -z "$xterm" ] || kill "$xterm" 2>/dev/null
  [ -z "$xvfb" ] || kill "$xvfb" 2>/dev/null
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP

die() {
  printf 'tlblab: screenshots: %s\n' "$*" >&2
  exit 1
}
[ -x "$program" ] || die "$program: not there; build it first (make)"

: >"$work/display" # it is read before Xvfb has opened it
Xvfb -displayfd 9 -screen 0 2800x1800x24 9>"$work/display" >/dev/null 2>&1 &
xvfb=$!
for ((i = 0; i < 100 && $(wc -c <"$work/display") == 0; i++)); do sleep 0.1; done
[ -s "$work/display" ] || die "Xvfb did not start"
DISPLAY=:$(cat "$work/display")
export DISPLAY

# play STEP...: "5s" waits (a picture wants some seconds of data), else a key to press.
play() {
  local step
  for step in "$@"; do
    case $step in
      [0-9]*s) sleep "${step%s}" ;;
      *) xdotool key --clearmodifiers "$step" ;;
    esac
  done
}

# shoot NAME COLSxROWS "WORDS OF TLBLAB" STEP...
shoot() {
  local name=$1 size=$2 window words
  read -r -a words <<<"${3//RECORDED/$work/recorded.jsonl}"
  shift 3
  env -u NO_COLOR -u COLORTERM LC_ALL=C.UTF-8 XDG_STATE_HOME="$work/state" XDG_CONFIG_HOME="$work/config" \
    xterm -u8 -T "$name" -fa "$font" -fs "$points" \
    -geometry "$size+0+0" -bg '#12141a' -fg '#d6dae3' -cr '#12141a' -b 10 -bw 0 +sb -tn xterm-256color -xrm '*forceBoxChars:true' \
    -e "$program" "${words[@]}" &
  xterm=$!
  window=$(timeout 20 xdotool search --sync --onlyvisible --pid "$xterm" | head -n 1)
  [ -n "$window" ] || die "xterm did not open"
  xdotool windowfocus --sync "$window" 2>/dev/null
  play "$@"
  kill -0 "$xterm" 2>/dev/null || die "$name: the program ended before the picture"
  import -window "$window" -depth 8 -dither None -colors 64 "PNG8:$work/$name.png" || die "$name: could not be captured"
  kill "$xterm"
  wait "$xterm" 2>/dev/null
  xterm=''
  mv "$work/$name.png" "screenshots/$name.png"
  echo "screenshots/$name.png"
}

mkdir "$work/state" "$work/config"
"$program" run sim-madvise-scaling --set sweep.threads=1,2,4,8 --set duration_s=0.6 --set repeats=1 --set victims=1 \
  --quiet --stream "$work/recorded.jsonl" || die "nothing was recorded"
while IFS='|' read -r name size words steps; do
  name=${name// /}
  [[ -n $name && $name != \#* ]] || continue
  if [ $# -eq 0 ] || [[ " $* " == *" $name "* ]]; then
    read -r -a steps <<<"$steps"
    shoot "$name" "${size// /}" "$words" "${steps[@]}"
  fi
done <screenshots/scenes.txt
