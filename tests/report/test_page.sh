#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The report in headless Chromium: its text, its plots, no console error, nothing
# fetched, and a printed PDF with the same words. Needs src/setup/need.sh page.
set -u
# shellcheck source=tests/commands/lib.sh
. "$(dirname "$0")/../commands/lib.sh"
for program in chromium pdftotext; do
  command -v "$program" >/dev/null || {
    echo "$program is not installed (src/setup/need.sh page)"
    exit 77
  }
done

tlblab run madvise-scaling --set sweep.threads=1,2 --set duration_s=0.4 --set warmup_s=0 \
  --set repeats=2 --set params.pages=1 --json "$work/a.json" --quiet
[ "$status" -eq 0 ] || fail "run: $(cat "$work/err")"
# Points are compared by what they are, not by where they stand in their sweep.
tlblab run sim-madvise-scaling --set sweep.threads=2,4 --set duration_s=0.02 --set repeats=2 \
  --json "$work/b.json" --quiet
tlblab run sim-madvise-scaling --set sweep.threads=1,2 --set duration_s=0.02 --set repeats=2 \
  --json "$work/c.json" --quiet
tlblab report "$work/b.json" "$work/c.json" -o "$work/bc.html"
[ "$status" -eq 0 ] || fail "report: $(cat "$work/err")"
sed '/<section>/,$d' "$work/bc.html" >"$work/bc"
grep -q '>threads 2<' "$work/bc" || fail "what both have is not compared"
grep -q '>threads 4<' "$work/bc" && fail "what only one has is compared"
grep -q '1 of the points have no counterpart' "$work/bc" || fail "a point was lost in silence"
grep -q 'Simulated, by' "$work/bc.html" || fail "a simulation passes for a measurement"
tlblab report "$work/a.json" "$work/a.json" -o "$work/a.html"
[ "$status" -eq 0 ] || fail "report: $(cat "$work/err")"
tlblab report "$work/a.json" -o "$work/a.svg"
python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' "$work/a.svg" ||
  fail "the SVG is not XML"

browse() {
  timeout 120 chromium --headless --no-sandbox --disable-gpu --no-first-run \
    --user-data-dir="$work/profile" --enable-logging=stderr "$@" "file://$work/a.html" \
    2>>"$work/browser"
}
browse --dump-dom >"$work/dom" || fail "chromium: $(tail -3 "$work/browser")"
browse --no-pdf-header-footer --print-to-pdf="$work/a.pdf" || fail "no PDF"
pdftotext "$work/a.pdf" "$work/pdf.txt" || fail "the PDF cannot be read"
for words in 'What flushing the TLB cost' 'Runtime per operation' 'Latency of single' 'Latencies' 'All figures' \
  'Checks' 'Caveats' 'Machine' '95 % interval' 'threads 2' 'against'; do
  grep -q "$words" "$work/dom" || fail "the page does not say '$words'"
  grep -q "$words" "$work/pdf.txt" || fail "the print does not say '$words'"
done
[ "$(grep -o '<svg' "$work/dom" | wc -l)" -ge 6 ] || fail "fewer than 6 plots"
[ "$(grep -o 'class="c"' "$work/dom" | wc -l)" -ge 12 ] || fail "plots without curves"
if grep 'CONSOLE' "$work/browser"; then fail "the console is not silent"; fi
if grep -oE '(src|href)="[^"]*"|https?://[^" ]*' "$work/dom" | grep -v 'www.w3.org/2000/svg'; then
  fail "the page points somewhere"
fi
says 2 'is neither' report "$work/a.json" -o "$work/a.pdf2"
says 2 'says not of what' report -o "$work/x.html"
says 2 'no such file' report "$work/none.json" -o "$work/x.html"
[ ! -e "$work/x.html" ] || fail "a report of nothing was written"
finish
